package httpapi

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"dateline/corpus"
	"dateline/search"
)

// A fake is an archive whose answers a test gives. It keeps what it was asked.
type fake struct {
	search   func(context.Context, search.Request) (*search.Results, error)
	articles map[string]*search.Article
	stats    func(context.Context) (*search.Stats, error)

	mu    sync.Mutex
	asked []search.Request
}

func (f *fake) Search(ctx context.Context, req search.Request) (*search.Results, error) {
	f.mu.Lock()
	f.asked = append(f.asked, req)
	f.mu.Unlock()
	return f.search(ctx, req)
}

func (f *fake) Suggest(ctx context.Context, req search.SuggestRequest) (*search.Suggestions, error) {
	if err := req.Check(); err != nil {
		return nil, err
	}
	res, err := f.search(ctx, search.Request{})
	if err != nil {
		return nil, err
	}
	return &search.Suggestions{
		Prefix: req.Text, Generation: res.Generation,
		Values: []search.Suggestion{}, Words: []search.WordSuggestion{},
	}, nil
}

func (f *fake) Article(_ context.Context, id string) (*search.Article, error) {
	if a, ok := f.articles[id]; ok {
		copied := *a
		return &copied, nil
	}
	return nil, fmt.Errorf("article %q: %w", id, search.ErrNotFound)
}

// Marks marks a word where it stands as it is asked for.
func (f *fake) Marks(_ context.Context, id string, req search.Request) (*search.Marks, error) {
	a, ok := f.articles[id]
	word, isWord := req.Query.(search.Word)
	if !ok || !isWord {
		return &search.Marks{}, nil
	}
	find := func(text string) (marks [][2]int) {
		for at := 0; ; {
			i := strings.Index(text[at:], word.Text)
			if i < 0 {
				return marks
			}
			marks = append(marks, [2]int{at + i, at + i + len(word.Text)})
			at += i + len(word.Text)
		}
	}
	return &search.Marks{Title: find(a.Title), Text: find(a.Text)}, nil
}

func (f *fake) Stats(ctx context.Context) (*search.Stats, error) {
	if f.stats != nil {
		return f.stats(ctx)
	}
	return &search.Stats{Generation: "42", Articles: 1534}, nil
}

// first returns the first request that was asked.
func (f *fake) first() search.Request {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked[0]
}

// sample returns an archive that answers everything with the same hits.
func sample() *fake {
	article := sampleArticle()
	return &fake{
		articles: map[string]*search.Article{"h1": article, "a/b c": article, "h3": {ID: "h3"}},
		search: func(_ context.Context, req search.Request) (*search.Results, error) {
			return sampleResults(req), nil
		},
	}
}

func dated(d corpus.Date, from corpus.DateSource) *search.DateInfo {
	return search.NewDateInfo(&corpus.Dated{Value: d, Source: from})
}

func sampleResults(req search.Request) *search.Results {
	res := &search.Results{
		Query:      search.Reading{Text: "ceasefire", ReadAs: "ceasefire"},
		Total:      1534,
		TookMS:     3.25,
		Generation: "42",
		Next:       "cursor-2",
		Notices:    []string{"place:Goma is Goma in North Kivu and 2 more places"},
		Hits: []search.Hit{
			{
				ID: "h1", Title: "Convoy waits at the bridge as truce talks stall", Lang: "en",
				Date: dated("2024-03-27", corpus.FromDateline), Source: "Lakeside Wire", Score: 7.5,
				Snippets: []search.Snippet{
					{Field: "title", Text: "Convoy waits at the bridge as truce talks stall", Marks: [][2]int{{30, 35}}},
					{Field: "text", Text: "Leila Rahimi said the truce “must hold until Friday”, and that the convoy would not move before.", Marks: [][2]int{{22, 27}}},
				},
				Person: []string{"Leila Rahimi", "Yusuf al-Hadidi"}, Place: []string{"Goma", "Bukavu"},
			},
			{
				ID: "a/b c", Title: "كتيبة في حلب تسلم سلاحها", Lang: "ar", Source: "Meridian",
				Snippets: []search.Snippet{{Field: "text", Text: "قال يوسف الحديدي إن الهدنة ستبدأ غدا.", Marks: [][2]int{{30, 44}}}},
				Person:   []string{}, Place: []string{"Aleppo"},
			},
			{
				ID: "h3", Title: "", Date: dated("2024-03", corpus.FromMetadata), Source: "Harbour Post", Lang: "fr",
				Snippets: []search.Snippet{}, Person: []string{"José Echeverría"}, Place: []string{},
			},
		},
	}
	if req.Limit == 0 {
		res.Hits = []search.Hit{}
	}
	if req.Cursor != "" {
		res.Next = ""
	}
	if req.Explain {
		res.Query.Clauses = []search.Clause{{Text: "ceasefire", Count: 1534}, {Text: "xyzzy", Count: 0}}
	}
	res.Facets = map[search.Field]*search.Facet{}
	for _, f := range req.Facets {
		res.Facets[f.Field] = sampleFacet(f.Field)
	}
	if req.Histogram != nil {
		res.Histogram = &search.Histogram{Of: req.Histogram.Of, By: corpus.Month, Coarser: 3, None: 5}
		for i := range 36 {
			res.Histogram.Buckets = append(res.Histogram.Buckets, search.Bucket{
				Value: corpus.Date(fmt.Sprintf("%d-%02d", 2022+i/12, 1+i%12)), Count: i * i % 41,
			})
		}
	}
	return res
}

