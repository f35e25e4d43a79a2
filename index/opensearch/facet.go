package opensearch

import (
	"cmp"
	"maps"
	"slices"

	"dateline/corpus"
	"dateline/index"
	"dateline/index/values"
	"dateline/search"
)

// Values that have numbers are counted by these, in arrays: exactly, however many there
// are, and with how many are distinct. Terms aggregations of several shards are exact only
// where each shard sends all its values. Loops of a function of Painless have a million
// steps at most, hence blocks. A number that the table does not have yet is that of an article that
// is not published, and passed over. What is reduced are those values that have a count of the
// highest size ones, with all that tie with the last of these.
var countScripts = object{
	"init_script": `state.counts = new int[params.length]; state.own = new int[params.own == '' ? 0 : params.length];`,
	"map_script": `
		void count(def values, int[] counts) {
			for (int i = 0; i < values.size(); ++i) {
				int ord = (int) values.get(i);
				if (ord < counts.length) { counts[ord]++ }
			}
		}
		count(doc[params.field], (int[]) state.counts);
		if (params.own != '') { count(doc[params.own], (int[]) state.own) }`,
	"combine_script": `return state`,
	"reduce_script": `
		void add(int[] to, int[] from, int begin, int end) {
			for (int i = begin; i < end; ++i) { to[i] += from[i] }
		}
		int distinct(int[] counts, int begin, int end, PriorityQueue highest, int size) {
			int n = 0;
			for (int i = begin; i < end; ++i) {
				int c = counts[i];
				if (c == 0) { continue }
				n++;
				if (highest.size() < size) { highest.add(c) }
				else if (size > 0 && c > (int) highest.peek()) { highest.poll(); highest.add(c) }
			}
			return n;
		}
		void list(int[] counts, int[] own, int least, int begin, int end, List out) {
			for (int i = begin; i < end; ++i) {
				if (counts[i] >= least) { out.add(i); out.add(counts[i]); out.add(own.length == 0 ? 0 : own[i]) }
			}
		}
		void listed(int[] counts, int[] own, List ords, List out) {
			for (int i = 0; i < ords.size(); ++i) {
				int o = (int) ords.get(i);
				if (counts[o] > 0) { out.add(o); out.add(counts[o]); out.add(own.length == 0 ? 0 : own[o]) }
			}
		}
		int block = 100000;
		int[] counts = new int[params.length];
		int[] own = new int[params.own == '' ? 0 : params.length];
		for (s in states) {
			if (s == null) { continue }
			int[] c = (int[]) s.counts;
			int[] o = (int[]) s.own;
			for (int i = 0; i < c.length; i += block) { add(counts, c, i, (int) Math.min(i + block, c.length)) }
			for (int i = 0; i < o.length; i += block) { add(own, o, i, (int) Math.min(i + block, o.length)) }
		}
		List out = new ArrayList();
		if (params.ords != null) { listed(counts, own, params.ords, out); return ['values': out, 'distinct': out.size() / 3] }
		PriorityQueue highest = new PriorityQueue();
		int n = 0;
		for (int i = 0; i < counts.length; i += block) {
			n += distinct(counts, i, (int) Math.min(i + block, counts.length), highest, params.size)
		}
		if (params.size > 0 && n > 0) {
			int least = (int) highest.peek();
			for (int i = 0; i < counts.length; i += block) {
				list(counts, own, least, i, (int) Math.min(i + block, counts.length), out)
			}
		}
		return ['values': out, 'distinct': n];`,
}

// all are more values than there are.
const all = 1 << 30

// counting returns the aggregation that counts the values of a field by their numbers: those
// of ords, or where that is nil the first of all.
func (t *translator) counting(f search.Field, size int, ords []values.Ord) object {
	params := object{"field": t.field(f, ""), "own": "", "length": t.table.Len(f), "size": size}
	if f == search.Place {
		params["own"] = "own." + t.level.String()
	}
	if ords != nil {
		params["ords"] = ords
	}
	out := maps.Clone(countScripts)
	out["params"] = params
	return object{"scripted_metric": out}
}

// A counted is a value's number, with how many articles have it or one in it, and how many
// have exactly it.
type counted struct {
	ord        values.Ord
	count, own int
}

// counts is the answer to what counting asks.
type counts struct {
	Value struct {
		Values   []int
		Distinct int
	}
}

func (c *counts) all() []counted {
	var out []counted
	for v := range slices.Chunk(c.Value.Values, 3) {
		out = append(out, counted{values.Ord(v[0]), v[1], v[2]})
	}
	return out
}

// usualTerms is how many years, months and days, sources or languages one request counts; more are counted by
// several. A cluster's usual limit is 65,536 buckets of one answer.
const usualTerms = 6000

// A bucketed is the answer to an aggregation by terms.
type bucketed struct {
	Error   int `json:"doc_count_error_upper_bound"`
	Others  int `json:"sum_other_doc_count"`
	Buckets []struct {
		Key   string
		Count int `json:"doc_count"`
	}
}

