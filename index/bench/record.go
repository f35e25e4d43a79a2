package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strconv"
	"strings"

	"dateline/corpus"
	"dateline/corpus/enrich/places"
	"dateline/index"
	"dateline/index/text"
	"dateline/index/values"
	"dateline/search"
)

// A record is an article as contestants read it: fields that end with unitSep, of
// which lists end each item with itemSep, and behind the last recordSep. Reading it
// costs next to nothing in any language, so that it does not count as indexing.
type record struct {
	id     string
	day    string // of publication, since 1970; empty: none
	month  string // since the year 0; empty: none
	lang   string
	source string
	title  string
	text   string

	// body has the product's own words, stemmed, between spaces: the title three
	// times, as index.TitleWeight says, then the text. A gap stands for a word of the
	// stop list, and behind the title, so that phrases are found where they are.
	body  string
	words string // of title and text, unstemmed, each once: for prefixes and the like

	// values are ids by valueFields, of places with those they lie in, of dates with
	// month and year.
	values   [5][]string
	mentions []string // for ourselves
}

// valueFields are those of record.values. Source and language have fields of their own.
var valueFields = [...]search.Field{
	search.Person, search.Place, search.Org, search.Date, search.Mentioned,
}

const (
	gap       = "_"
	unitSep   = "\x1f"
	itemSep   = "\x1e"
	recordSep = "\x1d"
)

// A recorder makes records.
type recorder struct{ resolver *values.Resolver }

func newRecorder() recorder {
	return recorder{values.NewResolver(places.Default(), nil)}
}

// record returns d as contestants read it, and as engines do.
func (c recorder) record(d *corpus.Document) (record, index.Record) {
	analysed := index.NewRecord(index.Entry{Document: *d})
	title := spaced(analysed.Title)
	r := record{
		id: d.ID, lang: analysed.Lang, source: d.Source, title: d.Title, text: d.Text,
		body:  strings.Repeat(title+" "+gap+" ", index.TitleWeight) + spaced(analysed.Text),
		words: strings.Join(wordsOf(&analysed), " "),
	}
	if d.Date != nil {
		span, _ := d.Date.Value.Span()
		month, _ := index.BucketOf(span, corpus.Month)
		r.day, r.month = strconv.Itoa(int(span.First)), strconv.Itoa(month)
		r.values[3] = c.ids(corpus.DateKind, string(d.Date.Value))
	}
	for _, v := range analysed.Values {
		i := slices.Index(valueFields[:], search.FieldOf(v.Kind))
		r.values[i] = append(r.values[i], c.ids(v.Kind, v.Key)...)
	}
	for i := range r.values {
		slices.Sort(r.values[i])
		r.values[i] = slices.Compact(r.values[i])
	}
	for _, m := range d.Mentions {
		r.mentions = append(r.mentions, writeMention(m))
	}
	return r, analysed
}

// wordsOf returns the words of title and text, unstemmed, each once.
func wordsOf(r *index.Record) (out []string) {
	seen := map[string]bool{}
	title, body := r.Folded()
	for _, t := range slices.Concat(title, body) {
		if !seen[t.Text] {
			seen[t.Text] = true
			out = append(out, t.Text)
		}
	}
	return out
}

// spaced returns words with a space between them, and gaps where words were left out.
func spaced(words []text.Token) string {
	var out strings.Builder
	for i, next := 0, 0; i < len(words); next++ {
		if next > 0 {
			out.WriteByte(' ')
		}
		if words[i].Pos > next {
			out.WriteString(gap)
			continue
		}
		out.WriteString(words[i].Text)
		i++
	}
	return out.String()
}

// ids returns the ids of the archive's values that an article-level value counts for.
func (c recorder) ids(kind corpus.Kind, key string) []string {
	if kind == corpus.DateKind {
		var out []string
		for _, d := range index.DateTree(corpus.Date(key)) {
			out = append(out, string(d))
		}
		return out
	}
	id, _ := c.resolver.Resolve(search.FieldOf(kind), key, values.At{})
	out := []string{id}
	for kind == corpus.Place {
		if id = c.resolver.Parent(id); id == "" {
			break
		}
		out = append(out, id)
	}
	return out
}

