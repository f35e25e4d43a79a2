package index

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/search"
)

// naming returns a document with mentions: persons in <…>, places in {…} and dates in
// […], of low confidence with a ? behind the first bracket.
func naming(lang, title, text string) *corpus.Document {
	d := &corpus.Document{Article: corpus.Article{ID: "a", Lang: lang}}
	d.Title, d.Mentions = unmarked("title", title, nil)
	d.Text, d.Mentions = unmarked("text", text, d.Mentions)
	return d
}

func unmarked(field, s string, mentions []corpus.Mention) (string, []corpus.Mention) {
	kinds := map[rune]corpus.Kind{'<': corpus.Person, '{': corpus.Place, '[': corpus.DateKind}
	var b strings.Builder
	var open corpus.Mention
	for _, r := range s {
		switch kind, opens := kinds[r]; {
		case opens:
			open = corpus.Mention{Kind: kind, Field: field, Start: b.Len(), Confidence: 0.9}
		case r == '?' && open.Kind != "" && open.Start == b.Len():
			open.Confidence = 0.1
		case strings.ContainsRune(">}]", r):
			open.End = b.Len()
			open.Value = b.String()[open.Start:]
			if open.Kind == corpus.DateKind {
				open.Value = "2024-03"
			}
			mentions = append(mentions, open)
			open = corpus.Mention{}
		default:
			b.WriteRune(r)
		}
	}
	return b.String(), mentions
}

