package places

import "strings"

// read notes what the text says of its places: that one lies in another, and
// whether a name is a division's or a town's.
func (r *resolver) read(names []Name) {
	for i := range names {
		n, w := &names[i], r.of[i]
		w.townOf = w.townOf || endsWith(strings.ToLower(before(n)), townOf)
		w.town = w.town || w.townOf || isTown(nextWord(n))
		first := i == 0 || names[i-1].Text != n.Text // of its field
		w.dateline = w.dateline || first && n.Start < maxDateline && isDateline(n.Text[n.End:])
		if i == 0 {
			continue
		}
		if r.isList(names, i) {
			continue
		}
		joined := r.within(&names[i-1], n, r.of[i-1], w)
		for k := i - 2; joined && k >= 0 && k > i-maxChain && isLink(&names[k], &names[k+1]); k-- {
			lie(r.of[k], w) // "X, Y, Z"
		}
	}
}

// maxChain bounds the names of "X, Y, Z", each in the next.
const maxChain = 4

// hint notes of which countries and divisions other names speak, each once.
func (r *resolver) hint(names []string) {
	r.hints = map[ref]float64{}
	seen := map[string]bool{}
	for _, name := range names {
		words := strings.Fields(name)
		if seen[name] || len(words) < 2 || len(seen) >= maxHints {
			continue
		}
		seen[name] = true
		for i := range words {
			for n := min(2, len(words)-i); n > 0; n-- {
				at := r.area(strings.Join(words[i:i+n], " "))
				if at == none {
					continue
				}
				r.hinted += ofHint
				r.hints[r.g.country(at)] += ofHint
				if r.g.kind(at) == Division {
					r.hints[at] += ofHint
				}
				break
			}
		}
	}
}

// maxHints bounds the names that are looked at for hints.
const maxHints = 50

// area returns the country or first-order division that a name or demonym is
// foremost, none where there is none.
func (r *resolver) area(name string) ref {
	if len(name) < 4 || name[0] < 'A' || name[0] > 'Z' {
		return none
	}
	found := r.g.demonym(name)
	if found == nil {
		found = r.g.find(Fold(name))
	}
	if len(found) == 0 {
		return none
	}
	if s := r.senses(found[:1])[0]; s.kind == Country || s.kind == Division && !s.second && s.country != none {
		return s.at
	}
	return none
}

// maxDateline is how far from its start the dateline of an article may end.
const maxDateline = 12

// isDateline tells whether this follows the place of a dateline: "ALEPPO, Syria
// (Reuters) —".
func isDateline(rest string) bool {
	const far = 60
	rest = rest[:min(len(rest), far)]
	for _, mark := range []string{"(AP)", "(Reuters)", "(AFP)", " -- ", " — ", " – ", " - "} {
		if strings.Contains(rest, mark) {
			return true
		}
	}
	return false
}

// before returns the text before a name, of its line.
func before(n *Name) string {
	const far = 24
	s := n.Text[max(0, n.Start-far):n.Start]
	return s[strings.LastIndexByte(s, '\n')+1:]
}

var (
	townOf = []string{"town of ", "city of ", "village of ", "suburb of ", "neighborhood of ",
		"neighbourhood of ", "camp of ", "hamlet of ", "settlement of ", "port of "}
	divisionOf = []string{"province of ", "governorate of ", "state of ", "district of ", "region of ",
		"county of ", "provinces of ", "regions of ", "oblast of "}
)

func endsWith(s string, suffixes []string) bool {
	for _, suffix := range suffixes {
		if strings.HasSuffix(s, suffix) {
			return true
		}
	}
	return false
}

// nextWord returns the word behind a name.
func nextWord(n *Name) string {
	rest, ok := strings.CutPrefix(n.Text[n.End:], " ")
	if !ok {
		return ""
	}
	const far = 24
	rest = rest[:min(len(rest), far)]
	end := strings.IndexFunc(rest, func(r rune) bool { return r < 'A' })
	if end < 0 {
		end = len(rest)
	}
	return rest[:end]
}

func isDivision(word string) bool {
	switch strings.ToLower(word) {
	case "province", "governorate", "state", "region", "oblast", "county", "district", "raion",
		"regions", "provinces", "states", "governorates", "districts", "prefecture", "department",
		"counties", "oblasts", "prefectures", "departments":
		return true
	}
	return false
}

// isRuled tells whether a word is of what countries and divisions have rather
// than towns: "New York governor", "the Texas border".
func isRuled(word string) bool {
	switch strings.ToLower(word) {
	case "governor", "gov", "border", "legislature", "lawmakers":
		return true
	}
	return false
}

func isTown(word string) bool {
	switch word {
	case "town", "city", "village", "suburb", "neighborhood", "neighbourhood", "camp", "airport",
		"quarter", "hamlet", "airbase":
		return true
	}
	return false
}

// maxGap is how many bytes may stand between the names of "X, a town in northern
// Y".
const maxGap = 48

