package crf

// sums are of the weights of each label, four to a word, 16 bits each: a label's
// sum is added to the word as a signed number, and borrows from the next label's,
// which read gives back. A token has some 210 features at most, so that none goes
// beyond 16 bits.
type sums [(numLabels + 3) / 4]uint64

func (s *sums) add(l, weight byte) {
	s[l/4] += uint64(int64(int8(weight))) << (l % 4 * 16)
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

// groupSum is what the features of a group weigh.
type groupSum struct {
	key uint64
	sums
}

// maxKept is how many sums of groups are kept: 768 KB, of which about nine in ten
// are found again in news.
const maxKept = 1 << 14

// token adds up the weights of the features of the token at i. Those of its
// groups are kept for the next that has the same.
func (r *Reader) token(out *scores, i int) {
	x := &r.x
	var sum sums
	for g := range group(numGroups) {
		key := x.key(g, i)
		if key == 0 {
			continue
		}
		kept := &r.kept[key%maxKept]
		if kept.key != key {
			*kept = groupSum{key: key}
			x.features = x.features[:0]
			x.group(g, i)
			r.add(&kept.sums, x.features)
		}
		for k, w := range &kept.sums {
			sum[k] += w
		}
	}
	x.features = x.features[:0]
	x.pairs(i)
	x.around(i)
	r.add(&sum, x.features)
	sum.read(out)
}

// add adds the weights of features, and uses up their slice. It looks up all
// buckets, then touches all their records, before it reads any: the memory's
// answers to the many come together, where one that waited for the other would
// take twice the time.
func (r *Reader) add(sum *sums, features []uint64) {
	t := r.model.table
	r.buckets = r.buckets[:0]
	n := 0
	for _, h := range features {
		if r.model.some.may(t, h) {
			features[n] = h
			n++
			r.buckets = append(r.buckets, t.bucket(h))
		}
	}
	features = features[:n]
	for _, b := range r.buckets {
		if at := int(uint32(b)); at < len(t.records) {
			r.touched += t.records[at]
		}
	}
	for i, h := range features {
		w := t.in(r.buckets[i], h)
		if len(w) == numLabels {
			for l, n := range (*[numLabels]byte)(w) {
				sum.add(byte(l), n)
			}
			continue
		}
		for i := 1; i < len(w); i += 2 {
			if l := w[i-1]; l < numLabels {
				sum.add(l, w[i])
			}
		}
	}
}
