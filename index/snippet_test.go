package index

import (
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"dateline/corpus"
	"dateline/index/text"
	"dateline/search"
)

// marked returns the snippets of an article for a query, each with its field
// before it and what is marked in [].
func marked(t *testing.T, query, title, text string) []string {
	t.Helper()
	d := &corpus.Document{Article: corpus.Article{ID: "a", Lang: "en", Title: title, Text: text}}
	p := prepare(t, search.Request{Query: parseQuery(t, query), Snippets: true})
	var out []string
	for _, s := range snippetsOf(t, p, d) {
		b, at := s.Field+": ", 0
		for _, m := range s.Marks {
			b += s.Text[at:m[0]] + "[" + s.Text[m[0]:m[1]] + "]"
			at = m[1]
		}
		out = append(out, b+s.Text[at:])
	}
	return out
}

// snippetsOf returns the snippets of d.
func snippetsOf(t *testing.T, p *Plan, d *corpus.Document) []search.Snippet {
	t.Helper()
	hits := []search.Hit{NewHit(&d.Article)}
	fetch := func(context.Context, Ref) (*corpus.Document, error) { return d, nil }
	if err := SetSnippets(t.Context(), p, hits, []Ref{0}, fetch, nil); err != nil {
		t.Fatal(err)
	}
	return hits[0].Snippets
}

func TestSnippets(t *testing.T) {
	const short = "Shells fell on Rafah. The Rafah crossing was shut.\nNobody, “al-Shifa” said, was hurt."
	const flat = "Shells fell on Rafah. The Rafah crossing was shut. Nobody, “al-Shifa” said, was hurt."
	filler := strings.Repeat("Nothing of note was said by anybody here. ", 20)
	for _, c := range []struct {
		query, title, text string
		want               []string
	}{
		{"rafah", "", short, []string{"text: " + strings.ReplaceAll(flat, "Rafah", "[Rafah]")}},
		{"rafah", "In Rafah", "", []string{"title: In [Rafah]"}},
		{"rafah", "In Rafah", "No match", []string{"title: In [Rafah]", "text: No match"}},
		{"title:rafah", "In Rafah", "Rafah", []string{"title: In [Rafah]", "text: Rafah"}},
		{"person:Okoro", "In Rafah", short, []string{"text: " + flat}},
		{"*", "", "", nil},
		{"*", "", "…", nil},
		{"-shells rafah", "", "Shells on Rafah", []string{"text: Shells on [Rafah]"}},
		{"rafah -(shells -fell)", "", "Shells fell on Rafah", []string{"text: Shells fell on [Rafah]"}},
		{`"rafah crossing"`, "", short, []string{"text: " + strings.Replace(flat, "Rafah crossing", "[Rafah crossing]", 1)}},
		{`"rafah crossing" rafah crossing`, "", "Rafah crossing", []string{"text: [Rafah crossing]"}},
		{`"rafah war war" OR "war war peace"`, "", "rafah war war peace", []string{"text: [rafah war war peace]"}},
		{`"war war"`, "", "war war war", []string{"text: [war war war]"}},
		{"shut*", "", short, []string{"text: " + strings.Replace(flat, "shut", "[shut]", 1)}},
		{"shifa", "", short, []string{"text: " + strings.Replace(flat, "Shifa", "[Shifa]", 1)}},
		{"al-shifa", "", short, []string{"text: " + strings.Replace(flat, "al-Shifa", "[al-Shifa]", 1)}},
		{"ŞIRNAK", "", "In Şırnak's hills", []string{"text: In [Şırnak]'s hills"}},
		{"strikes", "", "A strike struck", []string{"text: A [strike] struck"}},
		{"the strike", "", "the strike", []string{"text: the [strike]"}},
		// Of words near one another those of a match, and not what lies between.
		{"near(strike rafah, 3)", "", "Rafah was calm until now. A strike on the Rafah crossing", []string{
			"text: Rafah was calm until now. A [strike] on the [Rafah] crossing"}},
		{"atleast2(rafah) OR strike", "Rafah", "A strike on Rafah", []string{
			"title: [Rafah]", "text: A [strike] on [Rafah]"}},
		{"atleast3(rafah) OR strike", "Rafah", "A strike on Rafah", []string{"text: A [strike] on Rafah"}},
		// The sentence that matches, and what comes behind it.
		{"rafah", "", filler + "A shell hit Rafah at dawn. " + filler, []string{
			"text: A shell hit [Rafah] at dawn. Nothing of note was said by anybody here. " +
				"Nothing of note was said by anybody here. Nothing of note was said by anybody here. " +
				"Nothing of note was said by anybody here."}},
		// Near the end earlier sentences are shown, too.
		{"rafah", "", filler + "A shell hit Rafah.", []string{
			"text: Nothing of note was said by anybody here. Nothing of note was said by anybody here. " +
				"Nothing of note was said by anybody here. Nothing of note was said by anybody here. A shell hit [Rafah]."}},
		{"rafah", "", filler + "The U.S. envoy to Rafah spoke. " + filler, []string{
			"text: The U.S. envoy to [Rafah] spoke. Nothing of note was said by anybody here. " +
				"Nothing of note was said by anybody here. Nothing of note was said by anybody here. " +
				"Nothing of note was said by anybody here."}},
	} {
		if got := marked(t, c.query, c.title, c.text); !slices.Equal(got, c.want) {
			t.Errorf("%s in %q, %.40q:\n got %q\nwant %q", c.query, c.title, c.text, got, c.want)
		}
	}
	// Where both words stand, not where the first of them does, or one of them often.
	body := "Rafah. " + filler + "The crossing of Rafah. " + filler + "Crossing. Crossing. Crossing."
	got := marked(t, "rafah OR crossing", "", body)
	if len(got) != 1 || !strings.Contains(got[0], "The [crossing] of [Rafah].") {
		t.Errorf("of two words: %q", got)
	}
	// A sentence too long to be shown from its beginning.
	long := strings.Repeat("and so it went on ", 20)
	got = marked(t, "rafah", "", long+"in Rafah "+long)
	before, after, _ := strings.Cut(strings.TrimPrefix(got[0], "text: "), "[Rafah]")
	if n, m := len(before), len(after); n < 60 || m < 60 {
		t.Errorf("in a long sentence there are %d bytes before and %d behind what matched: %q", n, m, got)
	}
}

