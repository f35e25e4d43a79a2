package index

import (
	"dateline/corpus"
	"dateline/index/values"
	"dateline/search"
)

// NewArticle returns a document as it is shown, with the values of a table.
func NewArticle(d *corpus.Document, t *values.Table) *search.Article {
	return &search.Article{
		ID: d.ID, Title: d.Title, Text: d.Text, Date: search.NewDateInfo(d.Date),
		Source: d.Source, Lang: d.Lang, URL: d.URL, Author: d.Author, SHA256: d.SHA256,
		Notes: d.Notes, Mentions: t.Mentions(d),
	}
}
