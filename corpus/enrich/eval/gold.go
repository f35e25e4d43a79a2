package eval

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"dateline/corpus"
	"dateline/corpus/enrich/places"
)

// The format of gold: a JSON object a line (JSONL, or that in gzip), an article each.
//
//	id        of the article, each once
//	text      what was marked; a headline is its first line
//	date      of publication, or dct (TimeML's name for it); may be missing
//	title     is for people, and not read
//	entities  names: a list of objects with
//	    start, end   code points into text from 0, end behind the last; or
//	    bs, be       the same in UTF-8 bytes
//	    text         the marked words; where given, they must be those of the span
//	    type         PER, LOC, ORG, or NORP for the people of a place ("Syrian");
//	                 also the words of kinds, and OntoNotes' PERSON, GPE, FAC …
//	    link         (or wikidata) who a person is: names with one link are one person;
//	    coref        true: no name but a pronoun or noun, left out of joining
//	    lat, lon     where it lies, in degrees; of one without it is not asked where a place
//	                 lies, and to say where counts against it
//	    geonames     its GeoNames id; or wikipedia: the page of a country or continent
//	timexes   dates and durations: start, end (or bs, be), text, and TIMEX3's
//	          type and value; one of no length is passed over
//
// A mark may lie within another, or where another does: each is counted.
//
// Before the first article may stand a line that tells what was marked:
//
//	{"kinds": ["person", "place", "org", "date"], "partial": false}
//
// A kind is scored where kinds has it; without that line, where anything of that
// kind is marked in any of the articles. partial: not all of what there is was
// marked, so that only recall can be told.
type (
	header struct {
		Kinds   []corpus.Kind `json:"kinds"`
		Partial bool          `json:"partial"`
	}
	row struct {
		header
		ID       string  `json:"id"`
		Text     *string `json:"text"`
		Date     string  `json:"date"`
		DCT      string  `json:"dct"`
		Entities []mark  `json:"entities"`
		Timexes  []mark  `json:"timexes"`
	}
	mark struct {
		Start     *int     `json:"start"`
		End       *int     `json:"end"`
		ByteStart *int     `json:"bs"`
		ByteEnd   *int     `json:"be"`
		Text      *string  `json:"text"`
		Type      string   `json:"type"`
		Value     *string  `json:"value"`
		Link      string   `json:"link"`
		Wikidata  string   `json:"wikidata"`
		Coref     bool     `json:"coref"`
		Lat       *float64 `json:"lat"`
		Lon       *float64 `json:"lon"`
		GeoNames  anyID    `json:"geonames"`
		Wikipedia string   `json:"wikipedia"`
	}
)

// An anyID is an id written as a string or a number.
type anyID string

func (id *anyID) UnmarshalJSON(raw []byte) error {
	if text := strings.Trim(string(raw), `"`); text != "null" {
		*id = anyID(text)
	}
	return nil
}

// kindOf tells what a type of mark stands for. Types that are not here are
// counted as ignored.
var kindOf = map[string]corpus.Kind{
	"PER": corpus.Person, "PERSON": corpus.Person, "person": corpus.Person,
	"LOC": corpus.Place, "LOCATION": corpus.Place, "GPE": corpus.Place, "FAC": corpus.Place,
	"FACILITY": corpus.Place, "PLACE": corpus.Place, "CITY": corpus.Place,
	"COUNTRY": corpus.Place, "STATE_OR_PROVINCE": corpus.Place, "place": corpus.Place,
	"ORG": corpus.Org, "ORGANIZATION": corpus.Org, "org": corpus.Org,
	"NORP": demonym, "NATIONALITY": demonym, "demonym": demonym,
}

// timexTypes are those of TIMEX3. Values are of these; others can be marked without.
var timexTypes = []string{"DATE", "TIME", "DURATION", "SET"}

// A demonym is no name of a place, but leads to one.
const demonym corpus.Kind = "demonym"

// kinds are those that can be scored.
var kinds = []corpus.Kind{corpus.Person, corpus.Place, corpus.Org, corpus.DateKind}

// Gold is articles in which people marked who, where and when.
type Gold struct {
	Articles []Article
	Kinds    []corpus.Kind  // that are scored
	Partial  bool           // not all that there is was marked
	Ignored  map[string]int // types of marks that are not scored, with their number

	ids map[string]bool
	gaz *places.Gazetteer
}

// An Article is one with the marks in it.
type Article struct {
	ID, Text, Date string
	Names, Times   []Mark
}

// A Mark is a span of text that a person marked.
type Mark struct {
	Start, End int // bytes
	Kind       corpus.Kind
	Type       string   // as it was written
	Value      string   // of a date; "" where none was given
	Link       string   // of a person; "" where who it is was not told
	Lat, Lon   *float64 // nil where it was not told
	GeoNames   string   // "" where it was not told
}

