package ledger

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/values"
	"dateline/search"
)

// A Preview tells what corrections will change.
type Preview struct {
	Extracted int      `json:"extracted"` // articles that will mention something else
	Changes   []Change `json:"changes"`   // by field, those of most articles first
	Notes     []string `json:"notes"`     // what corrections speak of that no article has
}

// A Change is a value of which count, name or place will be another.
type Change struct {
	Field  search.Field `json:"field"`
	ID     string       `json:"id"`    // empty: the articles that have no value
	Value  string       `json:"value"` // as it will be, or was last
	Was    string       `json:"was,omitempty"`
	Before int          `json:"before"` // articles
	After  int          `json:"after"`
}

// Corrected are the fields that can be corrected.
var Corrected = []search.Field{search.Person, search.Place, search.Org}

// A Counter counts the articles of an index by value.
type Counter interface {
	Table() *values.Table

	// Counts returns how many articles have each value of a field that is a
	// person, place or organisation, by its id; those that have none under "".
	Counts(ctx context.Context, field search.Field) (map[string]int, error)
}

// An Index is as much of one as it takes to tell what corrections will change.
type Index interface {
	search.Searcher
	index.Finder
	Counter

	// Keys returns the keys of a field's article-level values, each once.
	Keys(ctx context.Context, field search.Field) ([]string, error)
}

// A Comparison is of an index by the corrections that are applied and by others. It changes
// nothing but After's table.
type Comparison struct {
	Before   Index
	After    Counter // the same index by the others
	Store    Store
	Applied  *values.Curation
	Others   *values.Curation
	Resolver *values.Resolver // of Others
	Extract  Extract          // with the names of Others
}

// Preview tells what will change when the others are applied.
func (c Comparison) Preview(ctx context.Context) (*Preview, error) {
	p := &preview{Comparison: c, shift: map[search.Field]map[string]int{}}
	out := &Preview{Changes: []Change{}, Notes: []string{}}
	names := ChangedNames(c.Applied, c.Others)
	met, err := p.extract(ctx, names, &out.Extracted)
	if err != nil {
		return nil, err
	}
	out.Notes = append(out.Notes, c.Others.Unfound(names, met)...)
	keys := map[search.Field][]string{}
	for _, f := range Corrected {
		if keys[f], err = c.Before.Keys(ctx, f); err != nil {
			return nil, err
		}
	}
	for _, f := range Corrected {
		changes, err := p.changes(ctx, f)
		if err != nil {
			return nil, err
		}
		out.Changes = append(out.Changes, changes...)
		notes, err := p.unmet(ctx, f, keys)
		if err != nil {
			return nil, err
		}
		out.Notes = append(out.Notes, notes...)
	}
	return out, nil
}

// A preview is a Comparison that is made.
type preview struct {
	Comparison
	shift map[search.Field]map[string]int // by how much extraction changes counts
}

// unmet tells what corrections speak of that no article has.
func (p *preview) unmet(
	ctx context.Context, f search.Field, keys map[search.Field][]string,
) ([]string, error) {
	return p.Resolver.Unmet(f, keys, func(article string) (bool, error) {
		_, ok, err := p.Before.Find(ctx, article)
		return ok, err
	})
}

// extract extracts the articles that contain one of names, and notes what that
// does to the counts. It adds how many mention something else to n, and returns the
// names that they contain.
func (p *preview) extract(ctx context.Context, names []string, n *int) (met map[string]bool, err error) {
	for _, f := range Corrected {
		p.shift[f] = map[string]int{}
	}
	refs, met, err := Containing(ctx, p.Before, p.Store, names)
	if err != nil {
		return nil, err
	}
	return met, again(ctx, p.Store, refs, p.Extract, func(a Again) error {
		p.count(corpus.Document{Article: a.Document.Article, Mentions: a.Was.Mentions}, -1)
		p.count(a.Document, 1)
		*n++
		return nil
	})
}

// count adds n to the counts of the values that a document has.
func (p *preview) count(d corpus.Document, n int) {
	has := map[search.Field]map[string]bool{}
	for _, f := range Corrected {
		has[f] = map[string]bool{}
	}
	for _, v := range d.Values() {
		f := search.FieldOf(v.Kind)
		if has[f] == nil {
			continue
		}
		id, name := p.Resolver.Resolve(f, v.Key, values.At{Article: d.ID, Source: d.Source})
		if id == "" {
			continue
		}
		has[f][id] = true
		ord := p.After.Table().Add(f, id, name)
		if f == search.Place {
			for _, up := range p.After.Table().Ancestors(ord) {
				has[f][p.After.Table().Value(f, up).ID] = true
			}
		}
	}
	for f, ids := range has {
		if len(ids) == 0 {
			p.shift[f][""] += n
		}
		for id := range ids {
			p.shift[f][id] += n
		}
	}
}

// changes returns the values of a field that will be others.
func (p *preview) changes(ctx context.Context, f search.Field) ([]Change, error) {
	before, err := p.Before.Counts(ctx, f)
	if err != nil {
		return nil, err
	}
	after, err := p.After.Counts(ctx, f)
	if err != nil {
		return nil, err
	}
	for id, n := range p.shift[f] {
		after[id] += n
	}
	all := maps.Clone(before)
	maps.Copy(all, after)
	var out []Change
	for id := range all {
		c := Change{Field: f, ID: id, Before: before[id], After: after[id]}
		was := valueOf(p.Before.Table(), f, id)
		now := valueOf(p.After.Table(), f, id)
		c.Value = now.Path
		if c.After == 0 {
			c.Value = was.Path
		}
		renamed := was.Path != now.Path
		if renamed && c.Before > 0 && c.After > 0 {
			c.Was = was.Path
		}
		if c.Was != "" || c.Before != c.After {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b Change) int {
		return cmp.Or(cmp.Compare(max(b.Before, b.After), max(a.Before, a.After)),
			cmp.Compare(a.Value, b.Value), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

// valueOf returns the value that has an id itself, none where it has been merged
// into another.
func valueOf(t *values.Table, f search.Field, id string) values.Value {
	ord, ok := t.Ord(f, id)
	if !ok {
		return values.Value{}
	}
	v := t.Value(f, ord)
	if v.ID != id {
		return values.Value{}
	}
	return v
}
