package indextest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"

	"dateline/corpus"
	"dateline/search"
)

// A dice makes random documents and requests of a vocabulary so small that
// everything meets everything.
type dice struct{ *rand.Rand }

func newDice(seed uint64) dice { return dice{rand.New(rand.NewPCG(seed, 0))} }

var (
	someWords = []string{
		"strike", "strikes", "Strike", "hospital", "truce", "the", "of", "Rafah", "al-Shifa", "Şırnak",
		"удар", "هدنة", "U.S.", "2,000", "Rahimi's", "war", "ceasefire",
	}
	someDates = []corpus.Date{
		"2024-03-27", "2024-03-28", "2024-03", "2024-02-29", "2024-W13", "2024-W13-WE", "2024-W01", "2024-Q1",
		"2024-H1", "2024", "2023", "2023-12-31", "2023-WI", "202", "20", "1969-12-31", "1970-01-01", "2024-12-31",
		"2024-03-27TNI", "2024-03-27T14:30",
	}
	rareDates  = []corpus.Date{"0001", "0001-01-01", "9999-12-31", "99", "2024-02-29T23:59"}
	somePeople = []string{
		"Leila Rahimi", "Rahimi", "Benjamin Okoro", "Ana Okoro", "Okoro", "ليلى رحيمي",
		"L. Rahimi", "Ramadan", "Haddad", "Omar Haddad",
	}
	rarePeople = []string{ // who come and go, and their spellings
		"Moammar Gaddafi", "Muammar Qadhafi", "Mu'ammar al-Gaddafi", "MOAMMAR GADDAFI", "José Arriaga", "Jose Arriaga",
		"Salem Nasser", "Salim Nasir", "Dunya Haddad", "L Rahimi", "Zaid Rahimi",
	}
	someOrgs   = []string{"Sana'a Rebels", "Hope Relief", "Security Council", "Relief"}
	somePlaces = []string{"gn:1", "gn:2", "gn:3", "gn:4", "gn:5", "gn:6", "gn:8", "gn:10", "Wadi Sumsum",
		"Rafah", "Rafah town"}
	someSources = []string{"", "Wire", "Herald", "wire"}
	someLangs   = []string{"", "en", "en", "EN", "ru", "pt-BR"}
	fields      = []search.TextField{search.Anywhere, search.Anywhere, search.Title, search.Lead}
)

func pick[T any](d dice, list []T) T { return list[d.IntN(len(list))] }

func (d dice) chance(percent int) bool { return d.IntN(100) < percent }

func (d dice) date() corpus.Date {
	if d.IntN(500) == 0 {
		return pick(d, rareDates)
	}
	return pick(d, someDates)
}

func (d dice) mentionedDate() corpus.Date {
	if d.chance(8) {
		return "XXXX-WXX-3"
	}
	return d.date()
}

func (d dice) sentence(n int) string {
	var words []string
	for range d.IntN(n + 1) {
		words = append(words, pick(d, someWords)+pick(d, []string{"", "", "", "", "", ".", ",", "\n"}))
	}
	return strings.Join(words, " ")
}

func (d dice) document(id string) corpus.Document {
	paragraphs := []string{}
	for range d.IntN(4) {
		paragraphs = append(paragraphs, d.sentence(12))
	}
	// Mentions need words to stand at: any will do.
	title, text := d.sentence(5), strings.Join(append(paragraphs, "X Old Town"), "\n")
	spot := func() string {
		words := strings.Fields(title + "\n" + text)
		at := d.IntN(len(words))
		two := strings.Join(words[at:min(at+2, len(words))], " ")
		if d.chance(50) && (strings.Contains(title, two) || strings.Contains(text, two)) {
			return two
		}
		return words[at]
	}
	var finds []find
	confidence := func() float64 { return pick(d, []float64{doubtful, likely, sure}) }
	for range d.IntN(4) {
		finds = append(finds, who(spot(), pick(d, somePeople), confidence()))
	}
	if d.chance(4) {
		finds = append(finds, who(spot(), pick(d, rarePeople), confidence()))
	}
	for range d.IntN(4) {
		finds = append(finds, where(pick(d, []string{spot(), "X", "Old Town"}), pick(d, somePlaces), confidence()))
	}
	for range d.IntN(2) {
		finds = append(finds, org(spot(), pick(d, someOrgs), confidence()))
	}
	for range d.IntN(4) {
		finds = append(finds, when(spot(), d.mentionedDate(), confidence()))
	}
	date := corpus.Date("")
	if d.chance(85) {
		date = d.date()
	}
	return article(id, pick(d, someLangs), date, pick(d, someSources), title, text, finds...)
}

