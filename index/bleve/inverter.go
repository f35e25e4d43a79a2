package bleve

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"

	"dateline/index"
	"dateline/index/text"
	"dateline/search"
)

// An inverter holds articles that were put and are in no segment yet, by field and
// term, and keeps nothing of their texts themselves. A segmenter makes a segment of
// it.
type inverter struct {
	articles map[string]index.Ref // by id
	ids      []string             // in the order in which they came
	stored   [][]byte             // of each article, under the name numbers
	fields   map[string]*inverted // by the names in fieldNames
	bytes    int                  // of title and text
	added    map[fieldKey]bool    // that need not be added to the table again
}

// The fields of a segment: words with their positions and the layout, the sets of
// words that patterns look in, and a set for each of search.Fields. The terms of
// persons, places, organisations and mentioned dates stand behind a digit for their
// level.
const (
	idField = "_id"     // Bleve's own
	numbers = "numbers" // stored: ref, length and lead of an article, as varints, and its head
)

// fieldNames are the fields of every segment, as Bleve orders them.
var fieldNames = func() []string {
	out := []string{numbers}
	for _, stemmed := range []bool{true, false} {
		out = append(out, fieldsOf(search.Anywhere, stemmed)...)
	}
	for _, field := range patternFields {
		out = append(out, field)
	}
	for _, f := range search.Fields {
		out = append(out, string(f))
	}
	slices.Sort(out)
	return append([]string{idField}, out...)
}()

// textFields names the fields that hold the words of an article.
func textFields(stemmed bool) (title, body string) {
	if stemmed {
		return "title", "text"
	}
	return "title_folded", "text_folded"
}

// hasPositions tells whether a field holds the words of articles in their order.
func hasPositions(field string) bool {
	switch field {
	case "title", "text", "title_folded", "text_folded":
		return true
	}
	return false
}

func newInverter() *inverter {
	v := &inverter{articles: map[string]index.Ref{}, fields: map[string]*inverted{}, added: map[fieldKey]bool{}}
	for _, name := range fieldNames {
		v.fields[name] = &inverted{positions: hasPositions(name), numbers: map[string]uint32{}}
	}
	return v
}

// add adds an article that is not there. It is the one place that says what stands
// in which field.
func (v *inverter) add(r *index.Record) {
	title, body := textFields(r.Stemmed)
	v.fields[title].addWords(r.Title, &r.TitleLayout)
	v.fields[body].addWords(r.Text, &r.TextLayout)
	anywhere, inLead := v.fields[patternFields[search.Anywhere]], v.fields[patternFields[search.Lead]]
	titleWords, words := r.Folded()
	for _, t := range titleWords {
		anywhere.set(t.Text)
		inLead.set(t.Text)
		v.set(patternFields[search.Title], t.Text)
	}
	for _, t := range words {
		anywhere.set(t.Text)
		if t.Pos < r.Lead {
			inLead.set(t.Text)
		}
	}
	for _, value := range r.Values {
		v.set(string(search.FieldOf(value.Kind)), string('0'+rune(value.Level))+value.Key)
	}
	if r.Date != nil {
		v.set(string(search.Date), string(r.Date.Value.Calendar()))
	}
	v.set(string(search.Source), r.Source)
	v.set(string(search.Lang), r.Lang)
	id := strings.Clone(r.ID)
	v.set(idField, id)
	var stored []byte
	for _, n := range []uint64{uint64(r.Ref), uint64(r.Length), uint64(r.Lead)} {
		stored = binary.AppendUvarint(stored, n)
	}
	v.articles[id] = r.Ref
	v.ids, v.stored = append(v.ids, id), append(v.stored, appendHead(stored, r))
	for _, f := range v.fields {
		f.end()
	}
}

// set adds a term to a field of the last article, unless it is empty.
func (v *inverter) set(field, term string) {
	if term != "" {
		v.fields[field].set(term)
	}
}