// checkSnippets holds what is true of all snippets against those of an article.
func checkSnippets(t *testing.T, query, title, body string) {
	t.Helper()
	e, err := search.Parse(query)
	if err != nil || !utf8.ValidString(title) || !utf8.ValidString(body) {
		return
	}
	p, err := Prepare(search.Request{Query: e, Snippets: true}, testTable())
	if err != nil {
		return
	}
	d := &corpus.Document{Article: corpus.Article{ID: "a", Title: title, Text: body}}
	space := strings.NewReplacer("\n", " ", "\r", " ", "\t", " ")
	for _, s := range snippetsOf(t, p, d) {
		whole := space.Replace(map[string]string{"title": title, "text": body}[s.Field])
		at := strings.Index(whole, s.Text)
		if at < 0 || s.Text == "" || !utf8.ValidString(s.Text) {
			t.Fatalf("%s of %q is not of %q", s.Field, s.Text, whole)
		}
		words := text.Analyze(whole, false)
		found := false // the passage may stand more than once
		for ; at >= 0 && !found; at = next(whole, s.Text, at) {
			found = !cutsWord(words, at) && !cutsWord(words, at+len(s.Text))
		}
		if !found {
			t.Fatalf("%q cuts a word of %q", s.Text, whole)
		}
		last := 0
		for _, m := range s.Marks {
			if m[0] < last || m[1] <= m[0] || m[1] > len(s.Text) {
				t.Fatalf("marks %v of %q", s.Marks, s.Text)
			}
			last = m[1]
		}
	}
}

func next(s, sub string, at int) int {
	_, n := utf8.DecodeRuneInString(s[at:])
	if i := strings.Index(s[at+n:], sub); i >= 0 {
		return at + n + i
	}
	return -1
}

func cutsWord(words []text.Token, at int) bool {
	return slices.ContainsFunc(words, func(w text.Token) bool { return w.Start < at && at < w.End })
}

func FuzzSnippets(f *testing.F) {
	long := strings.Repeat("Shells fell on Rafah, where al-Shifa's war went on. ", 12)
	f.Add("rafah", "Rafah", long)
	f.Add(`"rafah where" OR shell*`, "", "\nX\n"+long+"\r\nend")
	f.Add("*", "", strings.Repeat("x", 300)+" y")
	f.Add("y", "", strings.Repeat("x-", 150)+"y")
	f.Add("near(y x, 5) OR (x w/s y) OR atleast2(x)", "x y", "x. Y\nx y")
	f.Add("y~ OR /.+/", "", strings.Repeat("战争 ", 90)+"هدنة في غزة")
	f.Add(`"战 争"`, "", strings.Repeat("战争、", 90))
	f.Fuzz(checkSnippets)
}

