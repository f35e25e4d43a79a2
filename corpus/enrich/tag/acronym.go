package tag

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"dateline/corpus/enrich/places"
	"dateline/corpus/enrich/tag/crf"
)

// explain reads what the article explains as "Kivu Renewal Movement (KRM)": it
// returns what acronyms stand for, nil where there are none, and sees to it that
// what they stand for is one organisation, if the model took any of it for a
// name.
func (w *writer) explain(r *reading) map[string]string {
	var out map[string]string
	m := merger{rest: r.names, done: r.names[:0]}
	for i := range r.article.Sentences() {
		s := r.article.Sentence(i)
		for k := 2; k+1 < len(s); k++ {
			if s[k-1].Text != "(" || s[k+1].Text != ")" || !isAcronym(s[k].Text) {
				continue
			}
			from := m.explanation(s, i, k)
			if from < 0 {
				continue
			}
			name := written(s[from : k-1])
			if len(name) > maxName {
				continue
			}
			if found := w.gaz.Find(name); len(found) > 0 && found[0].Kind == places.Country {
				continue
			}
			usual := cmp.Or(w.orgs.usual(s[from:k-1]), name)
			if out == nil {
				out = map[string]string{}
			}
			out[s[k].Text] = usual
		}
	}
	r.names = append(m.done, m.rest...)
	return out
}

// A merger makes one name of several while it goes through those of an article:
// those that it has come past, as they shall be, and the rest. It keeps the
// former where the latter were.
type merger struct{ done, rest []crf.Name }

// pass goes past the names that end in sentence i at a token or before it.
func (m *merger) pass(i, to int) {
	n := 0
	for n < len(m.rest) && byEnd(m.rest[n], crf.Name{Sentence: i, To: to}) <= 0 {
		n++
	}
	m.done, m.rest = append(m.done, m.rest[:n]...), m.rest[n:]
}

// isAcronym tells whether a word may be an acronym: two capitals or more, few
// other letters.
func isAcronym(word string) bool {
	capitals, others := 0, 0
	for _, r := range word {
		if unicode.IsUpper(r) {
			capitals++
		} else {
			others++
		}
	}
	return capitals >= 2 && capitals <= 10 && others <= capitals && capital(word)
}

// explanation returns where, in sentence i, the organisation begins that the
// acronym at k in brackets stands for, -1 where it stands for none.
func (m *merger) explanation(s []crf.Token, i, k int) int {
	m.pass(i, k-1)
	last := len(m.done) - 1
	if last >= 0 && m.done[last].Sentence == i && m.done[last].To == k-1 {
		n := m.done[last]
		if n.Type == crf.Org && n.To-n.From > 1 && standsFor(s[k].Text, s[n.From:k-1]) {
			return n.From
		}
	}
	from := initials(s[:k-1], s[k].Text)
	if from < 0 {
		return -1
	}
	first := len(m.done)
	for first > 0 && m.done[first-1].Sentence == i && m.done[first-1].To > from {
		first--
	}
	if first == len(m.done) || m.done[first].From < from {
		return -1
	}
	whole := m.done[first]
	whole.From, whole.To, whole.Type = from, k-1, crf.Org
	m.done = append(m.done[:first], whole)
	return from
}

func byEnd(a, b crf.Name) int {
	if a.Sentence != b.Sentence {
		return a.Sentence - b.Sentence
	}
	return a.To - b.To
}

// initials returns where the words begin at the end of s whose capitals are
// those of an acronym of three or more; -1 where there are none. Between them
// there may be words in lower case.
func initials(s []crf.Token, acronym string) int {
	var want []rune
	for _, r := range acronym {
		if unicode.IsLetter(r) {
			want = append(want, unicode.ToLower(r))
		}
	}
	i, n := len(s), len(want)
	for ; len(want) > 0 && i > 0 && len(s)-i < 3*n; i-- {
		first, _ := utf8.DecodeRuneInString(s[i-1].Text)
		switch {
		case !unicode.IsLetter(first):
			return -1
		case unicode.ToLower(first) == want[len(want)-1]:
			want = want[:len(want)-1]
		case unicode.IsUpper(first):
			return -1
		}
	}
	if n < 3 || len(want) > 0 || role(s[i].Text) || role(s[len(s)-1].Text) {
		return -1
	}
	return i
}

// role tells whether a word at either end of a name says that it is that of an
// office or honour: "Member of Parliament", "Chief Executive Officer".
func role(word string) bool {
	switch word {
	case "Member", "Fellow", "Minister", "Secretary", "President", "Chief", "Officer", "Commander",
		"Leader", "Doctor", "Bachelor", "Master", "Order", "Knight", "Companion", "Director":
		return true
	}
	return !capital(word)
}

// standsFor tells whether the letters of an acronym stand in a name in this
// order, beginning with that of one of its words.
func standsFor(acronym string, name []crf.Token) bool {
	upper := strings.ToUpper(acronym)
	_, size := utf8.DecodeRuneInString(upper)
	for len(name) > 0 && !strings.HasPrefix(strings.ToUpper(name[0].Text), upper[:size]) {
		name = name[1:]
	}
	rest := strings.ToUpper(written(name))
	for _, r := range upper {
		if !unicode.IsLetter(r) {
			continue
		}
		i := strings.IndexRune(rest, r)
		if i < 0 {
			return false
		}
		rest = rest[i+utf8.RuneLen(r):]
	}
	return true
}

// written is a name as it stands in the text, its words joined by single spaces.
func written(s []crf.Token) string {
	var b strings.Builder
	for i := range s {
		if i > 0 && s[i].Start > s[i-1].End {
			b.WriteByte(' ')
		}
		b.WriteString(s[i].Text)
	}
	return b.String()
}
