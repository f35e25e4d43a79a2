package opensearch

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"

	"dateline/index"
	"dateline/index/ledger"
	"dateline/index/opensearch/client"
	"dateline/index/values"
	"dateline/search"
)

// A Report tells what Verify found.
type Report struct {
	Articles int      // that belong in the index
	Findings []string // what is wrong, for people to read; none where nothing is
}

func (r *Report) find(format string, args ...any) {
	r.Findings = append(r.Findings, fmt.Sprintf(format, args...))
}

// Verify holds the parts of the archive against one another: whether every article that the journal
// has put is in the index, at the record that the journal names, and whether that record is as it was
// written; and whether there is nothing else. With deep set it also holds what the index keeps of
// every article against its record. It changes nothing, and goes together with a writer: what is not
// published yet does not count. Progress, unless nil, is told how many articles of how many were
// looked at. The error is what kept it from going on.
func (r *Reader) Verify(ctx context.Context, deep bool, progress func(done, all int64)) (*Report, error) {
	g, err := r.use("")
	if err != nil {
		return nil, err
	}
	defer g.leave()
	out := &Report{}
	if err := r.Check(ctx); err != nil {
		out.find("%v", err)
		return out, nil
	}
	live, err := r.published(ctx, g.state.Journal).Live()
	if err != nil {
		out.find("the journal: %v", err)
		return out, ctx.Err()
	}
	out.Articles = len(live)
	if err := r.verifyTable(ctx, g.state.Table); err != nil {
		out.find("the table of values: %v", err)
	}
	alone, err := r.isAlone(ctx, g.state)
	if err != nil {
		return nil, err
	}
	if alone { // then it is what the index has now that counts, whoever wrote it
		if err := r.refresh(ctx, "search"); err != nil {
			return nil, err
		}
		now := newView(g.Options, r.Client, g.point.index, g.table)
		defer now.leave()
		g = &generation{view: now, state: g.state}
	}
	v := &verifying{Report: out, Archive: r.Archive, generation: g, deep: deep, left: live}
	all := int64(len(live))
	err = g.each(ctx, object{"match_all": object{}}, func(hits []hit) error {
		if err := v.look(ctx, hits); err != nil {
			return err
		}
		if progress != nil {
			progress(all-int64(len(v.left)), all)
		}
		return nil
	})
	if err == nil && g.inexact.Load() {
		return nil, fmt.Errorf("%w: %s; verify then", search.ErrUnavailable, inexact)
	}
	for _, id := range slices.Sorted(maps.Keys(v.left)) {
		out.find("article %s is not in the index", id)
	}
	if err == nil && alone {
		err = r.verifyPurged(ctx, out)
	}
	return out, err
}

// verifyPurged looks for what is still kept of articles that were purged: a purge did not end.
func (r *Reader) verifyPurged(ctx context.Context, out *Report) error {
	tally, err := r.tally(ctx)
	if err != nil {
		return err
	}
	var purged []string
	for id, ref := range tally.Removed {
		if ref == 0 {
			purged = append(purged, id)
		}
	}
	if len(purged) == 0 {
		return nil
	}
	if err := r.refresh(ctx, "articles"); err != nil {
		return err
	}
	kept := newView(Options{}, r.Client, r.index("articles"), nil)
	defer kept.leave()
	left, err := present(ctx, kept, "id", purged)
	for _, id := range slices.Sorted(maps.Keys(left)) {
		out.find("article %s was purged, and text of it is still kept: %s erases it", id, r.command("remove --purge "+id))
	}
	return err
}

// isAlone tells whether nothing is, or is being, written that a state does not tell of.
func (r *Reader) isAlone(ctx context.Context, s *state) (bool, error) {
	if _, err := r.get(ctx, "lock", lockID); !client.IsMissing(err) {
		return false, err
	}
	alone := true
	_, err := r.batches(ctx, s.Journal, func(b ledger.Batch) error {
		alone = alone && len(b.Entries) == 0
		return nil
	})
	return alone, err
}

