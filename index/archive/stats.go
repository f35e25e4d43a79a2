package archive

import (
	"context"
	"io/fs"
	"time"

	"dateline/index/ledger"
	"dateline/search"
)

// Stats tells what the current generation holds, and how large the archive is.
func (r *Reader) Stats(ctx context.Context) (*search.Stats, error) {
	g, err := r.use(ctx, "")
	if err != nil {
		return nil, err
	}
	defer r.leave(g)
	s, err := ledger.Stats(ctx, g.engine, g.seal.Counts)
	if err != nil {
		return nil, err
	}
	s.Generation, s.Published = g.seal.Generation, g.seal.Time.Format(time.RFC3339)
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
