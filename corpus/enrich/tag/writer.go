package tag

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"dateline/corpus"
	"dateline/corpus/enrich/people"
	"dateline/corpus/enrich/places"
	"dateline/corpus/enrich/tag/crf"
)

// writer makes spans of the names that the model has found.
type writer struct {
	gaz      *places.Gazetteer
	lists    *crf.Names
	orgs     orgs
	acronyms map[string]string // and what they stand for
	rule     string            // of names that the model has found, in the sentence at hand
	spans    []Span
	split    [][]crf.Token // memory of parts
}

// Confidence of a name that the model did not find itself.
const (
	fromList  = 0.75 // a part of a compound, by the lists
	loose     = 0.6  // a demonym outside of names
	explained = 0.85 // an acronym that the article explains
	certain   = 0.97 // a name from here on is what the model says
)

var kinds = [...]corpus.Kind{crf.Person: corpus.Person, crf.Place: corpus.Place, crf.Org: corpus.Org}

// sentence writes the names of a sentence, but for an organisation that is the
// beginning of a title: "National Security Adviser".
func (w *writer) sentence(s []crf.Token, names []crf.Name) {
	for k := range names {
		n := &names[k]
		if n.Type == crf.Person && n.From > 0 && isParent(s[n.From-1].Text) && (k == 0 || names[k-1].To < n.From) {
			n.From--
		}
		if n.Type == crf.Person && n.To < len(s) && isFamily(s[n.To].Text) && (k+1 == len(names) || names[k+1].From > n.To) {
			n.To++
		}
	}
	for i := 0; i < len(s); {
		if len(names) == 0 || i < names[0].From {
			w.word(&s[i], loose)
			i++
			continue
		}
		n := names[0]
		if n.Type != crf.Org || n.To == len(s) || !w.lists.Titled(s[n.From:n.To+1]) {
			w.name(s[n.From:n.To], n)
		}
		i, names = n.To, names[1:]
	}
}

// isParent tells whether a word before a name makes it that of a mother or father:
// "Umm Khaled al-Masri".
func isParent(word string) bool { return word == "Umm" || word == "Oum" || word == "Abu" }

// isFamily tells a surname by its article: "al-Sayed" behind "Abd al-Rahman".
func isFamily(word string) bool {
	head, tail, ok := strings.Cut(word, "-")
	return ok && people.IsArticle(head, strings.ToLower(tail)) && capital(tail)
}

// name writes one name.
func (w *writer) name(s []crf.Token, n crf.Name) {
	p := confidence(n.Probability)
	switch {
	case n.Type == crf.Other:
		w.other(s, p)
	case len(s) == 1 && (w.acronym(s[0]) || w.people(s[0], n, p) || n.Type == crf.Place && w.compound(s[0], p)):
	default:
		for _, part := range w.parts(s, n.Type) {
			kind := kinds[n.Type]
			if n.Type != crf.Org && p < certain && w.knownOrg(part) {
				kind = corpus.Org
			}
			w.add(part, kind, w.rule, p)
		}
	}
}

// knownOrg tells whether several words are the name of a known organisation, and
// of no large town.
func (w *writer) knownOrg(s []crf.Token) bool {
	if len(s) < 2 || w.orgs.usual(s) == "" {
		return false
	}
	found := w.gaz.Find(written(s))
	return len(found) == 0 || found[0].Population < largeTown
}

// largeTown is from how many inhabitants on a town is known before an
// organisation of its name.
const largeTown = 50_000

// other writes what we look for in a name of another type: "Sri Lankan", "the
// New York-based group", "the Syrian civil war".
func (w *writer) other(s []crf.Token, p float64) {
	for i := 0; i < len(s); i++ {
		if i+1 < len(s) && w.pair(s[i], s[i+1], p) {
			i++
			continue
		}
		w.word(&s[i], p)
	}
}

// pair writes two words that are one demonym, or a place as far as the hyphen.
func (w *writer) pair(a, b crf.Token, p float64) bool {
	if _, ok := w.gaz.Demonym(a.Text + " " + b.Text); ok {
		w.add([]crf.Token{a, b}, corpus.Place, "demonym", p)
		return true
	}
	before, after, ok := strings.Cut(b.Text, "-")
	if !ok || len(b.Text) != b.End-b.Start {
		return false
	}
	if typ, known := w.lists.Type(a.Text, before); capital(after) || !known || typ != crf.Place {
		return false
	}
	b.Text, b.End = before, b.Start+len(before)
	w.add([]crf.Token{a, b}, corpus.Place, "compound", max(p, fromList))
	return true
}

// parts splits a name that is two: at a slash, a person's at an ampersand, an
// organisation's at an "and". A place's leaves out words in lower case before
// it: "northern Syria". They are good until the next call.
func (w *writer) parts(s []crf.Token, t crf.Type) [][]crf.Token {
	out, from := w.split[:0], 0
	for i := range s {
		switch text := s[i].Text; {
		case text == "/", text == "&" && t == crf.Person, text == "and" && t == crf.Org && w.two(s[from:i], s[i+1:]):
			if i > from {
				out = append(out, s[from:i])
			}
			from = i + 1
		}
	}
	s = s[from:]
	for t == crf.Place && len(s) > 1 && s[0].Lower() {
		s = s[1:]
	}
	if len(s) > 0 {
		out = append(out, s)
	}
	w.split = out
	return out
}

