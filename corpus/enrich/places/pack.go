package places

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"maps"
	"math"
	"slices"
)

// Pack returns places and their names in the form that is searched as it lies.
// A place bears its Name, and further names by its id. Where two places have
// one id the later one counts. A place also counts as lying in those of also.
// Ids of places that are not in the list are looked for in the layers below.
func Pack(list []Place, names, also map[string][]string) (string, error) {
	p := &packer{places: latest(list), number: map[string]int{}, ranks: map[int]int{},
		keys: map[string]int{}}
	if len(p.places) > maxPlaces {
		return "", fmt.Errorf("%d places are more than %d", len(p.places), maxPlaces)
	}
	p.order()
	var parts [sections][]byte
	parts[6] = p.sounds(names) // before records: all but this may name foreign places
	parts[4], parts[5] = p.index(names)
	parts[7] = p.others(also)
	parts[0], parts[1] = p.records()
	parts[2], parts[3] = joined(p.own), joined(p.foreign)
	if len(parts[1]) >= fromIndex || len(p.keys) >= fromIndex || p.count+len(p.foreign) >= 1<<24 {
		return "", fmt.Errorf("the names of %d places take more than 8 MiB", p.count)
	}
	var body []byte
	for _, part := range parts {
		body = binary.LittleEndian.AppendUint32(body, uint32(len(part)))
	}
	for _, part := range parts {
		body = append(body, part...)
	}
	sum := crc32.Checksum(body, castagnoli())
	return string(append(binary.LittleEndian.AppendUint32([]byte(magic), sum), body...)), nil
}

// maxPlaces is how many places a layer may have: two in three bytes.
const maxPlaces = 1 << 23

// packer is a layer as it is made.
type packer struct {
	places  []Place // in the order of their records
	count   int
	number  map[string]int // of a place by its id, then of foreign ones
	own     []string
	foreign []string
	ranks   map[int]int    // of each place among all
	keys    map[string]int // numbers of folded names in the index
}

// latest returns the last place of each id.
func latest(places []Place) []Place {
	at := make(map[string]int, len(places))
	var out []Place
	for _, p := range places {
		if i, ok := at[p.ID]; ok {
			out[i] = p
			continue
		}
		at[p.ID] = len(out)
		out = append(out, p)
	}
	return out
}

// order sorts the places by the codes of their ids, and numbers them.
func (p *packer) order() {
	for i := range p.places {
		if _, ok := numberCode(p.places[i].ID); !ok {
			p.own = append(p.own, p.places[i].ID)
		}
	}
	slices.Sort(p.own)
	l := layer{own: p.own}
	slices.SortFunc(p.places, func(a, b Place) int {
		x, _ := l.code(a.ID)
		y, _ := l.code(b.ID)
		return cmp.Compare(x, y)
	})
	p.count = len(p.places)
	byRank := make([]int, p.count)
	for i := range p.places {
		p.number[p.places[i].ID] = i
		byRank[i] = i
	}
	slices.SortFunc(byRank, func(i, j int) int {
		a, b := &p.places[i], &p.places[j]
		if (a.Kind == Country) != (b.Kind == Country) {
			return cmp.Compare(a.Kind, b.Kind)
		}
		return cmp.Or(cmp.Compare(weight(b.Kind, b.Population, b.Notable),
			weight(a.Kind, a.Population, a.Notable)), cmp.Compare(a.Kind, b.Kind), cmp.Compare(i, j))
	})
	for rank, i := range byRank {
		p.ranks[i] = rank
	}
}

// of returns the number of the place with this id.
func (p *packer) of(id string) int {
	n, ok := p.number[id]
	if !ok {
		n = p.count + len(p.foreign)
		p.number[id] = n
		p.foreign = append(p.foreign, id)
		p.ranks[n] = n
	}
	return n
}

