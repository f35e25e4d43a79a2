package mcpserver

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"dateline/corpus"
	"dateline/search"
)

// names returns names as those of a parameter's values.
func names[T ~string](list []T) []string {
	var out []string
	for _, n := range list {
		out = append(out, string(n))
	}
	return out
}

func with(enums map[string][]string, name string, values []string) map[string][]string {
	out := map[string][]string{name: values}
	for n, v := range enums {
		out[n] = v
	}
	return out
}

func (s *Server) addTools() {
	add(s, tool{"search", "Find articles", "Find articles by words, persons, places, organisations and dates. Each hit has " +
		"the passages that match, with their bytes in title or text, and whom and which places the article names." + quoted,
		with(filterEnums, "sort", names([]search.Sort{search.Relevance, search.Newest, search.Oldest}))}, s.search)
	add(s, tool{"facets", "Count values", "Count the persons, places, organisations, dates of publication, mentioned dates, " +
		"sources or languages of the articles that a search finds, those in most articles first. Counts are exact. " +
		"An id lasts and is what other tools take; dates are years, months and days.",
		with(filterEnums, "field", names(search.Fields))}, s.facets)
	add(s, tool{"article", "Read an article", "The text of an article by its id, by paragraphs with their bytes; " +
		"of a long one " + strconv.Itoa(MaxText) + " bytes, and where to go on." + quoted, nil}, s.article)
	add(s, tool{"mentions", "What an article mentions", "The evidence of an article: every mention of a person, place, organisation, " +
		"date or duration, with its bytes in title or text, what is meant, the rule that found it and how sure that is.",
		map[string][]string{
			"kind":           names([]corpus.Kind{corpus.Person, corpus.Place, corpus.Org, corpus.DateKind, corpus.Duration}),
			"min-confidence": filterEnums["min-confidence"],
		}}, s.mentions)
	add(s, tool{"co_mentions", "Who is mentioned together", "With whom, with what and where a person, place or organisation is mentioned in one " +
		"sentence, and these sentences; how it is written; when it was first and last mentioned. " +
		"What is told of sentences is from the newest articles: \"read\" of \"articles\". Of a companion, in_sentence is the number of " +
		"articles read with such a sentence, both that of all articles that mention both anywhere." + quoted,
		map[string][]string{"field": profileFields, "min-confidence": filterEnums["min-confidence"]}}, s.coMentions)
	add(s, tool{"suggest", "Find names", "Persons, places and organisations whose name, in any spelling, has a word that begins as the last words of q do, " +
		"and words that do, with the number of articles. For the id of a name.", nil}, s.suggest)
}

type searchInput struct {
	filter
	Sort    string `json:"sort,omitempty" jsonschema:"relevance (the usual), newest or oldest"`
	Limit   int    `json:"limit,omitempty" jsonschema:"hits: 1 to 50, usually 10; go on with cursor"`
	Cursor  string `json:"cursor,omitempty" jsonschema:"next of an earlier answer to the same question: the hits behind it"`
	Explain bool   `json:"explain,omitempty" jsonschema:"count each part of the query"`
}

type searchAnswer struct {
	about
	Found      coverage           `json:"found"` // what this search finds
	Query      search.Reading     `json:"query"` // how it was understood
	Generation string             `json:"generation"`
	Next       string             `json:"next,omitempty"` // cursor of the next hits; not there: no more
	Hits       []hit              `json:"hits"`
	Notices    []string           `json:"notices"`                // what was narrowed, widened or left out
	DidYouMean *search.Correction `json:"did_you_mean,omitempty"` // a query that may have been meant
}

type hit struct {
	source
	Score    float64   `json:"score"`
	Person   []string  `json:"person"`   // persons mentioned
	Place    []string  `json:"place"`    // places mentioned
	Passages []passage `json:"passages"` // that show why it matches
}

// A passage is a stretch of a title or text.
type passage struct {
	Field     string   `json:"field"`     // title or text
	Paragraph int      `json:"paragraph"` // of the text, in which it begins; 0 in the title
	Start     int      `json:"start"`     // byte of the field
	End       int      `json:"end"`       // byte of the field behind it
	Text      string   `json:"text"`
	Marks     [][2]int `json:"marks,omitempty"` // what matched: start and end in bytes of text
}

