package opensearch

import (
	"context"
	"maps"

	"dateline/corpus"
	"dateline/index/ledger"
	"dateline/index/values"
	"dateline/search"
)

var _ ledger.Index = (*view)(nil)

// Table returns the table of values.
func (v *view) Table() *values.Table { return v.table }

// Counts returns how many articles have each value of a field, by its id; those that have none under
// "".
func (v *view) Counts(ctx context.Context, f search.Field) (map[string]int, error) {
	t := v.translator(ctx, corpus.Low)
	totals, err := v.totals(ctx, t, f)
	if err != nil {
		return nil, err
	}
	out := map[string]int{}
	for ord, c := range totals {
		out[v.table.Value(f, ord).ID] = c.count
	}
	none, err := v.countQuery(ctx, t.missing(f))
	if none > 0 {
		out[""] = none
	}
	return out, err
}

// Preview returns what the corrections in a file, of the form of curation.toml, will change in the generation that
// is read. It changes nothing. An error of what they hold names the file and the line.
func (r *Reader) Preview(ctx context.Context, file string, extractors ledger.Extractors) (*ledger.Preview, error) {
	data, err := readCorrections(file)
	if err != nil {
		return nil, err
	}
	g, err := r.use("")
	if err != nil {
		return nil, err
	}
	defer g.leave()
	others, resolver, err := r.checked(file, data)
	if err != nil {
		return nil, err
	}
	applied, _, err := r.resolver(g.curation)
	if err != nil {
		return nil, err
	}
	table, err := r.loadTable(ctx, r.copies, g.state, resolver)
	if err != nil {
		return nil, err
	}
	after := &otherwise{view: g.view, resolver: resolver, table: table}
	if err := after.compare(ctx); err != nil {
		return nil, err
	}
	return ledger.Comparison{
		Before: g.view, After: after, Store: stored{r.Archive, g.refs},
		Applied: applied, Others: others, Resolver: resolver, Extract: extractors(others),
	}.Preview(ctx)
}

// An otherwise is a view by other corrections.
type otherwise struct {
	*view
	resolver *values.Resolver
	table    *values.Table
	shifts   map[search.Field]map[string]int // by how much counts change
}

// Table returns the table by the corrections.
func (o *otherwise) Table() *values.Table { return o.table }

// Counts returns the counts by the corrections.
func (o *otherwise) Counts(ctx context.Context, f search.Field) (map[string]int, error) {
	out, err := o.view.Counts(ctx, f)
	for id, n := range o.shifts[f] {
		out[id] += n
	}
	maps.DeleteFunc(out, func(_ string, n int) bool { return n == 0 })
	return out, err
}

// compare looks at the articles of which values may be others.
func (o *otherwise) compare(ctx context.Context) error {
	o.shifts = map[search.Field]map[string]int{}
	touched, err := o.touched(ctx, o.resolver)
	if err != nil {
		return err
	}
	for f, keys := range touched {
		shift := map[string]int{}
		o.shifts[f] = shift
		err := o.each(ctx, terms(keyField(f), keys), func(hits []hit) error {
			for _, h := range hits {
				for id := range idsOf(h, f, o.view.Resolver) {
					shift[id]--
				}
				for id := range idsOf(h, f, o.resolver) {
					shift[id]++
				}
				o.add(h, f)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// add gives the table the values of an article.
func (o *otherwise) add(h hit, f search.Field) {
	for _, key := range h.Source.Keys[f] {
		if id, name := o.resolver.Resolve(f, key, h.at()); id != "" {
			o.table.Add(f, id, name)
		}
	}
}

// at returns where the values of a hit stand.
func (h *hit) at() values.At { return values.At{Article: h.Source.ID, Source: h.Source.Source} }

// idsOf returns the values of an article by a resolver, with the places that they lie in; "" where it
// has none.
func idsOf(h hit, f search.Field, r *values.Resolver) map[string]bool {
	out := map[string]bool{}
	for _, key := range h.Source.Keys[f] {
		id, _ := r.Resolve(f, key, h.at())
		for id != "" && !out[id] {
			out[id] = true
			if f != search.Place {
				break
			}
			id = r.Parent(id)
		}
	}
	if len(out) == 0 {
		out[""] = true
	}
	return out
}
