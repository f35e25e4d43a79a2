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
	left1
	right1
	left2
	right2
	leftShape
	rightShape
	leftShapes2
	rightShapes2
	leftShapePair
	rightShapePair
	shapeTriple
	left1Shape
	right1Shape
	left1Word
	right1Word
	around
	left1Suffix
	right1Suffix
	farLeft
	farRight
	listed      // and the next 4: a word of the lists, by where it stands
	listedLong  = listed + 5
	listedWhole = listedLong + 5
	listedRight = listedWhole + 1
	listedLeft  = listedRight + 1
	seenAs      = listedLeft + 1
	seenAsKind  = seenAs + 1
)

// extractor makes the features of a sentence's tokens.
type extractor struct {
	names    *Names
	s        []Token
	words    []classes // of each token, where needed
	phrases  []classes // of the phrase of several words that it is in
	features []uint64  // of the token at hand
}

// begin takes a sentence up.
func (x *extractor) begin(s []Token) {
	x.s = s
	x.words = append(x.words[:0], make([]classes, len(s))...)
	x.phrases = append(x.phrases[:0], make([]classes, len(s))...)
	for i := range s {
		if x.near(i) {
			x.look(i)
		}
	}
}

// near tells whether features may ask of the token at i what it is.
func (x *extractor) near(i int) bool {
	for k := max(0, i-4); k < min(len(x.s), i+5); k++ {
		if x.s[k].kind.capital() {
			return true
		}
	}
	return false
}

// look looks up the token at i, and the longest phrase that begins with it.
func (x *extractor) look(i int) {
	h := phrase(0, x.s[i].low)
	c := x.names.classes(h)
	x.words[i] = c &^ prefix
	if !x.s[i].kind.capital() {
		return
	}
	var best classes
	end := i
	for j := i + 1; j < len(x.s) && c&prefix != 0; j++ {
		h = phrase(h, x.s[j].low)
		if c = x.names.classes(h); c&^prefix != 0 {
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
	x.self(i)
	x.context(i)
	x.lists(i)
	x.article(i)
	return x.features
}

// position tells the first word of a sentence, behind a mark or not.
func (x *extractor) position(i int) uint64 {
	if i == 0 || i == 1 && x.s[0].kind == mark {
		return 1
	}
	return 0
}

func (x *extractor) self(i int) {
	t := &x.s[i]
	x.add(word, hash(offset, t.Text))
	x.add(wordLow, t.low)
	x.add(left1Word, x.low(i-1)*31+t.low)
	x.add(right1Word, t.low*31+x.low(i+1))
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

func (x *extractor) context(i int) {
	l1, l2, r1, r2 := x.low(i-1), x.low(i-2), x.low(i+1), x.low(i+2)
	sl1, sl2, sr1, sr2 := x.shape(i-1), x.shape(i-2), x.shape(i+1), x.shape(i+2)
	sh := uint64(x.s[i].shape)
	x.add(left1, l1)
	x.add(right1, r1)
	x.add(left2, l2)
	x.add(right2, r2)
	x.add(leftShape, sl1)
	x.add(rightShape, sr1)
	x.add(leftShapes2, sl2*31+sl1)
	x.add(rightShapes2, sr1*31+sr2)
	x.add(leftShapePair, sl1*31+sh)
	x.add(rightShapePair, sh*31+sr1)
	x.add(shapeTriple, sl1*961+sh*31+sr1)
	x.add(left1Shape, l1*31+sh)
	x.add(right1Shape, r1*31+sh)
	x.add(around, l1*31+r1)
	x.add(left1Suffix, x.suffix(i-1))
	x.add(right1Suffix, x.suffix(i+1))
	for k := 3; k <= 4; k++ {
		x.add(farLeft, x.low(i-k))
		x.add(farRight, x.low(i+k))
	}
}

// suffix hashes the last three bytes of a word.
func (x *extractor) suffix(i int) uint64 {
	if i < 0 || i >= len(x.s) || len(x.s[i].Text) < 3 {
		return nothing
	}
	return hash(offset, x.s[i].Text[len(x.s[i].Text)-3:])
}

func (x *extractor) lists(i int) {
	for o := -2; o <= 2; o++ {
		k := i + o
		if k < 0 || k >= len(x.s) {
			continue
		}
		where, kind := template(o+2), uint64(x.s[k].kind)
		for b := range uint64(numClasses) {
			if x.words[k]>>b&1 != 0 {
				x.add(listed+where, b<<3|kind)
			}
			if x.phrases[k]>>b&1 != 0 {
				x.add(listedLong+where, b)
			}
		}
	}
	own := x.what(i)
	if x.words[i]|x.phrases[i] != 0 {
		x.add(listedWhole, own*31+uint64(x.phrases[i]))
	}
	if i+1 < len(x.s) {
		x.add(listedRight, own*1000003+x.what(i+1))
	}
	if i > 0 {
		x.add(listedLeft, own*1000003+x.what(i-1))
	}
}

// what is what a word is by the lists and how it is written.
func (x *extractor) what(i int) uint64 { return uint64(x.words[i])<<3 | uint64(x.s[i].kind) }

func (x *extractor) article(i int) {
	t := &x.s[i]
	if !t.kind.capital() {
		return
	}
	x.add(seenAs, uint64(t.seen))
	x.add(seenAsKind, uint64(t.seen)<<4|uint64(t.kind)<<1|x.position(i))
}