func (s *Server) search(ctx context.Context, in searchInput) (out searchAnswer, err error) {
	limit, err := upTo("limit", in.Limit, search.DefaultLimit, MaxHits)
	if err != nil {
		return out, err
	}
	params := in.params()
	params.Set("sort", in.Sort)
	params.Set("cursor", in.Cursor)
	params.Set("limit", strconv.Itoa(limit))
	params.Set("explain", strconv.FormatBool(in.Explain))
	res, found, err := s.find(ctx, params, in.Q)
	if err != nil {
		return out, err
	}
	out.Found, out.Query, out.Generation, out.Next = found, res.Query, res.Generation, res.Next
	out.Query.Text, out.Notices, out.DidYouMean = in.Q, res.Notices, res.DidYouMean
	out.Hits = []hit{}
	for _, h := range res.Hits {
		a, err := s.Archive.Article(ctx, h.ID)
		if err != nil {
			return out, err
		}
		out.Hits = append(out.Hits, hit{sourceOf(a), h.Score, h.Person, h.Place, passages(a, h.Snippets)})
	}
	return out, nil
}

// passages returns where the snippets of an article stand in it.
func passages(a *search.Article, snippets []search.Snippet) []passage {
	out := []passage{}
	for _, sn := range snippets {
		in := fieldOf(a, sn.Field)
		start := strings.Index(inLine.Replace(in), sn.Text)
		if start < 0 {
			continue // the article has changed meanwhile
		}
		end := start + len(sn.Text)
		out = append(out, passage{sn.Field, paragraphAt(a, sn.Field, start), start, end, in[start:end], sn.Marks})
	}
	return out
}

// inLine makes a text what snippets have of it, byte by byte.
var inLine = strings.NewReplacer("\n", " ", "\r", " ", "\t", " ")

type facetsInput struct {
	Field string `json:"field" jsonschema:"what to count"`
	filter
	Prefix    string `json:"prefix,omitempty" jsonschema:"only values with a word that begins so, case and diacritics aside"`
	FacetSize int    `json:"facet-size,omitempty" jsonschema:"values: 1 to 200, usually 10"`
}

type facetsAnswer struct {
	about
	Found      coverage `json:"found"` // what the search finds; the facet is counted without what its own field includes
	Generation string   `json:"generation"`
	search.FacetDocument
	Notices []string `json:"notices"`
}

func (s *Server) facets(ctx context.Context, in facetsInput) (out facetsAnswer, err error) {
	size, err := upTo("facet-size", in.FacetSize, search.DefaultFacetSize, MaxValues)
	if err != nil {
		return out, err
	}
	params := in.params()
	params.Set("facet", in.Field)
	params.Set("prefix", in.Prefix)
	params.Set("facet-size", strconv.Itoa(size))
	params.Set("limit", "0")
	res, found, err := s.find(ctx, params, "")
	if err != nil {
		return out, err
	}
	field := search.Field(in.Field)
	out.Found, out.Generation, out.Notices = found, res.Generation, res.Notices
	out.FacetDocument = search.FacetDocument{Field: field, Prefix: in.Prefix, Facet: res.Facets[field]}
	return out, nil
}

type articleInput struct {
	ID    string `json:"id" jsonschema:"of the article, as hits have it"`
	Start int    `json:"start,omitempty" jsonschema:"byte of the text to begin at: next of an earlier answer"`
}

type articleAnswer struct {
	about
	source
	Author     string    `json:"author"`
	Notes      []string  `json:"notes"` // on how it was read
	Size       int       `json:"size"`  // bytes of the text
	Paragraphs []passage `json:"paragraphs"`
	Next       int       `json:"next,omitempty"` // start of the next answer; not there: this is the end
}

