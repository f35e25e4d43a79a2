package archive

import (
	"context"
	"maps"
	"slices"

	"dateline/corpus"
)

// AsFound returns those of the articles with ids that are in the generation that is read, as they were
// read, with what was found in them and by what.
func (r *Reader) AsFound(ctx context.Context, ids []string) ([]corpus.Document, error) {
	g, err := r.use(ctx, "")
	if err != nil {
		return nil, err
	}
	defer r.leave(g)
	s := source{g.store, g.engine}
	var out []corpus.Document
	for _, id := range ids {
		e, ok, err := s.entry(ctx, id)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		f, err := s.finding(e.Ref)
		if err != nil {
			return nil, hint(err)
		}
		e.Document.Extractor, e.Document.Settings = f.Extractor, f.Settings
		out = append(out, e.Document)
	}
	return out, nil
}

// Removed returns the ids of the articles that are kept out of the generation that is read, in order.
func (r *Reader) Removed(ctx context.Context) ([]string, error) {
	g, err := r.use(ctx, "")
	if err != nil {
		return nil, err
	}
	defer r.leave(g)
	t, err := readTally(r.disk, r.dir, g.seal)
	if err != nil {
		return nil, err
	}
	return slices.Sorted(maps.Keys(t.Removed)), nil
}

// Applied returns the corrections of the generation that is read, as curation.toml had them.
func (r *Reader) Applied(ctx context.Context) ([]byte, error) {
	g, err := r.use(ctx, "")
	if err != nil {
		return nil, err
	}
	defer r.leave(g)
	return slices.Clone(g.curation), nil
}
