package values

import (
	"bytes"
	"cmp"
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

	// starts are where words begin, at their "-", by the byte behind it, in order.
	starts [256][]uint32
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
	begin := uint32(0)
	if ord > 0 {
		begin = w.ends[ord-1]
	}
	for i := begin; i < w.ends[ord]-1; i++ {
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

// addStarts adds those of the line that was added last.
func (w *wordList) addStarts() {
	begin := 0
	if len(w.ends) > 0 {
		begin = int(w.ends[len(w.ends)-1])
	}
	for i := begin; i < len(w.text)-1; i++ {
		if next := w.text[i+1]; w.text[i] == '-' {
			w.starts[next] = append(w.starts[next], uint32(i))
		}
	}
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
	want, line, behind := []byte(prefix), 0, uint32(0)
	for _, start := range w.starts[prefix[1]] {
		if start < behind || !bytes.HasPrefix(w.text[start:], want) {
			continue
		}
		for w.ends[line] <= start {
			line++
		}
		behind = w.ends[line]
		out = append(out, Beginning{Ord(line), w.begins(int(start), int(behind), prefix)})
	}
	return out
}

// read does what find does, and reads all there is.
func (w *wordList) read(prefix string) []Beginning {
	var out []Beginning
	want, line := []byte(prefix), 0
	for at := 0; at < len(w.text); {
		hit := bytes.Index(w.text[at:], want)
		if hit < 0 {
			break
		}
		hit += at
		for int(w.ends[line]) <= hit {
			line++
		}
		at = int(w.ends[line])
		out = append(out, Beginning{Ord(line), w.begins(hit, at, prefix)})
	}
	return out
}

// begins tells whether a line, in which the prefix stands first at hit, has it at the beginning
// of a name.
func (w *wordList) begins(hit, end int, prefix string) bool {
	return hit == 0 || w.text[hit-1] == '\n' || bytes.Contains(w.text[hit-1:end], []byte(" "+prefix))
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
