package places

import "strings"

// maxList bounds the names of a list that are weighed together.
const maxList = 60

// lists returns the runs of names that stand in lists, from the first to behind
// the last of each: "Texas, Utah and Ohio".
func lists(names []Name) [][2]int {
	var out [][2]int
	for i := 0; i < len(names); {
		k := i + 1
		for k < len(names) && k-i < maxList && isListed(gap(&names[k-1], &names[k])) {
			k++
		}
		if k-i > 1 {
			out = append(out, [2]int{i, k})
		}
		i = k
	}
	return out
}

func isListed(gap string) bool {
	switch gap {
	case ", ", " and ", ", and ", " or ", ", or ", " & ":
		return true
	}
	return false
}

// divisions returns for each name the word by which the text says that it is a
// division's, in lower case, empty where it does not: "province" for "Hama
// province". One that is said of a list is said of all in it: "Hama and Idlib
// provinces", "the provinces of Hama and Idlib".
func divisions(names []Name, runs [][2]int) []string {
	out := make([]string, len(names))
	for i := range names {
		n := &names[i]
		if word := nextWord(n); isDivision(word) || isRuled(word) {
			out[i] = strings.ToLower(word)
		} else if lead := before(n); !isNamed(lead) {
			out[i] = wordOf(lead, divisionOf)
		}
	}
	for _, run := range runs {
		said := ""
		if word := out[run[1]-1]; isPlural(word) && !isRuled(word) {
			said = word
		} else {
			said = wordOf(before(&names[run[0]]), divisionsOf)
		}
		for i := run[0]; said != "" && i < run[1]; i++ {
			out[i] = said
		}
	}
	return out
}

// wordOf returns the word of that of these suffixes which s has, empty for none:
// "province" of "province of ".
func wordOf(s string, suffixes []string) string {
	for _, suffix := range suffixes {
		if strings.HasSuffix(s, suffix) {
			return strings.TrimSuffix(suffix, " of ")
		}
	}
	return ""
}

// isFirstOrder tells whether a word is of divisions of first order alone.
func isFirstOrder(word string) bool {
	switch strings.TrimSuffix(word, "s") {
	case "province", "governorate", "state", "region", "oblast":
		return true
	}
	return false
}

// isNamed tells whether the word for a division before a name has a name of its
// own: "Saltivka district of ", which is a town's.
func isNamed(lead string) bool {
	words := strings.Fields(lead)
	return len(words) > 2 && 'A' <= words[len(words)-3][0] && words[len(words)-3][0] <= 'Z' &&
		words[len(words)-3] != "The"
}

// isPlural tells whether a word for divisions is of more than one.
func isPlural(word string) bool { return strings.HasSuffix(word, "s") }

// divisionsOf stand before a list of divisions.
var divisionsOf = []string{"provinces of ", "governorates of ", "states of ", "districts of ", "regions of ",
	"counties of ", "oblasts of "}

// list notes which words stand in one list.
func (r *resolver) list(runs [][2]int) {
	for _, run := range runs {
		of := r.of[run[0]:run[1]]
		for _, w := range of {
			if w.list == nil {
				w.list = of
			}
		}
	}
}

// listed weighs that a word stands in a list with first-order divisions of the
// same country: Georgia in "Ohio, Georgia and Texas". Beside one other a capital
// is rather a capital.
func (r *resolver) listed(w *word, s *sense) float64 {
	if w.list == nil || s.kind != Division || s.second {
		return 0
	}
	with, without := 0.0, 0.0
	for _, o := range w.list {
		if o == w || len(o.found) == 0 {
			continue
		}
		if t := &o.found[o.best]; t.kind == Division && !t.second && t.country == s.country {
			with++
		} else {
			without++
		}
	}
	if with < without || with == 0 || with == 1 && w.hasCapital() {
		return 0
	}
	return inList * with / (with + 1)
}

func (w *word) hasCapital() bool {
	for i := range w.found {
		if w.found[i].capital {
			return true
		}
	}
	return false
}

// IsKind tells whether what follows a name begins with a word for a kind of
// place: " province", " city", " governor".
func IsKind(rest string) bool {
	word := nextWord(&Name{Text: rest})
	return isDivision(word) || isTown(word) || isRuled(word)
}