// String writes r.
func (r *record) String() string {
	fields := []string{r.id, r.day, r.month, r.lang, r.source, r.title, r.text, r.body, r.words}
	for _, list := range append(r.values[:], r.mentions) {
		fields = append(fields, strings.Join(list, itemSep))
	}
	return strings.Join(fields, unitSep) + recordSep
}

// parseRecord reads what String wrote, with recordSep or without.
func parseRecord(s string) (record, error) {
	f := strings.Split(strings.TrimSuffix(s, recordSep), unitSep)
	if len(f) != 15 {
		return record{}, fmt.Errorf("a record has %d fields, and should have 15", len(f))
	}
	r := record{f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8], [5][]string{}, list(f[14])}
	for i := range r.values {
		r.values[i] = list(f[9+i])
	}
	return r, nil
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, itemSep)
}

// records returns the first n records of a file, all where n is 0.
func records(file string, n int) iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		f, err := os.Open(file)
		if err != nil {
			yield(record{}, err)
			return
		}
		defer f.Close()
		scan := scanner(f)
		for i := 0; (n == 0 || i < n) && scan.Scan(); i++ {
			r, err := parseRecord(scan.Text())
			if !yield(r, err) || err != nil {
				return
			}
		}
		if err := scan.Err(); err != nil {
			yield(record{}, err)
		}
	}
}

func scanner(r io.Reader) *bufio.Scanner {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 1<<20), 64<<20)
	s.Split(func(data []byte, eof bool) (int, []byte, error) {
		if i := bytes.IndexByte(data, recordSep[0]); i >= 0 {
			return i + 1, data[:i], nil
		}
		return 0, nil, nil
	})
	return s
}

// document returns r with its mentions.
func (r *record) document() (corpus.Document, error) {
	d := corpus.Document{Article: corpus.Article{
		ID: r.id, Title: r.title, Text: r.text, Lang: r.lang, Source: r.source, Origin: "bench:" + r.id,
	}}
	if r.day != "" {
		n, err := strconv.Atoi(r.day)
		if err != nil {
			return d, err
		}
		d.Date = &corpus.Dated{Value: corpus.Date(corpus.Day(n).String()), Source: corpus.FromMetadata}
	}
	for _, s := range r.mentions {
		m, err := readMention(s, r)
		if err != nil {
			return d, err
		}
		d.Mentions = append(d.Mentions, m)
	}
	return d, nil
}

// writeMention writes m with a tab between its parts.
func writeMention(m corpus.Mention) string {
	return fmt.Sprintf("%s\t%s\t%d\t%d\t%g\t%s\t%s\t%s\t%s",
		m.Kind, m.Field, m.Start, m.End, m.Confidence, m.ID, m.Value, m.Precision, m.Anchor)
}

func readMention(s string, r *record) (m corpus.Mention, err error) {
	f := strings.Split(s, "\t")
	if len(f) != 9 {
		return m, fmt.Errorf("a mention has %d parts, and should have 9", len(f))
	}
	m = corpus.Mention{
		Kind: corpus.Kind(f[0]), Field: f[1], ID: f[5], Value: f[6],
		Precision: corpus.Precision(f[7]), Anchor: corpus.Anchor(f[8]), Rule: "bench",
	}
	if m.Start, err = strconv.Atoi(f[2]); err != nil {
		return m, err
	}
	if m.End, err = strconv.Atoi(f[3]); err != nil {
		return m, err
	}
	if m.Confidence, err = strconv.ParseFloat(f[4], 64); err != nil {
		return m, err
	}
	if m.Kind == corpus.DateKind {
		m.Type = "DATE"
	}
	in := r.text
	if m.Field == "title" {
		in = r.title
	}
	if m.Start < 0 || m.Start > m.End || m.End > len(in) {
		return m, fmt.Errorf("a mention of %s lies outside of the %s", r.id, m.Field)
	}
	m.Text = in[m.Start:m.End]
	return m, nil
}
