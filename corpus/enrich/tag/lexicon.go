package tag

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// The lists that the rules go by.
//
//   - lexicon.txt: classes of words, by hand.
//   - words.txt: words of English that news write in lower case, counted in open
//     news text: a capital says little about them.
//   - given.txt: given names of the Python package Faker (MIT).
//   - orgs.txt: organisations that news speak of by name alone, by hand.
var (
	//go:embed lexicon.txt
	lexiconText string
	//go:embed words.txt
	wordsText string
	//go:embed given.txt
	givenText string
	//go:embed orgs.txt
	orgsText string
)

// A class is a set of things that a word can be.
type class uint32

const (
	stop       class = 1 << iota // a word that is no part of a name
	calendar                     // month, weekday, feast
	title                        // before a person's name, capitalised
	former                       // before a title
	occupation                   // before a person's name, in lower case
	verb                         // what persons do
	particle                     // inside a person's name, in lower case
	orghead                      // ends the name of an organisation
	orgopen                      // "… of X" is an organisation
	placehead                    // ends the name of a place
	placeopen                    // begins the name of a place
	prep                         // before a place
	misc                         // religions, peoples and the like: capitalised, no name of ours
	orgnoun                      // before an organisation's name, in lower case
	given                        // a given name
	leadtitle                    // title that is no part of a name only where it leads it: "M. Macron"
	common                       // an English word
)

var classNames = map[string]class{
	"stop": stop, "calendar": calendar, "title": title, "former": former, "occupation": occupation,
	"verb": verb, "particle": particle, "orghead": orghead, "orgopen": orgopen,
	"placehead": placehead, "placeopen": placeopen, "prep": prep, "misc": misc, "orgnoun": orgnoun, "given": given,
	"leadtitle": leadtitle,
}

// lexicon is the lists, ready for use.
type lexicon struct {
	class map[string]class
	orgs  map[string][]org // by first word in lower case, longest first
}

// org is one name of a known organisation.
type org struct {
	words []string // in lower case
	caps  bool     // counts in capitals only
	name  string   // its usual name
}

var builtIn = sync.OnceValue(func() *lexicon {
	l := &lexicon{class: make(map[string]class, 40_000), orgs: map[string][]org{}}
	for word := range strings.Lines(wordsText) {
		l.class[strings.TrimSpace(word)] |= common
	}
	for word := range strings.Lines(givenText) {
		l.class[strings.ToLower(strings.TrimSpace(word))] |= given
	}
	l.readClasses(lexiconText)
	l.readOrgs(orgsText)
	return l
})

func (l *lexicon) readClasses(text string) {
	var c class
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "["); ok {
			c = classNames[strings.TrimSuffix(name, "]")]
			continue
		}
		if strings.HasPrefix(line, "#") {
			continue
		}
		for word := range strings.FieldsSeq(line) {
			l.class[word] |= c
		}
	}
}

func (l *lexicon) readOrgs(text string) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		usual, _, _ := strings.Cut(line, "|")
		for name := range strings.SplitSeq(line, "|") {
			name, marked := strings.CutPrefix(name, "!")
			o := org{name: usual, caps: marked || len(name) <= 4 && strings.ToUpper(name) == name}
			o.words = strings.Fields(strings.ToLower(strings.ReplaceAll(name, "’", "'")))
			l.orgs[o.words[0]] = append(l.orgs[o.words[0]], o)
		}
	}
	for _, list := range l.orgs {
		slices.SortStableFunc(list, func(a, b org) int { return len(b.words) - len(a.words) })
	}
}

// article tells whether a word has the article of a name before its hyphen:
// "al-hadidi".
func (l *lexicon) article(low string) bool {
	before, _, ok := strings.Cut(low, "-")
	return ok && l.class[before]&particle != 0
}
