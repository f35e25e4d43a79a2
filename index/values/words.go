package values

import (
	"bytes"
	"strings"

	"dateline/search"
)

// A wordList is the folded words of all names shown, one line a value in their
// order, for finding names by how their words begin. Reading through it takes
// 0.5 to 3 ms for 150,000 names, so there is no index to keep up.
//
// A line is "-benjamin-netanyahu"; where a name has initials also their other
// spelling follows behind a space: "-j-k-rowling -jk-rowling".
type wordList struct {
	text  []byte
	ends  []uint32 // behind each line, with its "\n"
	stale bool     // a name was changed that has its line already
}

// change tells that the name of a value has changed.
func (w *wordList) change(ord Ord, before, name string) {
	if int(ord) < len(w.ends) && wordLine(before) != wordLine(name) {
		w.stale = true
	}
}

func wordLine(name string) string {
	words := nameWords(name)
	line := "-" + strings.Join(words, "-")
	if joined := joinInitials(words); len(joined) < len(words) {
		line += " -" + strings.Join(joined, "-")
	}
	return line
}

// bring makes w that of names.
func (w *wordList) bring(names []string) {
	if w.stale {
		*w = wordList{}
	}
	for _, name := range names[len(w.ends):] {
		w.text = append(append(w.text, wordLine(name)...), '\n')
		w.ends = append(w.ends, uint32(len(w.text)))
	}
}

// find returns the lines with a word that begins with prefix, "-" before it.
func (w *wordList) find(prefix string) []Ord {
	var out []Ord
	want, line := []byte(prefix), 0
	for at := 0; at < len(w.text); at = int(w.ends[line]) {
		hit := bytes.Index(w.text[at:], want)
		if hit < 0 {
			break
		}
		for int(w.ends[line]) <= at+hit {
			line++
		}
		out = append(out, Ord(line))
	}
	return out
}

// WithPrefix returns the values of field, ascending, whose name has words in a
// row of which the last begins with that of prefix and the others are those of
// prefix, case and diacritics aside: "netan" and "benjamin net" find Benjamin
// Netanyahu. A prefix without letter or digit finds them all.
func (t *Table) WithPrefix(field search.Field, prefix string) []Ord {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.column(field)
	c.words.bring(c.shown)
	return c.words.find("-" + strings.Join(nameWords(prefix), "-"))
}
