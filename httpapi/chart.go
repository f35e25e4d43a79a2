package httpapi

import (
	"context"
	"slices"
	"strings"

	"dateline/corpus"
	"dateline/search"
)

// A chart is the matching articles by date, as bars that are links. The same
// stands below it as a table, for those who can't point at a bar.
type chart struct {
	Title   string
	Unit    string
	Width   int // of the drawing; its height is chartHeight
	Bars    []bar
	First   string
	Last    string
	Most    int
	Coarser int
	IsPart  bool   // only dates in a span are shown
	None    *offer // articles without a date; nil: there are none
	Of      []choice
	Form    spanForm
}

// A bar is a bucket that is not empty.
type bar struct {
	Date  corpus.Date
	Name  string
	Count int
	URL   string // empty: no filters find just these articles
	X     int
	Y     int
	H     int
}

// The chart's measures, in its own units.
const (
	chartHeight = 100
	barWidth    = 10
)

// chart returns the chart of what req found, nil where there is none, with the form that
// was filled in wrongly if one was.
func (s *server) chart(
	ctx context.Context, at state, req search.Request, res *search.Results, asked *spanForm,
) (*chart, error) {
	h, err := s.zoomed(ctx, at, req, res.Histogram)
	if err != nil {
		return nil, err
	}
	c := newChart(at, h)
	if c != nil {
		c.IsPart = h != res.Histogram
	}
	if asked == nil {
		return c, nil
	}
	if c == nil || res.Total == 0 {
		return nil, asked.refusal()
	}
	c.Form = *asked
	return c, nil
}

func newChart(at state, h *search.Histogram) *chart {
	if h == nil || len(h.Buckets)+h.Coarser+h.None == 0 && at.get("histogram") == "" {
		return nil
	}
	buckets := h.Buckets
	c := &chart{
		Title: "Articles", Unit: string(h.By), Width: barWidth * len(buckets), Coarser: h.Coarser,
		Of: []choice{
			{"published", at.with("histogram").String(), h.Of == search.Date},
			{"mentioned", at.with("histogram", "mentioned").String(), h.Of == search.Mentioned},
		},
		Form: newSpanForm(at, h.Of),
	}
	if len(buckets) > 0 {
		c.First, c.Last = dateText(buckets[0].Value), dateText(buckets[len(buckets)-1].Value)
	}
	if rest, ok := at.narrowed(h.Of, "none", never); ok && h.None > 0 {
		c.None = &offer{articles(h.None), rest.String(), h.None}
	}
	for _, b := range buckets {
		c.Most = max(c.Most, b.Count)
	}
	for i, b := range buckets {
		if b.Count > 0 {
			c.Bars = append(c.Bars, newBar(at, h.Of, b, i, c.Most))
		}
	}
	return c
}

// newBar returns the bar of the nth bucket, of which the largest has most articles.
func newBar(at state, of search.Field, b search.Bucket, n, most int) bar {
	height := max(b.Count*chartHeight/most, 2)
	out := bar{
		Date: b.Value, Name: dateText(b.Value), Count: b.Count,
		X: n * barWidth, Y: chartHeight - height, H: height,
	}
	lies := func(param string) bool { return liesIn(of, b.Value, param) }
	if rest, ok := at.narrowed(of, string(b.Value), lies); ok {
		out.URL = rest.String()
	}
	return out
}

// zoomed returns h, or where it is of dates mentioned and a span of these is applied, the
// part of it in that span, by a unit to suit: an article that mentions a date there mentions
// many others.
func (s *server) zoomed(
	ctx context.Context, at state, req search.Request, h *search.Histogram,
) (*search.Histogram, error) {
	applied := at[string(search.Mentioned)]
	if h == nil || h.Of != search.Mentioned || req.Histogram.By != "" || len(applied) != 1 {
		return h, nil
	}
	within, _ := spanOf(search.Mentioned, applied[0])
	from, hasFrom := within.From.Span()
	to, hasTo := within.To.Span()
	if !hasFrom || !hasTo {
		return h, nil
	}
	span := corpus.Span{First: from.First, Last: to.Last}
	asked := search.FacetRequest{
		Field: search.Mentioned, Size: search.MaxFacetSize,
		Prefix: shared(span.First.String(), span.Last.String()),
	}
	res, err := s.Archive.Search(ctx, counting(req, asked))
	if err != nil {
		return nil, err
	}
	counts := map[corpus.Date]int{}
	for _, fv := range res.Facets[search.Mentioned].Values {
		counts[corpus.Date(fv.ID)] = fv.Count
	}
	by := search.UnitOf(span)
	return &search.Histogram{Of: h.Of, By: by, Buckets: bucketsIn(span, by, counts)}, nil
}

// shared returns what two texts begin with.
func shared(a, b string) string {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return a[:n]
}