// two tells whether what stands on both sides of an "and" are organisations by
// themselves: one ends and the other has a word that makes one, or is an
// acronym.
func (w *writer) two(left, right []crf.Token) bool {
	makes := func(t crf.Token) bool { return w.lists.Heads(t.Text) || isAcronym(t.Text) }
	return len(left) > 0 && makes(left[len(left)-1]) && slices.ContainsFunc(right, makes)
}

// maxName is the most bytes that a name has: what is longer is none.
const maxName = 250

// add writes the tokens s as one name.
func (w *writer) add(s []crf.Token, kind corpus.Kind, rule string, p float64) {
	span := Span{Start: s[0].Start, End: s[len(s)-1].End, Kind: kind, Rule: rule, Confidence: p}
	if span.End-span.Start > maxName {
		return
	}
	if kind == corpus.Org {
		span.Name = w.orgs.usual(s)
	}
	w.spans = append(w.spans, span)
}

// word writes what a word outside of the names that we look for is: a demonym,
// an acronym, or a compound of names.
func (w *writer) word(t *crf.Token, p float64) {
	if !capital(t.Text) && strings.IndexByte(t.Text, '-') < 0 {
		return
	}
	if w.acronym(*t) || w.numbered(*t) || w.compound(*t, p) {
		return
	}
	if w.isPeople(t.Text) {
		w.add([]crf.Token{*t}, corpus.Place, "demonym", p)
	}
}

func (w *writer) isPeople(word string) bool {
	_, ok := w.gaz.Demonym(word)
	return ok
}

func capital(word string) bool {
	if word != "" && word[0] < utf8.RuneSelf {
		return 'A' <= word[0] && word[0] <= 'Z'
	}
	first, _ := utf8.DecodeRuneInString(word)
	return unicode.IsUpper(first)
}

// people writes a demonym that the model took for a place or organisation.
func (w *writer) people(t crf.Token, n crf.Name, p float64) bool {
	if n.Type == crf.Person {
		return false
	}
	if typ, ok := w.lists.Type(t.Text); ok && typ != crf.Other {
		return false
	}
	if !w.isPeople(t.Text) {
		return false
	}
	w.add([]crf.Token{t}, corpus.Place, "demonym", p)
	return true
}

// acronym writes an acronym that the article explains.
func (w *writer) acronym(t crf.Token) bool {
	name, ok := w.acronyms[t.Text]
	if ok {
		w.spans = append(w.spans, Span{Start: t.Start, End: t.End, Kind: corpus.Org, Rule: "acronym",
			Confidence: explained, Name: name})
	}
	return ok
}

// numbered writes an organisation that is known by letters and digits: "M23".
func (w *writer) numbered(t crf.Token) bool {
	ok := len(t.Text) <= 4 && strings.ContainsAny(t.Text, "0123456789") && w.orgs.usual([]crf.Token{t}) != ""
	if ok {
		w.add([]crf.Token{t}, corpus.Org, "known", fromList)
	}
	return ok
}

// compound writes the names that a hyphen joins to one another or to another
// word: "Israel-Hamas", "US-led", "pro-Russian". Of names that are one with
// their hyphen there are lists; "Abdul-Hadi" is one person's.
func (w *writer) compound(t crf.Token, p float64) bool {
	before, after, ok := strings.Cut(t.Text, "-")
	if !ok || len(t.Text) != t.End-t.Start {
		return false
	}
	if _, ok := w.lists.Type(t.Text); ok {
		return false
	}
	if people.IsServant(strings.ToLower(before)) && capital(before) && capital(after) {
		w.add([]crf.Token{t}, corpus.Person, "compound", max(p, fromList))
		return true
	}
	a, b := t, t
	a.Text, a.End = before, t.Start+len(before)
	b.Text, b.Start = after, a.End+1
	first, second := w.listed(a), w.listed(b)
	if (first == "" && capital(before) || second == "" && capital(after)) && !w.isPeople(before) && !w.isPeople(after) {
		return false
	}
	for _, part := range []struct {
		crf.Token
		kind corpus.Kind
	}{{a, first}, {b, second}} {
		if part.kind != "" {
			rule := "compound"
			if w.isPeople(part.Text) {
				rule = "demonym"
			}
			w.add([]crf.Token{part.Token}, part.kind, rule, max(p, fromList))
		}
	}
	return first != "" || second != ""
}

// listed returns what a word is by the lists alone, empty where it is nothing.
func (w *writer) listed(t crf.Token) corpus.Kind {
	if !capital(t.Text) {
		return ""
	}
	if w.isPeople(t.Text) {
		return corpus.Place
	}
	if typ, ok := w.lists.Type(t.Text); ok && typ != crf.Other {
		return kinds[typ]
	}
	return ""
}