// verifyTable reads the files of a table from the cluster, whatever copies there are.
func (r *Reader) verifyTable(ctx context.Context, files []tableFile) error {
	dir, err := os.MkdirTemp("", "dateline-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	_, err = r.receive(ctx, &copies{dir: dir}, files)
	return err
}

// published returns the batches up to a number.
func (a *Archive) published(ctx context.Context, last int) ledger.Journal {
	return a.between(ctx, 0, last)
}

// between returns the batches behind a number up to another. That one is missing is an error: a node that was cut
// off may not know of it.
func (a *Archive) between(ctx context.Context, behind, last int) ledger.Journal {
	return func(visit func(ledger.Batch) error) error {
		n := behind
		_, err := a.batches(ctx, behind, func(b ledger.Batch) error {
			if n++; n > last {
				return nil
			}
			return visit(b)
		})
		if err == nil && n < last {
			err = fmt.Errorf("%w: batch %d of the journal is missing, of %d", search.ErrUnavailable, n+1, last)
		}
		return err
	}
}

// A verifying looks at the articles of an index.
type verifying struct {
	*Report
	*Archive
	*generation
	deep bool
	left map[string]index.Ref // articles that were not met yet
}

// look looks at some articles of the index.
func (v *verifying) look(ctx context.Context, hits []hit) error {
	var known []hit
	for _, h := range hits {
		ref, ok := v.left[h.Source.ID]
		switch {
		case !ok:
			v.find("the index has the article %s, which the journal has not, or twice", h.Source.ID)
			continue
		case ref != h.Source.Ref:
			v.find("article %s is at record %s, and by the journal at %s", h.Source.ID, refID(h.Source.Ref), refID(ref))
		default:
			known = append(known, h)
		}
		delete(v.left, h.Source.ID)
	}
	found, err := v.records(ctx, refsOf(known))
	if err != nil { // one by one, to tell which
		return v.lookEach(ctx, known)
	}
	for i := range found {
		v.hold(&known[i], &found[i])
	}
	return nil
}

func (v *verifying) lookEach(ctx context.Context, hits []hit) error {
	for i := range hits {
		found, err := v.records(ctx, []index.Ref{hits[i].Source.Ref})
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			v.find("article %s: %v", hits[i].Source.ID, err)
			continue
		}
		v.hold(&hits[i], &found[0])
	}
	return nil
}

// hold holds what the index has of an article against its record.
func (v *verifying) hold(h *hit, r *record) {
	hash, err := ledger.ContentHash(r.Text)
	switch {
	case err != nil:
		v.find("article %s: %v", r.ID, err)
	case r.ID != h.Source.ID || r.Text.ID != r.ID:
		v.find("record %s is of article %s, not %s", refID(h.Source.Ref), r.ID, h.Source.ID)
	case hash != r.Hash:
		v.find("record %s of article %s is not as it was written: its content has another hash", refID(h.Source.Ref), r.ID)
	case v.deep:
		v.holdDeep(h, r)
	}
}

// holdDeep holds what the index keeps of an article's head and values.
func (v *verifying) holdDeep(h *hit, r *record) {
	rec := index.NewRecord(index.Entry{Document: *r.document(), Ref: h.Source.Ref})
	want := newDocument(&rec, resolved(&rec, v.Resolver, func(f search.Field, id, _ string) values.Ord {
		ord, ok := v.table.Ord(f, id)
		if !ok {
			v.find("article %s: the table of values has no %s %s", r.ID, f, id)
		}
		return ord
	}), v.table)
	for _, part := range []struct {
		name      string
		got, want any
	}{
		{"head", h.Source.Head, want.Head}, {"values", h.Source.Who, want.Who}, {"keys", h.Source.Keys, want.Keys},
		{"source", h.Source.Source, want.Source}, {"language", h.Source.Lang, want.Lang},
	} {
		if got, want := asJSON(part.got), asJSON(part.want); got != want {
			v.find("article %s: the index has the %s %s, and should have %s", r.ID, part.name, got, want)
		}
	}
}

func asJSON(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(data)
}
