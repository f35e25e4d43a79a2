package opensearch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/opensearch/client"
	"dateline/index/values"
	"dateline/search"
)

// Options are what an engine needs to know.
type Options struct {
	index.EngineOptions

	// FetchAll gives the documents at refs, in their order; nil: Fetch gives each.
	FetchAll func(ctx context.Context, refs []index.Ref) ([]*corpus.Document, error)

	// version is that of the documents that are written now, higher for each batch of an archive: what comes late of
	// an earlier one is refused, within keepDeletes where it was deleted. Nil: they have none.
	version func() int64
}

// versionNow returns the version of the documents that are written now; 0: they have none.
func (o *Options) versionNow() int64 {
	if o.version == nil {
		return 0
	}
	return o.version()
}

// A view answers from one state of an index.
type view struct {
	Options
	client *client.Client
	table  *values.Table
	point  *point
	users  atomic.Int32

	inexact  atomic.Bool // the cluster lost the point, and something was written since
	replaced func() bool // whether the archive has another generation by now; nil: there is none

	nears nears
	words words
	ahead ahead
}

// newView returns a view of what searches of an index find now. It has one user.
func newView(o Options, c *client.Client, name string, table *values.Table) *view {
	v := &view{Options: o, client: c, table: table, point: newPoint(c, name), words: newWords()}
	v.enter()
	return v
}

// enter notes one more user of the view.
func (v *view) enter() { v.users.Add(1) }

// leave notes that one user less has the view. With the last the cluster is told to keep it no more.
func (v *view) leave() {
	if v.users.Add(-1) == 0 {
		v.point.close()
	}
}

// warm asks what a landing page asks, and reads what suggestions need.
func (v *view) warm(ctx context.Context) error {
	req := search.Request{Limit: 1, Snippets: true, Histogram: &search.HistogramRequest{Of: search.Date}}
	for _, f := range search.Fields {
		facet := search.FacetRequest{Field: f, Size: 1}
		if f.IsDate() {
			facet.Opened = []corpus.Date{}
		}
		req.Facets = append(req.Facets, facet)
	}
	if _, err := v.Search(ctx, req); err != nil {
		return err
	}
	_, err := v.Suggest(ctx, search.SuggestRequest{Text: "a", Limit: 1}) // which reads all words
	return err
}

// A hit is an article that was found.
type hit struct {
	Source struct {
		ID           string
		Ref          index.Ref
		Head         head
		Who          map[search.Field][]valued
		Keys         map[search.Field][]string
		Source, Lang string
	} `json:"_source"`
	Sort []json.RawMessage
}

// A found is the answer to a search.
type found struct {
	Hits struct {
		Total struct{ Value int }
		Hits  []hit
	}
	Aggregations aggregations
}

// Aggregations are what a request may ask to be counted.
type aggregations struct {
	Facets    map[search.Field]*facetAnswer
	Histogram *histogramAnswer
	Clauses   []counter
}

