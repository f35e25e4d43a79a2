package opensearch

// An archive on a cluster is these indexes, whose names begin with its own:
//
//	NAME-articles   a record for each article as it was read, with what was found in it; only
//	                grows: an article that changed, or was extracted anew, gets another
//	NAME-journal    what became of articles, a document for each batch that was acknowledged,
//	                numbered from 1; the state, in which the generation is counted; what the
//	                journal comes to; and the writer's lock
//	NAME-values     the files of the table of values
//	NAME-curation   the newsroom's corrections as they were applied
//	NAME-search-N   what is searched, behind the alias NAME-search; the next N is made beside it
//	                while it is searched, and takes its place at once
//
// What is read is acknowledged when its records, and then its batch, are on the disks of the
// cluster. A generation is what the journal holds up to the batch that the state names. Readers see it
// at one point in time; who opens the archive after a writer was killed while it published may see
// articles that are acknowledged and in the next generation, never fewer. Records
// and batches have numbers that follow from one another, so that what a crash left is written
// over by the next writer.

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"time"

	"dateline/corpus/enrich/places"
	"dateline/index/ledger"
	"dateline/index/opensearch/client"
	"dateline/index/values"
	"dateline/search"
)

// An Archive says which archive is meant, and what it takes to open it.
type Archive struct {
	Client    *client.Client
	Name      string
	Shape     Shape             // of what is made
	Gazetteer *places.Gazetteer // nil: none
	Cache     string            // folder for copies of the table of values; empty: one that goes with the process

	// Extractor is the version of what finds mentions, Settings the options that it was
	// given. An article that came in under others counts as changed.
	Extractor string
	Settings  string
}

// layout is the version of what the indexes hold.
const layout = 1

// keepFor is how long a generation is kept after it was replaced, for those who page through it.
const keepFor = 15 * time.Minute

