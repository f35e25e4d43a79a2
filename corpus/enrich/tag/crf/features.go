package crf

// A template is a kind of feature.
type template uint64

const (
	bias template = iota + 1
	word
	wordLow
	shape
	kindOfWord
	prefixes
	suffixes
	left2
	right2
	leftShapes2
	rightShapes2
	shapeTriple
	left1Word
	right1Word
	bothSides
	seenAs
	seenAsKind
	listedWhole
	listedRight
	listedLeft
	left1      // and the next 4: see side
	right1     = left1 + 5
	inList     = right1 + 5 // and the next 4: a word of the lists, by where it stands
	listedLong = inList + 5 // likewise
)

// extractor makes the features of a sentence's tokens.
type extractor struct {
	lists    *lookups
	s        []Token
	near     []bool    // of each token: features may ask what it is
	words    []classes // of each token, where near
	phrases  []classes // of the phrase of several words that it is in
	features []uint64  // of the token at hand
}

// begin takes a sentence up.
func (x *extractor) begin(s []Token) {
	x.s = s
	x.near, x.words, x.phrases = cleared(x.near, len(s)), cleared(x.words, len(s)), cleared(x.phrases, len(s))
	marked := 0
	for i := range s {
		if !s[i].kind.capital() {
			continue
		}
		for k := max(marked, i-4); k < min(len(s), i+5); k++ {
			x.near[k] = true
		}
		marked = i + 5
	}
	for i, near := range x.near {
		if near {
			x.look(i)
		}
	}
}

// cleared returns a slice of n zero values.
func cleared[T any](s []T, n int) []T {
	s = sized(s, n)
	clear(s)
	return s
}

// look looks up the token at i, and the longest phrase that begins with it.
func (x *extractor) look(i int) {
	h := phrase(0, x.s[i].low)
	c := x.lists.classes(h)
	x.words[i] = c &^ prefix
	if !x.s[i].kind.capital() {
		return
	}
	var best classes
	end := i
	for j := i + 1; j < len(x.s) && c&prefix != 0; j++ {
		h = phrase(h, x.s[j].low)
		if c = x.lists.classes(h); c&^prefix != 0 {
			best, end = c&^prefix, j
		}
	}
	for k := i; k <= end && best != 0; k++ {
		x.phrases[k] |= best
	}
}

// Skipped tells whether the token at i of a sentence can be no part of a name:
// it has no capital and no two neighbours with one on both sides.
func Skipped(s []Token, i int) bool {
	capital := func(k int) bool { return k >= 0 && k < len(s) && s[k].kind.capital() }
	if capital(i) {
		return false
	}
	return !(capital(i-1) || capital(i-2)) || !(capital(i+1) || capital(i+2))
}

func (x *extractor) add(t template, v uint64) {
	x.features = append(x.features, mix(uint64(t)*0xD6E8FEB86659FD93^v*golden))
}

// nothing is the hash of what is beyond the sentence.
const nothing = 12345

func (x *extractor) low(i int) uint64 {
	if i < 0 || i >= len(x.s) {
		return nothing
	}
	return x.s[i].low
}

func (x *extractor) text(i int) uint64 {
	if i < 0 || i >= len(x.s) {
		return nothing
	}
	return hash(offset, x.s[i].Text)
}

func (x *extractor) shape(i int) uint64 {
	if i < 0 || i >= len(x.s) {
		return nothing
	}
	return uint64(x.s[i].shape)
}

// Lexical is how many features of a token, the first, are of its word as such.
const Lexical = 4

// token makes the features of the token at i.
func (x *extractor) token(i int) []uint64 {
	x.features = x.features[:0]
	x.pairs(i)
	x.self(i)
	x.shown(i)
	x.side(i, i-1, left1)
	x.side(i, i+1, right1)
	x.add(left2, x.low(i-2))
	x.add(leftShapes2, x.shape(i-2)*31+x.shape(i-1))
	x.add(right2, x.low(i+2))
	x.add(rightShapes2, x.shape(i+1)*31+x.shape(i+2))
	for where := range 5 {
		x.listed(i+where-2, where)
	}
	x.around(i)
	return x.features
}

// position tells the first word of a sentence, behind a mark or not.
func (x *extractor) position(i int) uint64 {
	if i == 0 || i == 1 && x.s[0].kind == mark {
		return 1
	}
	return 0
}

