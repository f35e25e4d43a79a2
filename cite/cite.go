// Package cite writes citations of articles, for people and for the programs that keep
// them. It guesses nothing: an author is given as the article has it, whoever that is, a
// date with the precision that is known, and what is not known is left out.
//
// Each citation carries the article's id and SHA-256, by which it is found again in the
// archive, and proved to be what was read.
package cite

import (
	"fmt"
	"io"
	"net/url"
	"strings"
	"unicode"

	"dateline/corpus"
	"dateline/search"
)

// A Format is a way to write citations.
type Format string

// The formats.
const (
	RIS     Format = "ris"      // for EndNote, Zotero, Mendeley; see ris.go
	BibTeX  Format = "bibtex"   // for LaTeX; see bibtex.go
	CSLJSON Format = "csl-json" // for Zotero, Pandoc, citeproc; see csl.go
	Plain   Format = "plain"    // for people, a citation a line
)

// Formats are all of the above.
var Formats = []Format{RIS, BibTeX, CSLJSON, Plain}

// MediaType returns the media type of a file of f.
func (f Format) MediaType() string {
	switch f {
	case RIS:
		return "application/x-research-info-systems"
	case BibTeX:
		return "application/x-bibtex; charset=utf-8"
	case CSLJSON:
		return "application/vnd.citationstyles.csl+json" // citationstyles.org
	default:
		return "text/plain; charset=utf-8"
	}
}

// Ext returns how the name of a file of f ends.
func (f Format) Ext() string {
	switch f {
	case RIS:
		return ".ris"
	case BibTeX:
		return ".bib"
	case CSLJSON:
		return ".json"
	default:
		return ".txt"
	}
}

// A Writer writes a file of citations. It must be closed for the file to be whole.
type Writer struct {
	Accessed corpus.Date // day on which the articles' addresses were looked at; empty: not told

	w      io.Writer
	format Format
	begun  bool
}

// NewWriter returns a Writer to w.
func NewWriter(w io.Writer, f Format) *Writer { return &Writer{w: w, format: f} }

// Write writes the citation of a. The error is that of what it writes to.
func (w *Writer) Write(a *search.Article) error {
	c := newCitation(a, w.Accessed)
	between, text := "", ""
	switch w.format {
	case RIS:
		text = c.ris()
	case BibTeX:
		between, text = "\n", c.bibtex()
	case CSLJSON:
		between, text = ",\n", c.csl()
		if !w.begun {
			text = "[" + text
		}
	default:
		text = c.plain() + "\n"
	}
	if w.begun {
		text = between + text
	}
	w.begun = true
	_, err := io.WriteString(w.w, text)
	return err
}

// Close ends the file, and leaves what it is written to open.
func (w *Writer) Close() error {
	if w.format != CSLJSON {
		return nil
	}
	end := "]\n"
	if !w.begun {
		end = "[]\n"
	}
	_, err := io.WriteString(w.w, end)
	return err
}

// A citation is what is told of an article, each in one line.
type citation struct {
	id, title, author, source, url, lang, sha256 string
	date                                         corpus.Date // of publication; empty: not known
	accessed                                     corpus.Date
}

func newCitation(a *search.Article, accessed corpus.Date) citation {
	c := citation{
		id: inLine(a.ID), title: inLine(a.Title), author: inLine(a.Author), source: inLine(a.Source),
		url: inLine(WebAddress(a.URL)), lang: inLine(a.Lang), sha256: inLine(a.SHA256), accessed: accessed.Calendar(),
	}
	if a.Date != nil {
		c.date = a.Date.Value.Calendar()
	}
	return c
}

// WebAddress returns s if it is the address of a web page, else nothing: a link of another
// scheme might run a script.
func WebAddress(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return s
}

// evidence tells which article of the archive is cited.
func (c *citation) evidence() string {
	if c.sha256 == "" {
		return "Dateline " + c.id
	}
	return fmt.Sprintf("Dateline %s, SHA-256 %s", c.id, c.sha256)
}

// inLine returns s in one line: white space, line breaks among it, becomes a space, and
// what is neither text nor white space goes.
func inLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Join(strings.Fields(s), " ")
}
