package index

import (
	"fmt"
	"slices"
	"strings"

	"dateline/corpus"
	"dateline/index/text"
	"dateline/index/values"
	"dateline/search"
)

// Prepare makes a request ready for an engine. Names are looked up in t, those
// of several values widened to all of them with a notice. Errors wrap
// search.ErrBadQuery.
func Prepare(req search.Request, t *values.Table) (*Plan, error) {
	if err := req.Check(); err != nil {
		return nil, err
	}
	r := &reader{table: t, least: req.MinConfidence, unknown: map[search.Has][]values.Value{}}
	p := &Plan{Request: req}
	query := req.Query
	if query == nil {
		query = search.All{}
	}
	for _, hint := range search.Hints(query) {
		r.notice("%s", hint)
	}
	var err error
	if p.Match, err = r.read(query); err != nil {
		return nil, err
	}
	if p.Match == nil {
		p.Match = r.empty(len(req.Filters) > 0)
	}
	asked := parts(query)
	for _, f := range req.Filters {
		for _, part := range []struct {
			exprs []search.Expr
			keep  bool
		}{{included(f), f.All}, {excluded(f), true}} {
			if len(part.exprs) == 0 {
				continue
			}
			node, err := r.read(together(part.exprs))
			if err != nil {
				return nil, err
			}
			p.Filters = append(p.Filters, PlanFilter{Field: f.Field, Node: node, Keep: part.keep})
			asked = append(asked, part.exprs...)
		}
	}
	p.ReadAs = together(asked).String()
	if req.Explain {
		if p.Clauses, err = r.clauses(asked); err != nil {
			return nil, err
		}
	}
	if req.Cursor != "" {
		if p.After, err = behind(req.Cursor, req.Sort); err != nil {
			return nil, err
		}
	}
	p.Notices = r.told()
	return p, nil
}

// parts returns the parts of e that must all hold.
func parts(e search.Expr) []search.Expr {
	switch e := e.(type) {
	case search.All:
		return nil
	case search.And:
		return slices.Clone(e)
	default:
		return []search.Expr{e}
	}
}

// together returns what articles satisfy that satisfy all of exprs.
func together(exprs []search.Expr) search.Expr {
	switch len(exprs) {
	case 0:
		return search.All{}
	case 1:
		return exprs[0]
	default:
		return search.And(exprs)
	}
}

// included returns what must hold of a filter's field, excluded what of it may not.
func included(f search.Filter) []search.Expr {
	if len(f.Include) > 1 && !f.All {
		return []search.Expr{search.Or(f.Include)}
	}
	return f.Include
}

func excluded(f search.Filter) (out []search.Expr) {
	for _, e := range f.Exclude {
		out = append(out, search.Not{Expr: e})
	}
	return out
}

// A reader turns expressions into nodes and notes what it did to them.
type reader struct {
	table   *values.Table
	least   corpus.Level // of mentions
	notices []string
	common  []string                      // words of the stop list, which were left out
	unknown map[search.Has][]values.Value // near names of those that no value has
}

func (r *reader) notice(format string, args ...any) {
	n := fmt.Sprintf(format, args...)
	if !slices.Contains(r.notices, n) {
		r.notices = append(r.notices, n)
	}
}

// empty returns the node of a query of which nothing is left. As in a longer query its
// words are passed over where there are filters; alone they find nothing, not all.
func (r *reader) empty(filtered bool) Node {
	if filtered {
		return All{}
	}
	r.notice("no word of the query is left to search for, so that it finds nothing; * finds everything")
	return Nothing{}
}

// told returns the notices, that of the words that were left out first.
func (r *reader) told() []string {
	n := len(r.common)
	if n == 0 {
		return r.notices
	}
	list, are := "“"+r.common[0]+"” is", "was"
	if n > 1 {
		list, are = "“"+strings.Join(r.common[:n-1], "”, “")+"” and “"+r.common[n-1]+"” are", "were"
	}
	first := fmt.Sprintf("%s too common to search for, and %s left out; what stands in quotes is "+
		"looked for in articles that are not English", list, are)
	return append([]string{first}, r.notices...)
}

