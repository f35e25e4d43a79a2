package archive

import (
	"context"
	"fmt"

	"dateline/index/ledger"
	"dateline/index/values"
	"dateline/search"
)

// Preview returns what the corrections in curation.toml will change in the
// generation that is read. It changes nothing. An error of what the file holds
// names the line.
func (r *Reader) Preview(ctx context.Context, extractors ledger.Extractors) (*ledger.Preview, error) {
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
	out, err := compare(ctx, g, engine, curation, resolver, extractors(curation))
	if closed := engine.Close(); err == nil {
		err = closed
	}
	return out, err
}

// compare compares a generation with engine, which is its index by other corrections.
func compare(ctx context.Context, g *generation, engine Searcher, c *values.Curation, r *values.Resolver,
	extract ledger.Extract,
) (*ledger.Preview, error) {
	applied, err := parseCuration(g.curation)
	if err != nil {
		return nil, err
	}
	return ledger.Comparison{
		Before: g.engine, After: engine, Store: source{g.store, g.engine},
		Applied: applied, Others: c, Resolver: r, Extract: extract,
	}.Preview(ctx)
}