// within notes that one name follows another so that it says where that lies:
// "X, Y", "X in Y", "Y’s X".
func (r *resolver) within(a, b *Name, inner, outer *word) bool {
	if a.Text != b.Text || b.Start < a.End || b.Start-a.End > maxGap || inner == outer || a.Demonym {
		return false
	}
	gap := a.Text[a.End:b.Start]
	switch {
	case gap == "'s " || gap == "’s ":
		lie(outer, inner)
		return true
	case b.Demonym || !lies(gap) || strings.HasPrefix(gap, ",") && isPlainWord(inner.whole):
		return false
	}
	lie(inner, outer)
	return true
}

func commaApart(a, b *Name) bool { return gap(a, b) == ", " }

// isLink tells whether two names are links of a chain, each in the next: "X, Y",
// "X town, Y".
func isLink(a, b *Name) bool {
	between := gap(a, b)
	return strings.HasSuffix(between, ", ") && lies(between)
}

// gap returns what stands between two names of a field, a line feed where they
// are of different ones.
func gap(a, b *Name) string {
	if a.Text != b.Text || b.Start < a.End {
		return "\n"
	}
	return a.Text[a.End:min(b.Start, a.End+maxGap)]
}

// isList tells whether a name and the one before it stand in a list of three or
// more countries or divisions, none of which lies in the next: "Niger, Nigeria
// and Chad".
func (r *resolver) isList(names []Name, i int) bool {
	if !commaApart(&names[i-1], &names[i]) || !r.of[i-1].isArea() || !r.of[i].isArea() {
		return false
	}
	if i > 1 && commaApart(&names[i-2], &names[i-1]) && r.of[i-2].isArea() {
		return true
	}
	if i+1 == len(names) || !r.of[i+1].isArea() {
		return false
	}
	switch gap(&names[i], &names[i+1]) {
	case ", ", " and ", ", and ", " or ", ", or ":
		return true
	}
	return false
}

// isArea tells whether a name may be that of a country or its first-order
// division.
func (w *word) isArea() bool {
	for i := range w.found {
		if s := &w.found[i]; s.kind == Country || s.kind == Division && !s.second {
			return true
		}
	}
	return false
}

// lie notes that the text says of one word that it lies in another.
func lie(inner, outer *word) {
	const most = 8
	if inner == outer || inner.demonym || len(inner.parents) >= most {
		return
	}
	inner.parents = append(inner.parents, outer)
	if len(outer.children) < most {
		outer.children = append(outer.children, inner)
	}
}

// lies tells whether what stands between two names says that the first lies in
// the second.
func lies(gap string) bool {
	gap = strings.ToLower(gap)
	for _, way := range directions {
		gap = strings.TrimSuffix(gap, way)
	}
	gap = strings.TrimSuffix(gap, " of ")
	if gap == "" {
		return false
	}
	switch gap = strings.TrimSpace(gap); gap {
	case ",", "in", "(", ", in", "city,", "town,":
		return true
	}
	rest, ok := strings.CutPrefix(gap, ", ")
	if !ok {
		rest = gap
	}
	for _, start := range kinds {
		if after, ok := strings.CutPrefix(rest, start); ok {
			after = strings.TrimSpace(after)
			return after == "in" || after == "of" || after == ", in" || after == ","
		}
	}
	return false
}

// directions are what may stand before the name of what a place lies in, the
// last first.
var directions = []string{"the province of ", "province of ", "the state of ", "state of ", "the city of ",
	"the ", "northern ", "southern ", "eastern ", "western ", "central ", "northeastern ",
	"northwestern ", "southeastern ", "southwestern ", "northeast ", "northwest ", "southeast ",
	"southwest ", "north ", "south ", "east ", "west ", "upstate ", "rural ", "nearby ", "the "}

// kinds are what a place may be called between it and what it lies in.
var kinds = []string{"a city", "a town", "a village", "a suburb", "a district", "a province", "the capital",
	"province", "governorate", "district", "county", "village", "town", "city", "neighborhood",
	"neighbourhood", "refugee camp", "camp", "a small town", "a port city", "a remote village",
	"a border town", "suburb", "subdistrict", "locality", "area", "oil fields", "oil field", "gas field", "airbase",
	"air base", "military base", "airport", "checkpoint", "dam", "farm", "crossing", "hill", "mountain", "region",
	"oblast", "raion", "municipality"}

// speaks tells whether a word is what governments do: "Washington said".
func speaks(word string) bool {
	switch word {
	case "said", "says", "told", "warned", "denied", "accused", "insisted", "announced", "vowed",
		"urged", "condemned", "rejected", "agreed", "refused", "wants", "hopes", "believes",
		"claims", "claimed", "replied", "responded", "demanded", "demands", "considers", "fears",
		"accuses", "denies", "insists", "warns", "rejects", "pledged", "threatened", "signalled",
		"signaled", "maintains", "argues", "contends", "welcomed", "backs", "supports":
		return true
	}
	return false
}
