package train

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"dateline/corpus/enrich/tag/crf"
)

// Replacement puts other names in the place of those in the text, each name of
// a document for one throughout it: what is learnt is how names stand and are
// built, and less who was in the news.
type Replacement struct {
	Names  float64 // share of the names that are replaced
	Places float64 // of those of places a share of that
}

// replacer replaces the names of one document after another.
type replacer struct {
	Replacement
	random       *rand.Rand
	first, last  []string
	orgs, places [][]string
	words        map[string]string   // of persons' names, in the document
	names        map[string][]string // of the others, nil for one that stays
}

// replace returns docs with other names: those of persons by names of the lists, others
// by others of the text.
func (o Replacement) replace(docs []document, lists []byte, r *rand.Rand) []document {
	p := &replacer{Replacement: o, random: r}
	p.first, p.last = capitalNames(lists, "first"), capitalNames(lists, "last")
	if o.Names == 0 || len(p.first) == 0 || len(p.last) == 0 {
		return slices.Clone(docs)
	}
	seen := map[string]bool{}
	for _, d := range docs {
		for _, s := range d.sentences {
			for _, n := range s.names() {
				words := s.words[n.From:n.To]
				key := s.labels[n.From] + " " + strings.Join(words, " ")
				if seen[key] || shouted(words) {
					continue
				}
				seen[key] = true
				switch n.Type {
				case crf.Org:
					p.orgs = append(p.orgs, words)
				case crf.Place:
					p.places = append(p.places, words)
				}
			}
		}
	}
	out := make([]document, len(docs))
	for i, d := range docs {
		p.words, p.names = map[string]string{}, map[string][]string{}
		for _, s := range d.sentences {
			out[i].sentences = append(out[i].sentences, p.sentence(s))
		}
	}
	return out
}

// capitalNames returns the names of a class that begin with a capital.
func capitalNames(lists []byte, class string) []string {
	var out []string
	for line := range bytes.Lines(lists) {
		name, ok := strings.CutPrefix(strings.TrimSpace(string(line)), class+"\t")
		if first, _ := utf8.DecodeRuneInString(name); ok && unicode.IsUpper(first) {
			out = append(out, name)
		}
	}
	return out
}

// shouted tells whether all words are in capitals, and long.
func shouted(words []string) bool {
	for _, w := range words {
		if strings.ToUpper(w) != w || len(w) <= 5 {
			return false
		}
	}
	return true
}

func (p *replacer) sentence(s sentence) sentence {
	var out sentence
	at := 0
	for _, n := range s.names() {
		out.words = append(out.words, s.words[at:n.From]...)
		out.labels = append(out.labels, s.labels[at:n.From]...)
		_, typ, _ := strings.Cut(s.labels[n.From], "-")
		part := "B-"
		for _, w := range p.name(n.Type, s.words[n.From:n.To]) {
			out.words, out.labels = append(out.words, w), append(out.labels, part+typ)
			part = "I-"
		}
		at = n.To
	}
	out.words = append(out.words, s.words[at:]...)
	out.labels = append(out.labels, s.labels[at:]...)
	return out
}

// name returns what stands in the place of a name in this document.
func (p *replacer) name(t crf.Type, words []string) []string {
	key := string('0'+rune(t)) + strings.ToLower(strings.Join(words, " "))
	other, ok := p.names[key]
	if !ok {
		other = p.choose(t)
		p.names[key] = other
	}
	switch {
	case other == nil:
		return words
	case t == crf.Person:
		out := make([]string, len(words))
		for i, w := range words {
			out[i] = p.person(w)
		}
		return out
	case shouted(words):
		return strings.Fields(strings.ToUpper(strings.Join(other, " ")))
	}
	return other
}

// choose returns another name, nil where the name stays. Of a person's name it
// only tells whether it does.
func (p *replacer) choose(t crf.Type) []string {
	if t == crf.Other || p.random.Float64() >= p.Names {
		return nil
	}
	switch {
	case t == crf.Person:
		return []string{}
	case t == crf.Org:
		return p.oneOf(p.orgs)
	case p.random.Float64() < p.Places:
		return p.oneOf(p.places)
	}
	return nil
}

// oneOf returns one of names, nil where there are none.
func (p *replacer) oneOf(names [][]string) []string {
	if len(names) == 0 {
		return nil
	}
	return names[p.random.IntN(len(names))]
}

// person returns another word for one of a person's name: initials and
// particles stay.
func (p *replacer) person(w string) string {
	first, _ := utf8.DecodeRuneInString(w)
	if !unicode.IsUpper(first) || utf8.RuneCountInString(w) < 3 || strings.HasSuffix(w, ".") {
		return w
	}
	key := strings.ToLower(w)
	other, ok := p.words[key]
	if !ok {
		list := p.first
		if p.random.Float64() < .5 {
			list = p.last
		}
		other, _, _ = strings.Cut(list[p.random.IntN(len(list))], " ")
		p.words[key] = other
	}
	if strings.ToUpper(w) == w {
		return strings.ToUpper(other)
	}
	return other
}
