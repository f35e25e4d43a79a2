package crf

// Hashing of words, phrases and features: FNV-1a over bytes, of a token in lower
// case over runes (Token.look), and a finaliser that spreads what distinguishes
// two hashes over all bits.

const (
	offset = 14695981039346656037
	prime  = 1099511628211
	golden = 0x9E3779B97F4A7C15
)

// mix is the finaliser of MurmurHash3.
func mix(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// hash hashes bytes.
func hash(h uint64, s string) uint64 {
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * prime
	}
	return h
}

// phrase goes on from the hash of the words before to that with one more.
func phrase(h, low uint64) uint64 { return mix(h*golden + low) }
