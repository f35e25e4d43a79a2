package opensearch

// An archive on a cluster is these indexes, whose names begin with its own:
//
//	NAME-articles   a record for each article as it was read, with what was found in it; only
//	                grows: an article that changed, or was extracted anew, gets another
//	NAME-journal    what became of articles, a document for each batch that was acknowledged,
//	                numbered from 1; the state, in which the generation is counted; and what the
//	                journal comes to
//	NAME-lock       the writer's lock
//	NAME-values     the files of the table of values
//	NAME-curation   the newsroom's corrections as they were applied
//	NAME-search-N   what is searched, behind the alias NAME-search; another is made beside it
//	                while it is searched, and takes its place at once
//
// What is read is acknowledged when its records, and then its batch, are on the disks of the
// cluster. A generation is what the journal holds up to the batch that the state names. Readers see it
// at the point in time that was made when it was published. Where the cluster has lost that, and the index was
// written since, they see more than that, and say so.
//
// A writer begins with a batch of its own, and writes the state anew, see Writer.fence: none before it can
// acknowledge or publish any more. All that it makes is named or numbered by its batches, so that nothing that
// another still writes, who hung, takes the place of what it wrote.

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"strconv"
	"strings"
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
	Called    string            // what people type before a command that is for the archive; empty: dateline
	Cache     string            // folder for copies of the table of values; empty: one that goes with the process

	// Warm has a generation asked what pages ask first before it takes the place of the one before: a cluster that
	// was not asked that yet, or has written much since, takes seconds for it.
	Warm bool

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
		return fmt.Errorf("%q is no name of an archive on a cluster: wanted are small letters, digits, - and _, as in dateline; folders are for --engine bleve", name)
	}
	if strings.Contains(name+"-", "-search-") {
		return fmt.Errorf("%q is no name of an archive on a cluster: its indexes would be taken for those that another one searches", name)
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
		return a.errEmpty()
	}
	return nil
}

// A NothingError tells that there is no archive, or nothing was published in it.
type NothingError struct{ Why string }

func (e *NothingError) Error() string { return e.Why }
func (e *NothingError) Unwrap() error { return search.ErrUnavailable }

// errNone tells that there is no archive, and which there are.
func (a *Archive) errNone(ctx context.Context) error {
	others := ""
	if names := a.others(ctx); len(names) > 0 {
		others = "; there are: " + strings.Join(names, ", ")
	}
	return &NothingError{fmt.Sprintf("there is no archive %s on the cluster%s; %s makes one", a.Name, others, a.command("index PATH"))}
}

// others returns the names of the archives on the cluster, where it tells them.
func (a *Archive) others(ctx context.Context) (names []string) {
	var indices []struct{ Index string }
	r := client.Request{Method: "GET", Path: "_cat/indices/*-journal,*-curation", Query: url.Values{
		"format": {"json"}, "h": {"index"}, "s": {"index"}, "expand_wildcards": {"open"},
	}}
	if err := a.Client.Do(ctx, r, &indices); err != nil {
		return nil // it may not be permitted
	}
	parts := map[string]int{}
	for _, i := range indices {
		name := strings.TrimSuffix(strings.TrimSuffix(i.Index, "-journal"), "-curation")
		if parts[name]++; parts[name] == 2 && CheckName(name) == nil {
			names = append(names, name)
		}
	}
	return names
}

// errEmpty tells that there is an archive, and nothing in it.
func (a *Archive) errEmpty() error {
	return &NothingError{fmt.Sprintf("nothing was published in the archive %s yet; %s publishes what it reads", a.Name, a.command("index PATH"))}
}