func (r *reader) clauses(asked []search.Expr) ([]PlanClause, error) {
	var out []PlanClause
	for _, e := range asked {
		n, err := r.read(e)
		if err != nil {
			return nil, err
		}
		if n != nil {
			out = append(out, PlanClause{Text: e.String(), Node: n})
		}
	}
	return out, nil
}

// read returns the node of e, nil where nothing is left of it.
func (r *reader) read(e search.Expr) (Node, error) {
	switch e := e.(type) {
	case search.All:
		return All{}, nil
	case search.Word:
		return r.words(e.In, e.Text, false), nil
	case search.Phrase:
		return r.words(e.In, e.Text, true), nil
	case search.Pattern:
		return r.pattern(e)
	case search.Near:
		n := Near{In: e.In(), Unit: e.Unit, Distance: e.Distance, Ordered: e.Ordered, Least: 1}
		return r.positions(n, e.Items, e.Check())
	case search.AtLeast:
		return r.positions(Near{In: e.In(), Least: e.N}, []search.Expr{e.Item}, e.Check())
	case search.Mention:
		return Near{In: e.In, Items: [][]Node{{r.mentions(e)}}, Least: 1}, nil
	case search.Has:
		return r.has(e), nil
	case search.None:
		return Missing{e.Field}, nil
	case search.Unanchored:
		return Unanchored{}, nil
	case search.Within:
		return within(e)
	case search.Not:
		n, err := r.read(e.Expr)
		if n == nil || err != nil {
			return nil, err
		}
		return Not{n}, nil
	case search.And:
		nodes, err := r.all(e)
		if len(nodes) < 2 || err != nil {
			return sole(nodes), err
		}
		return And(nodes), nil
	case search.Or:
		nodes, err := r.all(e)
		if len(nodes) < 2 || err != nil {
			return sole(nodes), err
		}
		return Or(nodes), nil
	default:
		panic(fmt.Sprintf("no expression of type %T", e))
	}
}

// all returns the nodes of exprs of which something is left.
func (r *reader) all(exprs []search.Expr) ([]Node, error) {
	var out []Node
	for _, e := range exprs {
		n, err := r.read(e)
		if err != nil {
			return nil, err
		}
		if n != nil {
			out = append(out, n)
		}
	}
	return out, nil
}

func sole(nodes []Node) Node {
	if len(nodes) == 0 {
		return nil
	}
	return nodes[0]
}

// words reads a word or phrase. A word that is several to the analysis, such as
// "al-Shifa", is a phrase.
func (r *reader) words(in search.TextField, s string, phrase bool) Node {
	var a *text.Analyzer // that remembers nothing
	word, stem := a.Both(s)
	switch {
	case len(word) == 0:
		r.notice("“%s” has neither letters nor digits, and was left out", s)
		return nil
	case len(stem) == 0 && !phrase && (s == "or" || s == "not"):
		r.notice("“%s” is too common to search for, and was left out; in capitals it is an operator", s)
		return nil
	case len(stem) == 0 && !phrase:
		if !slices.Contains(r.common, s) {
			r.common = append(r.common, s)
		}
		return nil
	case len(word) == 1 && len(stem) == 1:
		return Words{In: in, Stem: stem[0].Text, Word: word[0].Text}
	case len(stem) == 0:
		r.notice("“%s” has only words too common to search for in English articles; "+
			"it is looked for in others", s)
	}
	return Phrase{In: in, Stem: terms(stem), Word: terms(word), Parts: weighing(in, word, stem)}
}

// positions returns n with the nodes of items, of which something is left; nil where
// nothing is. Err is what is wrong with them.
func (r *reader) positions(n Near, items []search.Expr, err error) (Node, error) {
	if err != nil {
		return nil, err
	}
	for _, e := range items {
		nodes, err := r.item(e)
		if err != nil {
			return nil, err
		}
		if len(nodes) > 0 {
			n.Items = append(n.Items, nodes)
		}
	}
	switch {
	case len(n.Items) == 0:
		return nil, nil
	case len(n.Items) == 1 && len(n.Items[0]) == 1 && n.Least == 1:
		if _, ok := n.Items[0][0].(Mentions); !ok {
			return n.Items[0][0], nil
		}
	}
	return n, nil
}