func (d dice) expr(depth int) search.Expr {
	if depth > 0 && d.chance(60) {
		switch d.IntN(5) {
		case 0:
			return search.Not{Expr: d.expr(depth - 1)}
		case 1, 2:
			return or(d.exprs(depth - 1))
		default:
			return and(d.exprs(depth - 1))
		}
	}
	if d.chance(30) {
		return d.value(pick(d, search.Fields))
	}
	return d.text()
}

func (d dice) exprs(depth int) []search.Expr {
	var out []search.Expr
	for range 2 + d.IntN(2) {
		out = append(out, d.expr(depth))
	}
	return out
}

// and joins exprs, none of which may itself be an And.
func and(exprs []search.Expr) search.Expr {
	var out search.And
	for _, e := range exprs {
		if inner, ok := e.(search.And); ok {
			out = append(out, inner...)
			continue
		}
		out = append(out, e)
	}
	return out
}

func or(exprs []search.Expr) search.Expr {
	var out search.Or
	for _, e := range exprs {
		if inner, ok := e.(search.Or); ok {
			out = append(out, inner...)
			continue
		}
		out = append(out, e)
	}
	return out
}

// text returns an expression on words.
func (d dice) text() search.Expr {
	in := pick(d, fields)
	if d.chance(30) {
		return d.positional(in)
	}
	switch d.IntN(8) {
	case 0:
		return search.All{}
	case 1, 2:
		var words []string
		for range 1 + d.IntN(3) {
			words = append(words, pick(d, someWords))
		}
		return search.Phrase{In: in, Text: strings.Join(words, " ")}
	case 3:
		return d.pattern(in)
	default:
		return search.Word{In: in, Text: pick(d, someWords)}
	}
}

// positional returns an expression on where words stand.
func (d dice) positional(in search.TextField) search.Expr {
	switch d.IntN(5) {
	case 0:
		return d.mention(in)
	case 1:
		return search.AtLeast{N: 1 + d.IntN(4), Item: d.item(in)}
	}
	near := search.Near{Distance: 3 + d.IntN(5)}
	for range 2 + d.IntN(3) {
		near.Items = append(near.Items, d.item(in))
	}
	switch d.IntN(4) {
	case 0:
		near.Unit, near.Distance = search.Sentence, 0
	case 1:
		near.Unit, near.Distance = search.Paragraph, 0
	case 2:
		near.Ordered = true
		for i := range near.Items {
			near.Items[i] = search.Word{In: in, Text: pick(d, someWords)}
		}
	}
	return near
}

func (d dice) mention(in search.TextField) search.Expr {
	return search.Mention{In: in, Field: pick(d, []search.Field{search.Person, search.Place, search.Org, search.Mentioned})}
}

// item returns what may stand near others.
func (d dice) item(in search.TextField) search.Expr {
	switch d.IntN(10) {
	case 0, 1:
		return d.mention(in)
	case 2:
		return search.Phrase{In: in, Text: pick(d, someWords) + " " + pick(d, someWords)}
	case 3:
		p := d.pattern(in).(search.Pattern)
		if p.Text == "al-sh" {
			p.Text = "shif"
		}
		return p
	case 4, 5:
		return or([]search.Expr{d.item(in), d.item(in)})
	default:
		return search.Word{In: in, Text: pick(d, someWords)}
	}
}

func (d dice) pattern(in search.TextField) search.Expr {
	patterns := map[search.PatternKind][]string{
		search.Prefix:   {"st", "strike", "r", "Şır", "al-sh"},
		search.Wildcard: {"stri?e", "*i*", "h?sp*l", "??", "уда?"},
		search.Fuzzy:    {"strkie", "truec", "wra", "hosptail", "удра"},
		search.Regexp:   {"stri(ke|kes)", "[a-r]+", ".*i.*", "u.s"},
	}
	kind := search.PatternKind(d.IntN(len(patterns)))
	return search.Pattern{In: in, Kind: kind, Text: pick(d, patterns[kind])}
}

// value returns an expression on a field as ParseValue does.
func (d dice) value(f search.Field) search.Expr {
	if d.chance(15) {
		return search.None{Field: f}
	}
	if f == search.Mentioned && d.chance(20) {
		return search.Unanchored{}
	}
	if f.IsDate() {
		date := d.date().Calendar()
		switch d.IntN(4) {
		case 0:
			return search.Within{Field: f, From: date}
		case 1:
			return search.Within{Field: f, To: date}
		default:
			return search.Within{Field: f, From: date, To: date}
		}
	}
	names := map[search.Field][]string{
		search.Person: slices.Concat(somePeople, rarePeople, []string{"Nobody", "Rahmii", "Gaddafi", "Nasir", "Arriaga"}),
		search.Org:    someOrgs,
		search.Place:  append(somePlaces, "Gaza", "Palestinian Territory/Gaza Strip/Gaza", "Syria", "Gazza"),
		search.Source: {"Wire", "wire", "WIRE", "Herald", "Post"},
		search.Lang:   {"en", "EN", "ru", "pt-br", "fr"},
	}
	return search.Has{Field: f, Value: pick(d, names[f])}
}

