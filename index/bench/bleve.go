package main

import (
	"strconv"
	"strings"
	"sync"
	"time"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/text"
	"dateline/search"

	lib "github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/registry"
	"github.com/blevesearch/bleve/v2/search/query"
)

// stock is Bleve as its documentation shows it: the default mapping but for
// keywords and a date, questions to its field _all, facets and highlights by its
// request. Only the words are ours.
type stock struct{ bleve lib.Index }

var _ contestant = (*stock)(nil)

// tokenizer finds the words that Dateline does.
type tokenizer struct{ stem bool }

// Tokenize implements analysis.Tokenizer.
func (t tokenizer) Tokenize(input []byte) analysis.TokenStream {
	var out analysis.TokenStream
	for _, w := range text.Analyze(string(input), t.stem) {
		out = append(out, &analysis.Token{
			Term: []byte(w.Text), Position: w.Pos + 1, Start: w.Start, End: w.End,
		})
	}
	return out
}

// stemmed and folded are analyzers by their names in Bleve's registry.
const stemmed, folded = "dateline", "dateline_folded"

var register = sync.OnceValue(func() error {
	for name, stem := range map[string]bool{stemmed: true, folded: false} {
		made := func(map[string]any, *registry.Cache) (analysis.Analyzer, error) {
			return &analysis.DefaultAnalyzer{Tokenizer: tokenizer{stem}}, nil
		}
		if err := registry.RegisterAnalyzer(name, made); err != nil {
			return err
		}
	}
	return nil
})

// stockMapping is the default mapping, with keywords for facets, and two fields for
// articles that are not stemmed and for the words that patterns look in.
func stockMapping() mapping.IndexMapping {
	m := lib.NewIndexMapping()
	m.DefaultAnalyzer = stemmed
	for _, f := range search.Fields {
		keyword := lib.NewKeywordFieldMapping()
		keyword.IncludeInAll = false
		m.DefaultMapping.AddFieldMappingsAt(string(f), keyword)
	}
	plain := lib.NewTextFieldMapping()
	plain.Analyzer = folded
	m.DefaultMapping.AddFieldMappingsAt("title_folded", plain)
	m.DefaultMapping.AddFieldMappingsAt("text_folded", plain)
	words := lib.NewTextFieldMapping()
	words.Analyzer = folded
	words.Store, words.DocValues = false, false
	words.IncludeInAll, words.IncludeTermVectors = false, false
	m.DefaultMapping.AddFieldMappingsAt("words", words)
	published := lib.NewDateTimeFieldMapping()
	published.IncludeInAll = false
	m.DefaultMapping.AddFieldMappingsAt("published", published)
	return m
}

// stockArticle is an article as it is given to Bleve.
func stockArticle(r *record) (map[string]any, error) {
	out := map[string]any{"source": r.source, "words": r.words}
	if r.lang != "" {
		out["lang"] = r.lang
	}
	title, body := "title", "text"
	if !text.Stemmed(r.lang) {
		title, body = "title_folded", "text_folded"
	}
	out[title], out[body] = r.title, r.text
	for i, f := range valueFields {
		out[string(f)] = r.values[i]
	}
	if r.day != "" {
		day, err := strconv.Atoi(r.day)
		if err != nil {
			return nil, err
		}
		out["published"] = corpus.Day(day).Time()
	}
	return out, nil
}

func (s *stock) index(dir, file string, n int) error {
	if err := register(); err != nil {
		return err
	}
	b, err := lib.New(dir, stockMapping())
	if err != nil {
		return err
	}
	batch := b.NewBatch()
	for r, err := range records(file, n) {
		if err != nil {
			return err
		}
		a, err := stockArticle(&r)
		if err != nil {
			return err
		}
		if err := batch.Index(r.id, a); err != nil {
			return err
		}
		if batch.Size() == index.DefaultBatch {
			if err := b.Batch(batch); err != nil {
				return err
			}
			batch.Reset()
		}
	}
	if err := b.Batch(batch); err != nil {
		return err
	}
	return b.Close()
}

func (s *stock) open(dir string) (err error) {
	if err := register(); err != nil {
		return err
	}
	s.bleve, err = lib.Open(dir)
	return err
}

func (s *stock) ask(q *question) reply {
	res, err := s.bleve.Search(q.stock())
	if err != nil {
		return failed(err)
	}
	out := reply{Total: int(res.Total)}
	for _, h := range res.Hits {
		out.IDs = append(out.IDs, h.ID)
		if len(h.Fragments) > 0 {
			out.Highlights++
		}
	}
	for name, facet := range res.Facets {
		if name == monthly {
			for _, month := range facet.DateRanges {
				out.Histogram += month.Count
			}
			continue
		}
		for _, v := range facet.Terms.Terms() {
			out.addCount(search.Field(name), v.Count)
		}
	}
	return out
}

// monthly is the name of the histogram among the facets.
const monthly = "monthly"

// stock returns q as Bleve is asked.
func (q *question) stock() *lib.SearchRequest {
	var found query.Query = q.match()
	if q.From != 0 || q.To != 0 {
		yes := true
		dates := lib.NewDateRangeInclusiveQuery(
			corpus.Day(q.From).Time(), corpus.Day(q.To).Time(), &yes, &yes)
		dates.SetField("published")
		found = lib.NewConjunctionQuery(found, dates)
	}
	req := lib.NewSearchRequestOptions(found, q.Top, 0, false)
	req.Fields = []string{"title"}
	for _, f := range q.Facets {
		req.AddFacet(string(f), lib.NewFacetRequest(string(f), facetSize))
	}
	if q.Histogram {
		f := lib.NewFacetRequest("published", 12*years)
		for i := range 12 * years {
			from := time.Date(firstYear, time.Month(1+i), 1, 0, 0, 0, 0, time.UTC)
			f.AddDateTimeRange(from.Format("2006-01"), from, from.AddDate(0, 1, 0))
		}
		req.AddFacet(monthly, f)
	}
	if q.Highlight {
		req.Highlight = lib.NewHighlight()
	}
	return req
}

func (q *question) match() query.Query {
	switch q.Kind {
	case all:
		return lib.NewMatchAllQuery()
	case phrase:
		return lib.NewMatchPhraseQuery(strings.Join(q.Words, " "))
	case prefix:
		p := lib.NewPrefixQuery(q.Terms[0])
		p.SetField("words")
		return p
	case fuzzy:
		f := lib.NewFuzzyQuery(q.Terms[0])
		f.SetField("words")
		f.SetFuzziness(q.Edits)
		return f
	default:
		m := lib.NewMatchQuery(strings.Join(q.Words, " "))
		if q.Kind == and {
			m.SetOperator(query.MatchQueryOperatorAnd)
		}
		return m
	}
}

func (s *stock) add(_, article string, q *question) reply {
	r, err := parseRecord(article)
	if err != nil {
		return failed(err)
	}
	begun := time.Now()
	a, err := stockArticle(&r)
	if err != nil {
		return failed(err)
	}
	if err := s.bleve.Index(r.id, a); err != nil {
		return failed(err)
	}
	put := time.Since(begun)
	out := s.ask(q)
	out.PutNS = put.Nanoseconds()
	return out
}
