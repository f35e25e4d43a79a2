package archive

import (
	"context"
	"fmt"
	"io/fs"
	"time"

	"dateline/search"
)

// maxLangs is how many languages Stats tells apart.
const maxLangs = 1000

// Stats tells what the current generation holds, and how large the archive is.
func (r *Reader) Stats(ctx context.Context) (*search.Stats, error) {
	g, err := r.use(ctx, "")
	if err != nil {
		return nil, err
	}
	defer r.leave(g)
	req := search.Request{}
	for _, f := range search.Fields {
		size := 0
		if f == search.Lang {
			size = maxLangs
		}
		req.Facets = append(req.Facets, search.FacetRequest{Field: f, Size: size})
	}
	res, err := g.engine.Search(ctx, req)
	if err != nil {
		return nil, fmt.Errorf("count what the archive holds: %w", err)
	}
	s := &search.Stats{
		Generation: g.seal.Generation, Published: g.seal.Time.Format(time.RFC3339),
		Articles: res.Total, Quarantined: g.seal.Counts.Quarantined,
		Removed: g.seal.Counts.Removed, Extractors: g.seal.Counts.Extractors,
		Undated: res.Facets[search.Date].None, Unplaced: res.Facets[search.Place].None,
		Langs: map[string]int{}, Distinct: map[search.Field]int{},
	}
	for f, facet := range res.Facets {
		s.Distinct[f] = facet.Distinct
	}
	for _, lang := range res.Facets[search.Lang].Values {
		s.Langs[lang.ID] = lang.Count
	}
	if none := res.Facets[search.Lang].None; none > 0 {
		s.Langs[""] = none
	}
	s.Bytes, err = r.bytes(g.seal)
	return s, err
}

// bytes returns the size of the parts of the archive.
func (r *Reader) bytes(s *seal) (map[string]int64, error) {
	out := map[string]int64{}
	for _, f := range s.Files {
		out["index"] += f.Size
	}
	journal, err := r.disk.Stat(r.dir + "/journal")
	if err != nil {
		return nil, err
	}
	out["journal"] = journal.Size()
	files, err := r.disk.ReadDir(r.dir + "/articles")
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		var info fs.FileInfo
		if info, err = f.Info(); err != nil {
			return nil, err
		}
		out["articles"] += info.Size()
	}
	return out, nil
}