// pairs makes the features of the word with the one before and behind it.
func (x *extractor) pairs(i int) {
	low := x.s[i].low
	x.add(left1Word, x.low(i-1)*31+low)
	x.add(right1Word, low*31+x.low(i+1))
}

// self makes the features of a word by itself, first in a sentence or not.
func (x *extractor) self(i int) {
	t := &x.s[i]
	x.add(word, hash(offset, t.Text))
	x.add(wordLow, t.low)
	x.add(bias, 0)
	x.add(shape, uint64(t.shape))
	x.add(kindOfWord, uint64(t.kind)<<1|x.position(i))
	for k := 2; k <= 4 && k < len(t.Text); k++ {
		x.add(prefixes, hash(uint64(k), t.Text[:k]))
	}
	for k := 1; k <= 4 && k < len(t.Text); k++ {
		x.add(suffixes, hash(uint64(k), t.Text[len(t.Text)-k:]))
	}
}

// shown makes the features of what the article shows of a word.
func (x *extractor) shown(i int) {
	if t := &x.s[i]; t.kind.capital() {
		x.add(seenAs, uint64(t.seen))
		x.add(seenAsKind, uint64(t.seen)<<4|uint64(t.kind)<<1|x.position(i))
	}
}

// side makes the features of the neighbour at k: its word, its shape, both with
// the shape of the token at i, and how it ends.
func (x *extractor) side(i, k int, first template) {
	low, shape := x.low(k), x.shape(k)
	x.add(first, low)
	x.add(first+1, shape)
	x.add(first+2, shape*31+x.shape(i))
	x.add(first+3, low*31+x.shape(i))
	x.add(first+4, x.suffix(k))
}

// The rest of the features are made by side and around too, all in one row.

// beside makes those of the neighbour at k alone.
func (x *extractor) beside(k int, first template) {
	x.add(first, x.low(k))
	x.add(first+1, x.shape(k))
	x.add(first+4, x.suffix(k))
}

// shapes makes those of shapes alone.
func (x *extractor) shapes(i int) {
	shape := x.shape(i)
	x.add(left1+2, x.shape(i-1)*31+shape)
	x.add(right1+2, x.shape(i+1)*31+shape)
	x.add(leftShapes2, x.shape(i-2)*31+x.shape(i-1))
	x.add(rightShapes2, x.shape(i+1)*31+x.shape(i+2))
	x.add(shapeTriple, x.shape(i-1)*961+shape*31+x.shape(i+1))
}

// mixed makes those of two words, and of a word and a shape.
func (x *extractor) mixed(i int) {
	x.pairs(i)
	x.add(left1+3, x.low(i-1)*31+x.shape(i))
	x.add(right1+3, x.low(i+1)*31+x.shape(i))
	x.add(bothSides, x.low(i-1)*31+x.low(i+1))
}

// suffix hashes the last three bytes of a word.
func (x *extractor) suffix(i int) uint64 {
	if i < 0 || i >= len(x.s) || len(x.s[i].Text) < 3 {
		return nothing
	}
	return hash(offset, x.s[i].Text[len(x.s[i].Text)-3:])
}

// listed makes the features of what the lists say of the word at k, for the token
// of which it stands at where of the five around it.
func (x *extractor) listed(k, where int) {
	if k < 0 || k >= len(x.s) {
		return
	}
	at, kind := template(where), uint64(x.s[k].kind)
	for b := range uint64(numClasses) {
		if x.words[k]>>b&1 != 0 {
			x.add(inList+at, b<<3|kind)
		}
		if x.phrases[k]>>b&1 != 0 {
			x.add(listedLong+at, b)
		}
	}
	if where == 2 && x.words[k]|x.phrases[k] != 0 {
		x.add(listedWhole, x.what(k)*31+uint64(x.phrases[k]))
	}
}

// what is what a word is by the lists and how it is written.
func (x *extractor) what(i int) uint64 { return uint64(x.words[i])<<3 | uint64(x.s[i].kind) }

// around makes the features that depend on more.
func (x *extractor) around(i int) {
	x.add(bothSides, x.low(i-1)*31+x.low(i+1))
	x.add(shapeTriple, x.shape(i-1)*961+x.shape(i)*31+x.shape(i+1))
	if i+1 < len(x.s) {
		x.add(listedRight, x.what(i)*1000003+x.what(i+1))
	}
	if i > 0 {
		x.add(listedLeft, x.what(i)*1000003+x.what(i-1))
	}
}
