package httpapi

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"dateline/corpus"
	"dateline/search"
)

// A facetView is one facet as it stands beside the results.
type facetView struct {
	Field    search.Field
	Title    string
	Values   []valueView
	None     *valueView
	Unknown  *valueView // dates that could not be anchored
	More     string
	MoreText string
	Match    []choice // any or all
	Form     *facetForm
	Rolled   bool // a value counts what lies in it
}

// A facetForm looks for values of a facet, or takes a span of dates.
type facetForm struct {
	ID, Label, Name, Value, Hint string
	Inputs                       []input
}

// A valueView is a value of a facet.
type valueView struct {
	Name  string
	Title string // longer than Name; empty: no more to say
	Count string
	Own   string // of a place: articles that name it, and not only a place in it
	Depth int
	On    bool
	Not   bool // it is left out
	URL   string
	Leave string // link that leaves the value out, or no longer
}

// A chip is a filter that is applied, with a link to drop it.
type chip struct {
	Name  string
	Not   bool
	URL   string
	About string // link to the page of a person or place
	rest  state
}

// Text tells the filter in words.
func (c chip) Text() string {
	if c.Not {
		return "not " + c.Name
	}
	return c.Name
}

func chips(at state, names valueNames) []chip {
	var out []chip
	for _, f := range search.Fields {
		for _, param := range []string{string(f), string(f) + "!"} {
			for _, value := range at[param] {
				rest := at.drop(param, value)
				c := chip{Name: chipName(f, value, names), Not: param != string(f), URL: rest.String(), rest: rest}
				if !c.Not {
					c.About = aboutLink(f, names[f][value].ID)
				}
				out = append(out, c)
			}
		}
	}
	if level := at.get("min-confidence"); level != "" && level != "low" {
		rest := at.with("min-confidence")
		out = append(out, chip{Name: "confidence " + level + " and up", URL: rest.String(), rest: rest})
	}
	return out
}

// chipName tells a filter apart from those on other fields.
func chipName(field search.Field, param string, names valueNames) string {
	switch {
	case param == "none":
		return field.Title() + ": none"
	case param == "unanchored" && field == search.Mentioned:
		return field.Title() + ": not known"
	case field == search.Mentioned:
		return "mentioned " + names.of(field, param)
	default:
		return names.of(field, param)
	}
}

func newFacetView(
	at state, asked search.FacetRequest, f *search.Facet, names valueNames,
) facetView {
	v := facetView{Field: asked.Field, Title: asked.Field.Title()}
	applied, left := at[string(asked.Field)], at[string(asked.Field)+"!"]
	if f == nil {
		f = &search.Facet{}
	}
	listed := opened(at, asked.Field, f.Values)
	hidden := f.Distinct - len(listed)
	if asked.Field.IsDate() {
		listed, hidden = drilled(at, asked.Field, f.Values)
		hidden += f.Distinct - len(f.Values)
	}
	all := f.Distinct <= len(f.Values) && asked.Prefix == ""
	v.values(at, listed, all, names)
	if f.None > 0 && asked.Prefix == "" || slices.Contains(applied, "none") || slices.Contains(left, "none") {
		v.None = valueLinks(at, asked.Field, "none", "none")
		v.None.Name, v.None.Count = "none", number(f.None)
	}
	if f.Unanchored > 0 || slices.Contains(applied, "unanchored") {
		v.Unknown = valueLinks(at, asked.Field, "unanchored", "unanchored")
		v.Unknown.Name, v.Unknown.Count = "date not known", number(f.Unanchored)
	}
	v.more(at, asked, len(listed), hidden)
	v.match(at, applied)
	v.Form = newFacetForm(at, asked, hidden)
	return v
}

// values shows the values listed, each below the one it lies in, and behind them
// those applied that are not among the counted ones: where all are counted, they
// are in no article.
func (v *facetView) values(
	at state, listed []search.FacetValue, all bool, names valueNames,
) {
	for _, n := range nested(listed) {
		param := paramOf(at, v.Field, n.FacetValue)
		row := valueLinks(at, v.Field, n.ID, param)
		if !row.On {
			row.URL = unrelated(at, v.Field, n.FacetValue, names).
				drop(string(v.Field)+"!", param).add(string(v.Field), n.ID).String()
		}
		row.Name, row.Count, row.Depth = n.Name, number(n.Count), min(n.depth, 4)
		if v.Field == search.Place && n.Own != nil && *n.Own != n.Count {
			row.Own, v.Rolled = number(*n.Own), true
		}
		if v.Field.IsDate() || v.Field == search.Lang {
			row.Name = names.of(v.Field, n.ID)
		}
		switch {
		case v.Field == search.Lang:
			row.Title = n.Value
		case !v.Field.IsDate() && n.Value != n.Name:
			row.Title = pathText(n.Value)
		}
		v.Values = append(v.Values, *row)
	}
	for _, suffix := range []string{"", "!"} {
		for _, value := range at[string(v.Field)+suffix] {
			if value == "none" || value == "unanchored" ||
				slices.ContainsFunc(listed, func(fv search.FacetValue) bool { return is(fv, value) }) {
				continue
			}
			row := valueLinks(at, v.Field, value, value)
			row.Name = names.of(v.Field, value)
			if all && !v.Field.IsDate() {
				row.Count = "0"
			}
			v.Values = append(v.Values, *row)
		}
	}
}