// command returns a command as people type it.
func (a *Archive) command(words string) string { return cmp.Or(a.Called, "dateline") + " " + words }

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
	Writer      string        `json:"writer"`     // who wrote this, by its lock
	Search      int           `json:"search"`     // the number of the index that is searched
	Schema      string        `json:"schema"`     // of that
	Fingerprint string        `json:"fingerprint"`
	Curation    string        `json:"curation"` // the _id of the corrections that are applied; empty: none
	Table       []tableFile   `json:"table"`
	Point       string        `json:"point"`  // in time of the index, as it was published
	Writes      []int64       `json:"writes"` // the last write of each shard of the index that is in it
	Totals      ledger.Totals `json:"totals"`

	// Replaced are the indexes that were searched before, and since when they are not.
	Replaced map[int]time.Time `json:"replaced,omitempty"`

	// Older are the points of generations before, the latest last.
	Older []olderPoint `json:"older,omitempty"`
}

// An olderPoint is a point in time of a generation that was replaced.
type olderPoint struct {
	ID    string    `json:"id"`
	Since time.Time `json:"since"` // when it was replaced
}

// generation returns the name of the generation.
func (s *state) generation() string { return fmt.Sprintf("gen-%06d", s.Generation) }

// A kept is a document of NAME-journal or NAME-curation.
type kept struct {
	Kind   string          `json:"kind"`
	Number int             `json:"number,omitempty"`
	Writer string          `json:"writer,omitempty"` // of a batch: who wrote it, by its lock
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

// A keptVersion is a document of a version.
type keptVersion struct {
	version
	Source kept `json:"_source"`
}

// primary has what counts be read from the copy that is written first: another may not know, on a node that was cut
// off, what the cluster has acknowledged meanwhile.
var primary = url.Values{"preference": {"_primary"}}

// get reads a document. Where it is not there, or its index is not, it returns an error that
// client.IsMissing knows.
func (a *Archive) get(ctx context.Context, part, id string) (d keptVersion, err error) {
	r := client.Request{Method: "GET", Path: a.index(part) + "/_doc/" + url.PathEscape(id), Query: primary}
	err = a.Client.Do(ctx, r, &d)
	return d, err
}

// read reads what a document keeps into out, as get does.
func (a *Archive) read(ctx context.Context, part, id string, out any) (version, error) {
	d, err := a.get(ctx, part, id)
	if err == nil {
		err = json.Unmarshal(d.Source.Data, out)
	}
	return d.version, err
}

// write writes a document, and returns its version. With create set it is an error that client.IsConflict
// knows if it is there; with a version if it is not of that.
func (a *Archive) write(ctx context.Context, part, id string, doc kept, create bool, was *version) (is version, err error) {
	r := client.Request{Method: "PUT", Path: a.index(part) + "/_doc/" + url.PathEscape(id), Body: doc}
	switch {
	case create:
		r.Query = url.Values{"op_type": {"create"}}
	case was != nil:
		r.Query = was.query()
	default:
		r.Safe = true
	}
	err = a.Client.Do(ctx, r, &is)
	return is, err
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
		if isNoIndex(err) {
			return nil, v, a.errNone(ctx)
		}
		return nil, v, a.errEmpty()
	case err != nil:
		return nil, v, fmt.Errorf("read the state of the archive %s: %w", a.Name, err)
	case s.Layout > layout:
		return nil, v, fmt.Errorf("%w: the archive %s has the layout %d of a newer version of dateline; this one knows %d",
			search.ErrUnavailable, a.Name, s.Layout, layout)
	case s.Generation > 0 && s.Schema != Schema:
		return &s, v, fmt.Errorf("%w: the index %s was made with the mapping %s, and this version of dateline needs %s: %s makes it anew",
			search.ErrUnavailable, a.searched(s.Search), s.Schema, Schema, a.command("index --rebuild"))
	}
	return &s, v, nil
}

