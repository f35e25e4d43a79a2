package train

import (
	"slices"

	"dateline/corpus/enrich/tag/crf"
)

// collector numbers the features of documents. A first pass counts them by a
// hash that some share, so that the many that are seen once never need to be
// kept.
type collector struct {
	names    *crf.Names
	copies   [][]document
	rough    []uint8
	number   map[uint64]int32
	count    []int32
	features []uint64 // by number
}

// roughBits is log2 of the counters of the first pass.
const roughBits = 27

func newCollector(n *crf.Names, copies [][]document) *collector {
	return &collector{names: n, copies: copies, rough: make([]uint8, 1<<roughBits),
		number: map[uint64]int32{}}
}

// collect returns the runs of each copy of the documents, with the features seen at least
// cut times.
func (c *collector) collect(cut int) [][]run {
	for _, docs := range c.copies {
		c.each(docs, func(features []uint64, _ crf.Label, _ bool) {
			for _, h := range features {
				if n := &c.rough[h>>(64-roughBits)]; *n < 255 {
					*n++
				}
			}
		})
	}
	all := make([][]run, len(c.copies))
	for i, docs := range c.copies {
		var runs []run
		c.each(docs, func(features []uint64, label crf.Label, begins bool) {
			if begins {
				runs = append(runs, run{})
			}
			u := &runs[len(runs)-1]
			lexical := c.numbers(features[:crf.Lexical], cut)
			u.features = append(u.features, append(lexical, c.numbers(features[crf.Lexical:], cut)...))
			u.lexical = append(u.lexical, len(lexical))
			u.labels = append(u.labels, label)
		})
		all[i] = runs
	}
	c.rough = nil
	c.cut(slices.Concat(all...), cut)
	return all
}

func (c *collector) numbers(features []uint64, cut int) []int32 {
	out := make([]int32, 0, len(features))
	for _, h := range features {
		if int(c.rough[h>>(64-roughBits)]) < min(cut, 255) {
			continue
		}
		n, ok := c.number[h]
		if !ok {
			n = int32(len(c.features))
			c.number[h] = n
			c.features, c.count = append(c.features, h), append(c.count, 0)
		}
		c.count[n]++
		out = append(out, n)
	}
	return out
}

// cut drops the features that were seen less often than cut.
func (c *collector) cut(runs []run, cut int) {
	renumbered := make([]int32, len(c.features))
	var kept []uint64
	for i, h := range c.features {
		renumbered[i] = -1
		if int(c.count[i]) >= cut {
			renumbered[i] = int32(len(kept))
			kept = append(kept, h)
		}
	}
	c.features = kept
	for _, u := range runs {
		for i, features := range u.features {
			n, lexical := 0, u.lexical[i]
			for k, f := range features {
				if f = renumbered[f]; f >= 0 {
					features[n] = f
					n++
				} else if k < lexical {
					u.lexical[i]--
				}
			}
			u.features[i] = features[:n]
		}
	}
}

// each calls visit for each token of docs that may be part of a name, with its
// features and label, and whether a run begins with it.
func (c *collector) each(docs []document, visit func(features []uint64, l crf.Label, begins bool)) {
	var a crf.Article
	for _, d := range docs {
		a.Reset()
		for _, s := range d.sentences {
			a.Add(s.words)
		}
		a.Study(c.names)
		a.Recase(c.names)
		for i := range d.sentences {
			tokens := a.Sentence(i)
			labels := crf.Labels(len(tokens), trimmed(tokens, d.sentences[i].names()))
			last := -2
			crf.Features(c.names, tokens, func(k int, features []uint64) {
				visit(features, labels[k], k != last+1)
				last = k
			})
		}
	}
}

// trimmed returns the names without the words in lower case at the ends of a
// place's ("eastern China", "Maoxian county"), and without tokens that are
// skipped; a name with such inside is left out.
func trimmed(tokens []crf.Token, names []crf.Name) []crf.Name {
	var out []crf.Name
	for _, n := range names {
		edge := func(i int) bool {
			return crf.Skipped(tokens, i) || n.Type == crf.Place && tokens[i].Lower()
		}
		for n.From < n.To && edge(n.From) {
			n.From++
		}
		for n.From < n.To && edge(n.To-1) {
			n.To--
		}
		skipped := n.From == n.To
		for i := n.From; i < n.To; i++ {
			skipped = skipped || crf.Skipped(tokens, i)
		}
		if !skipped {
			out = append(out, n)
		}
	}
	return out
}