func (p *packer) records() (records, text []byte) {
	l := layer{own: p.own}
	at := map[string]int{}
	for i := range p.places {
		place := &p.places[i]
		if _, ok := at[place.Name]; !ok {
			key := Fold(place.Name)
			if number, has := p.keys[key]; has && titled(key) == place.Name {
				at[place.Name] = fromIndex + number
			} else {
				at[place.Name] = len(text)
				text = append(binary.AppendUvarint(text, uint64(len(place.Name))), place.Name...)
			}
		}
		parent := 0
		if place.Parent != "" {
			parent = 1 + p.of(place.Parent)
		}
		code, _ := l.code(place.ID)
		kind := byte(place.Kind)
		if place.Capital {
			kind += capitalBit
		}
		if place.Notable {
			kind += notableBit
		}
		records = binary.LittleEndian.AppendUint32(records, code)
		records = append24(records, at[place.Name], parent, packDegrees(place.Lat), packDegrees(place.Lon))
		records = binary.LittleEndian.AppendUint16(records, packPopulation(place.Population))
		records = append(records, kind)
	}
	return records, text
}

func packDegrees(v float64) int { return zeroDegrees + int(math.Round(v*perDegree)) }

func append24(b []byte, values ...int) []byte {
	for _, v := range values {
		b = append(b, byte(v), byte(v>>8), byte(v>>16))
	}
	return b
}

func joined(list []string) (out []byte) {
	for _, s := range list {
		out = append(append(out, s...), '\n')
	}
	return out
}

// A bearer is a place with one of its names, folded.
type bearer struct {
	name  string
	place int
}

func (p *packer) bearers(names map[string][]string) []bearer {
	var out []bearer
	add := func(name string, place int) {
		if key := Fold(name); key != "" && len(key) <= math.MaxUint8 {
			out = append(out, bearer{key, place})
		}
	}
	for i := range p.places {
		add(p.places[i].Name, i)
	}
	for _, id := range sortedKeys(names) {
		for _, name := range names[id] {
			add(name, p.of(id))
		}
	}
	slices.SortFunc(out, func(a, b bearer) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(p.ranks[a.place], p.ranks[b.place]))
	})
	return slices.Compact(out)
}

func (p *packer) index(names map[string][]string) (starts, index []byte) {
	last, count := "", 0
	all := p.bearers(names)
	for len(all) > 0 {
		name := all[0].name
		shared := 0
		if count%blockNames == 0 {
			starts = binary.LittleEndian.AppendUint32(starts, uint32(len(index)))
		} else {
			for shared < len(last) && shared < len(name) && last[shared] == name[shared] {
				shared++
			}
		}
		index = append(index, byte(shared), byte(len(name)-shared))
		index = append(index, name[shared:]...)
		n := 1
		for n < len(all) && all[n].name == name {
			n++
		}
		for i, b := range all[:n] {
			more := uint64(1)
			if i == n-1 {
				more = 0
			}
			index = binary.AppendUvarint(index, 2*uint64(b.place)+more)
		}
		p.keys[name] = count
		last, all, count = name, all[n:], count+1
	}
	return starts, index
}

// sounds lists the places of countries whose names are romanised in many ways.
func (p *packer) sounds(names map[string][]string) []byte {
	var all []string
	for i := range p.places {
		place := &p.places[i]
		s := scripts[p.root(place)]
		if s == "" || place.Kind == Country {
			continue
		}
		for _, name := range append([]string{place.Name}, names[place.ID]...) {
			if sound, ok := soundOf(s, Fold(name)); ok {
				b := binary.BigEndian.AppendUint32(nil, sound.coarse)
				all = append(all, string(append24(append(b, sound.fine), i)))
			}
		}
	}
	slices.Sort(all)
	var out []byte
	for _, s := range slices.Compact(all) {
		out = append(out, s...)
	}
	return out
}

// root returns the id of the country that a place lies in.
func (p *packer) root(place *Place) string {
	for range MaxDepth {
		up, ok := p.number[place.Parent]
		if !ok || place.Parent == "" {
			break
		}
		place = &p.places[up]
	}
	return place.ID
}

func (p *packer) others(also map[string][]string) (out []byte) {
	for _, id := range sortedKeys(also) {
		for _, other := range also[id] {
			out = append24(out, p.of(id), p.of(other))
		}
	}
	return out
}

func sortedKeys(m map[string][]string) []string { return slices.Sorted(maps.Keys(m)) }