// valueLinks returns the links of a value: param is how it stands in the state,
// if it does, id how it will.
func valueLinks(at state, field search.Field, id, param string) *valueView {
	name := string(field)
	v := &valueView{
		On:  slices.Contains(at[name], param),
		Not: slices.Contains(at[name+"!"], param),
	}
	bare := at.drop(name, param).drop(name+"!", param)
	v.URL, v.Leave = bare.add(name, id).String(), bare.add(name+"!", id).String()
	if v.On {
		v.URL = bare.String()
	}
	if v.Not {
		v.Leave = bare.String()
	}
	return v
}

// unrelated returns at without the applied values that fv lies in or that lie
// in it: to go from a country to a town, or from a year to a month, is to narrow,
// and beside the whole a part would change nothing. Where all values must match
// the part narrows, and stays.
func unrelated(at state, field search.Field, fv search.FacetValue, names valueNames) state {
	all := at.get("match."+string(field)) == "all"
	for _, param := range at[string(field)] {
		value := names.value(field, param)
		if within(field, fv.Value, value) || !all && within(field, value, fv.Value) {
			at = at.drop(string(field), param)
		}
	}
	return at
}

// within tells whether a place's path or a date lies in another.
func within(field search.Field, part, whole string) bool {
	switch {
	case field == search.Place:
		return strings.HasPrefix(part, whole+"/")
	case field.IsDate():
		return strings.HasPrefix(part, whole+"-")
	default:
		return false
	}
}

// paramOf returns how a value stands in the state: by its id, or as somebody
// wrote it.
func paramOf(at state, field search.Field, fv search.FacetValue) string {
	for _, suffix := range []string{"", "!"} {
		for _, value := range at[string(field)+suffix] {
			if is(fv, value) {
				return value
			}
		}
	}
	return fv.ID
}

// is tells whether a parameter means a value.
func is(fv search.FacetValue, param string) bool {
	return param == fv.ID || param == fv.Value || strings.EqualFold(param, fv.Name)
}

// opened returns the values of highest count, and where they were asked for those
// applied; of a tree also what those lie in, and the highest counts within all
// these. Alone, all values are shown.
func opened(at state, field search.Field, values []search.FacetValue) (out []search.FacetValue) {
	if len(at["facet"]) > 0 {
		return values
	}
	applied := slices.Concat(at[string(field)], at[string(field)+"!"])
	parents, open, listed := map[string]string{}, map[string]bool{}, map[string]int{}
	for _, fv := range values {
		parents[fv.ID] = fv.Parent
	}
	for _, fv := range values {
		if slices.ContainsFunc(applied, func(param string) bool { return is(fv, param) }) {
			for id := fv.ID; id != "" && !open[id]; id = parents[id] {
				open[id] = true
			}
		}
	}
	for i, fv := range values {
		inside := open[fv.Parent] && listed[fv.Parent] < shownValues
		if i < shownValues || open[fv.ID] || inside {
			out = append(out, fv)
			listed[fv.Parent]++
		}
	}
	return out
}

// openedDates returns the years and months that are applied, or in which what is begins.
func openedDates(at state, field search.Field) []corpus.Date {
	out := []corpus.Date{}
	for _, param := range at[string(field)] {
		for _, n := range []int{len("2024"), len("2024-03")} {
			if d := corpus.Date(param[:min(n, len(param))]); d.Precision() == corpus.Year || d.Precision() == corpus.Month {
				out = append(out, d)
			}
		}
	}
	return out
}

// drilled returns the latest years, and what of values lies in a year or month, the latest
// first; and how many years it leaves out. Alone, all years are shown.
func drilled(
	at state, field search.Field, values []search.FacetValue,
) (out []search.FacetValue, hidden int) {
	applied := func(begin string) bool {
		return slices.ContainsFunc(at[string(field)], func(param string) bool {
			return strings.HasPrefix(param, begin)
		})
	}
	out = slices.Clone(values)
	slices.SortFunc(out, func(a, b search.FacetValue) int { return cmp.Compare(b.ID, a.ID) })
	years := 0
	out = slices.DeleteFunc(out, func(fv search.FacetValue) bool {
		if fv.Parent != "" {
			return false
		}
		years++
		hide := years > shownValues && len(at["facet"]) == 0 && !applied(fv.ID)
		if hide {
			hidden++
		}
		return hide
	})
	return out, hidden
}

type nestedValue struct {
	search.FacetValue
	depth int
}