func sampleFacet(field search.Field) *search.Facet {
	value := func(id, name string, count int, parent string) search.FacetValue {
		return search.FacetValue{ID: id, Value: name, Name: name, Count: count, Parent: parent}
	}
	switch field {
	case search.Person:
		f := &search.Facet{Distinct: 40, None: 12}
		for i, name := range strings.Split(
			"Leila Rahimi,Yusuf al-Hadidi,Oleksandr Hrytsenko,José Echeverría,"+
				"Salma Bashari,Khalid Bashari,Daniel Paris,Hope Marsh", ",") {
			id := strings.ReplaceAll(strings.ToLower(name), " ", "-")
			f.Values = append(f.Values, value(id, name, 220-i*25, ""))
		}
		return f
	case search.Place:
		return &search.Facet{Distinct: 4, None: 3, Values: []search.FacetValue{
			value("gn:203312", "Democratic Republic of the Congo", 310, ""),
			value("gn:6254845", "Syria", 120, ""),
			{ID: "gn:216281", Value: "Democratic Republic of the Congo/North Kivu/Goma", Name: "Goma",
				Count: 90, Parent: "gn:206938"},
			value("gn:206938", "North Kivu", 95, "gn:203312"),
		}}
	case search.Date, search.Mentioned:
		f := &search.Facet{Distinct: 5, None: 5, Values: []search.FacetValue{
			value("2023", "2023", 700, ""), value("2024", "2024", 834, ""),
			value("2024-03", "2024-03", 120, "2024"), value("2024-03-27", "2024-03-27", 11, "2024-03"),
			value("2023-10", "2023-10", 90, "2023"),
		}}
		if field == search.Mentioned {
			f.Unanchored = 17
		}
		return f
	default:
		return &search.Facet{Distinct: 2, Values: []search.FacetValue{
			value("one-"+string(field), "one "+string(field), 9, ""), value("two", "two", 4, ""),
		}}
	}
}

func sampleArticle() *search.Article {
	a := &search.Article{
		ID: "h1", Title: "Convoy waits in Goma as truce talks stall", Lang: "en",
		Text: "GOMA, 27 March 2024 — Leila Rahimi said on Wednesday that the truce must hold.\n\n" +
			"In Şırnak, José Echeverría of the United Nations agreed. The road has been shut for three weeks.\n" +
			"Rahimi is to meet Yusuf al-Hadidi in Goma next month.",
		Date: dated("2024-03-27", corpus.FromDateline), Source: "Lakeside Wire",
		URL: "https://lakeside.example/convoy", Author: "A. Writer", SHA256: "00",
	}
	mention := func(kind corpus.Kind, field, text, id, value string, nth int) corpus.Mention {
		in := a.Text
		if field == "title" {
			in = a.Title
		}
		start := 0
		for range nth {
			start += strings.Index(in[start:], text) + 1
		}
		start--
		return corpus.Mention{
			Kind: kind, Field: field, Start: start, End: start + len(text), ID: id, Text: text,
			Value: value, Confidence: 0.93, Rule: "title and name",
		}
	}
	a.Mentions = []corpus.Mention{
		mention(corpus.Place, "title", "Goma", "gn:216281", "Democratic Republic of the Congo/North Kivu/Goma", 1),
		mention(corpus.Person, "text", "Leila Rahimi", "leila-rahimi", "Leila Rahimi", 1),
		mention(corpus.DateKind, "text", "27 March 2024", "", "2024-03-27", 1),
		mention(corpus.DateKind, "text", "Wednesday", "", "2024-03-27", 1),
		mention(corpus.Place, "text", "Şırnak", "gn:443183", "Turkey/Şırnak", 1),
		mention(corpus.Person, "text", "José Echeverría", "jose-echeverria", "José Echeverría", 1),
		mention(corpus.Org, "text", "United Nations", "united-nations", "United Nations", 1),
		mention(corpus.Person, "text", "Echeverría of the United", "x", "Echeverría of the United", 1),
		mention(corpus.Duration, "text", "three weeks", "", "P3W", 1),
		mention(corpus.Person, "text", "Rahimi", "leila-rahimi", "Leila Rahimi", 2),
		mention(corpus.Place, "text", "Goma", "gn:216281", "Democratic Republic of the Congo/North Kivu/Goma", 1),
		mention(corpus.DateKind, "text", "next month", "", "XXXX-XX", 1),
	}
	a.Mentions[0].Name, a.Mentions[10].Name = "Goma", "Goma"
	a.Mentions[2].Anchor, a.Mentions[3].Anchor = corpus.Explicit, corpus.Resolved
	a.Mentions[11].Anchor, a.Mentions[11].Confidence = corpus.Unanchored, 0.6
	return a
}

func (f *fake) Value(_ context.Context, field search.Field, id string) (*search.Value, error) {
	return &search.Value{Field: field, ID: id, Value: id, Name: id}, nil
}

func (f *fake) Sentences(_ context.Context, s string) ([][2]int, error) {
	return [][2]int{{0, len(s)}}, nil
}