// item returns the nodes of which an item of a Near is any.
func (r *reader) item(e search.Expr) ([]Node, error) {
	switch e := e.(type) {
	case search.Mention:
		return []Node{r.mentions(e)}, nil
	case search.Or:
		var out []Node
		for _, sub := range e {
			nodes, err := r.item(sub)
			if err != nil {
				return nil, err
			}
			out = append(out, nodes...)
		}
		return out, nil
	default:
		return r.all([]search.Expr{e})
	}
}

func (r *reader) mentions(e search.Mention) Mentions { return Mentions{e.Field, r.least} }

func terms(tokens []text.Token) []Term {
	var out []Term
	for _, t := range tokens {
		out = append(out, Term{Text: t.Text, At: t.Pos - tokens[0].Pos})
	}
	return out
}

// weighing returns the words that a phrase is weighed by.
func weighing(in search.TextField, word, stem []text.Token) []Words {
	var out []Words
	for _, w := range word {
		i := slices.IndexFunc(stem, func(t text.Token) bool { return t.Pos == w.Pos })
		switch {
		case i >= 0:
			out = append(out, Words{In: in, Stem: stem[i].Text, Word: w.Text})
		case len(stem) == 0:
			out = append(out, Words{In: in, Word: w.Text})
		}
	}
	return out
}

func within(e search.Within) (Node, error) {
	span := corpus.Span{First: FirstDay, Last: LastDay}
	if e.From != "" {
		from, ok := e.From.Span()
		if !ok {
			return nil, fmt.Errorf("%w: %q is not a date", search.ErrBadQuery, e.From)
		}
		span.First = from.First
	}
	if e.To != "" {
		to, ok := e.To.Span()
		if !ok {
			return nil, fmt.Errorf("%w: %q is not a date", search.ErrBadQuery, e.To)
		}
		span.Last = to.Last
	}
	return Dates{e.Field, span}, nil
}

// has reads the value of a facet.
func (r *reader) has(e search.Has) Node {
	found := r.table.Match(e.Field, e.Value)
	if e.Field == search.Lang && len(found) == 0 {
		found = r.table.Match(e.Field, corpus.LangCode(e.Value)) // "Arabic"
	}
	if e.Field == search.Place {
		found = r.outermost(found)
	}
	r.noticeValues(e, found)
	if len(found) == 0 {
		return Nothing{}
	}
	ids := make([]string, 0, len(found))
	for _, v := range found {
		ids = append(ids, v.ID)
	}
	return Values{e.Field, ids}
}

// outermost returns places without those that lie in another of them, such as a
// town in the county named after it: the larger one finds the same articles.
func (r *reader) outermost(found []values.Value) []values.Value {
	within := func(v values.Value) bool {
		ord, _ := r.table.Ord(search.Place, v.ID)
		return slices.ContainsFunc(r.table.Ancestors(ord), func(above values.Ord) bool {
			id := r.table.Value(search.Place, above).ID
			return slices.ContainsFunc(found, func(other values.Value) bool { return other.ID == id })
		})
	}
	return slices.DeleteFunc(slices.Clone(found), within)
}

// noticeValues tells where a name is not plainly one value.
func (r *reader) noticeValues(e search.Has, found []values.Value) {
	surname := e.Field == search.Person && !strings.Contains(values.NameKey(e.Value), "-")
	switch {
	case len(found) == 0:
		r.notice("no %s in the archive is named “%s”%s", noun(e.Field, 1), e.Value, r.instead(e))
	case len(found) > 1:
		one := search.Has{Field: e.Field, Value: found[0].Path}
		r.notice("%s is %d %s: %s; write %s for one of them",
			e, len(found), noun(e.Field, len(found)), paths(found), one)
	case surname && strings.Contains(found[0].ID, "-"):
		r.notice("%s is read as %s%s", e, found[0].Path, r.spellings(found[0]))
	case surname:
		if others := r.table.Bearers(e.Value); len(others) > 0 {
			r.notice("%s is the person known by that name alone; others who bear it: %s",
				e, paths(others))
		}
	case e.Field == search.Person && e.Value != found[0].ID &&
		written(e.Value) != written(found[0].Name):
		r.notice("%s is read as %s%s", e, found[0].Path, r.spellings(found[0]))
	case e.Field == search.Person:
		if spellings := r.spellings(found[0]); spellings != "" {
			r.notice("%s is %s%s", e, found[0].Path, spellings)
		}
	}
}

