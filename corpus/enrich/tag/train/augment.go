package train

import (
	"math/rand/v2"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Augmentation adds copies of sentences as headlines write them, and datelines.
type Augmentation struct {
	Capitals float64 // share of short sentences that get a copy in capitals
	Titles   float64 // share that get a copy With a Capital Each
	Dateline float64 // share that get a dateline in front
}

// maxHeadline is the most tokens of a sentence that gets a copy.
const maxHeadline = 30

var (
	agencies = strings.Fields("Reuters AP AFP Xinhua UPI IANS dpa Interfax TASS RIA ANSA Kyodo Anadolu SANA IRNA PTI APP WAFA MENA")
	months   = strings.Fields("Jan. Feb. March April May June July Aug. Sept. Oct. Nov. Dec.")
	numbers  = strings.Fields("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30")
	dashes   = strings.Fields("- – — --")
	small    = map[string]bool{"a": true, "an": true, "the": true, "of": true, "in": true, "on": true, "at": true,
		"to": true, "for": true, "and": true, "or": true, "but": true, "by": true, "with": true, "from": true,
		"as": true, "vs": true, "via": true}
)

// augment returns the documents in another order and with copies, as r has it.
func (a Augmentation) augment(docs []document, r *rand.Rand) []document {
	r.Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
	out := make([]document, len(docs))
	for i, d := range docs {
		for _, s := range d.sentences {
			p := r.Float64()
			switch short := len(s.words) <= maxHeadline; {
			case short && p < a.Capitals:
				out[i].sentences = append(out[i].sentences, headline(s, strings.ToUpper))
			case short && p < a.Capitals+a.Titles:
				out[i].sentences = append(out[i].sentences, headline(s, func(w string) string { return capital(w, r) }))
			case p > 1-a.Dateline:
				s = dateline(s, r)
			}
			out[i].sentences = append(out[i].sentences, s)
		}
	}
	return out
}

// headline returns a sentence without its full stop, its words changed.
func headline(s sentence, change func(string) string) sentence {
	n := len(s.words)
	if n > 1 && s.words[n-1] == "." {
		n--
	}
	h := sentence{labels: s.labels[:n]}
	for _, w := range s.words[:n] {
		h.words = append(h.words, change(w))
	}
	return h
}

// capital writes a word with a capital, most of the small words apart.
func capital(w string, r *rand.Rand) string {
	first, size := utf8.DecodeRuneInString(w)
	if !unicode.IsLower(first) || small[w] && r.Float64() >= .3 {
		return w
	}
	return string(unicode.ToUpper(first)) + w[size:]
}

// dateline puts a dateline before a sentence, of a place that it names.
func dateline(s sentence, r *rand.Rand) sentence {
	var all []sentence
	for _, n := range s.names() {
		if s.labels[n.From] == "B-LOC" {
			all = append(all, sentence{s.words[n.From:n.To], s.labels[n.From:n.To]})
		}
	}
	if len(all) == 0 {
		return s
	}
	var out sentence
	put := func(word, label string) {
		out.words, out.labels = append(out.words, word), append(out.labels, label)
	}
	where, shout := all[r.IntN(len(all))], r.Float64() < .7
	for i, w := range where.words {
		if shout {
			w = strings.ToUpper(w)
		}
		put(w, where.labels[i])
	}
	if r.Float64() < .15 {
		put(",", "O")
		more := all[r.IntN(len(all))]
		out.words, out.labels = append(out.words, more.words...), append(out.labels, more.labels...)
	}
	if r.Float64() < .2 {
		put(",", "O")
		put(months[r.IntN(len(months))], "O")
		put(numbers[r.IntN(len(numbers))], "O")
	}
	if r.Float64() < .7 {
		put("(", "O")
		put(agencies[r.IntN(len(agencies))], "B-ORG")
		put(")", "O")
	}
	put(dashes[r.IntN(len(dashes))], "O")
	return sentence{append(out.words, s.words...), append(out.labels, s.labels...)}
}
