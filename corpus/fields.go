package corpus

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// fields are what an article brings or a sidecar says, as it is written there.
type fields struct {
	ID, Title, Text, Date, Source, URL, Author, Lang string
}

// field returns the field with this name, nil where there is none.
func (f *fields) field(name string) *string {
	switch name {
	case "id":
		return &f.ID
	case "title":
		return &f.Title
	case "text":
		return &f.Text
	case "date":
		return &f.Date
	case "source":
		return &f.Source
	case "url":
		return &f.URL
	case "author":
		return &f.Author
	case "lang":
		return &f.Lang
	default:
		return nil
	}
}

// fill takes from g what f lacks.
func (f *fields) fill(g fields) {
	for _, name := range []string{"id", "title", "text", "date", "source", "url", "author", "lang"} {
		if mine := f.field(name); strings.TrimSpace(*mine) == "" {
			*mine = *g.field(name)
		}
	}
}

// A draft is an article as its form brought it.
type draft struct {
	fields
	verbatim bool // title and text stay as they are
	notes    []string
}

// maxID is the longest id an article may bring, in bytes.
const maxID = 200

// finish makes an article of a draft, with what its source knows of it.
func (r *reading) finish(s *source, d *draft, raw []byte) {
	if r.done {
		return
	}
	d.fill(s.side)
	sum := sha256.Sum256(raw)
	a := Article{SHA256: hex.EncodeToString(sum[:]), Origin: s.origin}
	a.Notes = append(append(a.Notes, s.notes...), d.notes...)
	if err := a.identify(strings.TrimSpace(d.ID), s, sum); err != nil {
		r.fail(s, err)
		return
	}
	r.compose(&a, s, d)
	if strings.TrimSpace(a.Title) == "" && strings.TrimSpace(a.Text) == "" {
		r.fail(s, errEmpty)
		return
	}
	if a.Lang = LangCode(d.Lang); a.Lang == "" {
		a.Lang = detectLang(a.Title + "\n" + a.Text)
	}
	if a.Lang != "" && a.Lang != "en" {
		a.note("the article is in %s: people, places and dates are found only in English so far",
			nameOfLang(a.Lang))
	}
	r.done = !r.yield(a, nil)
}

func (a *Article) note(format string, args ...any) {
	a.Notes = append(a.Notes, fmt.Sprintf(format, args...))
}

// identify gives a its id: the one it brought, else 16 hexadecimal digits of
// the SHA-256 of where it was read, else of its content.
func (a *Article) identify(brought string, s *source, content [sha256.Size]byte) error {
	switch {
	case len(brought) > maxID:
		return fmt.Errorf("has an id of %d bytes, more than %d", len(brought), maxID)
	case brought == "." || brought == "..":
		return fmt.Errorf("has the id %q, which no address can have", brought)
	case strings.ContainsFunc(brought, unicode.IsControl):
		return fmt.Errorf("has an id with a control character: %q", brought)
	case brought != "":
		a.ID = strings.ToValidUTF8(brought, "\ufffd")
		return nil
	case s.key != "":
		content = sha256.Sum256([]byte(s.key))
	}
	a.ID = hex.EncodeToString(content[:8])
	return nil
}

// compose gives a its title, text and date of publication, and what else the
// draft says. Each source of a date is more trusted than those behind it.
func (r *Reader) compose(a *Article, s *source, d *draft) {
	t, last := noTop, r.lastYear()
	if !d.verbatim || strings.TrimSpace(d.Date) == "" {
		t = last.readTop(d.Text)
	}
	own := []int{t.urlLine, t.dateLine, t.authorLine}
	if strings.TrimSpace(d.URL) == "" && t.url != "" {
		d.URL = t.url
		d.drop(t.urlLine)
	}
	date, err := last.readDate(d.Date)
	a.dated(FromMetadata, date, err)
	date, err = last.dateInURL(d.URL)
	a.dated(FromURL, date, err)
	date, err = last.dateInName(s.name)
	a.dated(FromFileName, date, err)
	if a.dated(FromByline, t.date, t.doubt) {
		d.fill(fields{Author: t.author})
		if t.alone {
			d.drop(t.dateLine)
		}
	}
	if t.authorLine >= 0 && (strings.TrimSpace(d.Author) == "" || d.Author == t.author) {
		d.Author = t.author
		d.drop(t.authorLine)
	}
	a.Title, a.Text = d.Title, d.Text
	if !d.verbatim {
		a.Title, a.Text = last.layout(d.Text, d.Title, own...)
	}
	if a.Date == nil {
		date, err = last.dateline(a.Text)
		a.dated(FromDateline, date, err)
	}
	a.dated(FromFileTime, r.fileTime(s), nil)
	a.dated(FromOption, r.Date, nil)
	a.Source, a.URL = strings.TrimSpace(d.Source), strings.TrimSpace(d.URL)
	a.Author = strings.TrimSpace(d.Author)
}

// dated gives a date to a that has none yet, and tells whether it took it.
func (a *Article) dated(from DateSource, date Date, err error) bool {
	if a.Date != nil || date == "" && err == nil {
		return false
	}
	if err != nil {
		a.note("no date of publication was taken from its %s: %v", from.words(), err)
		return false
	}
	a.Date = &Dated{date, from}
	return true
}

// words names a source of a date to a reader, behind "its".
func (s DateSource) words() string {
	switch s {
	case FromURL:
		return "address"
	case FromFileName:
		return "file name"
	case FromByline:
		return "date line"
	default:
		return string(s)
	}
}

// drop empties a line of the text, unless that stays as it is.
func (d *draft) drop(line int) {
	if d.verbatim {
		return
	}
	lines := strings.Split(d.Text, "\n")
	lines[line] = ""
	d.Text = strings.Join(lines, "\n")
}

func (r *Reader) fileTime(s *source) Date {
	if !r.FileTime || s.time.IsZero() {
		return ""
	}
	return Date(s.time.Format(time.DateOnly))
}
