package places

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Span is a name in a text, and the word for its kind behind it.
type Span struct {
	Start, End int // bytes of the name
	KindEnd    int // where the word for its kind ends
}

// Said finds names that a text itself says are places: "Khan Tuman village",
// "Deir ez-Zor province", "the town of Kafr Nabl". A name is told by its
// capitals, with the particles that stand in it: al, ash, de. The word for the
// kind of place is no part of it.
func (g *Gazetteer) Said(text string) []Span {
	var out []Span
	for at := 0; ; {
		space := strings.IndexByte(text[at:], ' ')
		if space < 0 {
			return out
		}
		at += space + 1
		if at == len(text) || strings.IndexByte(kindsBegin, text[at]) < 0 {
			continue
		}
		kind := text[at:wordAt(text, at)]
		if len(kind) < shortestKind || !saidAfter[kind] {
			continue
		}
		if s, ok := nameBefore(text, at); ok && g.plausible(text, s, kind) {
			s.KindEnd = at + len(kind)
			out = append(out, s)
		}
	}
}

// saidAfter are the words for kinds of places that follow a name.
var saidAfter = map[string]bool{"village": true, "town": true, "district": true, "province": true,
	"governorate": true, "Governorate": true, "oblast": true, "Oblast": true, "suburb": true,
	"neighborhood": true, "neighbourhood": true, "subdistrict": true, "raion": true, "Province": true,
	"District": true, "checkpoint": true, "countryside": true, "airbase": true, "hamlet": true,
	"villages": true, "refugee": true, "municipality": true, "crossing": true, "corridor": true,
	"Crossing": true, "Corridor": true}

// shortestKind and kindsBegin are the least length of these, and how they begin.
const (
	shortestKind = len("town")
	kindsBegin   = "vtdpgGoOsnrPDcahmC"
)

// wordAt returns the end of the word of letters that begins at a byte.
func wordAt(text string, at int) int {
	for at < len(text) {
		if c := text[at]; c < utf8.RuneSelf {
			if c |= 0x20; c < 'a' || c > 'z' {
				break
			}
			at++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[at:])
		if !unicode.IsLetter(r) {
			break
		}
		at += size
	}
	return at
}

// The most words, and bytes, of a name that a text says is a place.
const (
	maxSaid      = 5
	maxSaidBytes = 250
)

// nameBefore returns the name of capitals, and particles among them, that stands
// before a byte on the same line.
func nameBefore(text string, at int) (Span, bool) {
	if at == 0 || text[at-1] != ' ' {
		return Span{}, false
	}
	s := Span{Start: at - 1, End: at - 1}
	least := max(0, at-1-maxSaidBytes)
	for end, n := at-1, 0; end > 0 && n < maxSaid; n++ {
		start := least + strings.LastIndexAny(text[least:end], " \n\t,;:.!?()\"“”/") + 1
		if start == least && least > 0 {
			return s, s.Start < s.End
		}
		word := text[start:end]
		first, _ := utf8.DecodeRuneInString(word)
		switch {
		case unicode.IsUpper(first), hasArticle(word):
			s.Start = start
		case !particles[word]:
			return s, s.Start < s.End
		}
		if start == 0 || text[start-1] != ' ' {
			break
		}
		end = start - 1
	}
	return s, s.Start < s.End
}

// hasArticle tells whether a word is a name with an article joined to it:
// "al-Numaan".
func hasArticle(word string) bool {
	article, name, ok := strings.Cut(word, "-")
	first, _ := utf8.DecodeRuneInString(name)
	return ok && particles[article] && unicode.IsUpper(first)
}

// particles stand in names of places in lower case.
var particles = map[string]bool{"al": true, "as": true, "ash": true, "ar": true, "az": true, "at": true,
	"ad": true, "an": true, "el": true, "ez": true, "es": true, "et": true, "de": true, "du": true, "la": true,
	"le": true, "e": true, "i": true, "abu": true, "bin": true, "ibn": true, "ath": true, "adh": true}

// plausible tells whether a name before a word for a kind of place is one: a
// name that the gazetteer has, or one in an Arabic form, or what a village is
// called that something is in.
func (g *Gazetteer) plausible(text string, s Span, kind string) bool {
	key := Fold(text[s.Start:s.End])
	if kind = strings.ToLower(kind); kind == "crossing" || kind == "corridor" {
		return len(g.find(key+" "+kind)) > 0
	}
	lead := text[:s.Start]
	if len(g.find(key)) > 0 {
		return strings.Contains(key, " ") || endsWith(lead, leads) || strings.TrimSpace(lead) == ""
	}
	words := strings.Fields(key)
	for i, word := range words {
		if articles[word] || i == 0 && len(words) > 1 && common[word] != "" {
			return true
		}
	}
	return kind == "village" && len(words) == 1 && strings.HasSuffix(lead, " in ")
}

// leads are what stands before the name of a place.
var leads = []string{" in ", " of ", " to ", " from ", " near ", " at ", " on ", " the ", ", ", " and ",
	" for ", " into ", " around ", " between ", " outside ", " towards ", " toward ", " through ",
	"In ", "The ", "Near ", "At ", "From ", "northern ", "southern ", "eastern ", "western ", "(", "/"}