func (s *Server) article(ctx context.Context, in articleInput) (out articleAnswer, err error) {
	if err := fromZero("start", in.Start); err != nil {
		return out, err
	}
	a, err := s.articleOf(ctx, in.ID)
	if err != nil {
		return out, err
	}
	if in.Start > len(a.Text) {
		return out, bad("start is %d, and the text has %d bytes", in.Start, len(a.Text))
	}
	if in.Start < len(a.Text) && !utf8.RuneStart(a.Text[in.Start]) {
		return out, bad("start is %d, which is inside a character; next of an earlier answer is not", in.Start)
	}
	out.source, out.Author, out.Notes, out.Size = sourceOf(a), a.Author, append([]string{}, a.Notes...), len(a.Text)
	out.Paragraphs = []passage{}
	end := in.Start + MaxText
	for end < len(a.Text) && !utf8.RuneStart(a.Text[end]) {
		end--
	}
	for p := range corpus.Paragraphs(a.Text) {
		from, to := max(p.Start, in.Start), min(p.End, end)
		if from < to {
			out.Paragraphs = append(out.Paragraphs, passage{
				Field: "text", Paragraph: p.N, Start: from, End: to, Text: a.Text[from:to],
			})
		}
	}
	if end < len(a.Text) {
		out.Next = end
	}
	return out, nil
}

// articleOf returns the article with an id.
func (s *Server) articleOf(ctx context.Context, id string) (*search.Article, error) {
	if strings.ContainsRune(id, 0) {
		return nil, bad("id has a NUL, which is no text")
	}
	return s.Archive.Article(ctx, id)
}

type mentionsInput struct {
	ID            string `json:"id" jsonschema:"of the article, as hits have it"`
	Kind          string `json:"kind,omitempty" jsonschema:"of the mentions; not given: all"`
	MinConfidence string `json:"min-confidence,omitempty" jsonschema:"pass over mentions below it: low (the usual), medium or high"`
	Limit         int    `json:"limit,omitempty" jsonschema:"mentions: 1 to 200, usually 100"`
	Offset        int    `json:"offset,omitempty" jsonschema:"mentions passed over"`
}

type mentionsAnswer struct {
	about
	Article  source    `json:"article"`
	Total    int       `json:"total"` // mentions of this kind; go on with offset
	Mentions []mention `json:"mentions"`
}

type mention struct {
	corpus.Mention
	Paragraph int `json:"paragraph"` // of the text; 0 in the title
}

func (s *Server) mentions(ctx context.Context, in mentionsInput) (out mentionsAnswer, err error) {
	limit, err := upTo("limit", in.Limit, 100, MaxMentions)
	if err != nil {
		return out, err
	}
	if err := fromZero("offset", in.Offset); err != nil {
		return out, err
	}
	least, err := levelOf(in.MinConfidence)
	if err != nil {
		return out, err
	}
	a, err := s.articleOf(ctx, in.ID)
	if err != nil {
		return out, err
	}
	found := slices.DeleteFunc(slices.Clone(a.Mentions), func(m corpus.Mention) bool {
		return in.Kind != "" && string(m.Kind) != in.Kind || corpus.LevelOf(m.Confidence) < least
	})
	out.Article, out.Total, out.Mentions = sourceOf(a), len(found), []mention{}
	for _, m := range page(found, in.Offset, limit) {
		out.Mentions = append(out.Mentions, mention{m, paragraphAt(a, m.Field, m.Start)})
	}
	return out, nil
}

// levelOf returns the level with a name, the lowest where it is not given.
func levelOf(name string) (corpus.Level, error) {
	if name == "" {
		return corpus.Low, nil
	}
	return search.ParseLevel(name)
}

// page returns limit of a list from offset on.
func page[T any](list []T, offset, limit int) []T {
	list = list[min(offset, len(list)):]
	return list[:min(limit, len(list))]
}

type suggestInput struct {
	Q     string `json:"q" jsonschema:"the beginning of a name or word, or of a query; a field before it is kept: person:netan"`
	Limit int    `json:"limit,omitempty" jsonschema:"names, and as many words: 1 to 20, usually 8"`
}

type suggestAnswer struct {
	about
	*search.Suggestions
}

func (s *Server) suggest(ctx context.Context, in suggestInput) (out suggestAnswer, err error) {
	limit, err := upTo("limit", in.Limit, 8, MaxSuggestions)
	if err != nil {
		return out, err
	}
	if strings.ContainsRune(in.Q, 0) {
		return out, bad("q has a NUL, which is no text")
	}
	out.Suggestions, err = s.Archive.Suggest(ctx, search.SuggestRequest{Text: in.Q, Limit: limit})
	return out, err
}
