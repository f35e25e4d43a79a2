package index

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"dateline/index/text"
	"dateline/index/values"
	"dateline/search"
)

// What makes one word the misspelling of another. A word is taken for mistyped
// where that is likelier than that it was meant: an edit is made in one word of
// errorRate, and the first letter seldom is the wrong one, which counts as another
// edit. A word of fewer than commonLetters has neighbours by chance: where articles
// have it, it stands unless the query finds nothing.
const (
	errorRate     = 100
	commonLetters = 6
	leastLetters  = 3  // of a word that may be misspelt
	leastHalf     = 2  // letters of a word that may be half of another
	mostLetters   = 30 // of a word that may be two
)

// Limits of what is tried.
const (
	maxLooks  = 24 // words that others are looked for like
	maxDoubts = 8  // words and values
	maxWays   = 3  // to spell each
	maxTries  = 10 // queries
)

// DidYouMean returns the query that may have been meant by req, which finds total
// articles; nil where none is better. Errors are those of d.
func DidYouMean(
	req search.Request, total int, t *values.Table, d Dictionary,
) (*search.Correction, error) {
	if !isCorrected(req) {
		return nil, nil
	}
	c := &corrector{request: req, total: total, table: t, dictionary: d}
	leaves := search.Leaves(req.Typed)
	for _, leaf := range leaves {
		if err := c.doubt(leaf); err != nil {
			return nil, err
		}
	}
	if err := c.doubtPairs(leaves); err != nil {
		return nil, err
	}
	for i, changes := range c.tries() {
		if i == maxTries {
			break
		}
		if out, err := c.try(changes); out != nil || err != nil {
			return out, err
		}
	}
	return nil, nil
}

// A corrector looks for what is misspelt in a query.
type corrector struct {
	request    search.Request
	total      int
	table      *values.Table
	dictionary Dictionary
	all        int // articles, once it was asked; see areFew
	looks      int // words that were looked at
	doubts     []doubt
}

// A doubt is a word or value that may be misspelt, at these bytes of the query.
type doubt struct {
	start, end int
	count      int   // of articles that have it
	ways       []way // to spell it otherwise, the likeliest first
}

type way struct {
	text   string
	weight float64 // articles that have it, less for each edit
}

func compareWays(a, b way) int {
	return cmp.Or(cmp.Compare(b.weight, a.weight), strings.Compare(a.text, b.text))
}

