package values

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"dateline/corpus/enrich/people"
	"dateline/search"
)

// A wordList is the folded words of all names shown, one line a value in their
// order, for finding names by how their words begin.
//
// A line is "-benjamin-netanyahu"; where a name has initials also their other
// spelling follows behind a space: "-j-k-rowling -jk-rowling". Of persons so do
// the id and the spellings that articles use, unless curation gives another name.
// Of a value that no article has any more the line is empty, or blank.
type wordList struct {
	text  []byte
	ends  []uint32 // behind each line, with its "\n"
	stale bool     // a name was changed that has its line already

	// starts are the words behind a "-" by their first byte, in order.
	starts [256][]wordStart
}

// change tells that the name of a value has changed.
func (w *wordList) change(ord Ord, before, name string) {
	if int(ord) < len(w.ends) && wordLine(before) != wordLine(name) {
		w.stale = true
	}
}

// blank makes the line of a value, if it has one, blank.
func (w *wordList) blank(ord Ord) {
	if int(ord) >= len(w.ends) {
		return
	}
	for i := w.begin(ord); i < w.ends[ord]-1; i++ {
		w.text[i] = ' '
	}
}

// lineOf returns the line of a value that also has other names.
func (c *column) lineOf(ord Ord, also otherNames) string {
	line := wordLine(c.shown[ord])
	add := func(more string) {
		if !strings.Contains(line+" ", more+" ") {
			line += " " + more
		}
	}
	for _, name := range also.joined {
		add(wordLine(name))
	}
	for _, name := range also.foreign {
		add("+" + strings.Join(nameWords(name), "+"))
	}
	if c.field != search.Person || c.shown[ord] != c.names[ord] {
		return line
	}
	add("-" + c.ids[ord])
	for _, s := range c.spelled[ord] {
		add(wordLine(s))
	}
	return line
}

// otherNames are what a value is called besides.
type otherNames struct{ joined, foreign []string } // by curation, by the gazetteer

// otherNames returns other names of values with these ids, by id.
func (r *Resolver) otherNames(field search.Field, ids []string) map[string]otherNames {
	out := map[string]otherNames{}
	if field == search.Place {
		for id, names := range r.places.Names(ids) {
			out[id] = otherNames{foreign: names}
		}
	}
	c := r.curation.of(field)
	for _, name := range slices.Sorted(maps.Keys(c.merged)) {
		if field != search.Place || !isPlaceID(name) {
			names := out[c.canonical(name)]
			names.joined = append(names.joined, name)
			out[c.canonical(name)] = names
		}
	}
	return out
}

func wordLine(name string) string {
	words := nameWords(name)
	line := "-" + strings.Join(words, "-")
	if joined := joinInitials(words); len(joined) < len(words) {
		line += " -" + strings.Join(joined, "-")
	}
	return line
}

// worded locks t for reading, and returns the values of a field, with the words of
// all.
func (t *Table) worded(field search.Field) *column {
	t.mu.RLock()
	for c := t.column(field); ; c = t.column(field) {
		if !c.words.stale && len(c.words.ends) == len(c.ids) {
			return c
		}
		t.mu.RUnlock()
		t.bringWords(field)
		t.mu.RLock()
	}
}

// bringWords makes the word list that of the names shown. The gazetteer is read while
// others use the table.
func (t *Table) bringWords(field search.Field) {
	t.wording.Lock()
	defer t.wording.Unlock()
	t.mu.Lock()
	c := t.column(field)
	if c.words.stale {
		c.words = wordList{}
	}
	ids := c.ids[len(c.words.ends):]
	t.mu.Unlock()
	also := t.resolver.otherNames(field, ids)
	t.mu.Lock()
	defer t.mu.Unlock()
	c.addWords(len(ids), also)
}

// addWords adds the lines of the next n values. Most ids are the words of the name
// already.
func (c *column) addWords(n int, also map[string]otherNames) {
	w, keyed := &c.words, isCurated(c.field)
	first := len(w.ends)
	for i := first; i < first+n; i++ {
		others, named := also[c.ids[i]]
		switch {
		case c.gone[Ord(i)]:
		case !named && keyed && isPlain(c.shown[i], c.ids[i]) && len(c.spelled[Ord(i)]) == 0:
			w.text = append(append(w.text, '-'), c.ids[i]...)
		default:
			w.text = append(w.text, c.lineOf(Ord(i), others)...)
		}
		w.text = append(w.text, '\n')
		w.addStarts()
		w.ends = append(w.ends, uint32(len(w.text)))
	}
}

// A wordStart is a word of a line, with the four bytes behind its first one, zero where there
// are none.
type wordStart struct {
	ord  Ord
	next uint32 // big-endian
}

