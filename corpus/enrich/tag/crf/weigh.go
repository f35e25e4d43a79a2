package crf

import "encoding/binary"

// sums are of the weights of each label, four to a word, 16 bits each: a label's
// sum is added to the word as a signed number, and borrows from the next label's,
// which read gives back. A token has some 210 features at most, so that none goes
// beyond 16 bits.
type sums [(numLabels + 3) / 4]uint64

func (s *sums) add(l, weight byte) {
	s[l/4] += uint64(int64(int8(weight))) << (l % 4 * 16)
}

// row adds the weights of all labels.
func (s *sums) row(w *[numLabels]byte) {
	a, b := binary.LittleEndian.Uint64(w[:8]), binary.LittleEndian.Uint64(w[8:16])
	s[0] += spread(a)
	s[1] += spread(a >> 32)
	s[2] += spread(b)
	s[3] += spread(b >> 32)
	s[4] += uint64(int64(int8(w[16])))
}

// spread returns the lower four of eight signed bytes as sums has them.
func spread(bytes uint64) uint64 {
	v := bytes&(1<<32-1) ^ 0x80808080
	v = (v | v<<16) & 0x0000FFFF_0000FFFF
	v = (v | v<<8) & 0x00FF00FF_00FF00FF
	return v - 0x00800080_00800080
}

// read returns the sums one by one.
func (s *sums) read(out *scores) {
	for i, v := range s {
		for l := 4 * i; l < min(4*i+4, numLabels); l++ {
			w := int16(v)
			out[l] = int32(w)
			v = (v - uint64(int64(w))) >> 16
		}
	}
}

// scores are of each label.
type scores [numLabels]int32

func (s *sums) plus(other *sums) {
	for i, v := range other {
		s[i] += v
	}
}

// Most features of a token depend on little: on one word near it, on what the lists
// say of one, on shapes. The same come again and again, in one article and the
// next, so that what they weigh together is kept. A store has one place for a key,
// of which the last stays; of places there are a power of 2. No key is 0.
type store[T any] []struct {
	key uint64
	sum T
}

// at returns the sum for a key. It is to be reckoned if it is not known.
func (s store[T]) at(key uint64) (sum *T, known bool) {
	kept := &s[key&uint64(len(s)-1)]
	if kept.key == key {
		return &kept.sum, true
	}
	var none T
	kept.key, kept.sum = key, none
	return &kept.sum, false
}

// wordSums are what a word weighs by itself, and for the tokens beside it: as the
// word before, behind, the second before and behind.
type wordSums struct{ own, left, right, left2, right2 sums }

// listSums are what the lists say of a word weighs, by where it stands: see listed.
type listSums [5]sums

// pairSums are what the lists say of two words weighs: for the first and second.
type pairSums struct{ first, second sums }

// around is how many places there are in Reader.sums on both sides of a sentence.
const around = 4

// sentence takes a sentence up, and adds to the sums of its tokens what single
// words and pairs of them weigh.
func (r *Reader) sentence(s []Token) []sums {
	x := &r.x
	x.begin(s)
	r.sums = cleared(r.sums, len(s)+2*around)
	for k := -2; k < len(s)+2; k++ {
		inside := k >= 0 && k < len(s)
		if inside && !x.near[k] {
			continue
		}
		at := (*[5]sums)(r.sums[k+2:]) // those of the tokens from k-2 to k+2
		w := r.word(k)
		at[0].plus(&w.right2)
		at[1].plus(&w.right)
		at[3].plus(&w.left)
		at[4].plus(&w.left2)
		if !inside {
			continue
		}
		at[2].plus(&w.own)
		if l := r.listed(k); l != nil {
			for i := range at {
				at[i].plus(&l[4-i])
			}
		}
		if k+1 < len(s) {
			p := r.pair(k)
			at[2].plus(&p.first)
			at[3].plus(&p.second)
		}
	}
	return r.sums[around:]
}

