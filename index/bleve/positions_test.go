package bleve

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"dateline/corpus"
	"dateline/index"
	"dateline/search"
)

// TestPlacesOfSeveralRows brings the places of several words into the order of their
// articles.
func TestPlacesOfSeveralRows(t *testing.T) {
	s := sealedTexts(t, []string{"drone boat drone", "boat", "calm", "drone port port boat"})
	r := newRun(t.Context(), s.view, &index.Plan{})
	defer r.end()
	shard := r.shards[0]
	l, err := shard.lexicon("text")
	if err != nil {
		t.Fatal(err)
	}
	var rows []*row
	docs := shard.newSet()
	for _, term := range []string{"port", "drone", "boat"} {
		r, err := rowOf(l, oneTerm(term))
		if err != nil {
			t.Fatal(err)
		}
		r.addTo(docs)
		rows = append(rows, r)
	}
	all := newRanked(docs)
	p, err := shard.placer("text", rows, all)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for some := range groups(shard.list(docs), []uint32{1, 1, 1, 1}, 2) {
		if err := p.place(t.Context(), some, all); err != nil {
			t.Fatal(err)
		}
		for i := range some.count {
			got = append(got, fmt.Sprint(p.of(i)))
		}
	}
	slices.Sort(got) // a batch has its articles in any order
	if want := []string{"[{0 0} {2 2} {1 1}]", "[{0 0}]", "[{1 1} {2 2} {0 0} {3 3}]"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestGroups(t *testing.T) {
	lengths := []uint32{0, 9, 0, 0, 5, 4, 100, 1, 1}
	for _, c := range []struct {
		docs []uint32
		want string
	}{
		{nil, "[]"},
		{[]uint32{1, 4, 5, 6, 7, 8}, "[{5 0 2} {7 2 2} {9 4 2}]"},
		{[]uint32{0, 2, 3}, "[{4 0 3}]"},
		{[]uint32{6}, "[{7 0 1}]"},
	} {
		if got := fmt.Sprint(slices.Collect(groups(c.docs, lengths, 10))); got != c.want {
			t.Errorf("%v: got %s, want %s", c.docs, got, c.want)
		}
	}
}

// BenchmarkNear looks for two common words near one another and in a row. Beside it
// stands its floor: the plainest loop over the positions as arrays.
func BenchmarkNear(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 1))
	texts := make([]string, 20_000)
	for i := range texts {
		words := make([]string, 150)
		for j := range words {
			words[j] = fmt.Sprintf("w%d", random.IntN(1+random.IntN(300)))
		}
		texts[i] = strings.Join(words, " ")
	}
	s := sealedTexts(b, texts)
	terms := []index.Term{{Text: "w0"}, {Text: "w1", At: 1}}
	near := &index.Near{Distance: 3, Least: 1, Items: [][]index.Node{
		{index.Words{Stem: "w0"}}, {index.Words{Stem: "w1"}},
	}}
	with := func(b *testing.B, count func(s *shardRun) int) (sum int) {
		r := newRun(b.Context(), s.view, &index.Plan{})
		defer r.end()
		for _, s := range r.shards {
			sum += count(s)
		}
		return sum
	}
	arrays := map[*shard][]*positions{}
	with(b, func(s *shardRun) int {
		_, at, err := s.openTerms("text", terms, s.live)
		if err != nil {
			b.Fatal(err)
		}
		for _, p := range at {
			arrays[s.shard] = append(arrays[s.shard], &positions{slices.Clone(p.ends), slices.Clone(p.list)})
		}
		return 0
	})
	floor := func(least, most int) func(*shardRun) int {
		return func(s *shardRun) (n int) {
			first, second := arrays[s.shard][0], arrays[s.shard][1]
			for i := range first.ends {
				n += within(first.of(i), second.of(i), least, most)
			}
			return n
		}
	}
	for _, c := range []struct {
		name        string
		loop, floor func(s *shardRun) int
	}{
		{"near", func(s *shardRun) (n int) {
			among := s.newSet()
			copy(among, s.live)
			found, err := (&nearPart{shardRun: s, near: near, field: "text", stemmed: true, doubt: s.newSet()}).find(among)
			if err != nil {
				b.Fatal(err)
			}
			for _, c := range found {
				n += int(c.text)
			}
			return n
		}, floor(-3, 3)},
		{"phrase", func(s *shardRun) (n int) {
			found, err := s.findTerms("text", terms, false)
			if err != nil {
				b.Fatal(err)
			}
			for _, o := range found {
				n += o.times
			}
			return n
		}, floor(1, 1)},
	} {
		if got, want := with(b, c.loop), with(b, c.floor); got != want || got == 0 {
			b.Fatalf("%s: %d, by the floor %d", c.name, got, want)
		}
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				with(b, c.loop)
			}
		})
		b.Run(c.name+"-floor", func(b *testing.B) {
			for b.Loop() {
				with(b, c.floor)
			}
		})
	}
}