// doubt adds what is doubtful of a leaf. What is written with a backslash is
// meant as it is written.
func (c *corrector) doubt(leaf search.Leaf) error {
	if strings.Contains(c.request.Typed[leaf.Start:leaf.End], `\`) || len(c.doubts) == maxDoubts {
		return nil
	}
	if has, ok := leaf.Expr.(search.Has); ok {
		return c.doubtValue(leaf, has)
	}
	for _, w := range suspects(c.request.Typed, leaf) {
		if c.looks++; c.looks > maxLooks || len(c.doubts) == maxDoubts {
			return nil
		}
		d := doubt{start: leaf.Start + w.Start, end: leaf.Start + w.End}
		if err := c.spell(&d, w.Text, utf8.RuneCountInString(w.Text)); err != nil {
			return err
		}
		if err := c.split(&d, w.Text, leaf); err != nil {
			return err
		}
		if d.count == 0 || len(d.ways) > 0 {
			c.doubts = append(c.doubts, d)
		}
	}
	return nil
}

// suspects returns the words of a leaf that may be misspelt.
func suspects(typed string, leaf search.Leaf) []text.Token {
	return slices.DeleteFunc(text.Analyze(typed[leaf.Start:leaf.End], false), func(w text.Token) bool {
		return utf8.RuneCountInString(w.Text) < leastLetters || isStopWord(w.Text) ||
			strings.ContainsFunc(w.Text, unicode.IsDigit)
	})
}

// Suspects returns the words that DidYouMean counts first, for engines that count them while they
// search.
func Suspects(req search.Request) (out []Words) {
	if !isCorrected(req) {
		return nil
	}
	for _, leaf := range search.Leaves(req.Typed) {
		if _, ok := leaf.Expr.(search.Has); ok {
			continue
		}
		for _, w := range suspects(req.Typed, leaf) {
			if len(out) < maxLooks {
				out = append(out, counted(w.Text))
			}
		}
	}
	return out
}

// counted returns the node by which a word is counted.
func counted(word string) Words {
	return Words{Stem: text.Stem([]text.Token{{Text: word}})[0].Text, Word: word}
}

// isCorrected tells whether an answer tells what may have been meant.
func isCorrected(req search.Request) bool {
	return req.Typed != "" && req.Offset == 0 && req.Cursor == ""
}

// spell counts a word, and looks for other ways to spell it where they may be
// likelier.
func (c *corrector) spell(d *doubt, word string, letters int) (err error) {
	if d.count, err = c.dictionary.Count(counted(word)); err != nil {
		return err
	}
	limit, prefix := Edits(letters), ""
	if d.count > 0 && c.total > 0 {
		if letters < commonLetters {
			return nil
		}
		if few, err := c.areFew(d.count); !few || err != nil {
			return err
		}
		limit, prefix = 1, string(firstLetter(word)) // all that is likely, and quick to find
	}
	found, err := c.dictionary.Near(word, limit, prefix)
	d.ways = c.likelier(d, word, limit, found)
	return err
}

// areFew tells whether n articles are so few of all that one word of errorRate may be
// mistyped there.
func (c *corrector) areFew(n int) (few bool, err error) {
	if c.all == 0 {
		c.all, err = c.dictionary.Count(All{})
	}
	return n*errorRate < c.all, err
}

// likelier returns those of found that are rather meant by a word, at so many edits
// at most.
func (c *corrector) likelier(d *doubt, word string, limit int, found []search.WordCount) []way {
	edits := edits(word, limit)
	best := NewTop(maxWays, compareWays)
	for _, w := range found {
		n := edits(w.Word)
		if n > limit || n == 0 || w.Count <= d.count {
			continue
		}
		if firstLetter(w.Word) != firstLetter(word) {
			n++
		}
		weight := float64(w.Count)
		for range n {
			weight /= errorRate
		}
		if c.total > 0 && weight <= float64(d.count) || !isPlain(w.Word) || isStopWord(w.Word) {
			continue
		}
		best.Add(way{w.Word, weight})
	}
	return best.Sorted()
}

// split adds to a doubt that the word is two that were run together, which articles
// have side by side.
func (c *corrector) split(d *doubt, word string, leaf search.Leaf) error {
	in, quoted := fieldOf(leaf)
	whole := d.start == leaf.Start && d.end == leaf.End
	letters := utf8.RuneCountInString(word)
	if d.count > 0 && c.total > 0 || letters < commonLetters || letters > mostLetters || !quoted && !whole {
		return nil
	}
	best := NewTop(maxWays, compareWays)
	for _, w := range d.ways {
		best.Add(w)
	}
	for i := range word {
		pair := []string{word[:i], word[i:]}
		if !isHalf(pair[0]) || !isHalf(pair[1]) {
			continue
		}
		n, err := c.sideBySide(in, pair)
		if err != nil {
			return err
		}
		text := strings.Join(pair, " ")
		if !quoted {
			text = `"` + text + `"`
		}
		if n > d.count {
			best.Add(way{text, float64(n) / errorRate})
		}
	}
	d.ways = best.Sorted()
	return nil
}

// sideBySide returns how many articles have two words in a row, both as they are
// written in some.
func (c *corrector) sideBySide(in search.TextField, pair []string) (int, error) {
	for _, w := range pair {
		if n, err := c.count(search.Word{In: in, Text: w}); n == 0 || err != nil {
			return 0, err
		}
	}
	n, err := c.count(search.Phrase{In: in, Text: strings.Join(pair, " ")})
	if n == 0 || err != nil {
		return 0, err
	}
	for _, w := range pair { // not only their stems
		if n, err := c.dictionary.Count(Pattern{In: in, Kind: search.Wildcard, Text: w}); n == 0 || err != nil {
			return 0, err
		}
	}
	return n, nil
}

// fieldOf returns where a word or phrase is looked for, and whether it is a phrase.
func fieldOf(leaf search.Leaf) (in search.TextField, quoted bool) {
	switch e := leaf.Expr.(type) {
	case search.Phrase:
		return e.In, true
	case search.Word:
		return e.In, false
	}
	return "", false
}

// count returns how many articles an expression finds by itself.
func (c *corrector) count(e search.Expr) (int, error) {
	n, err := (&reader{table: c.table}).read(e)
	if n == nil || err != nil {
		return 0, err
	}
	return c.dictionary.Count(n)
}

// neighbours returns where two words that follow one another are looked for, and what
// by; nil where they can't be one word.
func (c *corrector) neighbours(a, b typedWord) (search.TextField, search.Expr) {
	joined := a.text + b.text
	if utf8.RuneCountInString(joined) < commonLetters || !isPlain(joined) || strings.ContainsFunc(joined, unicode.IsDigit) ||
		!isHalf(a.text) || !isHalf(b.text) {
		return "", nil
	}
	typed := c.request.Typed
	gap := strings.TrimFunc(typed[a.end:b.start], unicode.IsSpace)
	in, quoted := fieldOf(a.leaf)
	other, otherQuoted := fieldOf(b.leaf)
	before := strings.TrimRightFunc(typed[:a.start], unicode.IsSpace)
	switch {
	case a.leaf.Start == b.leaf.Start && (gap == "" || gap == "-"):
		return in, search.Phrase{In: in, Text: a.text + " " + b.text}
	case gap == "" && in == other && !quoted && !otherQuoted && !strings.HasSuffix(before, "-") && !strings.HasSuffix(before, "NOT"):
		return in, search.And{search.Word{In: in, Text: a.text}, search.Word{In: in, Text: b.text}}
	}
	return "", nil
}

// isHalf tells whether a word may be half of another.
func isHalf(word string) bool { return utf8.RuneCountInString(word) >= leastHalf && !isStopWord(word) }

// A typedWord is a word of a query.
type typedWord struct {
	leaf       search.Leaf
	text       string
	start, end int
}

// doubtPairs doubts neighbours that may be one word which was torn apart.
func (c *corrector) doubtPairs(leaves []search.Leaf) error {
	if few, err := c.areFew(c.total); !few || err != nil {
		return err
	}
	var last typedWord
	for _, leaf := range leaves {
		in := c.request.Typed[leaf.Start:leaf.End]
		if _, ok := leaf.Expr.(search.Has); ok || strings.Contains(in, `\`) {
			last = typedWord{}
			continue
		}
		for _, t := range text.Analyze(in, false) {
			w := typedWord{leaf, t.Text, leaf.Start + t.Start, leaf.Start + t.End}
			joined, err := c.doubtPair(last, w)
			if err != nil {
				return err
			}
			if last = w; joined {
				last = typedWord{}
			}
		}
	}
	return nil
}

// doubtPair puts a doubt of two words in the place of those of each, and tells whether
// they may be one.
func (c *corrector) doubtPair(a, b typedWord) (bool, error) {
	in, pair := c.neighbours(a, b)
	if pair == nil || c.looks >= maxLooks {
		return false, nil
	}
	c.looks++
	joined := a.text + b.text
	n, err := c.count(search.Word{In: in, Text: joined})
	if n == 0 || err != nil {
		return false, err
	}
	d := doubt{start: a.start, end: b.end}
	if d.count, err = c.count(pair); err != nil {
		return false, err
	}
	weight := float64(n) / errorRate
	if n <= d.count || c.total > 0 && weight <= float64(d.count) {
		return false, nil
	}
	d.ways = []way{{joined, weight}}
	c.doubts = slices.DeleteFunc(c.doubts, func(o doubt) bool { return o.start >= d.start && o.end <= d.end })
	at, _ := slices.BinarySearchFunc(c.doubts, d.start, func(o doubt, start int) int { return cmp.Compare(o.start, start) })
	c.doubts = slices.Insert(c.doubts, at, d)
	return true, nil
}

func firstLetter(word string) rune {
	r, _ := utf8.DecodeRuneInString(word)
	return r
}

// isPlain tells whether a word is read as itself, in quotes and outside.
func isPlain(word string) bool {
	return (search.Word{Text: word}).String() == word && !strings.ContainsAny(word, `"“”„‟«»＂`)
}

// doubtValue adds a value that the archive does not have.
func (c *corrector) doubtValue(leaf search.Leaf, has search.Has) error {
	if !slices.Contains(suggestedFields, has.Field) || len(c.table.Match(has.Field, has.Value)) > 0 {
		return nil
	}
	count, err := c.dictionary.Values(has.Field)
	if err != nil {
		return err
	}
	d := doubt{start: leaf.Start, end: leaf.End}
	whole, part := (&reader{table: c.table}).alike(has)
	for _, alike := range [][]values.Value{whole, part} {
		best := NewTop(maxWays-len(d.ways), compareWays)
		for _, v := range alike {
			ord, _ := c.table.Ord(has.Field, v.ID)
			if n := count(ord); n > 0 {
				value := search.Has{Field: has.Field, Value: v.Path}.String()
				best.Add(way{strings.TrimPrefix(value, string(has.Field)+":"), float64(n)})
			}
		}
		d.ways = append(d.ways, best.Sorted()...)
	}
	c.doubts = append(c.doubts, d)
	return nil
}

// A change is a way to spell what a doubt is about.
type change struct {
	*doubt
	way
}

// tries returns changes that may be made together, the likeliest first. What no
// article has is changed, all of it; where all is there and nothing is found, one
// word at a time; else all that is far rarer than another.
func (c *corrector) tries() (out [][]change) {
	lacking := slices.ContainsFunc(c.doubts, func(d doubt) bool { return d.count == 0 })
	var doubts []*doubt
	for i := range c.doubts {
		if d := &c.doubts[i]; len(d.ways) > 0 && (d.count == 0 || !lacking) {
			doubts = append(doubts, d)
		}
	}
	if len(doubts) == 0 {
		return nil
	}
	if !lacking && c.total == 0 {
		for _, d := range doubts {
			for _, w := range d.ways {
				out = append(out, []change{{d, w}})
			}
		}
		slices.SortStableFunc(out, func(a, b []change) int {
			return cmp.Compare(b[0].weight/float64(b[0].count), a[0].weight/float64(a[0].count))
		})
		return out
	}
	var all []change
	for _, d := range doubts {
		all = append(all, change{d, d.ways[0]})
	}
	out = append(out, all)
	for i, d := range doubts {
		for _, w := range d.ways[1:] {
			other := slices.Clone(all)
			other[i].way = w
			out = append(out, other)
		}
	}
	return out
}

// try returns the query with changes, nil where it finds nothing, or no more where
// all words are in articles, or takes too long to tell.
func (c *corrector) try(changes []change) (*search.Correction, error) {
	var b strings.Builder
	at, atLeast := 0, 1
	for _, ch := range changes {
		b.WriteString(c.request.Typed[at:ch.start])
		b.WriteString(ch.text)
		at = ch.end
		if ch.count > 0 {
			atLeast = c.total + 1
		}
	}
	b.WriteString(c.request.Typed[at:])
	query, err := search.Parse(b.String())
	if err != nil {
		return nil, nil // it has become too long
	}
	p, err := Prepare(search.Request{
		Query: query, Filters: c.request.Filters, MinConfidence: c.request.MinConfidence,
	}, c.table)
	if err != nil {
		return nil, err
	}
	total, err := c.dictionary.Count(p.Hits())
	if errors.Is(err, search.ErrBadQuery) {
		return nil, nil
	}
	if total < atLeast || err != nil {
		return nil, err
	}
	return &search.Correction{Query: b.String(), Total: total}, nil
}