// An inverted is a field of an inverter. Terms are numbered as they come.
type inverted struct {
	positions bool // a term may stand several times in an article, each at a position

	numbers map[string]uint32
	terms   []string
	last    []uint32 // by term: the number, from 1, of the last article that has it

	// What stands in the articles, in their order: terms, and where they stand.
	// Articles end where ends says.
	list numberList
	at   numberList
	ends []int

	lengths map[uint32][]uint32 // by the term of mentions: words in each, in the order of list
}

// number returns the number of a term.
func (f *inverted) number(term string) uint32 {
	n, ok := f.numbers[term]
	if !ok {
		n = uint32(len(f.terms))
		term = strings.Clone(term)
		f.numbers[term] = n
		f.terms, f.last = append(f.terms, term), append(f.last, 0)
	}
	return n
}

// set adds a term to the last article, where it has it once.
func (f *inverted) set(term string) {
	n, article := f.number(term), uint32(len(f.ends)+1)
	if f.last[n] != article {
		f.last[n] = article
		f.list.add(n)
	}
}

// addWords adds the words of a title or text to the last article, and its layout.
func (f *inverted) addWords(words []text.Token, l *index.Layout) {
	for _, w := range words {
		f.add(w.Text, w.Pos)
	}
	for _, p := range l.Sentences {
		f.add(sentenceTerm, p)
	}
	for _, p := range l.Paragraphs {
		f.add(paragraphTerm, p)
	}
	for _, m := range l.Mentions {
		term := f.add(mentionTerm(m.Field, m.Level), m.First)
		if f.lengths == nil {
			f.lengths = map[uint32][]uint32{}
		}
		f.lengths[term] = append(f.lengths[term], uint32(m.Last-m.First+1))
	}
}

func (f *inverted) add(term string, at int) uint32 {
	n := f.number(term)
	f.list.add(n)
	f.at.add(uint32(at))
	return n
}

// end ends the last article.
func (f *inverted) end() { f.ends = append(f.ends, f.list.len) }

// A numberList grows without being copied.
type numberList struct {
	blocks [][]uint32
	len    int
}

// The bounds of how much a block holds.
const leastBlock, mostBlock = 1 << 6, 1 << 15

func (l *numberList) add(n uint32) {
	last := len(l.blocks) - 1
	if last < 0 || len(l.blocks[last]) == cap(l.blocks[last]) {
		l.blocks = append(l.blocks, make([]uint32, 0, min(max(l.len, leastBlock), mostBlock)))
		last++
	}
	l.blocks[last] = append(l.blocks[last], n)
	l.len++
}

// A termAt is where a term stands once.
type termAt struct{ article, at uint32 }

// sorted calls visit with the terms in order and where each stands, in order.
func (f *inverted) sorted(visit func(term string, at []termAt, lengths []uint32) error) error {
	begin := make([]uint32, len(f.terms)+1) // in all, by term
	for _, block := range f.list.blocks {
		for _, n := range block {
			begin[n+1]++
		}
	}
	for n := range f.terms {
		begin[n+1] += begin[n]
	}
	all, next := make([]termAt, f.list.len), slices.Clone(begin)
	article, i := 0, 0
	for b, block := range f.list.blocks {
		for k, n := range block {
			for i == f.ends[article] {
				article++
			}
			o := termAt{article: uint32(article)}
			if f.positions {
				o.at = f.at.blocks[b][k]
			}
			all[next[n]] = o
			next[n]++
			i++
		}
	}
	order := make([]uint32, len(f.terms))
	for n := range order {
		order[n] = uint32(n)
	}
	slices.SortFunc(order, func(a, b uint32) int { return cmp.Compare(f.terms[a], f.terms[b]) })
	for _, n := range order {
		if err := visit(f.terms[n], all[begin[n]:begin[n+1]], f.lengths[n]); err != nil {
			return err
		}
	}
	return nil
}
