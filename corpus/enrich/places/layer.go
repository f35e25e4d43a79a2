package places

import (
	"cmp"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"sort"
	"strconv"
	"strings"
	"sync"
)

// A layer is a packed gazetteer, searched as it lies: nothing of it is decoded
// beforehand. It is
//
//	magic, CRC-32C of all that follows, length of each section (uint32)
//	records    one for each place, by ascending id
//	text       names that are shown, each led by its length (uvarint)
//	own        ids other than of GeoNames and Who's On First, sorted, each ended
//	           by a line feed
//	foreign    ids of places of other layers that this one names, likewise
//	starts     where each block of the index starts in it (uint32)
//	index      folded names, sorted, in blocks of blockNames. A name is: how many
//	           bytes it shares with the one before (a byte; 0 for the first of a
//	           block), how many follow (a byte), these, and its bearers by rank,
//	           uvarints of twice the number, + 1 but for the last
//	sounds     what is looked up by sound, sorted: hash of the coarse key (uint32),
//	           a byte of the hash of the fine key, place (3 bytes)
//	others     places that a place also counts as lying in: two numbers of 3 bytes
//
// The number of a place is its record's, or of a foreign place the count of
// records and its place in the list of foreign ids. Integers are little-endian.
type layer struct {
	records, text, starts, index, sounds, others string

	own     []string
	foreign []string
	count   int
	sum     uint32

	heads     []uint32      // how many blocks of the index begin with names below each two bytes
	first     ref           // of its places
	elsewhere []ref         // of the foreign places, by number
	replaced  map[int]ref   // places that a later layer has too
	also      map[ref][]ref // places that a place also counts as lying in
}

const (
	magic      = "dateline gazetteer 3\n"
	sections   = 8
	recordSize = 19
	soundSize  = 8
	otherSize  = 6
	blockNames = 16
)

// ErrPacked says that a file is not a packed gazetteer of this version.
var ErrPacked = errors.New("not a gazetteer that this version reads: make it anew")

var castagnoli = sync.OnceValue(func() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) })

// parse returns the layer that data holds, whose sum is not looked at.
func parse(data string) (layer, error) {
	var l layer
	rest, ok := strings.CutPrefix(data, magic)
	if !ok || len(rest) < 4+4*sections {
		return l, ErrPacked
	}
	l.sum = u32(rest)
	lengths, body := rest[4:4+4*sections], rest[4+4*sections:]
	var part [sections]string
	for i := range part {
		n := int64(u32(lengths[4*i:]))
		if n > int64(len(body)) {
			return l, ErrPacked
		}
		part[i], body = body[:n], body[n:]
	}
	l.records, l.text, l.starts, l.index = part[0], part[1], part[4], part[5]
	l.sounds, l.others = part[6], part[7]
	l.own, l.foreign = lines(part[2]), lines(part[3])
	l.count = len(l.records) / recordSize
	if body != "" || len(l.records)%recordSize != 0 || len(l.starts)%4 != 0 ||
		len(l.sounds)%soundSize != 0 || len(l.others)%otherSize != 0 {
		return l, ErrPacked
	}
	l.heads = l.blockHeads()
	return l, nil
}

// checkSum tells whether a packed gazetteer is as it was written.
func checkSum(data string) error {
	if len(data) < len(magic)+4 || !strings.HasPrefix(data, magic) {
		return ErrPacked
	}
	body := data[len(magic)+4:]
	if crc32.Checksum([]byte(body), castagnoli()) != u32(data[len(magic):]) {
		return fmt.Errorf("%w: its checksum is wrong", ErrPacked)
	}
	return nil
}

func lines(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(s, "\n"), "\n")
}

