package httpapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"dateline/corpus"
)

// An incoming article is what POST takes. Its date is given as "2024-03-27".
type incoming struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Text   string `json:"text"`
	Date   string `json:"date"`
	Source string `json:"source"`
	URL    string `json:"url"`
	Author string `json:"author"`
	Lang   string `json:"lang"`
}

func (s *server) put(r *http.Request) (*reply, error) {
	if err := s.writable(r); err != nil {
		return nil, err
	}
	a, err := readArticle(r)
	if err != nil {
		return nil, err
	}
	id, err := s.Writer.Put(r.Context(), a)
	if err != nil {
		return nil, err
	}
	rep := document("application/json", map[string]string{"id": id})
	rep.status = http.StatusCreated
	rep.header = http.Header{"Location": {s.prefix + "/api/v1/articles/" + url.PathEscape(id)}}
	return rep, nil
}

func (s *server) remove(r *http.Request) (*reply, error) {
	if err := s.writable(r); err != nil {
		return nil, err
	}
	id := variable(r, "id")
	if !isText(id) {
		return nil, badRequest("%q is not text in UTF-8", id)
	}
	if err := s.Writer.Remove(r.Context(), id); err != nil {
		return nil, err
	}
	return &reply{status: http.StatusNoContent}, nil
}

func (s *server) writable(r *http.Request) error {
	if s.Writer == nil {
		return refusal{status: http.StatusForbidden, detail: "this archive is read-only"}
	}
	return noParams(r)
}

// readArticle reads the article in the body of r.
func readArticle(r *http.Request) (corpus.Article, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return corpus.Article{}, refusal{
			status: http.StatusUnsupportedMediaType,
			detail: "an article is sent as application/json",
		}
	}
	var body strings.Builder
	body.Grow(int(min(max(r.ContentLength, 0), MaxBody)))
	_, err = io.Copy(&body, http.MaxBytesReader(nil, r.Body, MaxBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return corpus.Article{}, refusal{
			status: http.StatusRequestEntityTooLarge,
			detail: fmt.Sprintf("an article may have %d bytes", MaxBody),
		}
	}
	if err != nil {
		return corpus.Article{}, badRequest("the article did not arrive whole: %v", err)
	}
	if !isText(body.String()) {
		return corpus.Article{}, badRequest("the article is not text in UTF-8")
	}
	var in incoming
	dec := json.NewDecoder(strings.NewReader(body.String()))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil {
		return corpus.Article{}, badRequest("the article can't be read: %v", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return corpus.Article{}, badRequest("the body goes on behind the article")
	}
	return in.article()
}

func (in incoming) article() (corpus.Article, error) {
	a := corpus.Article{
		ID: in.ID, Title: in.Title, Text: in.Text,
		Source: in.Source, URL: in.URL, Author: in.Author, Lang: in.Lang,
	}
	if strings.TrimSpace(in.Title+in.Text) == "" {
		return a, badRequest("the article has neither title nor text")
	}
	if strings.ContainsRune(in.ID+in.Title+in.Text, 0) {
		return a, badRequest("the article is no text: it has a NUL character")
	}
	if in.Date != "" {
		d, err := corpus.ParseDate(in.Date)
		if err != nil {
			return a, badRequest("date: %v", err)
		}
		a.Date = &corpus.Dated{Value: d, Source: corpus.FromMetadata}
	}
	return a, nil
}
