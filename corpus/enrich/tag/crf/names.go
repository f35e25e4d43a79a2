package crf

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Names are lists of names and words that features go by, each a class: a phrase
// may be of several. PackNames compiles them.
type Names struct {
	*table
}

const namesMagic = "DLn1"

// OpenNames reads names written by PackNames where they lie.
func OpenNames(data []byte) (*Names, error) {
	t, err := openTable(namesMagic, data)
	if err != nil {
		return nil, fmt.Errorf("names: %w", err)
	}
	return &Names{t}, nil
}

// classes are the sets that a phrase belongs to, a bit each.
type classes uint32

const (
	country classes = 1 << iota
	cityL           // a large town
	cityM
	cityS
	firstName
	lastName
	demonym
	title  // before a person's name
	orgKey // a word of organisations' names
	org
	admin // a division of a country
	person
	date
	common // a word that is often in lower case
	plain  // a word that is nearly always in lower case
	company
	team

	numClasses = iota
	prefix     = 1 << 31 // the beginning of a longer phrase
)

var classNames = map[string]classes{
	"country": country, "cityL": cityL, "cityM": cityM, "cityS": cityS, "first": firstName,
	"last": lastName, "demonym": demonym, "title": title, "orgkey": orgKey, "org": org,
	"admin": admin, "person": person, "date": date, "common": common, "plain": plain, "company": company, "team": team,
}

// maxPhrase is the most tokens that a phrase of the lists has.
const maxPhrase = 6

// classes returns what a phrase is, by its hash.
func (n *Names) classes(h uint64) classes {
	p := n.find(h)
	switch len(p) {
	case 1:
		return classes(binary.LittleEndian.Uint32(n.head[4*int(p[0]):]))
	case 2:
		return classes(binary.LittleEndian.Uint32(n.head[4*int(binary.LittleEndian.Uint16(p)):]))
	}
	return 0
}

// lookups keep what was looked up in lists lately.
type lookups struct {
	names *Names
	last  []lookup
}

type lookup struct {
	hash uint64
	classes
}

// lookupsIn returns lookups that keep so many, a power of 2.
func lookupsIn(n *Names, kept int) *lookups {
	return &lookups{n, make([]lookup, kept)}
}

// classes returns what a phrase is, by its hash.
func (l *lookups) classes(h uint64) classes {
	kept := &l.last[h&uint64(len(l.last)-1)]
	if kept.hash != h {
		kept.hash, kept.classes = h, l.names.classes(h)
	}
	return kept.classes
}

// word returns what a single word is.
func (l *lookups) word(t *Token) classes { return l.classes(phrase(0, t.low)) }

// PackNames compiles lists for OpenNames: lines of a class, a tab and phrases
// parted by "|". Lines that are empty or begin with "#" are passed over, and
// phrases that begin with "!", which are names only as they are written. The same
// lines, in whatever order, give the same bytes.
func PackNames(lists ...io.Reader) ([]byte, error) {
	all := map[uint64]classes{}
	for _, r := range lists {
		lines := bufio.NewScanner(r)
		for n := 1; lines.Scan(); n++ {
			if lines.Text() == "" || lines.Text()[0] == '#' {
				continue
			}
			class, name, ok := strings.Cut(lines.Text(), "\t")
			if !ok || classNames[class] == 0 {
				return nil, fmt.Errorf("line %d of a list: no class and phrase: %q", n, lines.Text())
			}
			for phrase := range strings.SplitSeq(name, "|") {
				if !strings.HasPrefix(phrase, "!") {
					addName(all, phrase, classNames[class])
				}
			}
		}
		if err := lines.Err(); err != nil {
			return nil, err
		}
	}
	return packNames(all), nil
}

func addName(all map[uint64]classes, name string, c classes) {
	s := scanner{text: name}
	s.scan()
	if len(s.tokens) == 0 || len(s.tokens) > maxPhrase {
		return
	}
	h := uint64(0)
	for i := range s.tokens {
		h = phrase(h, s.tokens[i].low)
		if i < len(s.tokens)-1 {
			all[h] |= prefix
		}
	}
	all[h] |= c
}

// packNames writes each set of classes once, the more frequent first: their
// numbers take one byte.
func packNames(all map[uint64]classes) []byte {
	count := map[classes]int{}
	for _, c := range all {
		count[c]++
	}
	var sets []classes
	for c := range count {
		sets = append(sets, c)
	}
	slices.SortFunc(sets, func(a, b classes) int {
		if count[a] != count[b] {
			return count[b] - count[a]
		}
		return int(int64(a) - int64(b))
	})
	var head []byte
	number := map[classes]int{}
	for i, c := range sets {
		number[c] = i
		head = binary.LittleEndian.AppendUint32(head, uint32(c))
	}
	var records []record
	for h, c := range all {
		payload := []byte{byte(number[c])}
		if number[c] > 255 {
			payload = binary.LittleEndian.AppendUint16(nil, uint16(number[c]))
		}
		records = append(records, record{h, payload})
	}
	return packTable(namesMagic, head, records, 8)
}

// Type returns the type of the names that words are by the lists alone: Place
// for a country or large town, Other for a demonym, Org.
func (n *Names) Type(words ...string) (t Type, ok bool) {
	h := uint64(0)
	for _, word := range words {
		w := Token{Text: word}
		if w.look(); !w.kind.capital() {
			return 0, false
		}
		h = phrase(h, w.low)
	}
	switch c := n.classes(h); {
	case c&country != 0:
		return Place, true
	case c&(org|company) != 0:
		return Org, true
	case c&demonym != 0:
		return Other, true
	case c&cityL != 0:
		return Place, true
	}
	return 0, false
}

// Heads tells whether a word is one that organisations' names are built with:
// "Party", "Council".
func (n *Names) Heads(word string) bool {
	w := Token{Text: word}
	w.look()
	return w.kind.capital() && n.classes(phrase(0, w.low))&orgKey != 0
}

// Titled tells whether words are a title before a person's name.
func (n *Names) Titled(words []Token) bool {
	h := uint64(0)
	for i := range words {
		h = phrase(h, words[i].low)
	}
	return n.classes(h)&title != 0
}