// u32 and u24 read numbers. What is missing is 0.
func u32(s string) uint32 {
	if len(s) < 4 {
		return 0
	}
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

func u24(s string) int { return int(s[0]) | int(s[1])<<8 | int(s[2])<<16 }

// uvarint reads a number and returns what follows it.
func uvarint(s string) (int, string) {
	v := 0
	for i := 0; i < len(s) && i < 4; i++ {
		v |= int(s[i]&0x7f) << (7 * i)
		if s[i] < 0x80 {
			return v, s[i+1:]
		}
	}
	return 0, ""
}

// A record is a place: id (4 bytes), where its name stands in the text, or from
// fromIndex the number of its folded name in the index, whose words begin with
// capitals in it (3), 1 + the number of its parent (3; 0: none), latitude and
// longitude in 1/10,000 of a degree, 11 m at most, each + 2^23 (3), population (2: 5
// bits of exponent of 2, 11 of factor), kind (+ 4: a capital; + 8: notable).
type record string

const (
	perDegree   = 10_000
	zeroDegrees = 1 << 23
	fromIndex   = 1 << 23
	capitalBit  = 4
	notableBit  = 8
)

func (r record) code() uint32  { return u32(string(r)) }
func (r record) name() int     { return u24(string(r[4:])) }
func (r record) parent() int   { return u24(string(r[7:])) - 1 }
func (r record) lat() float64  { return float64(u24(string(r[10:]))-zeroDegrees) / perDegree }
func (r record) lon() float64  { return float64(u24(string(r[13:]))-zeroDegrees) / perDegree }
func (r record) kind() Kind    { return min(Kind(r[18]&(capitalBit-1)), Town) }
func (r record) capital() bool { return r[18]&capitalBit != 0 }
func (r record) notable() bool { return r[18]&notableBit != 0 }
func (r record) population() int {
	v := int(r[16]) | int(r[17])<<8
	return v & 0x7ff << (v >> 11)
}

// packPopulation is the inverse of record.population.
func packPopulation(n int) uint16 {
	n = max(n, 0)
	exponent := 0
	for n>>exponent > 0x7ff {
		exponent++
	}
	return uint16(exponent<<11 | n>>exponent)
}

// Codes of ids: Who's On First's below gnCode, GeoNames' from there, others from
// ownCode by their place in the list.
const (
	gnCode  = 1 << 31
	ownCode = gnCode + 1<<30
)

// numberCode returns the code of an id that is a number.
func numberCode(id string) (uint32, bool) {
	base, limit := uint32(gnCode), int64(1<<30)
	digits, ok := strings.CutPrefix(id, "gn:")
	if !ok {
		base, limit = 0, 1<<31
		if digits, ok = strings.CutPrefix(id, "wof:"); !ok {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 0 || n >= limit || strconv.FormatInt(n, 10) != digits {
		return 0, false
	}
	return base + uint32(n), true
}

// code returns the code of an id; ok is false where the layer cannot have it.
func (l *layer) code(id string) (uint32, bool) {
	if code, ok := numberCode(id); ok {
		return code, true
	}
	i, ok := sort.Find(len(l.own), func(i int) int { return cmp.Compare(id, l.own[i]) })
	return ownCode + uint32(i), ok
}

// search returns the number of the place with this id.
func (l *layer) search(id string) (int, bool) {
	code, ok := l.code(id)
	if !ok {
		return 0, false
	}
	return l.searchCode(code)
}

func (l *layer) searchCode(code uint32) (int, bool) {
	return sort.Find(l.count, func(i int) int { return cmp.Compare(code, l.record(i).code()) })
}

func (l *layer) record(i int) record { return record(l.records[i*recordSize:][:recordSize]) }

func (l *layer) id(r record) string {
	switch code := r.code(); {
	case code < gnCode:
		return "wof:" + strconv.Itoa(int(code))
	case code < ownCode:
		return "gn:" + strconv.Itoa(int(code-gnCode))
	case int(code-ownCode) < len(l.own):
		return l.own[code-ownCode]
	}
	return ""
}

func (l *layer) name(r record) string {
	if r.name() >= fromIndex {
		return titled(l.key(r.name() - fromIndex))
	}
	n, rest := uvarint(l.text[min(r.name(), len(l.text)):])
	return rest[:min(n, len(rest))]
}

// isNamed tells whether a place is shown by a name, case aside.
func (l *layer) isNamed(r record, name string) bool {
	if r.name() < fromIndex {
		return strings.EqualFold(l.name(r), name)
	}
	var room [64]byte
	key := l.appendKey(room[:0], r.name()-fromIndex)
	if len(key) != len(name) {
		return false
	}
	for i, c := range key {
		if d := name[i]; c != d && ('A' > d || d > 'Z' || c != d+'a'-'A') {
			return false
		}
	}
	return true
}

// global returns the place that a number of this layer stands for.
func (l *layer) global(n int) ref {
	switch {
	case n < 0:
		return none
	case n < l.count:
		if by, ok := l.replaced[n]; ok {
			return by
		}
		return l.first + ref(n)
	case n-l.count < len(l.elsewhere):
		return l.elsewhere[n-l.count]
	}
	return none
}

// unknownParent returns the id of a parent that no layer has.
func (l *layer) unknownParent(r record) string {
	if n := r.parent() - l.count; n >= 0 && n < len(l.foreign) {
		return l.foreign[n]
	}
	return ""
}

// find appends the bearers of a folded name.
func (l *layer) find(key string, out []ref) []ref {
	if len(key) > math.MaxUint8 {
		return out
	}
	blocks := len(l.starts) / 4
	head := int(headOf(key))
	first, last := int(l.heads[head]), blocks
	if head+1 < len(l.heads) {
		last = int(l.heads[head+1])
	}
	block := first + sort.Search(last-first, func(i int) bool { return l.blockName(first+i) > key }) - 1
	if block < 0 {
		return out
	}
	at := l.block(block)
	same := 0 // bytes that key shares with the last name
	for range blockNames {
		if len(at) < 2 {
			return out
		}
		shared, more := int(at[0]), int(at[1])
		if at = at[2:]; more > len(at) || shared < same {
			return out
		}
		suffix := at[:more]
		at = at[more:]
		if shared == same {
			n := 0
			for n < more && same+n < len(key) && suffix[n] == key[same+n] {
				n++
			}
			same += n
			if n == more && same == len(key) {
				return l.bearers(at, out)
			}
			if n < more && (same == len(key) || suffix[n] > key[same]) {
				return out
			}
		}
		at = skipBearers(at)
	}
	return out
}

// blockHeads reckons heads: names are looked up in few blocks by it.
func (l *layer) blockHeads() []uint32 {
	heads := make([]uint32, 1<<16)
	head := 0
	for i := range len(l.starts) / 4 {
		for next := int(headOf(l.blockName(i))); head < next; head++ {
			heads[head+1] = uint32(i)
		}
	}
	for ; head+1 < len(heads); head++ {
		heads[head+1] = uint32(len(l.starts) / 4)
	}
	return heads
}

// headOf returns the first two bytes of a name.
func headOf(name string) uint16 {
	switch len(name) {
	case 0:
		return 0
	case 1:
		return uint16(name[0]) << 8
	}
	return uint16(name[0])<<8 | uint16(name[1])
}

// key returns the folded name of this number.
func (l *layer) key(n int) string { return string(l.appendKey(nil, n)) }

// appendKey returns the folded name of this number in the room of key, which is
// empty.
func (l *layer) appendKey(key []byte, n int) []byte {
	if n/blockNames >= len(l.starts)/4 {
		return nil
	}
	at := l.block(n / blockNames)
	for range n%blockNames + 1 {
		if len(at) < 2 || int(at[0]) > len(key) || int(at[1]) > len(at)-2 {
			return nil
		}
		key = append(key[:at[0]], at[2:2+int(at[1])]...)
		at = skipBearers(at[2+int(at[1]):])
	}
	return key
}

// walk calls visit with each folded name, which is written over by the next, and
// where its bearers are.
func (l *layer) walk(visit func(key []byte, bearers string)) {
	var key []byte
	for at := l.index; len(at) >= 2 && int(at[0]) <= len(key) && int(at[1]) <= len(at)-2; {
		key = append(key[:at[0]], at[2:2+int(at[1])]...)
		at = at[2+int(at[1]):]
		visit(key, at)
		at = skipBearers(at)
	}
}

// titled writes the words of a folded name with capitals.
func titled(key string) string {
	b := []byte(key)
	for i, c := range b {
		if 'a' <= c && c <= 'z' && (i == 0 || b[i-1] == ' ') {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}

func (l *layer) block(i int) string {
	return l.index[min(int(u32(l.starts[4*i:])), len(l.index)):]
}

// blockName returns the first name of a block.
func (l *layer) blockName(i int) string {
	at := l.block(i)
	if len(at) < 2 || len(at) < 2+int(at[1]) {
		return ""
	}
	return at[2 : 2+int(at[1])]
}

func (l *layer) bearers(at string, out []ref) []ref {
	for {
		var v int
		if v, at = uvarint(at); l.global(v/2) != none {
			out = append(out, l.global(v/2))
		}
		if v%2 == 0 {
			return out
		}
	}
}

func skipBearers(at string) string {
	for {
		var v int
		if v, at = uvarint(at); v%2 == 0 {
			return at
		}
	}
}

// link finds the places of other layers that this one names.
func (l *layer) link(g *Gazetteer) {
	l.elsewhere = make([]ref, len(l.foreign))
	for i, id := range l.foreign {
		l.elsewhere[i] = g.ref(id)
	}
	l.also = map[ref][]ref{}
	for s := l.others; s != ""; s = s[otherSize:] {
		a, b := l.global(u24(s)), l.global(u24(s[3:]))
		if a != none && b != none {
			l.also[a] = append(l.also[a], b)
		}
	}
}

// replace notes which places a later layer has too.
func (l *layer) replace(by *layer) {
	replaced := map[int]ref{}
	for k, r := range l.replaced {
		replaced[k] = r
	}
	i := 0
	for k := range by.count {
		code := by.record(k).code()
		if code >= ownCode {
			break
		}
		for i < l.count && l.record(i).code() < code {
			i++
		}
		if i < l.count && l.record(i).code() == code {
			replaced[i] = by.first + ref(k)
		}
	}
	for n, id := range by.own {
		i, ok := l.search(id)
		k, has := by.searchCode(ownCode + uint32(n))
		if ok && has {
			replaced[i] = by.first + ref(k)
		}
	}
	l.replaced = replaced
}
