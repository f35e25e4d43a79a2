package opensearch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/ledger"
	"dateline/index/values"
)

// A record is what NAME-articles keeps of an article, by its Ref.
type record struct {
	ledger.Finding
	Text corpus.Article `json:"article"`
}

// document returns the article with what was found in it.
func (r *record) document() *corpus.Document {
	d := &corpus.Document{Article: r.Text, Mentions: r.Mentions}
	d.Origin = r.Origin
	return d
}

// errRecord tells that a record is not there that something refers to.
var errRecord = errors.New("the record of an article is missing on the cluster; dateline verify tells which: index that article " +
	"again, or remove it")

// records reads the records at refs, in their order; parts of them, unless none is given. One that is missing is an
// errRecord.
func (a *Archive) records(ctx context.Context, refs []index.Ref, parts ...string) ([]record, error) {
	out, err := a.recordsLeft(ctx, refs, parts...)
	if err != nil || len(out) == len(refs) {
		return out, err
	}
	for i, ref := range refs {
		if i == len(out) || out[i].Article != ref {
			err = fmt.Errorf("record %s: %w", refID(ref), errRecord)
			break
		}
	}
	return nil, err
}

// recordsLeft is records of those that are there.
func (a *Archive) recordsLeft(ctx context.Context, refs []index.Ref, parts ...string) ([]record, error) {
	var out []record
	for some := range slices.Chunk(refs, recordsAtOnce) {
		var wanted []object
		for _, ref := range some {
			doc := object{"_id": refID(ref)}
			if len(parts) > 0 {
				doc["_source"] = parts
			}
			wanted = append(wanted, doc)
		}
		var got struct {
			Docs []struct {
				ID     string          `json:"_id"`
				Source json.RawMessage `json:"_source"`
			}
		}
		if err := a.Client.MultiGet(ctx, a.index("articles"), nil, object{"docs": wanted}, &got); err != nil {
			return nil, err
		}
		for i, d := range got.Docs {
			if d.Source == nil {
				continue
			}
			var rec record
			if err := json.Unmarshal(d.Source, &rec); err != nil {
				return nil, fmt.Errorf("record %s: %w", d.ID, err)
			}
			rec.Article = some[i]
			out = append(out, rec)
		}
	}
	return out, nil
}

// recordsAtOnce is how many records one request reads.
const recordsAtOnce = 500

// refID is the _id of a record.
func refID(ref index.Ref) string { return strconv.FormatUint(uint64(ref), 10) }

// documents reads the documents at refs, in their order.
func (a *Archive) documents(ctx context.Context, refs []index.Ref) ([]*corpus.Document, error) {
	all, err := a.records(ctx, refs)
	out := make([]*corpus.Document, len(all))
	for i := range all {
		out[i] = all[i].document()
	}
	return out, err
}

// document is an index.Fetch.
func (a *Archive) document(ctx context.Context, ref index.Ref) (*corpus.Document, error) {
	all, err := a.documents(ctx, []index.Ref{ref})
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// options returns what an engine of the archive is opened with.
func (a *Archive) options(r *values.Resolver) Options {
	return Options{
		EngineOptions: index.EngineOptions{Fetch: a.document, Resolver: r},
		FetchAll:      a.documents,
	}
}

// batchID is the _id of a batch.
func batchID(number int) string { return fmt.Sprintf("batch-%012d", number) }

// batchesAtOnce is how many batches one request reads.
const batchesAtOnce = 20

// batches gives the batches behind a number to visit, in order, and returns the number of the last.
func (a *Archive) batches(ctx context.Context, behind int, visit func(ledger.Batch) error) (last int, err error) {
	for last = behind; ; {
		var ids []string
		for i := range batchesAtOnce {
			ids = append(ids, batchID(last+1+i))
		}
		var got struct {
			Docs []struct {
				Source *kept `json:"_source"`
			}
		}
		if err := a.Client.MultiGet(ctx, a.index("journal"), primary, object{"ids": ids}, &got); err != nil {
			return last, err
		}
		for _, d := range got.Docs {
			if d.Source == nil {
				return last, nil
			}
			var b ledger.Batch
			if err := json.Unmarshal(d.Source.Data, &b); err != nil {
				return last, fmt.Errorf("batch %d of the journal: %w", last+1, err)
			}
			if err := visit(b); err != nil {
				return last, err
			}
			last++
		}
	}
}