// Read reads gold, and calls it name in errors. Each error tells the line, what
// is wrong there and how to mend it. Countries that are marked by their page in
// Wikipedia are looked up in gaz.
func Read(name string, in io.Reader, gaz *places.Gazetteer) (*Gold, error) {
	buffered := bufio.NewReader(in)
	in = buffered
	if head, _ := buffered.Peek(2); bytes.Equal(head, []byte{0x1f, 0x8b}) {
		unpacked, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		in = unpacked
	}
	g := &Gold{Ignored: map[string]int{}, ids: map[string]bool{}, gaz: gaz}
	if number, err := g.lines(in); err != nil {
		return nil, fmt.Errorf("%s:%d: %w", name, number, err)
	}
	if len(g.Articles) == 0 {
		return nil, fmt.Errorf("%s: has no article; gold is JSONL, an article a line", name)
	}
	if g.Kinds == nil {
		g.Kinds = g.marked()
	}
	if len(g.Kinds) == 0 {
		return nil, fmt.Errorf("%s: nothing is marked; names stand in entities, dates in timexes", name)
	}
	return g, nil
}

// maxLine is the longest line in bytes: an article with its marks.
const maxLine = 4 * corpus.MaxBytes

// lines reads all lines, and returns the number of the one that it fails at.
func (g *Gold) lines(in io.Reader) (number int, err error) {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxLine)
	for number = 1; lines.Scan(); number++ {
		err := g.line(bytes.TrimPrefix(lines.Bytes(), []byte("\ufeff")))
		if err != nil && lines.Err() == nil { // else the line is one that is not whole
			return number, err
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return number, errors.New("ends in the middle; the packed file is not whole, make or fetch it again")
	case !errors.Is(err, bufio.ErrTooLong):
		return number, err
	}
	return number, fmt.Errorf("is longer than %d MB; gold is JSONL, an article a line", maxLine>>20)
}

// line reads one line.
func (g *Gold) line(raw []byte) error {
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil
	}
	if !utf8.Valid(raw) {
		return errors.New("is not UTF-8; convert it, as with iconv -t UTF-8")
	}
	var r row
	if err := json.Unmarshal(raw, &r); err != nil {
		return jsonError(err)
	}
	if r.Text == nil {
		if len(g.Articles) == 0 && r.ID == "" && (r.Kinds != nil || r.Partial) {
			if r.Kinds != nil && len(r.Kinds) == 0 {
				return fmt.Errorf(`"kinds" is empty; name what was marked, of %s`, join(kinds))
			}
			g.Partial = r.Partial
			return g.SetKinds(r.Kinds)
		}
		return errors.New(`has no "text"; give the text that was marked`)
	}
	if r.ID == "" {
		return errors.New(`has no "id"; give each article one of its own`)
	}
	if g.ids[r.ID] {
		return fmt.Errorf("id %q is that of an earlier article; give each one of its own", r.ID)
	}
	if strings.TrimSpace(*r.Text) == "" {
		return errors.New(`"text" is empty; leave the article out`)
	}
	g.ids[r.ID] = true
	return g.add(&r)
}

func jsonError(err error) error {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) && kind.Field != "" {
		return fmt.Errorf("%q is a JSON %s, where %s was expected", kind.Field, kind.Value,
			jsonName[kind.Type.Kind()])
	}
	return fmt.Errorf("is no JSON object: %w; gold is JSONL, an article a line", err)
}

// jsonName calls Go's types as people call those of JSON.
var jsonName = map[reflect.Kind]string{
	reflect.String: "text", reflect.Int: "a whole number", reflect.Float64: "a number",
	reflect.Bool: "true or false", reflect.Slice: "a list", reflect.Struct: "an object",
}

// SetKinds tells which kinds are scored. None score nothing; in the first line of
// gold they mean those that are marked.
func (g *Gold) SetKinds(want []corpus.Kind) error {
	for _, k := range want {
		if !slices.Contains(kinds, k) {
			return fmt.Errorf("there is no kind %q to score; there is %s", k, join(kinds))
		}
	}
	g.Kinds = want
	return nil
}

