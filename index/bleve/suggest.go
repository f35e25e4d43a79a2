package bleve

import (
	"context"
	"strings"
	"unicode/utf8"

	"dateline/index"
	"dateline/index/values"
	"dateline/search"

	"github.com/blevesearch/vellum"
)

var (
	_ search.Suggester = (*Searcher)(nil)
	_ index.Dictionary = dictionary{}
)

// Suggest answers a request. Errors are those of Search.
func (s *Searcher) Suggest(
	ctx context.Context, req search.SuggestRequest,
) (out *search.Suggestions, err error) {
	err = s.use(func() error {
		out, err = s.view.suggest(ctx, req, &s.options)
		return err
	})
	return out, err
}

// Suggest answers a request from all that was put.
func (e *Engine) Suggest(
	ctx context.Context, req search.SuggestRequest,
) (out *search.Suggestions, err error) {
	err = e.look(ctx, func(v *view) error {
		out, err = v.suggest(ctx, req, &e.options)
		return err
	})
	return out, err
}

func (v *view) suggest(
	ctx context.Context, req search.SuggestRequest, o *Options,
) (*search.Suggestions, error) {
	r := newRun(ctx, v, &index.Plan{})
	defer r.end()
	out, err := index.Suggest(req, v.table, dictionary{r})
	if err != nil {
		return nil, v.fault(ctx, err)
	}
	out.Generation = o.Generation
	return out, nil
}

// A dictionary is what the articles of a view have. Its words are those that
// patterns look in.
type dictionary struct{ *run }

// Count returns how many articles n selects.
func (d dictionary) Count(n index.Node) (int, error) { return d.run.count(n) }

// Values returns how many articles have each value of f, with the confidence that
// is asked for.
func (d dictionary) Values(f search.Field) (func(values.Ord) int, error) {
	t, err := d.view.totals[totalKey{string(f), d.level}].get()
	if err != nil {
		return nil, err
	}
	return func(ord values.Ord) int {
		if int(ord) >= len(t.counts) {
			return 0 // of an article that came later
		}
		return int(t.counts[ord])
	}, nil
}

// Beginning returns the first words that begin with prefix. A short one begins so
// many that they are looked at but once.
func (d dictionary) Beginning(prefix string, n int) ([]search.WordCount, error) {
	short := utf8.RuneCountInString(prefix) <= shortPrefix
	if short {
		if words, ok := d.view.beginnings.Load(prefix); ok {
			words := words.([]search.WordCount)
			return words[:min(n, len(words))], nil
		}
	}
	all, err := d.terms(nil, prefix)
	if err != nil || !short {
		return index.FirstWords(all, n), err
	}
	words := index.FirstWords(all, search.MaxSuggestions)
	if len(words) > 0 { // what clients make up is not kept
		d.view.beginnings.Store(strings.Clone(prefix), words)
	}
	return words[:min(n, len(words))], nil
}

// shortPrefix is the most letters of a prefix whose words a view keeps.
const shortPrefix = 2

// Near returns the words that begin with prefix and that an automaton for so many
// edits leads to.
func (d dictionary) Near(word string, edits int, prefix string) ([]search.WordCount, error) {
	a, err := nearTo(word, edits)
	if err != nil {
		return nil, err
	}
	return d.terms(a, prefix)
}

// NearBeginnings returns the words that begin with prefix and with what an automaton for
// so many edits leads to.
func (d dictionary) NearBeginnings(word string, edits int, prefix string) ([]search.WordCount, error) {
	a, err := nearTo(word, edits)
	if err != nil {
		return nil, err
	}
	return d.terms(longer{a}, prefix)
}

// nearTo returns what leads to the words within so many edits of a word.
func nearTo(word string, edits int) (vellum.Automaton, error) {
	b, err := builders[edits]()
	if err != nil {
		return nil, err
	}
	return b.BuildDfa(word, uint8(edits))
}

// A longer leads to all words that begin with one that its automaton leads to.
type longer struct{ vellum.Automaton }

func (b longer) Accept(state int, by byte) int {
	if b.IsMatch(state) {
		return state
	}
	return b.Automaton.Accept(state, by)
}

func (b longer) WillAlwaysMatch(state int) bool { return b.IsMatch(state) }

// terms returns the words that begin with prefix and that a leads to.
func (d dictionary) terms(a vellum.Automaton, prefix string) ([]search.WordCount, error) {
	from, to := []byte(prefix), behind(prefix)
	var out []search.WordCount
	at := map[string]int{} // where a word is in out
	for _, s := range d.shards {
		l, err := s.lexicon(patternFields[search.Anywhere])
		if err != nil {
			return nil, err
		}
		n := 0
		err = l.terms(a, from, to, func(term []byte, p *posting) error {
			if n++; n%pause == 0 && d.ctx.Err() != nil {
				return d.ctx.Err()
			}
			living := s.countLiving(p)
			if living == 0 {
				return nil
			}
			i, ok := at[string(term)]
			if !ok {
				i, out = len(out), append(out, search.WordCount{Word: string(term)})
				at[out[i].Word] = i
			}
			out[i].Count += living
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// countLiving returns how many articles of p are not deleted.
func (s *shard) countLiving(p *posting) int {
	if deleted := s.segment.Deleted(); deleted == nil || deleted.IsEmpty() {
		return p.count()
	}
	return p.countIn(s.live)
}