func TestFindNear(t *testing.T) {
	for _, c := range []struct{ query, text, want string }{
		// Distances: neighbours are 1 apart, words of the stop list count.
		{"near(strike hospital, 1)", "strikes hospital", "strikes|hospital"},
		{"near(strike hospital, 1)", "hospital strikes", "hospital|strikes"},
		{"near(strike hospital, 1)", "strikes a hospital", ""},
		{"near(strike hospital, 2)", "strikes a hospital", "strikes|hospital"},
		{"near(strike the hospital, 2)", "strikes a hospital", "strikes|hospital"},
		{"near(the strike, 2)", "the strike", "strike"},
		{"near(strike port hospital, 4)", "port x strike x hospital", "port|strike|hospital"},
		{"near(strike port hospital, 3)", "port x strike x hospital", ""},
		// In order.
		{`"strike hospital"~3`, "hospital strike x x hospital", "strike|hospital"},
		{`"strike hospital"~2`, "hospital strike x x hospital", ""},
		{`"strike port hospital"~5`, "strike hospital port", ""},
		{`"strike port hospital"~2`, "strike port hospital", "strike|port|hospital"},
		{`"strike strike"~2`, "strike x strike x strike", "strike|strike|strike"},
		// A word is one item's only.
		{"near(strike strike, 5)", "strike hospital", ""},
		{"near(strike strike, 5)", "strike strikes", "strike|strikes"},
		{"near(strike strike*, 5)", "strike", ""},
		{"near(strike (hospital OR strikes), 5)", "strike", ""},
		{"near((a1 OR b1) (a1 OR c1), 5)", "a1 c1", "a1|c1"},
		{"near((a1 OR c1) (a1 OR b1) a1, 5)", "a1 b1 c1", "a1|b1|c1"},
		{"near((a1 OR b1) (a1 OR b1) (b1 OR a1), 5)", "a1 b1 c1", ""},
		{"near((a1 OR c1) (a1 OR b1) b1, 5)", "a1 b1 b1", "a1|b1|b1"},
		{`near("a1 b1" b1, 5)`, "a1 b1", ""},
		{`near("a1 b1" b1, 1)`, "a1 b1 b1", "a1 b1|b1"},
		// Of several phrases and mentions the one that leaves room for more is taken.
		{`near(a1 ("b1 c1" OR b1) c1, 9)`, "a1 b1 c1", "a1|b1|c1"},
		{`near(a1 ("b1 c1 d1" OR c1) d1, 9)`, "a1 b1 c1 d1", "a1|c1|d1"},
		{`near(("a1 b1" OR a1) c1, 1)`, "a1 b1 c1", "a1 b1|c1"},
		// Phrases, patterns, words that are several.
		{`near("port city" strike, 2)`, "port city x strike", "port city|strike"},
		{`near("port city" strike, 1)`, "port city x strike", ""},
		{`near("war of words" strike, 1)`, "war of words strike", "war of words|strike"},
		{`near(al-shifa strike, 1)`, "al-Shifa strike", "al-Shifa|strike"},
		{"near(th* hosp?tal, 1)", "the hospital", "the|hospital"},
		{"near(strik* hsopital~, 2)", "striking the hospital", "striking|hospital"},
		// Each word that begins a match, with the nearest of the others.
		{"near(a1 b1, 9)", "a1 a1 b1 b1", "a1|a1|b1"},
		{"near(a1 b1, 1)", "a1 b1 a1 b1", "a1|b1|a1|b1"},
		// Sentences and paragraphs.
		{"strike w/s hospital", "A strike. A hospital.", ""},
		{"strike w/s hospital", "A strike on a hospital. Calm.", "strike|hospital"},
		{"strike w/s hospital", "Calm. On a hospital fell a strike", "hospital|strike"},
		{"strike w/p hospital", "A strike. A hospital.", "strike|hospital"},
		{"strike w/p hospital", "A strike\nA hospital", ""},
		{`"strike hospital" w/s strike`, "A strike. Hospital in strike.", ""},
		{`"strike hospital" w/p strike`, "A strike. Hospital in strike.", "strike. Hospital|strike"},
		{"strike w/s hospital w/s port", "Strike, port, hospital. Strike on hospital.", "Strike|port|hospital"},
		// Mentions.
		{"@person", "<Ana Okoro> in {Gaza}, <?Ben>", "Ana Okoro|Ben"},
		{"near(strike @place, 2)", "strike on {Gaza City}", "strike|Gaza City"},
		{"near(strike @place, 2)", "{Gaza City} strike", "Gaza City|strike"},
		{"near(strike @place, 2)", "strike on <Gaza City>", ""},
		{"near(@person @person, 2)", "<Ana Okoro> met <Ben>", "Ana Okoro|Ben"},
		{"near(@person okoro, 9)", "<Ana Okoro>", ""},
		{"near(@mentioned (@org OR @place), 9)", "in [March 2024] in {Gaza}", "March 2024|Gaza"},
		{"@place", "in {Gaza}'s hills", "Gaza"},
		{"@place", "{—}", ""},
		// So often.
		{"atleast3(strike)", "strike strikes", ""},
		{"atleast3(strike)", "strike strikes striking", "strike|strikes|striking"},
		{"atleast2(strike OR strikes)", "strike", ""},
		{`atleast2(strike OR "strike ship")`, "strike ship", ""},
		{"atleast2(@person OR port)", "port of <Ben>", "port|Ben"},
		{"atleast3(strike) OR hospital", "strike hospital", ""},
	} {
		p := prepare(t, search.Request{Query: parseQuery(t, c.query)})
		leaf, err := NewLeaf(Leaves(p.Match)[0])
		if err != nil {
			t.Fatal(err)
		}
		d := naming("en", "", c.text)
		r := NewRecord(Entry{Document: *d})
		_, inText, err := leaf.Find(t.Context(), &r)
		if err != nil {
			t.Fatal(err)
		}
		if got := spell(d.Text, inText); got != c.want {
			t.Errorf("%s in %q: %q, want %q", c.query, c.text, got, c.want)
		}
	}
}

