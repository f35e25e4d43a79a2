package opensearch

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strconv"
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

	// FetchAll gives the documents at refs, in their order; nil: Fetch gives each. FetchTexts gives
	// them without what they mention; nil: as FetchAll.
	FetchAll, FetchTexts func(ctx context.Context, refs []index.Ref) ([]*corpus.Document, error)
}

// A view answers from one state of an index.
type view struct {
	Options
	client *client.Client
	table  *values.Table
	point  *point
	users  atomic.Int32

	nears nears
	words words
}

// newView returns a view of what searches of an index find now. It has one user.
func newView(o Options, c *client.Client, name string, table *values.Table) *view {
	v := &view{Options: o, client: c, table: table, point: &point{client: c, index: name}}
	v.enter()
	return v
}

// enter notes one more user of the view.
func (v *view) enter() { v.users.Add(1) }

// leave notes that one user less has the view. With the last the cluster is told to keep it no
// more: else it finds out when the time is up.
func (v *view) leave() {
	if v.users.Add(-1) == 0 {
		ctx, cancel := context.WithTimeout(context.Background(), leaveWithin)
		defer cancel()
		v.point.close(ctx)
	}
}

const leaveWithin = time.Second

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
	return v.point.use(ctx, func(pit object) error {
		body := maps.Clone(body)
		body["pit"] = pit
		return v.client.Search(ctx, "", query, body, out)
	})
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
	err := v.ask(ctx, object{"query": constant(query, 0), "size": 0, "track_total_hits": true}, &out)
	return out.Hits.Total.Value, err
}

// A question is one request being answered.
type question struct {
	*view
	*translator
	plan *index.Plan
}

// Search answers a request.
func (v *view) Search(ctx context.Context, req search.Request) (*search.Results, error) {
	begun := time.Now()
	plan, err := index.Prepare(req, v.table)
	if err != nil {
		return nil, err
	}
	q := &question{v, v.translator(ctx, req.MinConfidence), plan}
	res := &search.Results{
		Query: search.Reading{ReadAs: plan.ReadAs}, Generation: v.Generation,
		Notices: append([]string{}, plan.Notices...),
	}
	if reflect.DeepEqual(req, search.Request{}) { // for the number of all articles, which is kept
		if res.Total, err = v.articles(ctx); err != nil {
			return nil, err
		}
		res.Hits = []search.Hit{}
		return res, nil
	}
	counted := make(chan error, 1)
	d := dictionary{ctx, v, q.translator, nil}
	go func() {
		var err error
		d.counted, err = v.countWords(ctx, index.Suspects(req))
		counted <- err
	}()
	err = q.answer(ctx, res)
	if err := cmp.Or(err, <-counted); err != nil {
		return nil, err
	}
	if res.DidYouMean, err = index.DidYouMean(req, res.Total, v.table, d); err != nil {
		return nil, err
	}
	res.TookMS = float64(time.Since(begun).Microseconds()) / 1000
	return res, nil
}

