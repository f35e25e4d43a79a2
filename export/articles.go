package export

import (
	"strings"

	"dateline/corpus"
	"dateline/search"
)

// ArticleColumns are the columns of Article.
var ArticleColumns = []string{
	"id", "title", "text", "date", "date_precision", "date_source",
	"source", "lang", "url", "author", "sha256", "person", "place", "org",
}

// Article returns the cells of an article. Its persons, places and organisations are those
// that have a mention of a level or above.
func Article(a *search.Article, least corpus.Level) []string {
	date := search.DateInfo{}
	if a.Date != nil {
		date = *a.Date
	}
	return []string{
		a.ID, a.Title, a.Text, string(date.Value), string(date.Precision), string(date.Source),
		a.Source, a.Lang, a.URL, a.Author, a.SHA256,
		valuesOf(a, corpus.Person, least), valuesOf(a, corpus.Place, least), valuesOf(a, corpus.Org, least),
	}
}

// valuesOf returns the values of a kind that have a mention of a level or above,
// each once, by the first such.
func valuesOf(a *search.Article, kind corpus.Kind, least corpus.Level) string {
	seen := map[string]bool{}
	var out []string
	for _, m := range a.Mentions {
		if m.Kind == kind && m.ID != "" && corpus.LevelOf(m.Confidence) >= least && !seen[m.ID] {
			seen[m.ID] = true
			out = append(out, m.Value)
		}
	}
	return strings.Join(out, "; ")
}