// UnmarshalJSON reads aggregations as question.aggregations names them.
func (a *aggregations) UnmarshalJSON(data []byte) error {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		return err
	}
	a.Facets = map[search.Field]*facetAnswer{}
	for name, data := range all {
		var err error
		switch name {
		case "histogram":
			a.Histogram = new(histogramAnswer)
			err = json.Unmarshal(data, a.Histogram)
		case "clauses":
			err = a.clauses(data)
		default:
			f := new(facetAnswer)
			a.Facets[search.Field(name)] = f
			err = json.Unmarshal(data, f)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// clauses reads the counts of clauses, which are named by their numbers.
func (a *aggregations) clauses(data []byte) error {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		return err
	}
	for i := 0; ; i++ {
		data, ok := all[strconv.Itoa(i)]
		if !ok {
			return nil
		}
		var c counter
		if err := json.Unmarshal(data, &c); err != nil {
			return err
		}
		a.Clauses = append(a.Clauses, c)
	}
}

// ask asks a search.
func (v *view) ask(ctx context.Context, body object, out any) error {
	query := url.Values{"allow_partial_search_results": {"false"}}
	if _, ok := body["sort"]; ok && scored(body) {
		query.Set("search_type", "dfs_query_then_fetch")
	}
	return tooMany(v.point.use(ctx, func(pit object) error {
		return v.client.Search(ctx, "", query, with(body, pit), out)
	}))
}

// tooMany returns err, which is search.ErrBadQuery where a query has more clauses than the cluster takes.
func tooMany(err error) error {
	if e := (*client.Error)(nil); errors.As(err, &e) && strings.Contains(e.Reason, "maxClauseCount") {
		return fmt.Errorf("%w: it has more words, phrases and values than the cluster takes at once; leave some out",
			search.ErrBadQuery)
	}
	return err
}

// askAll asks searches that are not scored, at once. A found of each is the answer.
func (v *view) askAll(ctx context.Context, bodies []object) ([]found, error) {
	answers := make([]found, len(bodies))
	outs := make([]any, len(bodies))
	searches := make([]client.Search, len(bodies))
	err := v.point.use(ctx, func(pit object) error {
		for i, body := range bodies {
			outs[i], searches[i].Body = &answers[i], with(body, pit)
		}
		return v.client.MultiSearch(ctx, searches, outs)
	})
	return answers, tooMany(err)
}

func with(body, pit object) object {
	body = maps.Clone(body)
	body["pit"] = pit
	return body
}

// scored tells whether hits are ordered by score.
func scored(body object) bool {
	order := body["sort"].([]object)
	_, ok := order[0]["_score"]
	return ok
}

// each calls do with all articles that a query finds, some at a time.
func (v *view) each(ctx context.Context, query object, do func([]hit) error) error {
	const some = 1000
	body := object{
		"query": constant(query, 0), "size": some, "sort": []object{{"id": "asc"}}, "track_total_hits": false,
	}
	for {
		var out found
		if err := v.ask(ctx, body, &out); err != nil {
			return err
		}
		hits := out.Hits.Hits
		if len(hits) > 0 {
			if err := do(hits); err != nil {
				return err
			}
		}
		if len(hits) < some {
			return nil
		}
		body["search_after"] = hits[len(hits)-1].Sort
	}
}

func refsOf(hits []hit) []index.Ref {
	refs := make([]index.Ref, len(hits))
	for i, h := range hits {
		refs[i] = h.Source.Ref
	}
	return refs
}

// fetch returns the documents at refs.
func (v *view) fetch(ctx context.Context, refs []index.Ref) ([]*corpus.Document, error) {
	if v.FetchAll != nil {
		return v.FetchAll(ctx, refs)
	}
	out := make([]*corpus.Document, len(refs))
	for i, ref := range refs {
		var err error
		if out[i], err = v.Fetch(ctx, ref); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// purged returns the error of reading articles as what it means where a record is missing and another generation
// was published since: it was purged.
func (v *view) purged(err error) error {
	if errors.Is(err, errRecord) && v.replaced != nil && v.replaced() {
		return errGone
	}
	return err
}

// translator returns what translates nodes for answers of a confidence.
func (v *view) translator(ctx context.Context, level corpus.Level) *translator {
	t := &translator{ctx: ctx, table: v.table, level: level}
	t.words = func(p index.Pattern) ([]string, error) { return v.matching(ctx, p) }
	t.near = func(n index.Near, given []object) ([]string, error) { return v.nearIDs(ctx, n, given) }
	return t
}

// count returns how many articles n selects.
func (v *view) count(ctx context.Context, t *translator, n index.Node) (int, error) {
	query, err := t.query(n)
	if err != nil {
		return 0, err
	}
	return v.countQuery(ctx, query)
}

// countQuery returns how many articles a query finds.
func (v *view) countQuery(ctx context.Context, query object) (int, error) {
	var out found
	err := v.ask(ctx, counting(query), &out)
	return out.Hits.Total.Value, err
}

// counting returns a search that counts what a query finds.
func counting(query object) object {
	return object{"query": constant(query, 0), "size": 0, "track_total_hits": true}
}

// A question is one request being answered.
type question struct {
	*view
	*translator
	plan *index.Plan
}

// inexact is said of answers where a generation can't be told from what was written later.
const inexact = "the cluster has lost the state of this generation, and the archive was written since: articles that are not published " +
	"may be counted, and names be missing, until dateline index publishes the next"

// Search answers a request.
func (v *view) Search(ctx context.Context, req search.Request) (res *search.Results, err error) {
	begun := time.Now()
	plan, err := index.Prepare(req, v.table)
	if err != nil {
		return nil, err
	}
	q := &question{v, v.translator(ctx, req.MinConfidence), plan}
	res = &search.Results{
		Query: search.Reading{ReadAs: plan.ReadAs}, Generation: v.Generation,
		Notices: append([]string{}, plan.Notices...),
	}
	defer func() {
		if err == nil && v.inexact.Load() {
			res.Notices = append(res.Notices, inexact)
		}
	}()
	if reflect.DeepEqual(req, search.Request{}) { // for the number of all articles, which is kept
		if res.Total, err = v.articles(ctx); err != nil {
			return nil, err
		}
		res.Hits = []search.Hit{}
		return res, nil
	}
	known, err := q.answer(ctx, res)
	if err != nil {
		return nil, err
	}
	d := dictionary{ctx, v, q.translator, known}
	if res.DidYouMean, err = index.DidYouMean(req, res.Total, v.table, d); err != nil {
		return nil, err
	}
	res.TookMS = float64(time.Since(begun).Microseconds()) / 1000
	return res, nil
}

// answer fills in the answer, and returns how many articles have each of the words that DidYouMean counts
// first. The hits are looked for while others are counted: their texts are to be read when they are known.
func (q *question) answer(ctx context.Context, res *search.Results) (known map[index.Words]int, err error) {
	body, err := q.body()
	if err != nil {
		return nil, err
	}
	shown := make(chan error, 1)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		err := q.setHits(ctx, res, body)
		if err != nil {
			stop()
		}
		shown <- err
	}()
	known, err = q.count(ctx, res, body)
	if err != nil {
		stop()
	}
	return known, first(<-shown, err)
}

// first returns the error of two which the other may come from.
func first(a, b error) error {
	if a == nil || errors.Is(a, context.Canceled) && b != nil {
		return b
	}
	return a
}

// count fills in what is counted.
func (q *question) count(ctx context.Context, res *search.Results, body object) (map[index.Words]int, error) {
	counts := maps.Clone(body)
	counts["size"], counts["track_total_hits"] = 0, true
	if err := q.addAggregations(counts); err != nil {
		return nil, err
	}
	known := map[index.Words]int{}
	bodies := []object{counts}
	suspects := slices.DeleteFunc(index.Suspects(q.plan.Request), func(w index.Words) bool { return q.isAll(w) })
	for _, w := range suspects {
		bodies = append(bodies, counting(word(w)))
	}
	answers, err := q.askAll(ctx, bodies)
	if err != nil {
		return nil, err
	}
	out := &answers[0]
	res.Total = out.Hits.Total.Value
	for i, w := range suspects {
		known[w] = answers[1+i].Hits.Total.Value
	}
	if w, ok := q.plan.Match.(index.Words); ok && q.isAll(w) {
		known[w] = res.Total
	}
	for i, c := range q.plan.Clauses {
		clause := search.Clause{Text: c.Text, Count: out.Aggregations.Clauses[i].Count}
		res.Query.Clauses = append(res.Query.Clauses, clause)
	}
	for _, f := range q.plan.Request.Facets {
		if res.Facets == nil {
			res.Facets = map[search.Field]*search.Facet{}
		}
		res.Facets[f.Field], err = q.result(f, out.Aggregations.Facets[f.Field], func(field string) (map[string]int, error) {
			loose, _ := q.split()
			filter, err := q.filter(loose, f.Field)
			if err != nil {
				return nil, err
			}
			return q.countTerms(ctx, object{"bool": object{"filter": []any{body["query"], filter}}}, field)
		})
		if err != nil {
			return nil, err
		}
	}
	h := q.plan.Request.Histogram
	if h == nil {
		return known, nil
	}
	by, notice := out.Aggregations.Histogram.unit(h.By)
	if notice != "" {
		res.Notices = append(res.Notices, notice)
	}
	res.Histogram, err = out.Aggregations.Histogram.result(h.Of, by)
	return known, err
}

// termsAtOnce is how many terms one request counts of all.
const termsAtOnce = 10_000

// countTerms returns how many articles that a query finds have each term of a field.
func (v *view) countTerms(ctx context.Context, query object, field string) (map[string]int, error) {
	counts := map[string]int{}
	source := object{"size": termsAtOnce, "sources": []object{{"term": object{"terms": object{"field": field}}}}}
	for {
		var answer struct {
			Aggregations struct {
				Terms struct {
					After   object `json:"after_key"`
					Buckets []struct {
						Key   struct{ Term string }
						Count int `json:"doc_count"`
					}
				}
			}
		}
		err := v.ask(ctx, object{
			"query": constant(query, 0), "size": 0, "track_total_hits": false, "aggs": object{"terms": object{"composite": source}},
		}, &answer)
		if err != nil {
			return nil, err
		}
		terms := answer.Aggregations.Terms
		for _, b := range terms.Buckets {
			counts[b.Key.Term] = b.Count
		}
		if len(terms.Buckets) < termsAtOnce {
			return counts, nil
		}
		source["after"] = terms.After
	}
}

// isAll tells whether a word is all that is asked for.
func (q *question) isAll(w index.Words) bool {
	return q.plan.Match == index.Node(w) && len(q.plan.Filters) == 0
}

// loose are the filters that do not hold where some facet is counted that is asked for. Tight
// are the others.
func (q *question) split() (loose, tight []index.PlanFilter) {
	for _, f := range q.plan.Filters {
		asked := false
		for _, facet := range q.plan.Request.Facets {
			asked = asked || facet.Field == f.Field
		}
		if asked && !f.Keep {
			loose = append(loose, f)
		} else {
			tight = append(tight, f)
		}
	}
	return loose, tight
}

// filter returns the query of filters but for that of a field that is counted.
func (q *question) filter(filters []index.PlanFilter, counted search.Field) (object, error) {
	var nodes []index.Node
	for _, f := range filters {
		if f.Field != counted {
			nodes = append(nodes, f.Node)
		}
	}
	return q.all(nodes)
}

// body returns the request for hits.
func (q *question) body() (object, error) {
	req := &q.plan.Request
	loose, tight := q.split()
	filter, err := q.filter(tight, "")
	if err != nil {
		return nil, err
	}
	q.given = []object{filter}
	match, err := q.query(q.plan.Match)
	q.given = nil
	if err != nil {
		return nil, err
	}
	occur := "filter"
	if byScore(req.Sort) {
		occur = "must"
	}
	body := object{
		"query": object{"bool": object{occur: []object{match}, "filter": []object{filter}}},
	}
	if occur == "filter" {
		body["query"] = object{"bool": object{"filter": []object{match, filter}}}
	}
	if len(loose) > 0 {
		if body["post_filter"], err = q.filter(loose, ""); err != nil {
			return nil, err
		}
	}
	return body, nil
}

func byScore(s search.Sort) bool { return s == "" || s == search.Relevance }

// order returns the order of hits: ties by date, newest first, then by ID.
func order(s search.Sort) []object {
	newest := object{"date.first": object{"order": "desc", "missing": index.FirstDay}}
	id := object{"id": "asc"}
	switch s {
	case search.Newest:
		return []object{newest, id}
	case search.Oldest:
		return []object{{"date.first": object{"order": "asc", "missing": index.LastDay}}, id}
	default:
		return []object{{"_score": "desc"}, newest, id}
	}
}

// afterKey returns the place behind which hits begin as order has it.
func afterKey(k *index.Key, s search.Sort) []any {
	switch day := k.Day; {
	case byScore(s):
		return []any{k.Score, day, k.ID}
	case s == search.Oldest && day == index.FirstDay:
		return []any{index.LastDay, k.ID}
	default:
		return []any{day, k.ID}
	}
}

// keyOf returns the place of a hit in the order of hits.
func keyOf(h hit, s search.Sort) (k index.Key, err error) {
	k.ID = h.Source.ID
	rest := h.Sort
	if byScore(s) && len(rest) > 0 {
		err = json.Unmarshal(rest[0], &k.Score)
		rest = rest[1:]
	}
	if err != nil || len(rest) == 0 {
		return k, errors.Join(err, errors.New("a hit has no place"))
	}
	err = json.Unmarshal(rest[0], &k.Day)
	if k.Day == index.LastDay {
		k.Day = index.FirstDay
	}
	return k, err
}

// page returns the hits of the page that is asked for, and one more where there is one. Hits before it
// are passed over, as many at a time as one request may reach.
func (q *question) page(ctx context.Context, body object) ([]hit, error) {
	req := &q.plan.Request
	body = maps.Clone(body)
	body["sort"], body["track_total_hits"] = order(req.Sort), false
	body["_source"] = []string{"id", "ref", "head", "who"}
	if after := q.plan.After; after != nil {
		body["search_after"] = afterKey(after, req.Sort)
	}
	body["from"], body["size"] = req.Offset, req.Limit+1
	if req.Offset+req.Limit >= maxWindow {
		after, err := q.skip(ctx, body, req.Offset)
		if after == nil || err != nil {
			return nil, err
		}
		body["from"], body["search_after"] = 0, after
	}
	var out found
	err := q.ask(ctx, body, &out)
	return out.Hits.Hits, err
}

// skip passes over n hits, and returns the place of the last of them; nil where there are not so many.
func (q *question) skip(ctx context.Context, body object, n int) (after []json.RawMessage, err error) {
	body = maps.Clone(body)
	body["from"], body["_source"] = 0, false
	for n > 0 {
		step := min(n, maxWindow)
		body["size"] = step
		var out found
		if err := q.ask(ctx, body, &out); err != nil {
			return nil, err
		}
		if len(out.Hits.Hits) < step {
			return nil, nil
		}
		after = out.Hits.Hits[step-1].Sort
		body["search_after"] = after
		n -= step
	}
	return after, nil
}

// addAggregations adds what is counted.
func (q *question) addAggregations(body object) error {
	loose, _ := q.split()
	aggs := object{}
	add := func(name string, counted search.Field, what object) error {
		filter, err := q.filter(loose, counted)
		aggs[name] = object{"filter": filter, "aggs": what}
		return err
	}
	for _, f := range q.plan.Request.Facets {
		if err := add(string(f.Field), f.Field, q.facet(f)); err != nil {
			return err
		}
	}
	if h := q.plan.Request.Histogram; h != nil {
		if err := add("histogram", "", q.histogram(h.Of, h.By)); err != nil {
			return err
		}
	}
	clauses := object{}
	for i, c := range q.plan.Clauses {
		query, err := q.query(c.Node)
		if err != nil {
			return err
		}
		clauses[strconv.Itoa(i)] = object{"filter": query}
	}
	if len(clauses) > 0 {
		aggs["clauses"] = object{"global": object{}, "aggs": clauses}
	}
	if len(aggs) > 0 {
		body["aggs"] = aggs
	}
	return nil
}

// setHits makes the page of hits.
func (q *question) setHits(ctx context.Context, res *search.Results, body object) error {
	req := &q.plan.Request
	res.Hits = []search.Hit{}
	if req.Limit == 0 {
		return nil
	}
	hits, err := q.page(ctx, body)
	if err != nil {
		return err
	}
	page := hits[:min(req.Limit, len(hits))]
	q.ahead.note(page)
	if n := len(page); n > 0 && n < len(hits) {
		key, err := keyOf(page[n-1], req.Sort)
		if err != nil {
			return err
		}
		res.Next = index.Cursor(q.Generation, req.Sort, key)
	}
	res.Hits = make([]search.Hit, len(page))
	for i, h := range page {
		var err error
		if res.Hits[i], err = q.hit(h); err != nil {
			return err
		}
	}
	if !req.Snippets || len(page) == 0 {
		return nil
	}
	docs, err := q.fetch(ctx, refsOf(page))
	if err != nil {
		return q.purged(fmt.Errorf("read the articles of a page: %w", err))
	}
	numbers := make([]index.Ref, len(docs))
	for i := range numbers {
		numbers[i] = index.Ref(i)
	}
	fetch := func(_ context.Context, i index.Ref) (*corpus.Document, error) { return docs[i], nil }
	return index.SetSnippets(ctx, q.plan, res.Hits, numbers, fetch, nil)
}

// hit returns an article as a hit, without snippets.
func (q *question) hit(h hit) (search.Hit, error) {
	s := &h.Source
	out := index.NewHit(&corpus.Article{
		ID: s.ID, Title: s.Head.Title, Source: s.Head.Source, Lang: s.Head.Lang, URL: s.Head.URL,
	})
	out.Date = s.Head.Date
	key, err := keyOf(h, q.plan.Request.Sort)
	if err != nil {
		return out, err
	}
	out.Score = key.Score
	out.Person = q.names(search.Person, s.Who[search.Person])
	out.Place = q.names(search.Place, s.Who[search.Place])
	return out, nil
}

// names returns the names of those values that are as sure as is asked, and in the table.
func (q *question) names(f search.Field, list []valued) []string {
	out := []string{}
	for _, v := range list {
		if v.level() >= q.level && int(v.ord()) < q.view.table.Len(f) {
			out = append(out, q.view.table.Name(f, v.ord()))
		}
	}
	return out
}
