package places

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// The packed form of a gazetteer is one zstd frame of five sections, each led by
// its length in bytes (uvarint): ids, names and folded names, one on a line;
// then of each place, in order of rank, kind (+ 4: a capital), 1 + index of its parent (0: none),
// latitude and longitude in 1/10,000 of a degree and population; then of each
// folded name the count of its bearers and their indexes, each less the one
// before. Numbers are varints.
const sections = 5

// degree is how many units of a packed coordinate make a degree: 11 m at most.
const degree = 10_000

// capital is added to the kind of a country's capital.
const capital = 4

var errPacked = errors.New("not a packed gazetteer: make it anew with go generate")

// Pack returns the packed form of g, which Unpack reads.
func (g *Gazetteer) Pack() ([]byte, error) {
	var part [sections][]byte
	for _, p := range g.places {
		parent := uint64(0)
		if i, ok := g.byID[p.Parent]; ok {
			parent = uint64(i) + 1
		}
		part[0] = append(append(part[0], p.ID...), '\n')
		part[1] = append(append(part[1], p.Name...), '\n')
		kind := uint64(p.Kind)
		if p.Capital {
			kind += capital
		}
		n := binary.AppendUvarint(part[3], kind)
		n = binary.AppendUvarint(n, parent)
		n = binary.AppendVarint(n, int64(math.Round(p.Lat*degree)))
		n = binary.AppendVarint(n, int64(math.Round(p.Lon*degree)))
		part[3] = binary.AppendUvarint(n, uint64(p.Population))
	}
	for i, name := range g.names {
		part[2] = append(append(part[2], name...), '\n')
		bearers := g.bearer[g.starts[i]:g.starts[i+1]]
		part[4] = binary.AppendUvarint(part[4], uint64(len(bearers)))
		last := int32(0)
		for _, b := range bearers {
			part[4] = binary.AppendUvarint(part[4], uint64(b-last))
			last = b
		}
	}
	var raw []byte
	for _, p := range part {
		raw = append(binary.AppendUvarint(raw, uint64(len(p))), p...)
	}
	w, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression))
	if err != nil {
		return nil, err
	}
	return w.EncodeAll(raw, nil), w.Close()
}

// maxPacked bounds what Unpack makes of a packed gazetteer, in bytes.
const maxPacked = 64 << 20

// Unpack reads what Pack wrote.
func Unpack(packed []byte) (*Gazetteer, error) {
	r, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxPacked), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	defer r.Close()
	raw, err := r.DecodeAll(packed, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errPacked, err)
	}
	var part [sections]numbers
	rest := numbers{data: raw}
	for i := range part {
		part[i] = numbers{data: rest.bytes(rest.uvarint())}
	}
	g := &Gazetteer{fingerprint: fmt.Sprintf("%08x", crc32.ChecksumIEEE(packed))}
	g.places = unpackPlaces(lines(part[0].data), lines(part[1].data), &part[3])
	g.names = lines(part[2].data)
	g.unpackBearers(&part[4])
	if rest.bad || part[3].bad || part[4].bad {
		return nil, errPacked
	}
	g.index()
	return g, nil
}

func unpackPlaces(ids, names []string, n *numbers) []Place {
	if len(ids) != len(names) {
		n.bad = true
		return nil
	}
	places := make([]Place, len(ids))
	for i := range places {
		p := &places[i]
		kind := n.uvarint()
		p.ID, p.Name, p.Kind, p.Capital = ids[i], names[i], Kind(kind%capital), kind >= capital
		if parent := n.uvarint(); parent > uint64(len(ids)) {
			n.bad = true
		} else if parent > 0 {
			p.Parent = ids[parent-1]
		}
		p.Lat = float64(n.varint()) / degree
		p.Lon = float64(n.varint()) / degree
		p.Population = int(n.uvarint())
	}
	return places
}

func (g *Gazetteer) unpackBearers(n *numbers) {
	g.starts = make([]int32, 0, len(g.names)+1)
	for range g.names {
		g.starts = append(g.starts, int32(len(g.bearer)))
		at := uint64(0)
		for range n.uvarint() {
			if at += n.uvarint(); n.bad || at >= uint64(len(g.places)) {
				n.bad = true
				return
			}
			g.bearer = append(g.bearer, int32(at))
		}
	}
	g.starts = append(g.starts, int32(len(g.bearer)))
}

// lines returns the lines of b, each ended by a line feed, on one allocation.
func lines(b []byte) []string {
	s := string(b)
	out := make([]string, 0, strings.Count(s, "\n"))
	for line, rest, ok := strings.Cut(s, "\n"); ok; line, rest, ok = strings.Cut(rest, "\n") {
		out = append(out, line)
	}
	return out
}

// numbers reads varints. What is missing is 0, and bad is set.
type numbers struct {
	data []byte
	bad  bool
}

func (n *numbers) uvarint() uint64 {
	v, size := binary.Uvarint(n.data)
	n.skip(size)
	return v
}

func (n *numbers) varint() int64 {
	v, size := binary.Varint(n.data)
	n.skip(size)
	return v
}

func (n *numbers) skip(size int) {
	if size <= 0 {
		n.bad, n.data = true, nil
		return
	}
	n.data = n.data[size:]
}

func (n *numbers) bytes(count uint64) []byte {
	if count > uint64(len(n.data)) {
		n.bad = true
		return nil
	}
	b := n.data[:count]
	n.data = n.data[count:]
	return b
}
