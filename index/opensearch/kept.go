package opensearch

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"dateline/corpus"
	"dateline/index/ledger"
	"dateline/index/opensearch/client"
)

// AsFound returns those of the articles with ids that are in the generation that is read, as they were
// read, with what was found in them and by what.
func (r *Reader) AsFound(ctx context.Context, ids []string) ([]corpus.Document, error) {
	g, err := r.use("")
	if err != nil {
		return nil, err
	}
	defer g.leave()
	refs, err := g.refs(ctx, ids)
	if err != nil {
		return nil, err
	}
	kept, err := r.records(ctx, refs)
	if err != nil {
		return nil, err
	}
	byID := map[string]*record{}
	for i := range kept {
		byID[kept[i].ID] = &kept[i]
	}
	var out []corpus.Document
	for _, id := range ids {
		if k := byID[id]; k != nil {
			d := k.document()
			d.Extractor, d.Settings = k.Extractor, k.Settings
			out = append(out, *d)
		}
	}
	return out, nil
}

// Applied returns the corrections of the generation that is read, as curation.toml had them.
func (r *Reader) Applied(context.Context) ([]byte, error) {
	g, err := r.use("")
	if err != nil {
		return nil, err
	}
	defer g.leave()
	return slices.Clone(g.curation), nil
}

// Quarantine returns what was quarantined when the archive was published last, as lines of JSON in order of
// origin.
func (r *Reader) Quarantine(ctx context.Context) ([]byte, error) {
	tally, err := r.tally(ctx)
	if err != nil {
		return nil, err
	}
	return tally.QuarantineLines()
}

// Removed returns the ids of the articles that were kept out when the archive was published last, in order.
func (r *Reader) Removed(ctx context.Context) ([]string, error) {
	tally, err := r.tally(ctx)
	if err != nil {
		return nil, err
	}
	return slices.Sorted(maps.Keys(tally.Removed)), nil
}

// tally reads the tally of what was published last.
func (r *Reader) tally(ctx context.Context) (*ledger.Tally, error) {
	for attempt := 1; ; attempt++ {
		s, _, err := r.readState(ctx)
		if err != nil {
			return nil, err
		}
		tally := ledger.NewTally()
		_, err = r.read(ctx, "journal", tallyID(s.Journal), tally)
		switch {
		case err == nil:
			return tally, nil
		case !client.IsMissing(err) || attempt == attempts: // another was published meanwhile
			return nil, fmt.Errorf("read what is removed and quarantined: %w", err)
		}
	}
}

// attempts is how often something is looked for that goes when the next generation comes.
const attempts = 5

// CurrentShape returns the shape of the index that is searched; nil where none is.
func (a *Archive) CurrentShape(ctx context.Context) (*Shape, error) {
	var s state
	_, err := a.read(ctx, "journal", stateID, &s)
	switch {
	case client.IsMissing(err), err == nil && s.Search == 0:
		return nil, nil
	case err != nil:
		return nil, err
	}
	var got map[string]struct {
		Settings struct {
			Index struct {
				Shards   string `json:"number_of_shards"`
				Replicas string `json:"number_of_replicas"`
				Expand   string `json:"auto_expand_replicas"`
			}
		}
	}
	err = a.Client.Do(ctx, client.Request{Method: "GET", Path: a.searched(s.Search) + "/_settings"}, &got)
	switch {
	case client.IsMissing(err):
		return nil, nil
	case err != nil:
		return nil, err
	}
	for _, is := range got {
		set := is.Settings.Index
		if _, most, ok := strings.Cut(set.Expand, "-"); ok && most != "all" {
			set.Replicas = most
		}
		shards, err := strconv.Atoi(set.Shards)
		replicas, err2 := strconv.Atoi(set.Replicas)
		return &Shape{Shards: shards, Replicas: replicas}, cmp.Or(err, err2)
	}
	return nil, nil
}
