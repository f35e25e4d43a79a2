package opensearch

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/values"
	"dateline/search"
)

// A translator turns nodes into queries of OpenSearch.
type translator struct {
	ctx   context.Context
	words func(index.Pattern) ([]string, error)                // that a pattern finds
	near  func(n index.Near, given []object) ([]string, error) // ids of the articles that n finds among those that satisfy given
	table *values.Table
	level corpus.Level

	given []object // must hold besides what is translated
}

// maxTerms is how many terms a query takes (index.max_terms_count).
const maxTerms = 1 << 16

// all returns the query of an article that satisfies all of nodes.
func (t *translator) all(nodes []index.Node) (object, error) {
	return t.query(index.And(nodes))
}

// query returns the query of n. It scores as package index says, as nearly as OpenSearch
// can.
func (t *translator) query(n index.Node) (object, error) {
	switch n := n.(type) {
	case index.All:
		return constant(object{"match_all": object{}}, 0), nil
	case index.Nothing:
		return object{"match_none": object{}}, nil
	case index.Words:
		return word(n), nil
	case index.Phrase:
		return phrase(n), nil
	case index.Pattern:
		q, err := t.pattern(n)
		return constant(q, index.PatternScore), err
	case index.Near:
		return t.nearQuery(n)
	case index.Values:
		return constant(t.values(n), 0), nil
	case index.Missing:
		return constant(t.missing(n.Field), 0), nil
	case index.Unanchored:
		return constant(t.unanchored(), 0), nil
	case index.Dates:
		return constant(within(t.field(n.Field, "span"), n.Span), 0), nil
	case index.Not:
		q, err := t.query(n.Node)
		return constant(not(q), 0), err
	case index.And:
		return t.and(n)
	case index.Or:
		list, err := t.queries(united(n))
		return anyOf(list), err
	default:
		panic(fmt.Sprintf("no node of type %T", n))
	}
}