func join(kinds []corpus.Kind) string {
	var names []string
	for _, k := range kinds {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

func (g *Gold) add(r *row) error {
	a := Article{ID: r.ID, Text: *r.Text, Date: r.DCT}
	if a.Date == "" {
		a.Date = r.Date
	}
	if a.Date != "" {
		if _, err := corpus.ParseDate(a.Date); err != nil {
			return fmt.Errorf("date: %w", err)
		}
	}
	at := byteOffsets(a.Text)
	for i := range r.Entities {
		m, err := r.Entities[i].name(a.Text, at, g.gaz)
		if err != nil {
			return fmt.Errorf("entities[%d]: %w", i, err)
		}
		if m.Kind == "" {
			g.Ignored[m.Type]++
		}
		a.Names = append(a.Names, m)
	}
	for i := range r.Timexes {
		m, err := r.Timexes[i].span(a.Text, at)
		if err != nil {
			return fmt.Errorf("timexes[%d]: %w", i, err)
		}
		if m.Value != "" && !slices.Contains(timexTypes, m.Type) {
			return fmt.Errorf("timexes[%d]: %q has a value and the type %q; give one of TIMEX3's, %s",
				i, a.Text[m.Start:m.End], m.Type, strings.Join(timexTypes, ", "))
		}
		m.Kind = corpus.DateKind
		if m.End > m.Start { // TimeML has tags without text, for what is not said
			a.Times = append(a.Times, m)
		}
	}
	slices.SortStableFunc(a.Times, func(x, y Mark) int { return x.Start - y.Start })
	g.Articles = append(g.Articles, a)
	return nil
}

// name returns the mark as that of a name.
func (e *mark) name(text string, at []int, gaz *places.Gazetteer) (Mark, error) {
	m, err := e.span(text, at)
	if err != nil {
		return m, err
	}
	if m.Start == m.End {
		return m, fmt.Errorf("has no length: it ends at %d, where it starts", m.End)
	}
	if e.Type == "" {
		return m, fmt.Errorf(`%q has no "type"; give PER, LOC, ORG or NORP`, text[m.Start:m.End])
	}
	if (e.Lat == nil) != (e.Lon == nil) {
		return m, fmt.Errorf("%q has one of lat and lon; give both or none", text[m.Start:m.End])
	}
	if e.Lat != nil && (*e.Lat < -90 || *e.Lat > 90 || *e.Lon < -180 || *e.Lon > 180) {
		return m, fmt.Errorf("%q lies at %g, %g; lat goes from -90 to 90, lon from -180 to 180",
			text[m.Start:m.End], *e.Lat, *e.Lon)
	}
	m.Kind, m.Lat, m.Lon = kindOf[e.Type], e.Lat, e.Lon
	if m.Kind == corpus.Person && !e.Coref {
		if m.Link = e.Link; m.Link == "" {
			m.Link = e.Wikidata
		}
	}
	if m.GeoNames = string(e.GeoNames); m.GeoNames == "" && e.Wikipedia != "" {
		m.GeoNames = idOfPage(gaz, e.Wikipedia)
	}
	return m, nil
}

// span finds the bytes of the mark. at has the byte offset of each code point.
func (e *mark) span(text string, at []int) (Mark, error) {
	m := Mark{Type: e.Type}
	switch {
	case e.ByteStart != nil && e.ByteEnd != nil:
		m.Start, m.End = *e.ByteStart, *e.ByteEnd
		if !isSpan(m.Start, m.End, len(text)) {
			return m, fmt.Errorf("bs %d, be %d is no span of a text of %d bytes; "+
				"count from 0, be behind the last", m.Start, m.End, len(text))
		}
		if !boundary(text, m.Start) || !boundary(text, m.End) {
			return m, fmt.Errorf("bs %d, be %d parts a character; they count UTF-8 bytes", m.Start, m.End)
		}
	case e.Start != nil && e.End != nil:
		if !isSpan(*e.Start, *e.End, len(at)-1) {
			return m, fmt.Errorf("start %d, end %d is no span of a text of %d code points; "+
				"count from 0, end behind the last",
				*e.Start, *e.End, len(at)-1)
		}
		m.Start, m.End = at[*e.Start], at[*e.End]
	default:
		return m, errors.New("has no span; give start and end in code points, or bs and be in bytes")
	}
	if e.Text != nil && *e.Text != text[m.Start:m.End] {
		return m, fmt.Errorf("the span has %q, but its text says %q; count start and end in code "+
			"points, bs and be in bytes, from 0", text[m.Start:m.End], *e.Text)
	}
	if e.Value != nil {
		m.Value = *e.Value
	}
	return m, nil
}

func isSpan(start, end, size int) bool { return 0 <= start && start <= end && end <= size }

func boundary(text string, i int) bool { return i == len(text) || utf8.RuneStart(text[i]) }

// byteOffsets returns the offset of each code point of text, and its length.
func byteOffsets(text string) []int {
	at := make([]int, 0, len(text)+1)
	for i := range text {
		at = append(at, i)
	}
	return append(at, len(text))
}

// marked returns the kinds of which anything is marked.
func (g *Gold) marked() []corpus.Kind {
	has := map[corpus.Kind]bool{}
	for _, a := range g.Articles {
		for _, m := range a.Names {
			has[m.Kind] = true
		}
		for _, m := range a.Times {
			has[m.Kind] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(kinds), func(k corpus.Kind) bool { return !has[k] })
}

// Types returns the types that are not scored, the most frequent first.
func (g *Gold) Types() []string {
	return slices.SortedFunc(maps.Keys(g.Ignored), func(a, b string) int {
		if g.Ignored[a] != g.Ignored[b] {
			return g.Ignored[b] - g.Ignored[a]
		}
		return strings.Compare(a, b)
	})
}

// read gives the articles as corpus.Reader reads them, so that what is measured
// is what index would find.
func (g *Gold) read(yield func(corpus.Article, error) bool) {
	var feed bytes.Buffer
	enc := json.NewEncoder(&feed)
	for _, a := range g.Articles { // to memory, which can't fail
		enc.Encode(map[string]string{"id": a.ID, "title": "", "text": a.Text, "date": a.Date})
	}
	new(corpus.Reader).Read(&feed, "-")(yield)
}