// byTerms returns the aggregation that counts so many of the terms of a field; include, unless empty, is a regular
// expression for those that count.
func byTerms(field, include string, most int) object {
	out := object{"field": field, "size": most, "shard_size": most}
	if include != "" {
		out["include"] = include
	}
	return object{"terms": out}
}

// counts returns what was counted, by term, and whether these are all.
func (b *bucketed) counts() (counts map[string]int, whole bool) {
	counts = map[string]int{}
	for _, v := range b.Buckets {
		counts[v.Key] = v.Count
	}
	return counts, b.Others == 0 && b.Error == 0
}

// A facetAnswer is what is asked for one facet.
type facetAnswer struct {
	Counted    counts
	Tree, Own  bucketed
	Plain      bucketed
	None       counter
	Unanchored counter
}

type counter struct {
	Count int `json:"doc_count"`
}

// facet returns the aggregations of a facet.
func (t *translator) facet(f search.FacetRequest) object {
	out := object{"none": object{"filter": t.missing(f.Field)}}
	switch {
	case isNamed(f.Field):
		var ords []values.Ord
		if f.Prefix != "" {
			ords = append([]values.Ord{}, t.table.WithPrefix(f.Field, f.Prefix)...)
		}
		out["counted"] = t.counting(f.Field, f.Size, ords)
	case f.Field.IsDate():
		out["tree"] = byTerms(t.field(f.Field, "tree"), opened(f), usualTerms)
		out["own"] = byTerms(t.field(f.Field, "own"), opened(f), usualTerms)
		if f.Field == search.Mentioned {
			out["unanchored"] = object{"filter": t.unanchored()}
		}
	default:
		out["plain"] = byTerms(t.field(f.Field, ""), "", usualTerms)
	}
	return out
}

// maxExpression is how long a regular expression may be (index.max_regex_length).
const maxExpression = 1000

// opened returns the expression for the dates that a facet may list; empty: all, as where it would be too
// long.
func opened(f search.FacetRequest) string {
	if f.Opened == nil {
		return ""
	}
	out := "[0-9]{4}"
	for _, d := range f.Opened {
		if d.Precision() == corpus.Year || d.Precision() == corpus.Month {
			out += "|" + string(d) + "-[0-9]{2}"
		}
	}
	if len(out) > maxExpression {
		return ""
	}
	return out
}

// A countAll counts all terms of a field.
type countAll func(field string) (map[string]int, error)

// result returns a facet as it is answered. What one request did not count whole is counted by count.
func (t *translator) result(f search.FacetRequest, a *facetAnswer, count countAll) (*search.Facet, error) {
	all := func(b *bucketed, part string) (map[string]int, error) {
		if counts, whole := b.counts(); whole {
			return counts, nil
		}
		return count(t.field(f.Field, part))
	}

	out := &search.Facet{Values: []search.FacetValue{}, None: a.None.Count}
	switch {
	case isNamed(f.Field):
		t.number(f, a, out)
		return out, nil
	case f.Field.IsDate():
		out.Unanchored = a.Unanchored.Count
		owns, err := all(&a.Own, "own")
		if err != nil {
			return nil, err
		}
		counts, err := all(&a.Tree, "tree")
		if err != nil {
			return nil, err
		}
		listed := index.DateLister(f)
		for id, n := range counts {
			if listed(id) {
				own := owns[id]
				out.Values = append(out.Values, search.FacetValue{
					ID: id, Value: id, Name: id, Count: n, Own: &own, Parent: index.DateParent(id),
				})
			}
		}
	default:
		counts, err := all(&a.Plain, "")
		if err != nil {
			return nil, err
		}
		listed := index.PrefixMatcher(f.Prefix)
		for id, n := range counts {
			if listed(id) {
				out.Values = append(out.Values, search.FacetValue{ID: id, Value: id, Name: id, Count: n})
			}
		}
	}
	slices.SortFunc(out.Values, func(a, b search.FacetValue) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), t.comparePlain(f.Field, a.ID, b.ID))
	})
	out.Distinct = len(out.Values)
	out.Values = out.Values[:min(f.Size, len(out.Values))]
	return out, nil
}

// comparePlain orders values without numbers that have equal counts.
func (t *translator) comparePlain(f search.Field, a, b string) int {
	if f.IsDate() {
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	}
	return cmp.Compare(a, b)
}

// number fills a facet of values that have numbers.
func (t *translator) number(f search.FacetRequest, a *facetAnswer, out *search.Facet) {
	best := index.NewTop(f.Size, func(a, b counted) int {
		return cmp.Or(cmp.Compare(b.count, a.count), t.table.Compare(f.Field, a.ord, b.ord))
	})
	for _, c := range a.Counted.all() {
		best.Add(c)
	}
	for _, c := range best.Sorted() {
		v := t.table.Value(f.Field, c.ord)
		shown := search.FacetValue{ID: v.ID, Value: v.Path, Name: v.Name, Count: c.count, Parent: v.Parent}
		if f.Field == search.Place {
			shown.Own = &c.own
		}
		out.Values = append(out.Values, shown)
	}
	out.Distinct = a.Counted.Value.Distinct
}