// Words as they are found, and where: each part by itself.
func TestFindNearParts(t *testing.T) {
	const title, text = "Strikes on {Rafah}", "A <?Ben> strike.\nRafah hit by the strike on {Rafah}"
	for _, c := range []struct{ lang, query, title, text string }{
		{"en", "near(strike rafah, 9)", "Strikes|Rafah", "strike|Rafah|strike|Rafah"},
		{"de", "near(strike rafah, 9)", "", "strike|Rafah|strike|Rafah"},
		{"de", "near(strikes rafah, 9)", "Strikes|Rafah", ""},
		{"en", "title:near(strike rafah, 9)", "Strikes|Rafah", ""},
		{"en", "lead:near(strike rafah, 9)", "Strikes|Rafah", ""},
		{"en", "lead:(strike w/p @person)", "", "Ben|strike"},
		{"en", "lead:atleast3(strike OR @place OR rafah)", "Strikes|Rafah", "strike"},
		{"en", "lead:atleast4(strike OR @place OR rafah)", "", ""},
		{"en", "atleast3(strike)", "Strikes", "strike|strike"},
		{"en", "title:atleast2(strike)", "", ""},
		{"en", "near(strikes ben, 9)", "", "Ben|strike"},
		{"en", "near(by the*, 9)", "", "the"},
		{"de", "near(hit by, 9)", "", "hit"},
		{"de", `near("hit by" strike, 9)`, "", "strike|hit by|strike"},
		{"en", "near(hit by strike, 2)", "", "strike|hit"},
	} {
		p := prepare(t, search.Request{Query: parseQuery(t, c.query)})
		leaf, err := NewLeaf(p.Match)
		if err != nil {
			t.Fatal(err)
		}
		d := naming(c.lang, title, text)
		r := NewRecord(Entry{Document: *d})
		inTitle, inText, err := leaf.Find(t.Context(), &r)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := spell(d.Title, inTitle), spell(d.Text, inText); a != c.title || b != c.text {
			t.Errorf("%s in %q: %q and %q, want %q and %q", c.query, c.lang, a, b, c.title, c.text)
		}
	}
}

func TestCount(t *testing.T) {
	for _, c := range []struct {
		query       string
		title, text int
	}{
		{"strike", 1, 4},
		{`"strike strike"`, 0, 2},
		{"atleast3(strike)", 1, 4},
		{"atleast6(strike)", 0, 0},
		{"near(strike strike, 9)", 0, 3},
		{"near(strike ship, 9)", 0, 4},
		{"near(strike ship, 1)", 0, 1},
		{`near((strike OR "strike strike") ship, 9)`, 0, 4},
		{"@place", 1, 0},
		{"near(ship strike strike strike strike, 9)", 0, 1},
	} {
		p := prepare(t, search.Request{Query: parseQuery(t, c.query)})
		leaf, err := NewLeaf(p.Match)
		if err != nil {
			t.Fatal(err)
		}
		d := naming("en", "Strike on {Rafah}", "strike strike strike x strike ship")
		r := NewRecord(Entry{Document: *d})
		if title, text, err := leaf.Count(t.Context(), &r); title != c.title || text != c.text || err != nil {
			t.Errorf("%s: %d and %d, %v, want %d and %d", c.query, title, text, err, c.title, c.text)
		}
		if title, text, err := leaf.CountIn(t.Context(), d); title != c.title || text != c.text || err != nil {
			t.Errorf("%s in a document: %d and %d, %v, want %d and %d", c.query, title, text, err, c.title, c.text)
		}
	}
}

// TestMatchesAll holds Matches against all ways to choose a span of each item.
func TestMatchesAll(t *testing.T) {
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	found := 0
	for range 20_000 {
		n, items, breaks := randomNear(random)
		want := all(&n, items, breaks)
		if got, err := n.Matcher().Count(t.Context(), cloned(items), breaks); got != len(want) || err != nil {
			t.Fatalf("seed %d: %d matches of %v, %+v, want %d", seed, got, items, n, len(want))
		}
		got, err := n.Matches(t.Context(), cloned(items), breaks)
		if err != nil {
			t.Fatal(err)
		}
		for len(got) > 0 {
			match := slices.Clone(got[:len(items)])
			got = got[len(items):]
			if !holds(&n, items, match, breaks) {
				t.Fatalf("seed %d: %v of %v, %+v, is no match", seed, match, items, n)
			}
			begins, ends := bounds(match)
			if least, ok := want[begins]; !ok || ends != least {
				t.Fatalf("seed %d: %v of %v, %+v; the best of %d is %d", seed, match, items, n, begins, least)
			}
			delete(want, begins)
			found++
		}
		if len(want) > 0 {
			t.Fatalf("seed %d: none of %v, %+v, breaks %v, begins at %v", seed, items, n, breaks, want)
		}
	}
	if found < 5000 {
		t.Errorf("only %d matches", found)
	}
}