// A snippet is about as long as it is said to be, however long the text is.
func TestSnippetLength(t *testing.T) {
	for name, s := range map[string]string{
		"sentences":    strings.Repeat("Rafah was hit. ", 500),
		"one sentence": strings.Repeat("Rafah was hit and ", 500),
		"no spaces":    strings.Repeat("战争", 500),
		"hyphens":      strings.Repeat("rafah-", 500),
		"lines":        strings.Repeat("Rafah\n", 500),
		"dashes first": strings.Repeat("- ", 600) + strings.Repeat("Rafah ", 100),
	} {
		for _, query := range []string{"rafah", "*", `"rafah was"`, "hit"} {
			got := marked(t, query, "", s)
			plain := strings.NewReplacer("[", "", "]", "").Replace(strings.TrimPrefix(got[0], "text: "))
			if n := len(plain); name != "hyphens" && n < snippetBytes/2 || n > snippetBytes+10 {
				t.Errorf("%s for %s: %d bytes", name, query, n)
			}
		}
	}
}

// What is looked at of a text, for snippets, is as much as it takes: they are those
// that a look at all of it gives.
func TestSnippetsOfParts(t *testing.T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	words := strings.Fields("rafah Rafah's RAFAH strike Strikes striking war War's wars al-Shifa Şırnak Gen. U.S. the The of 2,000 " +
		"hit hits – … dying 'dying' die y _rafah rafah_ rafah.strike said. war, (strike) “Rafah” هدنة 战争 x-y-z ʼwar")
	var queries []*Plan
	for _, q := range []string{"rafah", "strike OR war", `"the strike"`, `"rafah strike war"`, "title:rafah war", "lead:war OR hit",
		"near(war strike, 3)", "atleast2(rafah) OR die", "şırnak OR هدنة OR 战争", "al-shifa", "near((strike OR war) hit, 4)", "x OR y"} {
		queries = append(queries, prepare(t, search.Request{Query: parseQuery(t, q), Snippets: true}))
	}
	some := func(n int) string {
		var b strings.Builder
		for range r.IntN(n) {
			b.WriteString(words[r.IntN(len(words))])
			b.WriteString([]string{" ", " ", " ", "  ", "\n", ". ", "-", "", "\xff"}[r.IntN(9)])
			if r.IntN(40) == 0 {
				b.WriteString(strings.Repeat("na", r.IntN(200)))
			}
		}
		return b.String()
	}
	marks := 0
	for range 300 {
		d := &corpus.Document{Article: corpus.Article{Title: some(6), Text: some(300), Lang: []string{"en", "tr"}[r.IntN(2)]}}
		for _, p := range queries {
			parts, err := newMarker(p.Match)
			if err != nil {
				t.Fatal(err)
			}
			whole, err := newMarker(p.Match)
			if err != nil {
				t.Fatal(err)
			}
			whole.all = true
			got, err := parts.snippets(t.Context(), d)
			if err != nil {
				t.Fatal(err)
			}
			want, err := whole.snippets(t.Context(), d)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("seed %d: %s of %q:\n got %v\nwant %v", seed, p.ReadAs, d.Text, got, want)
			}
			for _, s := range got {
				marks += len(s.Marks)
			}
		}
		all := text.Analyze(d.Text, false)
		if len(all) == 0 {
			continue
		}
		first := r.IntN(len(all))
		start, end := all[first].Start, all[min(len(all)-1, first+r.IntN(6))].End
		words, err := around(t.Context(), d.Text, start, end)
		if err != nil {
			t.Fatal(err)
		}
		from, to := widen(d.Text, words, start, end)
		if a, b := widen(d.Text, all, start, end); from != a || to != b {
			t.Fatalf("seed %d: around %d-%d of %q: %d-%d, want %d-%d", seed, start, end, d.Text, from, to, a, b)
		}
	}
	if marks < 3000 {
		t.Errorf("only %d marks", marks)
	}
}

// Snippets take the text alone, and what is mentioned only where the query asks for
// it near words.
func TestSnippetsFetch(t *testing.T) {
	d := &corpus.Document{
		Article: corpus.Article{ID: "a", Title: "Truce", Text: "A truce in Rafah."},
		Mentions: []corpus.Mention{{
			Kind: corpus.Place, Field: "text", Start: 11, End: 16, ID: "gn:3", Text: "Rafah", Confidence: 1,
		}},
	}
	whole, texts := 0, 0
	fetch := func(_ context.Context, ref Ref) (*corpus.Document, error) {
		whole++
		if ref != 7 {
			return nil, errors.New("not there")
		}
		return d, nil
	}
	text := func(_ context.Context, ref Ref) (string, error) {
		texts++
		if ref != 7 {
			return "", errors.New("not there")
		}
		return d.Text, nil
	}
	for _, c := range []struct {
		query        string
		snippets     bool
		ref          Ref
		whole, texts int
		want         string
	}{
		{"truce", false, 7, 0, 0, ""},
		{"truce", true, 7, 0, 1, "Truce|A truce in Rafah."},
		{"near(truce @place, 5)", true, 7, 1, 0, "A truce in Rafah."},
		{"truce", true, 8, 0, 1, "article a"},
		{"near(truce @place, 5)", true, 8, 1, 0, "article a"},
	} {
		whole, texts = 0, 0
		p := prepare(t, search.Request{Query: parseQuery(t, c.query), Snippets: c.snippets})
		hits := []search.Hit{NewHit(&d.Article)}
		err := SetSnippets(t.Context(), p, hits, []Ref{c.ref}, fetch, text)
		var got []string
		for _, s := range hits[0].Snippets {
			got = append(got, s.Text)
		}
		if err != nil {
			got = []string{err.Error()}
		}
		if s := strings.Join(got, "|"); whole != c.whole || texts != c.texts || (err != nil) != (c.ref == 8) ||
			err == nil && s != c.want || !strings.Contains(s, c.want) {
			t.Errorf("%s from %d: %q, %d articles and %d texts fetched; want %q, %d, %d",
				c.query, c.ref, s, whole, texts, c.want, c.whole, c.texts)
		}
	}
}