func (t *translator) queries(nodes []index.Node) ([]object, error) {
	out := make([]object, len(nodes))
	for i, n := range nodes {
		var err error
		if out[i], err = t.query(n); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// united returns nodes of which one is to hold, with those of a field's values as one: a query may have only so
// many clauses.
func united(nodes []index.Node) (out []index.Node) {
	at := map[search.Field]int{}
	for _, n := range nodes {
		v, ok := n.(index.Values)
		if i, seen := at[v.Field]; ok && seen {
			ids := slices.Concat(out[i].(index.Values).IDs, v.IDs)
			out[i] = index.Values{Field: v.Field, IDs: ids}
			continue
		}
		if ok {
			at[v.Field] = len(out)
		}
		out = append(out, n)
	}
	return out
}

// excluding returns nodes that are all to hold, with the values that are excluded as one.
func excluding(nodes []index.Node) (out []index.Node) {
	var none index.Or
	for _, n := range nodes {
		if not, ok := n.(index.Not); ok {
			if v, ok := not.Node.(index.Values); ok {
				none = append(none, v)
				continue
			}
		}
		out = append(out, n)
	}
	if len(none) > 0 {
		out = append(out, index.Not{Node: none})
	}
	return out
}

// and returns the query of an article that satisfies all of nodes. Those that are told by the
// articles themselves come last, and look only at those that satisfy the others.
func (t *translator) and(nodes []index.Node) (object, error) {
	given := t.given
	defer func() { t.given = given }()
	nodes = excluding(nodes)
	var list []object
	for _, told := range []bool{false, true} {
		for _, n := range nodes {
			if isTold(n) != told {
				continue
			}
			q, err := t.query(n)
			if err != nil {
				return nil, err
			}
			list = append(list, q)
			t.given = append(t.given[:len(t.given):len(t.given)], q)
		}
	}
	if len(list) == 0 {
		return constant(object{"match_all": object{}}, 0), nil
	}
	return object{"bool": object{"must": list}}, nil
}

// constant has a query score the same wherever it matches.
func constant(q object, score float64) object {
	return object{"constant_score": object{"filter": q, "boost": score}}
}

func not(q object) object { return object{"bool": object{"must_not": []object{q}}} }

// anyOf returns the query of an article that satisfies one of queries: of none, nothing.
func anyOf(queries []object) object {
	switch len(queries) {
	case 0:
		return object{"match_none": object{}}
	case 1:
		return queries[0]
	default:
		return object{"bool": object{"should": queries, "minimum_should_match": 1}}
	}
}

// part names the fields of a part of an article.
func part(in search.TextField) string {
	if in == search.Anywhere {
		return "all"
	}
	return string(in)
}

// word looks for one word.
func word(n index.Words) object {
	field := part(n.In)
	if n.In == search.Anywhere {
		field = "rank"
	}
	var list []object
	add := func(kind, term string) {
		if term != "" {
			list = append(list, object{"term": object{field + "." + kind: term}})
		}
	}
	add("stem", n.Stem)
	add("word", n.Word)
	return anyOf(list)
}

// phrase looks for words at their distances.
func phrase(n index.Phrase) object {
	var list []object
	add := func(kind string, terms []index.Term) {
		if len(terms) > 0 {
			list = append(list, object{"match_phrase": object{part(n.In) + "." + kind: row(terms)}})
		}
	}
	add("stem", n.Stem)
	add("word", n.Word)
	return anyOf(list)
}

// row returns the words of a phrase as the analyzer splits them.
func row(terms []index.Term) string {
	var b strings.Builder
	at := 0
	for _, t := range terms {
		for ; at < t.At; at++ {
			b.WriteString(common + separator)
		}
		b.WriteString(t.Text)
		b.WriteString(separator)
		at++
	}
	return b.String()
}

// pattern looks for words that a pattern finds.
func (t *translator) pattern(n index.Pattern) (object, error) {
	field := "words." + part(n.In)
	switch n.Kind {
	case search.Prefix:
		return object{"prefix": object{field: n.Text}}, nil
	case search.Wildcard:
		return object{"wildcard": object{field: n.Text}}, nil
	default:
		words, err := t.words(n)
		return terms(field, words), err
	}
}

// terms looks for any of a list of terms.
func terms[T any](field string, list []T) object {
	var out []object
	for some := range slices.Chunk(list, maxTerms) {
		out = append(out, object{"terms": object{field: some}})
	}
	return anyOf(out)
}

// field returns the name of a field of a facet at the level that is asked for.
func (t *translator) field(f search.Field, part string) string {
	name := string(f)
	if isNamed(f) || f == search.Mentioned {
		name += "." + t.level.String()
	}
	if part != "" {
		name += "." + part
	}
	return name
}

// isNamed tells whether the values of a field have numbers.
func isNamed(f search.Field) bool {
	return f == search.Person || f == search.Place || f == search.Org
}

// values looks for any of the values with some ids.
func (t *translator) values(n index.Values) object {
	if !isNamed(n.Field) {
		return terms(t.field(n.Field, ""), n.IDs)
	}
	var ords []values.Ord
	for _, id := range n.IDs {
		if ord, ok := t.table.Ord(n.Field, id); ok {
			ords = append(ords, ord)
		}
	}
	return terms(t.field(n.Field, ""), ords)
}

// missing looks for articles that have no value of a field.
func (t *translator) missing(f search.Field) object {
	if !f.IsDate() {
		return not(exists(t.field(f, "")))
	}
	none := []object{exists(t.field(f, "first"))}
	if f == search.Mentioned {
		none = append(none, t.unanchored())
	}
	return object{"bool": object{"must_not": none}}
}

func (t *translator) unanchored() object {
	return object{"term": object{"unanchored": t.level.String()}}
}

func exists(field string) object { return object{"exists": object{"field": field}} }

// within looks for a date that lies in a span.
func within(field string, s corpus.Span) object {
	return object{"range": object{field: object{"gte": s.First, "lte": s.Last, "relation": "within"}}}
}
