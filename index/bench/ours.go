package main

import (
	"context"
	"runtime/debug"
	"time"

	"dateline/corpus"
	"dateline/corpus/enrich/places"
	"dateline/index"
	"dateline/index/archive"
	"dateline/index/bleve"
	"dateline/search"
)

// ours is Dateline: its archive and its engine, as index and serve use them.
type ours struct {
	reader *archive.Reader
	writer *archive.Writer // nil until add
}

var _ contestant = (*ours)(nil)

func archiveOptions() archive.Options {
	return archive.Options{
		Engines:   archive.EnginesOf(bleve.Create, bleve.Open, bleve.Checks, bleve.CheckFile),
		Gazetteer: places.Default(),
		Extractor: "bench",
	}
}

func (o *ours) index(dir, file string, n int) (err error) {
	w, err := archive.OpenWriter(dir, archiveOptions())
	if err != nil {
		return err
	}
	defer func() {
		if closed := w.Close(); err == nil {
			err = closed
		}
	}()
	docs := func(yield func(corpus.Document, error) bool) {
		for r, err := range records(file, n) {
			var d corpus.Document
			if err == nil {
				d, err = r.document()
			}
			if !yield(d, err) {
				return
			}
		}
	}
	ctx := context.Background()
	if _, err := new(index.Builder).Build(ctx, w, docs); err != nil {
		return err
	}
	return w.Publish(ctx)
}

func (o *ours) open(dir string) (err error) {
	debug.SetGCPercent(archive.GCPercent) // as serve does
	o.reader, err = archive.Open(dir, archiveOptions())
	return err
}

func (o *ours) ask(q *question) reply {
	res, err := o.reader.Search(context.Background(), q.request())
	if err != nil {
		return failed(err)
	}
	out := reply{Total: res.Total}
	for _, h := range res.Hits {
		out.IDs = append(out.IDs, h.ID)
		if len(h.Snippets) > 0 {
			out.Highlights++
		}
	}
	for f, facet := range res.Facets {
		for _, v := range facet.Values {
			out.addCount(f, v.Count)
		}
	}
	if res.Histogram != nil {
		for _, b := range res.Histogram.Buckets {
			out.Histogram += b.Count
		}
	}
	return out
}

// addCount adds the count of a facet's next value.
func (r *reply) addCount(f search.Field, n int) {
	if r.Facets == nil {
		r.Facets = map[search.Field][]int{}
	}
	r.Facets[f] = append(r.Facets[f], n)
}

// request returns q as Dateline is asked.
func (q *question) request() search.Request {
	req := search.Request{Query: q.expr(), Limit: q.Top, Snippets: q.Highlight}
	for _, f := range q.Facets {
		req.Facets = append(req.Facets, search.FacetRequest{Field: f, Size: facetSize})
	}
	if q.Histogram {
		req.Histogram = &search.HistogramRequest{Of: search.Date, By: corpus.Month}
	}
	if q.From != 0 || q.To != 0 {
		req.Filters = []search.Filter{{Field: search.Date, Include: []search.Expr{search.Within{
			Field: search.Date,
			From:  corpus.Date(corpus.Day(q.From).String()), To: corpus.Date(corpus.Day(q.To).String()),
		}}}}
	}
	return req
}

// facetSize is how many values of a facet are asked for.
const facetSize = 10

func (q *question) expr() search.Expr {
	var words []search.Expr
	for _, w := range q.Words {
		words = append(words, search.Word{Text: w})
	}
	switch {
	case q.Kind == all:
		return search.All{}
	case q.Kind == prefix:
		return search.Pattern{Kind: search.Prefix, Text: q.Words[0]}
	case q.Kind == fuzzy:
		return search.Pattern{Kind: search.Fuzzy, Text: q.Words[0]}
	case q.Kind == phrase:
		return search.Phrase{Text: q.Words[0] + " " + q.Words[1]}
	case len(words) == 1:
		return words[0]
	case q.Kind == and:
		return search.And(words)
	default:
		return search.Or(words)
	}
}

// add puts the article with a writer that stays open, as index --watch does,
// publishes it and changes over to it, as serve does.
func (o *ours) add(dir, article string, q *question) reply {
	ctx := context.Background()
	r, err := parseRecord(article)
	if err != nil {
		return failed(err)
	}
	d, err := r.document()
	if err != nil {
		return failed(err)
	}
	begun := time.Now()
	if o.writer == nil {
		if o.writer, err = archive.OpenWriter(dir, archiveOptions()); err != nil {
			return failed(err)
		}
	}
	if err := o.writer.Put(ctx, []corpus.Document{d}); err != nil {
		return failed(err)
	}
	put := time.Since(begun)
	if err := o.writer.Publish(ctx); err != nil {
		return failed(err)
	}
	if _, err := o.reader.Reload(ctx); err != nil {
		return failed(err)
	}
	out := o.ask(q)
	out.PutNS = put.Nanoseconds()
	return out
}