// written is equal for names that are spelled alike.
func written(name string) string { return values.Written(search.Person, name) }

// spellings tells how else articles write the name of a person.
func (r *reader) spellings(v values.Value) string {
	list := r.table.Spellings(v.ID)
	if len(list) == 0 {
		return ""
	}
	return ", also written " + strings.Join(list, ", ")
}

// instead tells what may be written where a name is that of no value.
func (r *reader) instead(e search.Has) string {
	if e.Field == search.Source || e.Field == search.Lang {
		if all := r.values(e.Field, r.table.WithPrefix(e.Field, "")); len(all) > 0 {
			return "; there are: " + paths(all)
		}
		return ""
	}
	near, ok := r.unknown[e]
	if !ok && len(r.unknown) < maxUnknown {
		near = r.near(e)
		r.unknown[e] = near
	}
	if len(near) > 0 {
		return fmt.Sprintf("; did you mean %s?", paths(near))
	}
	return ""
}

// maxUnknown is for how many names of a query near ones are looked for: each may take
// a tenth of a second.
const maxUnknown = 8

// Of near names, those that begin alike and of these the first few are enough.
const (
	nearLetters = 3
	nearNames   = 3
)

// near returns the first few values with a name like that of e, in the order of
// alike. Those that curation declares none are left out.
func (r *reader) near(e search.Has) []values.Value {
	whole, part := r.alike(e)
	near := slices.DeleteFunc(append(whole, part...), func(v values.Value) bool {
		return !slices.Contains(r.table.Match(e.Field, v.Path), v)
	})
	return near[:min(len(near), nearNames)]
}

// alike returns the values with a name that is like that of e as a whole, and those
// with a name of which words in a row are, each in the order of Table.Compare.
func (r *reader) alike(e search.Has) (whole, part []values.Value) {
	name := words(e.Value)
	first, _, _ := strings.Cut(name, " ")
	letters := []rune(first)
	if len(letters) < nearLetters {
		return nil, nil
	}
	like := fuzzy(name)
	ords := r.table.WithPrefix(e.Field, string(letters[:nearLetters]))
	for _, v := range r.values(e.Field, ords) {
		known := words(v.Name)
		switch {
		case like(known):
			whole = append(whole, v)
		case hasLike(known, 1+strings.Count(name, " "), like):
			part = append(part, v)
		}
	}
	return whole, part
}

// hasLike tells whether name has n words in a row that are like.
func hasLike(name string, n int, like func(string) bool) bool {
	list := strings.Fields(name)
	for i := 0; i+n <= len(list); i++ {
		if like(strings.Join(list[i:i+n], " ")) {
			return true
		}
	}
	return false
}

// values returns values by their numbers, in the order of Table.Compare.
func (r *reader) values(f search.Field, ords []values.Ord) []values.Value {
	slices.SortFunc(ords, func(a, b values.Ord) int { return r.table.Compare(f, a, b) })
	out := make([]values.Value, len(ords))
	for i, ord := range ords {
		out[i] = r.table.Value(f, ord)
	}
	return out
}

// named is how many values a notice names.
const named = 8

func paths(found []values.Value) string {
	var out []string
	for _, v := range found[:min(len(found), named)] {
		out = append(out, v.Path)
	}
	list := strings.Join(out, ", ")
	if len(found) > named {
		list += fmt.Sprintf(" and %d more", len(found)-named)
	}
	return list
}

func noun(f search.Field, n int) string {
	words := map[search.Field][2]string{
		search.Person: {"person", "people"},
		search.Place:  {"place", "places"},
		search.Org:    {"organisation", "organisations"},
		search.Source: {"source", "sources"},
		search.Lang:   {"language", "languages"},
	}[f]
	if n == 1 {
		return words[0]
	}
	return words[1]
}