// word returns what the word at k weighs, which may be beyond the sentence.
func (r *Reader) word(k int) *wordSums {
	x := &r.x
	inside := k >= 0 && k < len(x.s)
	key := x.text(k)
	if inside {
		key += x.position(k) * golden
	}
	w, known := r.ofWord.at(key)
	if known {
		return w
	}
	if inside {
		r.reckon(&w.own, func() { x.self(k) })
	}
	r.reckon(&w.left, func() { x.beside(k, left1) })
	r.reckon(&w.right, func() { x.beside(k, right1) })
	r.reckon(&w.left2, func() { x.add(left2, x.low(k)) })
	r.reckon(&w.right2, func() { x.add(right2, x.low(k)) })
	r.answer()
	return w
}

// listed returns what the lists say of the word at k weighs, nil for nothing.
func (r *Reader) listed(k int) *listSums {
	x := &r.x
	if x.words[k]|x.phrases[k] == 0 {
		return nil
	}
	l, known := r.ofLists.at(mix((uint64(x.words[k])<<32|uint64(x.phrases[k]))*golden + uint64(x.s[k].kind)))
	if known {
		return l
	}
	for where := range l {
		r.reckon(&l[where], func() { x.listed(k, where) })
	}
	r.answer()
	return l
}

// pair returns what the lists say of the words at k and k+1 weighs.
func (r *Reader) pair(k int) *pairSums {
	x := &r.x
	p, known := r.ofPair.at(mix(1<<63 | x.what(k)<<32 | x.what(k+1)))
	if !known {
		r.reckon(&p.first, func() { x.add(listedRight, x.what(k)*1000003+x.what(k+1)) })
		r.reckon(&p.second, func() { x.add(listedLeft, x.what(k+1)*1000003+x.what(k)) })
		r.answer()
	}
	return p
}

// token adds to the sum of the token at i what depends on more than two words, in
// part when all is answered.
func (r *Reader) token(sum *sums, i int) {
	x := &r.x
	shapes := uint64(0)
	for k := i - 2; k <= i+2; k++ {
		shapes = shapes*golden + x.shape(k)
	}
	kept, known := r.ofShape.at(mix(shapes))
	if !known {
		r.reckon(kept, func() { x.shapes(i) })
		r.answer()
	}
	sum.plus(kept)
	if t := &x.s[i]; t.kind.capital() {
		kept, known := r.ofShown.at(1<<9 | uint64(t.seen)<<4 | uint64(t.kind)<<1 | x.position(i))
		if !known {
			r.reckon(kept, func() { x.shown(i) })
			r.answer()
		}
		sum.plus(kept)
	}
	r.reckon(sum, func() { x.mixed(i) })
}

// A question is for the weights of a feature, to be added to a sum.
type question struct {
	hash, bucket uint64
	to           *sums
}

// reckon asks for the features that make makes, those that may have weights.
func (r *Reader) reckon(sum *sums, make func()) {
	x, t := &r.x, r.model.table
	x.features = x.features[:0]
	make()
	for _, h := range x.features {
		if r.model.some.may(t, h) {
			r.asked = append(r.asked, question{h, t.bucket(h), sum})
		}
	}
}

// answer adds the weights of the features that were asked for. It touches all
// records before it reads any: the memory's answers to the many come together,
// where one that waited for the other would take twice the time.
func (r *Reader) answer() {
	t := r.model.table
	for i := range r.asked {
		if at := int(uint32(r.asked[i].bucket)); at < len(t.records) {
			r.touched += t.records[at]
		}
	}
	for i := range r.asked {
		q := &r.asked[i]
		w := t.in(q.bucket, q.hash)
		if len(w) == numLabels {
			q.to.row((*[numLabels]byte)(w))
			continue
		}
		for k := 1; k < len(w); k += 2 {
			if l := w[k-1]; l < numLabels {
				q.to.add(l, w[k])
			}
		}
	}
	r.asked = r.asked[:0]
}