// answer fills in what one request of the cluster answers.
func (q *question) answer(ctx context.Context, res *search.Results) error {
	body, err := q.body()
	if err != nil {
		return err
	}
	if err := q.addAggregations(body); err != nil {
		return err
	}
	skipped, err := q.skip(ctx, body)
	if err != nil {
		return err
	}
	var out found
	if err := q.ask(ctx, body, &out); err != nil {
		return err
	}
	res.Total = out.Hits.Total.Value
	for i, c := range q.plan.Clauses {
		clause := search.Clause{Text: c.Text, Count: out.Aggregations.Clauses[i].Count}
		res.Query.Clauses = append(res.Query.Clauses, clause)
	}
	for _, f := range q.plan.Request.Facets {
		if res.Facets == nil {
			res.Facets = map[search.Field]*search.Facet{}
		}
		if res.Facets[f.Field], err = q.result(f, out.Aggregations.Facets[f.Field]); err != nil {
			return err
		}
	}
	if err := q.setHistogram(ctx, res, body, out.Aggregations.Histogram); err != nil {
		return err
	}
	hits := out.Hits.Hits
	if skipped < q.plan.Request.Offset { // that far there are none
		hits = nil
	}
	return q.setHits(ctx, res, hits)
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
		"query":            object{"bool": object{occur: []object{match}, "filter": []object{filter}}},
		"track_total_hits": true,
		"size":             0,
	}
	if occur == "filter" {
		body["query"] = object{"bool": object{"filter": []object{match, filter}}}
	}
	if len(loose) > 0 {
		if body["post_filter"], err = q.filter(loose, ""); err != nil {
			return nil, err
		}
	}
	if req.Limit > 0 {
		body["size"], body["sort"] = req.Limit+1, order(req.Sort)
	}
	if after := q.plan.After; after != nil && req.Limit > 0 {
		body["search_after"] = afterKey(after, req.Sort)
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

// skip passes over the hits before the page that is asked for, and returns how many it passed
// over or leaves to the request itself.
func (q *question) skip(ctx context.Context, body object) (skipped int, err error) {
	req := &q.plan.Request
	offset := req.Offset
	if req.Limit == 0 {
		return offset, nil
	}
	for skipped+req.Limit+1+offset-skipped > maxWindow && skipped < offset {
		step := min(offset-skipped, maxWindow)
		var out found
		err := q.ask(ctx, object{
			"query": body["query"], "post_filter": postFilter(body), "sort": body["sort"], "size": step,
			"_source": []string{"id"}, "track_total_hits": false, "search_after": body["search_after"],
		}, &out)
		if err != nil {
			return 0, err
		}
		skipped += len(out.Hits.Hits)
		if len(out.Hits.Hits) < step {
			return skipped, nil
		}
		body["search_after"] = out.Hits.Hits[step-1].Sort
	}
	if skipped < offset {
		body["from"] = offset - skipped
	}
	return offset, nil
}

func postFilter(body object) any {
	if f, ok := body["post_filter"]; ok {
		return f
	}
	return object{"match_all": object{}}
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
		units := usual
		if h.By != "" {
			units = []corpus.Precision{h.By}
		}
		if err := add("histogram", "", q.histogram(h.Of, units)); err != nil {
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

// setHistogram fills in the histogram by what body asked for, and where that is not it by another
// request.
func (q *question) setHistogram(ctx context.Context, res *search.Results, body object, asked *histogramAnswer) error {
	h := q.plan.Request.Histogram
	if h == nil {
		return nil
	}
	by, notice := asked.unit(h.By)
	if notice != "" {
		res.Notices = append(res.Notices, notice)
	}
	if !asked.has(by) {
		var out found
		err := q.ask(ctx, object{
			"query": body["query"], "size": 0, "track_total_hits": false,
			"aggs": object{"histogram": object{
				"filter": postFilter(body), "aggs": q.histogram(h.Of, []corpus.Precision{by}),
			}},
		}, &out)
		if err != nil {
			return err
		}
		asked = out.Aggregations.Histogram
	}
	var err error
	res.Histogram, err = asked.result(h.Of, by)
	return err
}

// setHits makes the page of hits.
func (q *question) setHits(ctx context.Context, res *search.Results, hits []hit) error {
	req := &q.plan.Request
	page := hits[:min(req.Limit, len(hits))]
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
	fetchAll := q.view.fetch
	if q.FetchTexts != nil && !hasMentions(q.plan.Match) {
		fetchAll = q.FetchTexts
	}
	docs, err := fetchAll(ctx, refsOf(page))
	if err != nil {
		return fmt.Errorf("read the articles of a page: %w", err)
	}
	numbers := make([]index.Ref, len(docs))
	for i := range numbers {
		numbers[i] = index.Ref(i)
	}
	fetch := func(_ context.Context, i index.Ref) (*corpus.Document, error) { return docs[i], nil }
	return index.SetSnippets(ctx, q.plan, res.Hits, numbers, fetch, nil)
}

// hasMentions tells whether n looks for mentions.
func hasMentions(n index.Node) bool {
	for _, leaf := range index.Leaves(n) {
		near, _ := leaf.(index.Near)
		for _, item := range near.Items {
			if slices.ContainsFunc(item, func(n index.Node) bool { _, ok := n.(index.Mentions); return ok }) {
				return true
			}
		}
	}
	return false
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