var archiveName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,99}$`)

// CheckName tells what is wrong with the name of an archive.
func CheckName(name string) error {
	if !archiveName.MatchString(name) {
		return fmt.Errorf("%q is no name of an archive on a cluster: wanted are small letters, digits, - and _, as in dateline, and no folder", name)
	}
	return nil
}

// check tells what is wrong with the name.
func (a *Archive) check() error {
	if err := CheckName(a.Name); err != nil {
		return fmt.Errorf("%w: %w", search.ErrUnavailable, err)
	}
	return nil
}

// Exists returns search.ErrUnavailable where there is no archive in which anything was published. One whose
// index is to be made anew is there.
func (a *Archive) Exists(ctx context.Context) error {
	s, _, err := a.readState(ctx)
	switch {
	case s == nil:
		return err
	case s.Generation == 0:
		return a.errNone()
	}
	return nil
}

// errNone tells that there is no archive.
func (a *Archive) errNone() error {
	return fmt.Errorf("%w: there is no archive %s on the cluster, or nothing was published in it yet: dateline index PATH makes one",
		search.ErrUnavailable, a.Name)
}

// index returns the name of one of the archive's indexes.
func (a *Archive) index(part string) string { return a.Name + "-" + part }

// searched returns the name of the index with a number that is searched.
func (a *Archive) searched(n int) string { return a.index("search-" + strconv.Itoa(n)) }

// A state is what the cluster keeps of an archive as a whole.
type state struct {
	Layout      int           `json:"layout"`
	UUID        string        `json:"uuid"`       // of this archive, whatever its name
	Generation  int           `json:"generation"` // 0: nothing was published
	Time        time.Time     `json:"time"`       // when it was published
	Journal     int           `json:"journal"`    // the last batch that is in it
	Search      int           `json:"search"`     // the number of the index that is searched
	Schema      string        `json:"schema"`     // of that
	Fingerprint string        `json:"fingerprint"`
	Curation    string        `json:"curation"` // the _id of the corrections that are applied; empty: none
	Table       []tableFile   `json:"table"`
	Totals      ledger.Totals `json:"totals"`

	// Replaced are the indexes that were searched before, and since when they are not.
	Replaced map[int]time.Time `json:"replaced,omitempty"`
}

// generation returns the name of the generation.
func (s *state) generation() string { return fmt.Sprintf("gen-%06d", s.Generation) }

// A kept is a document of NAME-journal or NAME-curation.
type kept struct {
	Kind   string          `json:"kind"`
	Number int             `json:"number,omitempty"`
	Data   json.RawMessage `json:"data"`
}

// A version tells one state of a document from others.
type version struct {
	SeqNo       int64 `json:"_seq_no"`
	PrimaryTerm int64 `json:"_primary_term"`
}

func (v version) query() url.Values {
	return url.Values{
		"if_seq_no":       {strconv.FormatInt(v.SeqNo, 10)},
		"if_primary_term": {strconv.FormatInt(v.PrimaryTerm, 10)},
	}
}

// read reads a document into out. Where it is not there, or its index is not, it returns an
// error that client.IsMissing knows.
func (a *Archive) read(ctx context.Context, part, id string, out any) (version, error) {
	var got struct {
		version
		Source kept `json:"_source"`
	}
	r := client.Request{Method: "GET", Path: a.index(part) + "/_doc/" + url.PathEscape(id)}
	if err := a.Client.Do(ctx, r, &got); err != nil {
		return version{}, err
	}
	return got.version, json.Unmarshal(got.Source.Data, out)
}

// write writes a document. With create set it is an error that client.IsConflict knows if it is
// there; with a version if it is not of that.
func (a *Archive) write(ctx context.Context, part, id string, doc kept, create bool, was *version) error {
	r := client.Request{Method: "PUT", Path: a.index(part) + "/_doc/" + url.PathEscape(id), Body: doc}
	switch {
	case create:
		r.Query = url.Values{"op_type": {"create"}}
	case was != nil:
		r.Query = was.query()
	default:
		r.Safe = true
	}
	return a.Client.Do(ctx, r, nil)
}

// keeping returns data as a document.
func keeping(kind string, number int, data any) (kept, error) {
	raw, err := json.Marshal(data)
	return kept{Kind: kind, Number: number, Data: raw}, err
}

const stateID = "state"

// readState reads the state.
func (a *Archive) readState(ctx context.Context) (*state, version, error) {
	var s state
	v, err := a.read(ctx, "journal", stateID, &s)
	switch {
	case client.IsMissing(err):
		return nil, v, a.errNone()
	case err != nil:
		return nil, v, fmt.Errorf("read the state of the archive %s: %w", a.Name, err)
	case s.Layout > layout:
		return nil, v, fmt.Errorf("%w: the archive %s has the layout %d of a newer version of dateline; this one knows %d",
			search.ErrUnavailable, a.Name, s.Layout, layout)
	case s.Generation > 0 && s.Schema != Schema:
		return &s, v, fmt.Errorf("%w: the index %s was made with the mapping %s, and this version of dateline needs %s: dateline index --rebuild makes it anew",
			search.ErrUnavailable, a.searched(s.Search), s.Schema, Schema)
	}
	return &s, v, nil
}

// resolver returns a resolver by corrections that were applied.
func (a *Archive) resolver(curation []byte) (*values.Curation, *values.Resolver, error) {
	c, err := values.ParseCuration(curation)
	if err != nil {
		return nil, nil, fmt.Errorf("curation.toml: %w", err)
	}
	return c, values.NewResolver(a.Gazetteer, c), nil
}

// readCuration reads the corrections of a state.
func (a *Archive) readCuration(ctx context.Context, s *state) ([]byte, error) {
	if s.Curation == "" {
		return nil, nil
	}
	var text string
	_, err := a.read(ctx, "curation", s.Curation, &text)
	return []byte(text), err
}

// make makes the indexes of an archive that is not there, but for that which is searched. The journal is
// made last: where it is, all are.
func (a *Archive) make(ctx context.Context) error {
	_, err := a.read(ctx, "journal", stateID, new(state))
	if e := (*client.Error)(nil); !errors.As(err, &e) || e.Type != "index_not_found_exception" {
		return nil // what else is wrong is told by whoever reads it next
	}
	nothing := object{"type": "object", "enabled": false}
	keyword := object{"type": "keyword"}
	documents := fields(object{"kind": keyword, "number": object{"type": "long"}, "data": nothing})
	records := fields(object{"id": keyword, "hash": nothing, "origin": nothing, "extractor": nothing, "settings": nothing,
		"article": nothing, "mentions": nothing})
	files := fields(object{"data": object{"type": "binary"}})
	for _, made := range []struct {
		part   string
		shards int
		fields object
	}{
		{"articles", a.Shape.Shards, records}, {"curation", 1, documents}, {"values", 1, files}, {"journal", 1, documents},
	} {
		made.fields["dynamic"] = "strict"
		body := object{
			"settings": object{
				"number_of_shards": made.shards, "auto_expand_replicas": a.Shape.replicas(),
				"codec": "best_compression", "refresh_interval": -1,
			},
			"mappings": made.fields,
		}
		err := a.Client.Do(ctx, client.Request{Method: "PUT", Path: a.index(made.part), Body: body, Safe: true}, nil)
		if err != nil && !isThere(err) {
			return fmt.Errorf("make the index %s: %w", a.index(made.part), err)
		}
	}
	return nil
}

// isThere tells whether an index could not be made since there is one.
func isThere(err error) bool {
	var e *client.Error
	return errors.As(err, &e) && e.Type == "resource_already_exists_exception"
}
