package corpus

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"
)

// ReadFound reads documents, one a line of JSON: articles as an archive has kept them, with what was
// found in them and by what. Nothing is found anew, and nothing is made up that a line lacks. An error
// is always a *ReadError, whose origin is that of the lines followed by ":line"; reading goes on behind
// it, unless it is one of in. A line with an id and "removed": true is no document: removed is told the id.
func ReadFound(in io.Reader, origin string, removed func(id string)) iter.Seq2[Document, error] {
	return func(yield func(Document, error) bool) {
		all := &lines{in: bufio.NewReader(in), most: maxFound}
		var buf []byte
		for {
			line, err := all.next(buf)
			var d Document
			var gone bool
			switch {
			case err == io.EOF:
				return
			case err == nil && len(strings.TrimSpace(string(line))) == 0:
				continue
			case err == nil:
				buf = line
				d, gone, err = parseFound(line)
			case !errors.As(err, new(*longLine)):
				yield(Document{}, &ReadError{fmt.Sprintf("%s:%d", origin, all.number+1), err})
				return
			}
			if gone {
				removed(d.ID)
				continue
			}
			if err != nil {
				d, err = Document{}, &ReadError{fmt.Sprintf("%s:%d", origin, all.number), err}
			}
			if !yield(d, err) {
				return
			}
		}
	}
}

// maxFound is the largest document that is read, in bytes: an article of MaxBytes may have mentions that
// take more than its text.
const maxFound = 16 * MaxBytes

// parseFound reads a document, and tells whether it is one that was removed, or what is wrong with it.
func parseFound(line []byte) (d Document, removed bool, err error) {
	l := struct {
		*Document
		Removed bool `json:"removed"`
	}{Document: &d}
	if err := json.Unmarshal(line, &l); err != nil {
		return d, false, fmt.Errorf("is no document as export --as-found writes them: it %w", badJSON(err))
	}
	if err := d.checkID(); err != nil || l.Removed {
		return d, err == nil, err
	}
	return d, false, d.checkFound()
}

// checkID tells whether a document has an id that one may have.
func (d *Document) checkID() error {
	if d.ID == "" {
		return errors.New("has no id")
	}
	return new(Article).identify(d.ID, &source{}, [32]byte{})
}

// checkFound tells what a document lacks, or has that can't be.
func (d *Document) checkFound() error {
	a := &d.Article
	switch {
	case d.Extractor == "":
		return errors.New("does not say which extractor found its mentions; export --as-found writes it, or index it as an article")
	case d.Mentions == nil:
		return errors.New("has no mentions, which may be []")
	case len(a.Title)+len(a.Text) > MaxBytes:
		return tooLarge(int64(len(a.Title) + len(a.Text)))
	case strings.ContainsFunc(a.Title+a.Text, dropped):
		return errors.New("has control characters in its title or text")
	}
	if a.Date != nil {
		if _, ok := a.Date.Value.Span(); !ok {
			return fmt.Errorf("has the date %q, which is none", a.Date.Value)
		}
	}
	for i := range d.Mentions {
		if err := d.checkMention(&d.Mentions[i]); err != nil {
			return fmt.Errorf("mention %d %w", i+1, err)
		}
	}
	return nil
}

var kinds = []Kind{Person, Place, Org, DateKind, Duration}

// checkMention tells what is wrong with a mention.
func (d *Document) checkMention(m *Mention) error {
	in, ok := map[string]string{"title": d.Title, "text": d.Text}[m.Field]
	switch {
	case !slices.Contains(kinds, m.Kind):
		return fmt.Errorf("is of the kind %q, which is none", m.Kind)
	case !ok:
		return fmt.Errorf("is in %q, which is neither title nor text", m.Field)
	case m.Start < 0 || m.End <= m.Start || m.End > len(in):
		return fmt.Errorf("is outside of the %s: from %d to %d of %d bytes", m.Field, m.Start, m.End, len(in))
	case in[m.Start:m.End] != m.Text || !utf8.ValidString(m.Text):
		return fmt.Errorf("says %q, and the %s has %q there", m.Text, m.Field, in[m.Start:m.End])
	case m.Value == "" || strings.ContainsFunc(m.Value+m.ID+m.Name, dropped):
		return fmt.Errorf("has no value, or one with control characters: %q", m.Value)
	case !(m.Confidence >= 0 && m.Confidence <= 1):
		return fmt.Errorf("has the confidence %v, which is not from 0 to 1", m.Confidence)
	}
	return nil
}
