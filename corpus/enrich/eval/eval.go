// Package eval measures how well who, where and when are found: it holds what
// was found in articles against what people marked in them, and tells
// precision, recall and F1 with their confidence intervals. It does not find
// anything itself.
//
// The rules are those of the field, so that figures compare with published
// ones: a name counts where span and kind are exact (CoNLL 2003), the joining
// of a person's names by B-cubed (Bagga and Baldwin 1998), a place where it has
// the marked GeoNames id or lies within 161 km (100 miles) of the marked point
// (Leidner 2008), a date as in TempEval-3 (UzZaman et al. 2013).
package eval

import (
	"fmt"
	"iter"

	"dateline/corpus"
)

// An Extract finds the mentions of articles, in their order.
type Extract func(iter.Seq2[corpus.Article, error]) iter.Seq2[corpus.Document, error]

// A Report is what was measured on one gold.
type Report struct {
	Articles int            `json:"articles"`
	Marks    int            `json:"marks"` // of kinds that are scored
	Ignored  map[string]int `json:"ignored,omitempty"`
	Partial  bool           `json:"partial,omitempty"`
	Interval string         `json:"interval"` // how low and high were reckoned
	Measures []Measure      `json:"measures"`
	Errors   []Error        `json:"errors,omitempty"`
}

// Run measures extract on all articles of g. The errors are those of reading an
// article, and those that extract gives.
func Run(g *Gold, extract Extract) (*Report, error) {
	r := &Report{
		Articles: len(g.Articles), Ignored: g.Ignored, Partial: g.Partial, Interval: interval(),
	}
	tallies := make([][]tally, len(measures))
	done, placed := 0, hasPoints(g)
	for doc, err := range extract(g.read) {
		if err != nil {
			return nil, err
		}
		if done == len(g.Articles) || doc.ID != g.Articles[done].ID {
			return nil, fmt.Errorf("article %q was not asked for", doc.ID)
		}
		if doc.Text != g.Articles[done].Text {
			return nil, fmt.Errorf("article %q is not read as it was marked; "+
				"take control characters out of its text", doc.ID)
		}
		p := pairOf(g, &g.Articles[done], doc)
		p.placed = placed
		done++
		for i, m := range measures {
			tallies[i] = append(tallies[i], m.tally(p))
		}
		r.Marks += p.marks()
		r.Errors = append(r.Errors, p.errors(g.Partial)...)
	}
	if done < len(g.Articles) {
		return nil, fmt.Errorf("article %q was not read", g.Articles[done].ID)
	}
	for i, m := range measures {
		if m.applies(g) {
			r.Measures = append(r.Measures, summarize(m, tallies[i], g.Partial))
		}
	}
	return r, nil
}