// addStarts adds those of the line that was added last.
func (w *wordList) addStarts() {
	ord := Ord(len(w.ends))
	begin := w.begin(ord)
	line := w.text[begin : len(w.text)-1]
	for i, c := range line[:max(0, len(line)-1)] {
		if c == '-' {
			next, _ := leading(line[i+2:])
			w.starts[line[i+1]] = append(w.starts[line[i+1]], wordStart{ord, next})
		}
	}
}

// leading returns the first four bytes of b as a big-endian number, and which of its bits
// are of b.
func leading(b []byte) (n, mask uint32) {
	var four [4]byte
	copy(four[:], b)
	return binary.BigEndian.Uint32(four[:]), ^uint32(1<<(8*max(0, 4-len(b))) - 1)
}

// begin returns where the line of a value begins.
func (w *wordList) begin(ord Ord) uint32 {
	if ord == 0 {
		return 0
	}
	return w.ends[ord-1]
}

// A Beginning is a value with a name that has words which begin as was asked.
type Beginning struct {
	Ord   Ord
	Whole bool // they begin the name, or another spelling of it
}

// find returns the values that have a word that begins with prefix, "-" or " +" before
// it, in order.
func (w *wordList) find(prefix string) []Beginning {
	if len(prefix) < 2 || prefix[0] != '-' {
		return w.read(prefix)
	}
	var out []Beginning
	want, mask := leading([]byte(prefix[2:]))
	for _, start := range w.starts[prefix[1]] {
		if (start.next^want)&mask != 0 || len(out) > 0 && out[len(out)-1].Ord == start.ord {
			continue
		}
		line := w.text[w.begin(start.ord):w.ends[start.ord]]
		if line[0] == '-' && (len(prefix) <= 6 || bytes.Contains(line, []byte(prefix))) {
			out = append(out, Beginning{start.ord, begins(line, prefix)})
		}
	}
	return out
}

// read does what find does, and reads all there is.
func (w *wordList) read(prefix string) []Beginning {
	var out []Beginning
	want, ord := []byte(prefix), Ord(0)
	for at := 0; at < len(w.text); {
		hit := bytes.Index(w.text[at:], want)
		if hit < 0 {
			break
		}
		for int(w.ends[ord]) <= at+hit {
			ord++
		}
		at = int(w.ends[ord])
		out = append(out, Beginning{ord, begins(w.text[w.begin(ord):at], prefix)})
	}
	return out
}

// begins tells whether a name of a line begins with prefix.
func begins(line []byte, prefix string) bool {
	return bytes.HasPrefix(line, []byte(prefix)) || bytes.Contains(line, []byte(" "+prefix))
}

// WithPrefix returns the values of field, ascending, whose name has words in a
// row of which the last begins with that of prefix and the others are those of
// prefix, case and diacritics aside: "netan" and "benjamin net" find Benjamin
// Netanyahu. Names that curation joins are names too, and of persons the spellings
// that articles use, and those that are in use elsewhere if they are written in
// full; of places those that the gazetteer has, if prefix is their beginning and
// its first word has foreignLetters. A prefix without letter or digit finds them
// all.
func (t *Table) WithPrefix(field search.Field, prefix string) []Ord {
	found := t.Beginnings(field, prefix)
	out := make([]Ord, len(found))
	for i, b := range found {
		out[i] = b.Ord
	}
	return out
}

// Beginnings returns what WithPrefix does, and which begin the names.
func (t *Table) Beginnings(field search.Field, prefix string) []Beginning {
	words := nameWords(prefix)
	list := &t.worded(field).words
	defer t.mu.RUnlock()
	found := list.find("-" + strings.Join(words, "-"))
	switch {
	case field == search.Person && len(words) > 0:
		spelled := slices.Clone(words)
		for i, w := range words {
			spelled[i] = people.Spelling(w)
		}
		if !slices.Equal(spelled, words) {
			found = Together(found, list.find("-"+strings.Join(spelled, "-")))
		}
	case field == search.Place && len(words) > 0 && utf8.RuneCountInString(words[0]) >= foreignLetters:
		found = Together(found, list.find(" +"+strings.Join(words, "+")))
	}
	return found
}

// foreignLetters is how many letters of a place's name in the gazetteer tell that it
// is meant.
const foreignLetters = 3

// Together returns the values of a and b in order, each once.
func Together(a, b []Beginning) []Beginning {
	if len(a) == 0 {
		return b
	}
	if len(b) == 0 {
		return a
	}
	all := append(a, b...)
	slices.SortStableFunc(all, func(a, b Beginning) int { return cmp.Compare(a.Ord, b.Ord) })
	out := all[:0]
	for _, b := range all {
		if n := len(out); n > 0 && out[n-1].Ord == b.Ord {
			out[n-1].Whole = out[n-1].Whole || b.Whole
		} else {
			out = append(out, b)
		}
	}
	return out
}
