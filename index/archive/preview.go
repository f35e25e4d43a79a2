package archive

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"dateline/corpus"
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

// Preview returns what the corrections in curation.toml will change in the
// generation that is read. It changes nothing. An error of what the file holds
// names the line.
func (r *Reader) Preview(ctx context.Context, extractors Extractors) (*Preview, error) {
	g, err := r.use(ctx, "")
	if err != nil {
		return nil, err
	}
	defer r.leave(g)
	data, err := readCuration(r.disk, r.dir)
	if err != nil {
		return nil, err
	}
	curation, resolver, err := r.checked(data)
	if err != nil {
		return nil, err
	}
	engine, err := r.Engines.Open(r.dir+"/"+g.seal.Generation+"/"+indexName, EngineOptions{
		Fetch: g.store.document, Text: g.store.text, Resolver: resolver, Generation: g.seal.Generation,
	})
	if err != nil {
		return nil, fmt.Errorf("%w: open %s: %w", search.ErrUnavailable, g.seal.Generation, err)
	}
	p := &preview{generation: g, engine: engine, resolver: resolver}
	out, err := p.all(ctx, curation, extractors)
	if closed := engine.Close(); err == nil {
		err = closed
	}
	return out, err
}

// A preview compares a generation with what corrections make of it.
type preview struct {
	*generation
	engine   Searcher // by the corrections
	resolver *values.Resolver
	shift    map[search.Field]map[string]int // by how much extraction changes counts
}

// previewed are the fields that can be corrected.
var previewed = []search.Field{search.Person, search.Place, search.Org}

// all compares all fields.
func (p *preview) all(
	ctx context.Context, c *values.Curation, extractors Extractors,
) (*Preview, error) {
	before, err := parseCuration(p.curation)
	if err != nil {
		return nil, err
	}
	out := &Preview{Changes: []Change{}, Notes: []string{}}
	names := changedNames(before, c)
	found, err := p.extract(ctx, names, extractors(c), &out.Extracted)
	if err != nil {
		return nil, err
	}
	out.Notes = append(out.Notes, c.Unfound(names, found)...)
	keys := map[search.Field][]string{}
	for _, f := range previewed {
		if keys[f], err = p.generation.engine.Keys(ctx, f); err != nil {
			return nil, err
		}
	}
	for _, f := range previewed {
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

// unmet tells what corrections speak of that no article has.
func (p *preview) unmet(
	ctx context.Context, f search.Field, keys map[search.Field][]string,
) ([]string, error) {
	return p.resolver.Unmet(f, keys, func(article string) (bool, error) {
		_, ok, err := p.generation.engine.Find(ctx, article)
		return ok, err
	})
}

// extract extracts the articles that contain one of names, and notes what that
// does to the counts. It adds how many mention something else to n, and returns the
// names that they contain.
func (p *preview) extract(
	ctx context.Context, names []string, extract Extract, n *int,
) (met map[string]bool, err error) {
	p.shift = map[search.Field]map[string]int{}
	for _, f := range previewed {
		p.shift[f] = map[string]int{}
	}
	found, met, err := containing(ctx, p.generation.engine, p.store, names)
	if err != nil {
		return nil, err
	}
	slices.Sort(found)
	for refs := range slices.Chunk(found, replayDocs) {
		all, err := reextract(ctx, p.store, refs, extract)
		if err != nil {
			return nil, err
		}
		for _, it := range all {
			p.count(corpus.Document{Article: it.doc.Article, Mentions: it.was.Mentions}, -1)
			p.count(it.doc, 1)
		}
		*n += len(all)
	}
	return met, nil
}

// count adds n to the counts of the values that a document has.
func (p *preview) count(d corpus.Document, n int) {
	has := map[search.Field]map[string]bool{}
	for _, f := range previewed {
		has[f] = map[string]bool{}
	}
	for _, v := range d.Values() {
		f := search.FieldOf(v.Kind)
		if has[f] == nil {
			continue
		}
		id, name := p.resolver.Resolve(f, v.Key, values.At{Article: d.ID, Source: d.Source})
		if id == "" {
			continue
		}
		has[f][id] = true
		ord := p.engine.Table().Add(f, id, name)
		if f == search.Place {
			for _, up := range p.engine.Table().Ancestors(ord) {
				has[f][p.engine.Table().Value(f, up).ID] = true
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
	before, err := p.generation.engine.Counts(ctx, f)
	if err != nil {
		return nil, err
	}
	after, err := p.engine.Counts(ctx, f)
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
		was := valueOf(p.generation.engine.Table(), f, id)
		now := valueOf(p.engine.Table(), f, id)
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