// nested returns values with each behind its parent, else in their order.
func nested(values []search.FacetValue) []nestedValue {
	at := map[string]bool{}
	for _, v := range values {
		at[v.ID] = true
	}
	children := map[string][]search.FacetValue{}
	for _, v := range values {
		parent := v.Parent
		if !at[parent] || parent == v.ID {
			parent = ""
		}
		children[parent] = append(children[parent], v)
	}
	var out []nestedValue
	var walk func(parent string, depth int)
	walk = func(parent string, depth int) {
		for _, v := range children[parent] {
			out = append(out, nestedValue{v, depth})
			if v.ID != "" {
				walk(v.ID, depth+1)
			}
		}
	}
	walk("", 0)
	return out
}

// moreValues is how many values a facet shows when it is shown alone, and by
// how much more at each step.
const moreValues = 100

func (v *facetView) more(at state, asked search.FacetRequest, listed, hidden int) {
	if hidden <= 0 || asked.Size >= search.MaxFacetSize {
		return
	}
	size := moreValues
	if len(at["facet"]) > 0 {
		size = min(asked.Size+moreValues, search.MaxFacetSize)
	}
	v.MoreText = "Show " + number(min(hidden, size-listed)) + " more of " + number(listed+hidden)
	if v.Field.IsDate() {
		size, v.MoreText = search.MaxFacetSize, "Show more dates"
	}
	v.More = at.with("facet", string(v.Field)).with("facet-size", strconv.Itoa(size)).String()
}

// match offers any or all where that makes a difference, and an article can
// have several values.
func (v *facetView) match(at state, applied []string) {
	param := "match." + string(v.Field)
	if len(applied) < 2 && at.get(param) == "" {
		return
	}
	if v.Field == search.Source || v.Field == search.Lang || v.Field == search.Date {
		return
	}
	all := at.get(param) == "all"
	v.Match = []choice{
		{"any of these", at.with(param).String(), !all},
		{"all of these", at.with(param, "all").String(), all},
	}
}

func newFacetForm(at state, asked search.FacetRequest, hidden int) *facetForm {
	field := string(asked.Field)
	if asked.Field.IsDate() {
		return &facetForm{
			ID: "find-" + field, Label: "Other dates", Name: field, Hint: "2024-03..2024-05",
			Inputs: at.inputs(""),
		}
	}
	if len(at["facet"]) == 0 && hidden <= 0 {
		return nil
	}
	form := &facetForm{
		ID: "find-" + field, Label: "Find in " + strings.ToLower(asked.Field.Title()),
		Name: "prefix", Value: at.get("prefix"),
	}
	at = at.with("facet", field).with("facet-size", strconv.Itoa(max(asked.Size, moreValues)))
	form.Inputs = at.inputs("prefix")
	return form
}

// valueNames are the values that filters ask for, by field and parameter.
type valueNames map[search.Field]map[string]search.FacetValue

// of returns what is shown for a parameter.
func (n valueNames) of(field search.Field, param string) string {
	if field == search.Lang {
		return cmp.Or(corpus.LangName(corpus.LangCode(param)), param)
	}
	if fv, ok := n[field][param]; ok {
		return fv.Name
	}
	if field.IsDate() {
		return dateFilterText(param)
	}
	return param
}

// value returns what the query language takes for a parameter.
func (n valueNames) value(field search.Field, param string) string {
	return cmp.Or(n[field][param].Value, param)
}

// maxLookups is how many names are looked up that no facet shows: each costs a
// search.
const maxLookups = 8

// names finds the values that filters ask for. One that can't be found goes by
// its parameter.
func (s *server) names(ctx context.Context, at state, res *search.Results) valueNames {
	names, lookups := valueNames{}, 0
	for _, field := range search.Fields {
		if field.IsDate() {
			continue
		}
		names[field] = map[string]search.FacetValue{}
		for _, param := range slices.Concat(at[string(field)], at[string(field)+"!"]) {
			fv, ok := valueIn(res.Facets[field], param)
			if !ok && param != "none" && lookups < maxLookups {
				lookups++
				fv, ok = s.lookup(ctx, field, param)
			}
			if ok {
				names[field][param] = fv
			}
		}
	}
	return names
}

func valueIn(f *search.Facet, param string) (search.FacetValue, bool) {
	if f == nil {
		return search.FacetValue{}, false
	}
	i := slices.IndexFunc(f.Values, func(fv search.FacetValue) bool { return is(fv, param) })
	if i < 0 {
		return search.FacetValue{}, false
	}
	return f.Values[i], true
}

// lookup asks for the articles that have a value: in its facet there it is among
// the highest counts.
func (s *server) lookup(
	ctx context.Context, field search.Field, param string,
) (fv search.FacetValue, ok bool) {
	value, err := search.ParseValue(field, param)
	if err != nil {
		return fv, false
	}
	res, err := s.Archive.Search(ctx, search.Request{
		Query:  value,
		Facets: []search.FacetRequest{{Field: field, Size: moreValues}},
	})
	if err != nil {
		return fv, false
	}
	return valueIn(res.Facets[field], param)
}
