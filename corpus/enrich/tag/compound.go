package tag

import (
	"strings"

	"dateline/corpus/enrich/places"
)

// parts splits "Israel-Hamas" and "Russian-Ukrainian" in two, but not
// "Guinea-Bissau", "Jean-Pierre".
func (t *Tagger) parts(tok []token) []token {
	for i := range tok {
		if cut := t.seam(&tok[i]); cut > 0 {
			return t.split(tok, i)
		}
	}
	return tok
}

// split is parts from token i on.
func (t *Tagger) split(tok []token, i int) []token {
	out := append(make([]token, 0, len(tok)+4), tok[:i]...)
	for ; i < len(tok); i++ {
		w := tok[i]
		cut := t.seam(&w)
		if cut == 0 {
			out = append(out, w)
			continue
		}
		a, b := w, w
		a.text, a.low, a.end = w.text[:cut], w.low[:cut], w.start+cut
		b.text, b.low, b.start, b.first = w.text[cut+1:], w.low[cut+1:], w.start+cut+1, false
		a.class, b.class = t.lex.class[a.low], t.lex.class[b.low]
		hyphen := token{start: a.end, end: b.start, text: "-", low: "-", glued: true}
		b.glued = true
		out = append(out, a, hyphen, b)
	}
	return out
}

// seam returns where a word of two known names is to be split, else 0.
func (t *Tagger) seam(w *token) int {
	if !w.cap {
		return 0
	}
	cut := strings.IndexByte(w.text, '-')
	if cut <= 0 || len(w.low) != len(w.text) || strings.Count(w.text, "-") > 1 {
		return 0
	}
	if !t.known(w.text[:cut]) || !t.known(w.text[cut+1:]) || len(t.gaz.Find(w.text)) > 0 {
		return 0
	}
	return cut
}

// known tells whether a word is a country, what is a country's, or a known
// organisation.
func (t *Tagger) known(word string) bool {
	if _, ok := t.gaz.Demonym(word); ok {
		return true
	}
	for _, o := range t.lex.orgs[strings.ToLower(word)] {
		if len(o.words) == 1 && (!o.caps || strings.ToUpper(word) == word) {
			return true
		}
	}
	found := t.gaz.Find(word)
	return len(found) > 0 && found[0].Kind == places.Country && (len(word) > 3 || strings.ToUpper(word) == word)
}
