package tag

import (
	"dateline/corpus"
	"dateline/corpus/enrich/places"
)

// person claims the person named at p in the run from i to j, and returns how
// many tokens the name has.
func (l *line) person(p, i, j int) int {
	q, names := l.personEnd(p, j)
	if names == 0 {
		return 0
	}
	rule, confidence := l.personRule(p, q, i, names)
	if confidence == 0 {
		return 0
	}
	l.add(p, q, corpus.Person, rule, confidence)
	return q - p
}

// maxPersonWords is the longest name of a person, in tokens.
const maxPersonWords = 6

// personEnd returns where a person's name that begins at p may end, and how
// many of its words are more than initials and particles.
func (l *line) personEnd(p, j int) (end, names int) {
	if l.is(p, common) && !l.is(p, given) && l.titled == none {
		return p, 0
	}
	for end = p; end < j && end-p < maxPersonWords; end++ {
		t := &l.tok[end]
		inName := t.class&given != 0 || end > p && t.class&particle != 0
		if t.class&(title|orghead|misc) != 0 && t.cap && !inName {
			break
		}
		if end > p && l.elsewhere(end) {
			break
		}
		plain := t.class&common != 0 && t.class&given == 0
		if l.titled != none && end == p && plain && l.knownAffairs(p, j) {
			return p, 0
		}
		if t.cap && !t.initial() {
			names++
		}
	}
	for end > p && !l.tok[end-1].cap {
		end--
	}
	return end, names
}

// knownAffairs tells whether a common word behind a title is what the title is
// of, not a name: "Minister of Defence Yoav Gallant".
func (l *line) knownAffairs(p, j int) bool {
	return p+1 < j || l.low(p-1) == "of" || l.low(p-1) == "for"
}

// elsewhere tells whether a word inside a run begins a name of its own: a
// country or an organisation behind a person's name.
func (l *line) elsewhere(p int) bool {
	if l.orgWords(p) > 1 || l.tok[p].text == "US" {
		return true
	}
	if l.is(p, given) {
		return false
	}
	found := l.find(l.tok[p].text)
	return len(found) > 0 && found[0].Kind == places.Country && !l.is(p-1, given) &&
		found[0].Population > 1_000_000
}

// personRule returns the rule by which the tokens from p to q are a person's
// name, and how far it is to be trusted; 0 where they are none.
func (l *line) personRule(p, q, i, names int) (string, float64) {
	if l.titled == body {
		return "", 0
	}
	if names == 1 && q-p == 1 {
		return l.singleRule(p, q)
	}
	the := l.low(p-1) == "the"
	switch {
	case l.titled == strong:
		return "title-name", 0.95
	case l.is(p, given) && !the:
		return "given-name", 0.9
	case l.strict:
		return "", 0
	case the && names > 0:
		return "", 0
	case l.titled == weak:
		return "occupation", 0.9
	case l.speaks(p, q) && !l.is(p-1, prep):
		return "person-verb", 0.85
	case l.described(q) && !l.is(p-1, prep):
		return "apposition", 0.8
	case l.inside(p, q, particle) && l.tok[p].class&common == 0:
		return "particle", 0.75
	case l.initials(p, q):
		return "initials", 0.8
	case l.tok[p].first || l.hasClass(p, q, common) || l.is(p-1, prep) && l.low(p-1) != "of":
		return "", 0
	case l.hasClass(p, q, given):
		return "given-name", 0.7
	}
	return "capitalised", 0.55
}

// singleRule is personRule for one word.
func (l *line) singleRule(p, q int) (string, float64) {
	t := &l.tok[p]
	switch {
	case l.strict || t.class&orghead != 0 || t.caps() && len(t.text) < 4:
		return "", 0
	case l.titled == strong && l.low(p-1) != "of" &&
		(t.class&common == 0 || t.class&given != 0 || l.speaks(p, q)):
		return "title-name", 0.75
	case t.class&common != 0 || l.low(p-1) == "the":
		return "", 0
	case l.titled == weak && l.low(p-1) != "of" && t.class&(particle|misc) == 0:
		return "occupation", 0.6
	case l.speaks(p, q):
		return "person-verb", 0.6
	case t.class&given != 0 && l.described(q):
		return "given-name", 0.5
	}
	return "", 0
}

// speaks tells whether the tokens from p to q do what persons do: "X said",
// "said X".
func (l *line) speaks(p, q int) bool {
	k := q
	if l.low(q) == "," && l.number(q+1) && l.low(q+2) == "," {
		k = q + 3
	}
	if l.is(k, verb) && !l.tok[k].cap {
		return true
	}
	return l.is(p-1, verb) && p > 1 && (l.low(p-1) == "said" || l.low(p-1) == "says") && !l.tok[p-1].cap
}

// described tells whether what stands behind a name at q describes a person:
// "X, 51,", "X, a cloth merchant", "X, who".
func (l *line) described(q int) bool {
	if l.low(q) == "(" {
		return false
	}
	if l.low(q) != "," {
		return l.low(q) == "who" || l.low(q) == "whose"
	}
	if l.number(q + 1) {
		return l.low(q+2) == ","
	}
	switch l.low(q + 1) {
	case "who", "whose", "whom":
		return true
	case "a", "an", "the", "his", "her", "their":
		for k := q + 2; k < q+6; k++ {
			if l.is(k, occupation) {
				return true
			}
		}
	}
	return l.is(q+1, occupation) || l.is(q+1, former) && l.is(q+2, occupation)
}

func (l *line) number(i int) bool {
	s := l.low(i)
	return len(s) == 2 && s[0] >= '1' && s[0] <= '9' && s[1] >= '0' && s[1] <= '9'
}

// inside tells whether a token behind p, in lower case or before a hyphen, is
// of a class.
func (l *line) inside(p, q int, c class) bool {
	for k := p; k < q; k++ {
		if k > p && l.is(k, c) && !l.tok[k].cap || l.lex.article(l.tok[k].low) {
			return true
		}
	}
	return false
}

func (l *line) initials(p, q int) bool {
	for k := p; k < q; k++ {
		if l.tok[k].initial() {
			return true
		}
	}
	return false
}

func (l *line) hasClass(p, q int, c class) bool {
	for k := p; k < q; k++ {
		if l.is(k, c) {
			return true
		}
	}
	return false
}