func (d dice) request() search.Request {
	req := search.Request{
		MinConfidence: corpus.Level(max(0, d.IntN(5)-2)),
		Sort:          pick(d, []search.Sort{"", "", search.Relevance, search.Newest, search.Oldest}),
		Limit:         pick(d, []int{0, 1, 3, 10, 200}),
		Offset:        pick(d, []int{0, 0, 0, 1, 7, 500}),
		Snippets:      d.chance(30),
		Explain:       d.chance(20),
	}
	if d.chance(90) {
		req.Query = d.expr(3)
	}
	if d.chance(40) && req.Query != nil {
		typed := d.mistyped(req.Query.String())
		if e, err := search.Parse(typed); err == nil {
			req.Query, req.Typed = e, typed
		}
	}
	for _, f := range search.Fields {
		if d.chance(12) {
			req.Filters = append(req.Filters, d.filter(f))
		}
		if d.chance(30) {
			asked := search.FacetRequest{
				Field: f, Size: pick(d, []int{1, 3, 100}), Prefix: pick(d, []string{"", "", "", "r", "Gaz", "2024"}),
			}
			if f.IsDate() {
				asked.Opened = pick(d, [][]corpus.Date{nil, nil, {}, {"2024"}, {"2023", "2024-03"}})
			}
			req.Facets = append(req.Facets, asked)
		}
	}
	if d.chance(40) {
		req.Histogram = &search.HistogramRequest{
			Of: pick(d, []search.Field{search.Date, search.Mentioned}),
			By: pick(d, []corpus.Precision{"", "", corpus.Year, corpus.Month, corpus.ToDay}),
		}
	}
	return req
}

// mistyped returns a query with two neighbours exchanged, a letter left out or put in, or
// a word torn apart, here and there.
func (d dice) mistyped(query string) string {
	r := []rune(query)
	for range 1 + d.IntN(2) {
		i := 1 + d.IntN(len(r))
		switch {
		case i >= len(r) || !unicode.IsLetter(r[i]) || !unicode.IsLetter(r[i-1]):
		case d.chance(50):
			r[i-1], r[i] = r[i], r[i-1]
		case d.chance(50):
			r = slices.Delete(r, i, i+1)
		default:
			r = slices.Insert(r, i, pick(d, []rune{'a', ' '}))
		}
	}
	return string(r)
}

// typed returns the beginning of a query that ends in a word or name.
func (d dice) typed() search.SuggestRequest {
	names := slices.Concat(someWords, somePeople, rarePeople, someOrgs, []string{"Gaza Strip", "Palestinian", "Kharkiv"})
	before := pick(d, []string{"", "", "", "truce ", "-", `"`, "title:", "person:", `place:"`, "near(", "Leila "})
	name := []rune(pick(d, names))
	if d.chance(25) {
		name = []rune(d.mistyped(string(name)))
	}
	return search.SuggestRequest{
		Text: before + string(name[:1+d.IntN(len(name))]), Limit: pick(d, []int{0, 1, 3, 20}),
	}
}

func (d dice) filter(f search.Field) search.Filter {
	out := search.Filter{Field: f, All: d.chance(30)}
	for range d.IntN(3) {
		out.Include = append(out.Include, d.value(f))
	}
	for range d.IntN(2) {
		out.Exclude = append(out.Exclude, d.value(f))
	}
	if len(out.Include)+len(out.Exclude) == 0 {
		out.Include = append(out.Include, d.value(f))
	}
	return out
}

// batch returns documents with ids of which some were there before.
func (d dice) batch() []corpus.Document {
	var out []corpus.Document
	for range d.IntN(12) {
		id := fmt.Sprintf("r%03d", d.IntN(150))
		if !slices.ContainsFunc(out, func(o corpus.Document) bool { return o.ID == id }) {
			out = append(out, d.document(id))
		}
	}
	return out
}

// Random returns random documents, and requests of all kinds that they answer.
func Random(seed uint64, documents, requests int) (
	docs []corpus.Document, asked []search.Request, typed []search.SuggestRequest,
) {
	d := newDice(seed)
	for i := range documents {
		docs = append(docs, d.document(fmt.Sprintf("r%05d", i)))
	}
	for range requests {
		asked, typed = append(asked, d.request()), append(typed, d.typed())
	}
	return docs, asked, typed
}
