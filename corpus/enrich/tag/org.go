package tag

import (
	"strings"

	"dateline/corpus"
)

// orgWords returns how many tokens from p on are the name of a known
// organisation.
func (l *line) orgWords(p int) int {
	n, _ := l.knownOrg(p)
	return n
}

func (l *line) knownOrg(p int) (int, string) {
	for _, o := range l.lex.orgs[l.tok[p].low] {
		if l.matches(p, o.words) && (!o.caps || l.tok[p].caps() && !l.upper || l.tok[p].text == "UN") &&
			(l.tok[p].cap || l.upper) {
			return len(o.words), o.name
		}
	}
	return 0, ""
}

// matches tells whether the tokens from p on are these words. Words of a name
// have capitals, "of" and the like apart.
func (l *line) matches(p int, words []string) bool {
	if p+len(words) > len(l.tok) {
		return false
	}
	for k, w := range words {
		t := &l.tok[p+k]
		plain := t.word && !t.cap && !l.upper && t.class&stop == 0
		if t.low != w || k > 0 && plain && len(words) < 3 && w != "network" {
			return false
		}
	}
	return true
}

// org claims a known organisation at p, and returns how many tokens it has.
func (l *line) org(p, j int) int {
	n, name := l.knownOrg(p)
	if n == 0 {
		return 0
	}
	if n == 1 && l.tok[p].class&common != 0 && l.titled != none {
		return 0
	}
	l.add(p, p+n, corpus.Org, "known-org", 0.9).Name = name
	return n
}

// orgEnd returns where the name of an organisation that begins at p ends, by
// the word that it ends in or opens with, 0 where there is none: "Northern
// Shield Brigade", "University of London".
func (l *line) orgEnd(p, j int) int {
	if l.strict {
		return 0
	}
	end := 0
	for q := p; q < j; q++ {
		t := &l.tok[q]
		if t.class&title != 0 && t.class&orghead == 0 && !(q == p && t.class&given == 0) {
			break
		}
		opens := t.class&orgopen != 0 && q+1 == j && l.tail(j) > j
		if t.class&orghead != 0 && q > p || opens {
			end = q + 1
		}
	}
	if end == j {
		end = l.tail(j)
	}
	return end
}

// tail returns where "of Foreign Affairs", "for the Liberation of Palestine"
// end, j where nothing of the kind begins at j.
func (l *line) tail(j int) int {
	end := j
	for range 3 {
		k := end
		if w := l.low(k); w == "and" && end > j && l.is(k+1, common) && l.nameable(k+1) && !l.is(k+1, title) {
			end = l.cutTail(k + 1)
			continue
		} else if w != "of" && w != "for" {
			break
		}
		if k++; l.low(k) == "the" {
			k++
		}
		if !l.nameable(k) {
			break
		}
		end = l.cutTail(k)
	}
	return end
}

// cutTail ends a tail before a title.
func (l *line) cutTail(k int) int {
	end := l.run(k)
	for q := k + 1; q < end; q++ {
		if l.is(q, title) {
			return q
		}
	}
	return end
}

// partOfOrg tells whether a title at p begins an organisation's name: "Chief
// Prosecutor" does not, "King Faisal Hospital" does.
func (l *line) partOfOrg(p, head int) bool {
	switch l.low(p) {
	case "king", "queen", "prince":
		return head > p+2 && !l.is(p+1, title) && l.titled == none
	}
	return false
}

// orgLike keeps out what only looks like an organisation: a sentence that
// begins with "Local Council", a person called "Ali Party".
func (l *line) orgLike(p, head int) bool {
	t := &l.tok[p]
	if head-p == 1 {
		return false
	}
	if l.titled == strong && t.class&given != 0 {
		return false
	}
	return !(t.first && t.class&common != 0 && head-p == 2)
}

// acronym tells whether a token is an unknown name in capitals.
func (l *line) acronym(p int) bool {
	t := &l.tok[p]
	if l.strict || !t.caps() || t.class&^common != 0 || l.titled == strong || t.initial() {
		return false
	}
	letters := strings.ReplaceAll(t.text, ".", "")
	if len(letters) < 2 || len(letters) > 6 || strings.Trim(letters, "IVXLCM") == "" {
		return false
	}
	return strings.Trim(letters, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-") == ""
}

// named claims a name behind what says that it is an organisation's: "the aid
// group Lantern Relief", and returns how many tokens it has.
func (l *line) named(p, j int) int {
	q := p
	for q < j && !l.is(q, title|misc|calendar) {
		q++
	}
	l.titled = none
	if q == p || l.tok[p].first {
		return 0
	}
	l.add(p, q, corpus.Org, "org-noun", 0.75)
	return q - p
}