// BenchmarkNearPatterns looks for words that begin as two patterns say near one
// another, in segments of several sizes.
func BenchmarkNearPatterns(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 1))
	near := &index.Near{Distance: 3, Least: 1, Items: [][]index.Node{
		{index.Pattern{Kind: search.Prefix, Text: "a"}}, {index.Pattern{Kind: search.Prefix, Text: "b"}},
	}}
	for _, size := range []int{10_000, 40_000, 160_000} {
		texts := make([]string, size)
		for i := range texts {
			words := make([]string, 30)
			for j := range words {
				words[j] = fmt.Sprintf("%c%dx", 'a'+random.IntN(4), random.IntN(1+random.IntN(100)))
			}
			texts[i] = strings.Join(words, " ")
		}
		s := sealedTexts(b, texts)
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := newRun(b.Context(), s.view, &index.Plan{})
				for _, s := range r.shards {
					among := s.newSet()
					copy(among, s.live)
					p := &nearPart{shardRun: s, near: near, field: "text", stemmed: true, doubt: s.newSet()}
					if _, err := p.find(among); err != nil {
						b.Fatal(err)
					}
				}
				r.end()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*size), "ns/article")
		})
	}
}

// within returns how many positions of either list begin a pair of one of each, the
// second as far behind the first as least and most say.
func within(first, second []uint32, least, most int) (n int) {
	n = pairs(first, second, max(least, 1), most)
	if least < 0 {
		n += pairs(second, first, 1, -least)
	}
	return n
}

func pairs(first, second []uint32, least, most int) (n int) {
	j := 0
	for _, at := range first {
		for j < len(second) && int(second[j])-int(at) < least {
			j++
		}
		if j < len(second) && int(second[j])-int(at) <= most {
			n++
		}
	}
	return n
}

// The places of terms are held of one phrase at a time, however many there are.
func TestPositionsAreUsedAgain(t *testing.T) {
	s := sealedTexts(t, []string{"convoy border hospital convoy border village", "border village"})
	expr, err := search.Parse(`near("convoy border" "border village", 9) OR "border village" OR "hospital convoy"`)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := index.Prepare(search.Request{Query: expr}, s.table)
	if err != nil {
		t.Fatal(err)
	}
	r := newRun(t.Context(), s.view, plan)
	found, err := r.eval(plan.Match)
	if err != nil || found.count() != 2 || len(r.positions) != 2 {
		t.Errorf("%d articles are found, and the places of %d terms held: %v", found.count(), len(r.positions), err)
	}
}

// TestNearInManyArticles looks for a Near in more articles than are looked at at once,
// and holds what it finds against a look at each.
func TestNearInManyArticles(t *testing.T) {
	r := random(t)
	words := strings.Fields("convoy border envoy hospital ceasefire shelling, bridge. village. Burns burns Peace")
	texts := make([]string, 2000)
	for i := range texts {
		for range r.IntN(700) {
			texts[i] += words[min(r.IntN(len(words)), r.IntN(len(words)))] + " "
		}
	}
	s := sealedTexts(t, texts)
	lengths, err := s.view.shards[0].lengths.get()
	if err != nil {
		t.Fatal(err)
	}
	all := s.view.shards[0].live
	docs := make([]uint32, all.count())
	all.fill(docs)
	if n := len(slices.Collect(groups(docs, lengths, atOnce))); n < 2 {
		t.Fatalf("all articles are in %d group", n)
	}
	for _, query := range []string{
		"near(convoy bridge, 2)", "near(b* e* peace, 4)", `near("convoy border" (envoy OR "burns peace"), 9)`,
		"hospital w/s b*", "near(hospital envoy, 1)", "atleast9(convoy OR border)",
	} {
		expr, err := search.Parse(query)
		if err != nil {
			t.Fatal(err)
		}
		plan, err := index.Prepare(search.Request{Query: expr}, s.table)
		if err != nil {
			t.Fatal(err)
		}
		leaf, err := index.NewLeaf(plan.Match)
		if err != nil {
			t.Fatal(err)
		}
		want := 0
		for _, text := range texts {
			_, n, err := leaf.CountIn(t.Context(), &corpus.Document{Article: corpus.Article{Text: text, Lang: "en"}})
			if err != nil {
				t.Fatal(err)
			}
			want += n
		}
		run := newRun(t.Context(), s.view, plan)
		near, ok := plan.Match.(index.Near)
		if !ok {
			t.Fatalf("%s is %T", query, plan.Match)
		}
		if err := run.evalNear(&near, s.view.live); err != nil {
			t.Fatal(err)
		}
		got := 0
		for _, c := range run.shards[0].nearFound(&near).list {
			got += int(c.text)
		}
		if got != want || want == 0 {
			t.Errorf("%s: it stands at %d places, want %d", query, got, want)
		}
		run.end()
	}
}
