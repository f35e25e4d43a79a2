package crf

// seen is what an article shows of a word that it writes with a capital.
type seen uint8

const (
	seenLower  seen = 1 << iota // in lower case elsewhere
	seenMiddle                  // with a capital behind a word in lower case
	seenTitle                   // behind a title
	seenFirst                   // behind a given name
	seenTwice
)

// fact is what an article shows of one word.
type fact struct {
	low  uint64 // hash of the word in lower case
	text string // as it is written with a capital, in the middle of a sentence if it is
	used bool
	seen seen
}

// facts is a hash table of words. It is cleared and used again.
type facts struct {
	slots []fact
	n     int
}

const minFacts = 256

func (f *facts) reset() {
	if len(f.slots) > 1<<15 {
		f.slots = nil
	}
	clear(f.slots)
	f.n = 0
}

// at returns the fact of a word, one that is not used where there is none.
func (f *facts) at(low uint64) *fact {
	if len(f.slots) == 0 {
		f.slots = make([]fact, minFacts)
	}
	mask := uint64(len(f.slots) - 1)
	for i := low * golden >> 20 & mask; ; i = (i + 1) & mask {
		if s := &f.slots[i]; !s.used || s.low == low {
			return s
		}
	}
}

// add returns the fact of a word, a new one where there was none.
func (f *facts) add(low uint64) *fact {
	if 2*f.n >= len(f.slots) {
		f.grow()
	}
	s := f.at(low)
	if !s.used {
		f.n++
		s.used, s.low = true, low
	}
	return s
}

func (f *facts) grow() {
	old := f.slots
	f.slots = make([]fact, max(minFacts, 2*len(old)))
	for i := range old {
		if old[i].used {
			*f.at(old[i].low) = old[i]
		}
	}
}

// capitals notes the words of a sentence that have a capital.
func (f *facts) capitals(n *lookups, s []Token) {
	for i := range s {
		t := &s[i]
		if !t.kind.capital() {
			continue
		}
		w := f.add(t.low)
		if w.text != "" {
			w.seen |= seenTwice
		}
		middle := i > 0 && s[i-1].kind == lower
		if w.text == "" || middle && w.seen&seenMiddle == 0 {
			w.text = t.Text
		}
		if i == 0 {
			continue
		}
		before := &s[i-1]
		if middle {
			w.seen |= seenMiddle
		}
		if before.kind >= digits {
			continue
		}
		c := n.word(before)
		if c&title != 0 {
			w.seen |= seenTitle
		}
		if c&firstName != 0 && before.kind.capital() {
			w.seen |= seenFirst
		}
	}
}

// expect makes a fact of each word of a headline, so that lowers looks for it.
func (f *facts) expect(s []Token) {
	for i := range s {
		if s[i].kind.capital() {
			f.add(s[i].low)
		}
	}
}

// lowers notes which of the words known are written in lower case too.
func (f *facts) lowers(s []Token) {
	for i := range s {
		if s[i].kind != lower {
			continue
		}
		if w := f.at(s[i].low); w.used {
			w.seen |= seenLower
		}
	}
}