// Only words that may have a stem that is looked for are stemmed for snippets.
func TestMayStem(t *testing.T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	words := strings.Fields("skis skies dying lying tying idly gently ugly early only singly sky news howe atlas cosmos " +
		"bias andes yes youth syria cyprus by ʼabd ʼs боями élan ying aed ies")
	for range 20000 {
		word := make([]byte, 1+r.IntN(6))
		for i := range word {
			word[i] = "aeiouyyslnngdtrcvmhk"[r.IntN(20)]
		}
		for _, end := range []string{"", "ing", "ies", "ied", "ly", "ful", "ational", "iveness", "s"} {
			words = append(words, string(word)+end)
		}
	}
	stemmed := 0
	for _, w := range words {
		folded := text.Analyze(w, false)
		for _, stem := range text.Stem(folded) {
			if !mayStem(folded[0].Text, stem.Text) {
				t.Fatalf("seed %d: %q of %q", seed, stem.Text, w)
			}
			stemmed++
		}
	}
	if stemmed < len(words)/2 {
		t.Errorf("of %d words %d have stems", len(words), stemmed)
	}
	if mayStem("strike", "hospital") || mayStem("hit", "hospital") {
		t.Error("words are stemmed that cannot have the stem")
	}
}

// A dying context is cancelled once it was looked at so often.
type dying struct {
	context.Context
	looks int
}

func (d *dying) Err() error {
	if d.looks--; d.looks < 0 {
		return context.Canceled
	}
	return nil
}

// In a long article what is long is looked at for no longer than a context lives: its
// bytes, its words, and what is found in it.
func TestLongArticlesAreGivenUp(t *testing.T) {
	const sentences = 10_000
	d := &corpus.Document{Article: corpus.Article{Lang: "en", Text: strings.Repeat("Convoy border-bridge. ", sentences)}}
	splits := len(d.Text) / (32 << 10)
	for query, times := range map[string]int{ // that there is something to look at in each sentence
		"village": 0,
		"convoy":  4, `"convoy border"`: 6, "con*": 8,
		"convoy w/s border": 16, "near((convoy OR bridge) con*, 2)": 16,
	} {
		least := splits + times*(sentences/pause)
		p := prepare(t, search.Request{Query: parseQuery(t, query)})
		m, err := newMarker(p.Match)
		if err != nil {
			t.Fatal(err)
		}
		const all = 1 << 30
		ctx := &dying{t.Context(), all}
		if _, err := m.snippets(ctx, d); err != nil {
			t.Fatal(err)
		}
		looks := all - ctx.looks
		if looks < least {
			t.Errorf("%s: it looked at its context %d times, want %d or more", query, looks, least)
		}
		for i := 0; i < looks; i += 1 + looks/7 {
			if _, err := m.snippets(&dying{t.Context(), i}, d); !errors.Is(err, context.Canceled) {
				t.Errorf("%s: got %v at look %d of %d", query, err, i, looks)
			}
		}
		_, _, err = m.leaves[0].CountIn(&dying{t.Context(), looks / 3}, d)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: counted with %v", query, err)
		}
	}
}

func TestSortLong(t *testing.T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	list := make([]Span, 200_000)
	for i := range list {
		list[i] = Span{r.IntN(50_000), r.IntN(10)}
	}
	want := slices.SortedFunc(slices.Values(list), Span.compare)
	given := slices.Clone(list)
	if err := sortLong(t.Context(), list, Span.compare); err != nil || !slices.Equal(list, want) {
		t.Errorf("seed %d: it is not sorted, %v", seed, err)
	}
	if err := sortLong(&dying{t.Context(), 3}, given, Span.compare); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it was cancelled", err)
	}
}