func cloned(items [][]Span) [][]Span {
	out := make([][]Span, len(items))
	for i := range items {
		out[i] = slices.Clone(items[i])
	}
	return out
}

func randomNear(random *rand.Rand) (n Near, items [][]Span, breaks []int) {
	size := 1 + random.IntN(4)
	n = Near{
		Unit: search.Unit(random.IntN(3)), Distance: 1 + random.IntN(6),
		Ordered: random.IntN(4) == 0, Least: 1, Items: make([][]Node, size),
	}
	for range size {
		var spans []Span
		for range random.IntN(6) {
			first := random.IntN(14)
			spans = append(spans, Span{first, first + max(0, random.IntN(5)-2)})
		}
		items = append(items, spans)
	}
	for p := 1; p < 14; p++ {
		if n.Unit != search.Words && random.IntN(5) == 0 {
			breaks = append(breaks, p)
		}
	}
	return n, items, breaks
}

// all returns where matches begin, and where the last span of the best one does.
func all(n *Near, items [][]Span, breaks []int) map[int]int {
	out := map[int]int{}
	var choose func(chosen []Span)
	choose = func(chosen []Span) {
		if len(chosen) < len(items) {
			for _, s := range items[len(chosen)] {
				choose(append(slices.Clone(chosen), s))
			}
			return
		}
		if !holds(n, items, chosen, breaks) {
			return
		}
		begins, ends := bounds(chosen)
		if least, ok := out[begins]; !ok || ends < least {
			out[begins] = ends
		}
	}
	choose(nil)
	return out
}

// bounds returns where the first and the last span of a match begin.
func bounds(match []Span) (first, last int) {
	first, last = math.MaxInt, -1
	for _, s := range match {
		first, last = min(first, s.First), max(last, s.First)
	}
	return first, last
}

// holds tells whether spans are a match: in some order one of each item.
func holds(n *Near, items [][]Span, spans []Span, breaks []int) bool {
	if !assigned(n, items, spans) {
		return false
	}
	sorted := slices.Clone(spans)
	slices.SortFunc(sorted, Span.compare)
	for i := 1; i < len(sorted); i++ {
		if sorted[i].First <= sorted[i-1].Last {
			return false
		}
	}
	first, last := sorted[0], sorted[len(sorted)-1]
	if n.Unit == search.Words {
		return last.First-first.Last <= n.Distance
	}
	return !slices.ContainsFunc(breaks, func(b int) bool { return first.First < b && b <= last.Last })
}

// assigned tells whether spans can be given to the items, one each; where n is
// ordered, in the order of the items.
func assigned(n *Near, items [][]Span, spans []Span) bool {
	if n.Ordered {
		sorted := slices.Clone(spans)
		slices.SortFunc(sorted, Span.compare)
		for i, s := range sorted {
			if !slices.Contains(items[i], s) {
				return false
			}
		}
		return true
	}
	if len(spans) == 0 {
		return true
	}
	for i, s := range spans {
		rest := slices.Delete(slices.Clone(spans), i, i+1)
		if slices.Contains(items[0], s) && assigned(n, items[1:], rest) {
			return true
		}
	}
	return false
}

// The worst that a query and a text may be: all items stand at every word.
func BenchmarkMatches(b *testing.B) {
	n := Near{Distance: 100, Items: make([][]Node, search.MaxItems)}
	var spans []Span
	for p := range 10_000 {
		spans = append(spans, Span{p, p})
	}
	items := make([][]Span, search.MaxItems)
	for b.Loop() {
		for i := range items {
			items[i] = slices.Clone(spans)
		}
		if _, err := n.Matches(b.Context(), items, nil); err != nil {
			b.Fatal(err)
		}
	}
}