// resolver returns a resolver by corrections that were applied.
func (a *Archive) resolver(curation []byte) (*values.Curation, *values.Resolver, error) {
	c, err := values.ParseCuration(curation)
	if err != nil {
		return nil, nil, fmt.Errorf("the corrections that are applied: %w", err)
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

// An aboutIndex is what an index is known by.
type aboutIndex struct {
	Aliases  map[string]any
	Mappings struct {
		Meta struct {
			Part    string // of an archive, as index names it
			Archive string // of an index that is searched: the archive's UUID
		} `json:"_meta"`
	}
}

// about tells of those indexes that are there of a list, which may have wildcards.
func (a *Archive) about(ctx context.Context, names ...string) (map[string]aboutIndex, error) {
	var out map[string]aboutIndex
	err := a.Client.Do(ctx, client.Request{Method: "GET", Path: strings.Join(names, ","), Query: url.Values{
		"ignore_unavailable": {"true"}, "filter_path": {"*.aliases,*.mappings._meta"},
	}}, &out)
	if client.IsMissing(err) {
		return nil, nil
	}
	return out, err
}

// A madeIndex is how an index is made but for that which is searched.
type madeIndex struct {
	part   string
	shards int
	fields object
}

// indexes returns how those are made that are not searched. The journal is the last: where it is, all are.
func (a *Archive) indexes() []madeIndex {
	nothing := object{"type": "object", "enabled": false}
	keyword := object{"type": "keyword"}
	documents := object{"kind": keyword, "number": object{"type": "long"}, "writer": nothing, "data": nothing}
	records := object{"id": keyword, "hash": nothing, "origin": nothing, "extractor": nothing, "settings": nothing,
		"article": nothing, "mentions": nothing}
	return []madeIndex{
		{"articles", a.Shape.Shards, records}, {"curation", 1, documents},
		{"values", 1, object{"data": object{"type": "binary"}}}, {"lock", 1, documents}, {"journal", 1, documents},
	}
}

// make makes the indexes of an archive that is not there, but for that which is searched. Indexes that are
// not its own are left alone, and are an error, as are its own where some are missing.
func (a *Archive) make(ctx context.Context) error {
	all := a.indexes()
	var names []string
	for _, m := range all {
		names = append(names, a.index(m.part))
	}
	there, err := a.about(ctx, names...)
	if err != nil {
		return err
	}
	for _, m := range all {
		if is, ok := there[a.index(m.part)]; ok && is.Mappings.Meta.Part != m.part {
			return fmt.Errorf("%w: the cluster has an index %s that is none of dateline's; give the archive another name",
				search.ErrUnavailable, a.index(m.part))
		}
	}
	_, begun := there[a.index("journal")]
	for _, m := range all {
		_, ok := there[a.index(m.part)]
		switch {
		case ok:
		case begun:
			return fmt.Errorf("%w: the index %s is missing, and others of the archive are there: restore it from a snapshot, or delete those too",
				search.ErrUnavailable, a.index(m.part))
		default:
			if err := a.makeIndex(ctx, m); err != nil {
				return fmt.Errorf("make the index %s: %w", a.index(m.part), err)
			}
		}
	}
	return nil
}

func (a *Archive) makeIndex(ctx context.Context, m madeIndex) error {
	mapping := fields(m.fields)
	mapping["dynamic"], mapping["_meta"] = "strict", object{"part": m.part}
	settings := object{
		"number_of_shards": m.shards, "auto_expand_replicas": a.Shape.replicas(),
		"codec": "best_compression", "refresh_interval": -1,
	}
	maps.Copy(settings, expungeable)
	r := client.Request{
		Method: "PUT", Path: a.index(m.part), Body: object{"settings": settings, "mappings": mapping}, Safe: true,
	}
	if err := a.Client.Do(ctx, r, nil); !isThere(err) {
		return err
	}
	return nil
}

// isNoIndex tells whether something is missing with the index that it is kept in.
func isNoIndex(err error) bool {
	var e *client.Error
	return errors.As(err, &e) && e.Type == "index_not_found_exception"
}

// isThere tells whether an index could not be made since there is one.
func isThere(err error) bool {
	var e *client.Error
	return errors.As(err, &e) && e.Type == "resource_already_exists_exception"
}