// bucketsIn returns the buckets of a span from the first to the last that is not empty.
func bucketsIn(
	span corpus.Span, by corpus.Precision, counts map[corpus.Date]int,
) []search.Bucket {
	var out []search.Bucket
	filled := 0
	for day := span.First; day <= span.Last; {
		var value corpus.Date
		value, day = bucketAt(day, by)
		if n := counts[value]; n > 0 {
			out = append(out, search.Bucket{Value: value, Count: n})
			filled = len(out)
		} else if filled > 0 {
			out = append(out, search.Bucket{Value: value})
		}
	}
	return out[:filled]
}

// bucketAt returns the bucket that a day lies in, and the first day behind it.
func bucketAt(day corpus.Day, by corpus.Precision) (value corpus.Date, next corpus.Day) {
	t := day.Time()
	switch by {
	case corpus.ToDay:
		return corpus.Date(t.Format("2006-01-02")), day + 1
	case corpus.Month:
		return corpus.Date(t.Format("2006-01")), corpus.DayOf(t.Year(), t.Month()+1, 1)
	default:
		return corpus.Date(t.Format("2006")), corpus.DayOf(t.Year()+1, 1, 1)
	}
}

// narrowed returns the state that finds, of the articles that s finds, those with a value
// of a field, and whether there is such a state. lies tells whether the value lies in one
// that is applied.
func (s state) narrowed(
	field search.Field, value string, lies func(param string) bool,
) (state, bool) {
	name := string(field)
	applied, match := s[name], "match."+name
	switch {
	case s.get(match) == "all":
		return s.add(name, value), true
	case len(applied) == 0 || slices.ContainsFunc(applied, lies):
		return s.with(name, value), true
	case len(applied) == 1:
		return s.add(name, value).with(match, "all"), true
	default:
		return nil, false
	}
}

func never(string) bool { return false }

// liesIn tells whether a date lies in the span that a parameter asks for.
func liesIn(field search.Field, d corpus.Date, param string) bool {
	within, ok := spanOf(field, param)
	if !ok {
		return false
	}
	span, _ := d.Span()
	from, hasFrom := within.From.Span()
	to, hasTo := within.To.Span()
	return (!hasFrom || from.First <= span.First) && (!hasTo || span.Last <= to.Last)
}

// spanOf reads a parameter that asks for a span of dates.
func spanOf(field search.Field, param string) (search.Within, bool) {
	e, err := search.ParseValue(field, param)
	within, ok := e.(search.Within)
	return within, ok && err == nil
}

// A spanForm asks for a first and a last date. Its fields are FIELD.from and FIELD.to; the
// page that it asks for leads on to one with both in the parameter FIELD.
type spanForm struct {
	From, To spanEnd
	Inputs   []input
	field    search.Field
	rest     state
}

// A spanEnd is a field of a spanForm: what stands in it, and what is wrong with that.
type spanEnd struct{ Name, Label, Text, Wrong string }

// newSpanForm returns the form with the span that is applied, if just one is.
func newSpanForm(at state, field search.Field) spanForm {
	form := spanForm{
		From:   spanEnd{Name: string(field) + ".from", Label: "From"},
		To:     spanEnd{Name: string(field) + ".to", Label: "To"},
		Inputs: at.inputs(string(field)), field: field, rest: at,
	}
	if applied := at[string(field)]; len(applied) == 1 {
		within, _ := spanOf(field, applied[0])
		form.From.Text, form.To.Text = string(within.From), string(within.To)
	}
	return form
}

// spanAsked takes what a spanForm sent out of the parameters of a page. The form is nil
// where none did.
func spanAsked(at state) (rest state, form *spanForm) {
	for _, field := range []search.Field{search.Date, search.Mentioned} {
		from, to := string(field)+".from", string(field)+".to"
		if at.get(from) == "" && at.get(to) == "" {
			continue
		}
		rest = at.without(from, to)
		asked := newSpanForm(rest, field)
		asked.From.Text, asked.To.Text = strings.TrimSpace(at.get(from)), strings.TrimSpace(at.get(to))
		asked.check()
		return rest, &asked
	}
	return at, nil
}

// check tells what is wrong with each end.
func (f *spanForm) check() {
	for _, end := range []*spanEnd{&f.From, &f.To} {
		if _, ok := spanOf(f.field, end.Text+".."); !ok && end.Text != "" {
			end.Wrong = "“" + end.Text + "” is not a date like 2024, 2024-03, 2024-03-27 or 2024-W13"
		}
	}
	if f.isWrong() || f.From.Text == "" || f.To.Text == "" {
		return
	}
	if _, ok := spanOf(f.field, f.From.Text+".."+f.To.Text); !ok {
		f.To.Wrong = "this ends before “" + f.From.Text + "” begins"
	}
}

func (f *spanForm) isWrong() bool { return f.From.Wrong != "" || f.To.Wrong != "" }

// refusal is the error for a page that has no chart to put the form below.
func (f *spanForm) refusal() error {
	end := f.From
	if end.Wrong == "" {
		end = f.To
	}
	return badRequest("%s: %s", end.Name, end.Wrong)
}

// link returns the page of the articles in the span.
func (f *spanForm) link() string {
	value := f.From.Text
	if f.To.Text != value {
		value += ".." + f.To.Text
	}
	return f.rest.with(string(f.field), value).String()
}
