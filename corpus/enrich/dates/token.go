package dates

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// A token is a word, a number or a mark.
type token struct {
	start, end int
	low        string  // in lower case
	cap        bool    // it begins with a capital
	name       bool    // and goes on with small letters, as a name may
	num        float64 // what a number word or number is, else -1
	ord        int     // what an ordinal is, else -1
	digits     int     // how many, where the token begins with one
	class      class   // by which rules a date or duration may begin here
}

// A class is which rules are tried at a token.
type class uint8

const (
	plain      class = iota // none
	figure                  // a number written with digits
	apostrophe              // before a year of two digits
	definite                // the
	indefinite              // a, an
	word                    // another word of the vocabulary
)

// split appends the tokens of a text. A line feed is one.
func split(out []token, text string) []token {
	out = slices.Grow(out, len(text)/5+1)
	known, lower := vocabulary(), lowerPlain(text)
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRuneInString(text[at:])
		end := at + size
		switch {
		case r == '\n':
		case unicode.IsSpace(r):
			at = end
			continue
		case unicode.IsLetter(r):
			end = wordEnd(text, at, end)
		case r >= '0' && r <= '9':
			end = numberEnd(text, end)
		}
		t := token{start: at, end: end, num: -1, ord: -1}
		t.low = lower[at:end]
		if r >= utf8.RuneSelf || !isPlain(t.low) {
			t.low = strings.ToLower(text[at:end])
		}
		switch {
		case r >= '0' && r <= '9':
			t.number(text[at:end])
			t.class = figure
		case r == '\'' || r == '’':
			t.class = apostrophe
		case size == end-at && (r < 'A' || r > 'z'):
		default:
			t.cap = unicode.IsUpper(r)
			t.name = t.cap && (end == at+size || !upper(text[at+size]))
			t.lookUp(known)
		}
		out = append(out, t)
		at = end
	}
	return out
}

// lowerPlain writes the capitals of ASCII in lower case.
func lowerPlain(text string) string {
	b := []byte(text)
	for i, c := range b {
		if upper(c) {
			b[i] = c | 0x20
		}
	}
	return string(b)
}

// isPlain tells whether a word is of ASCII.
func isPlain(word string) bool {
	for i := range len(word) {
		if word[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// lookUp finds out what the vocabulary knows of a word.
func (t *token) lookUp(known *lexicon) {
	switch t.low {
	case "the":
		t.class = definite
		return
	case "a", "an":
		t.class = indefinite
		return
	}
	w, ok := known.find(t.low)
	if !ok {
		return
	}
	t.class = word
	if w.num > 0 {
		t.num = float64(w.num)
	}
	if w.ord > 0 {
		t.ord = w.ord
	}
}

// wordEnd returns where the word from start on ends; "a.m." and "Sept." have
// their full stops.
func wordEnd(text string, start, end int) int {
	for end < len(text) {
		if letter(text[end]) {
			end++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[end:])
		inner := r == '.' && (end-start == 1 || text[end-2] == '.') &&
			end+1 < len(text) && letter(text[end+1])
		if !unicode.IsLetter(r) && !inner {
			break
		}
		end += size
	}
	if end < len(text) && text[end] == '.' {
		low := strings.ToLower(text[start:end])
		if _, month := months[low+"."]; month || weekdays[low+"."] > 0 || strings.Contains(low,
			".") {
			return end + 1
		}
	}
	return end
}

func upper(b byte) bool { return b >= 'A' && b <= 'Z' }

func letter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

func digit(text string, at int) bool { return at < len(text) && text[at] >= '0' && text[at] <= '9' }

// numberEnd returns where a number ends, with commas between thousands, a
// decimal point, and the endings of "3rd" and "1990s".
func numberEnd(text string, end int) int {
	for end < len(text) {
		thousands := text[end] == ',' && digit(text, end+1) && digit(text, end+2) &&
			digit(text, end+3) && !digit(text, end+4)
		point := text[end] == '.' && digit(text, end+1)
		if !digit(text, end) && !thousands && !point {
			break
		}
		end++
	}
	k := end
	for k < len(text) && letter(text[k]) {
		k++
	}
	switch strings.ToLower(text[end:k]) {
	case "th", "st", "nd", "rd", "s":
		return k
	}
	return end
}

// number reads what a number says.
func (t *token) number(s string) {
	for t.digits < len(s) && digit(s, t.digits) {
		t.digits++
	}
	plain := strings.ReplaceAll(s, ",", "")
	if n, err := strconv.ParseFloat(plain, 64); err == nil && n < 1e9 {
		t.num = n
		return
	}
	if n, err := strconv.Atoi(s[:t.digits]); err == nil && !strings.HasSuffix(t.low, "s") {
		t.ord = n
	}
}

// whole tells whether t is a whole number written with digits alone.
func (t *token) whole() bool { return t.digits > 0 && t.digits == len(t.low) && t.num >= 0 }

// The words of the calendar, in lower case.
var (
	months = words(1,
		"january february march april may june july august september october november december",
		"jan feb mar apr may jun jul aug sep oct nov dec",
		"jan. feb. mar. apr. - jun. jul. aug. sep. oct. nov. dec.", "- - - - - - - - sept - - -",
		"- - - - - - - - sept. - - -")
	shortDays = words(1, "mon tue wed thu fri sat sun", "- tues - thur - - -", "- - - thurs - - -")
	weekdays  = words(1, "monday tuesday wednesday thursday friday saturday sunday",
		"mon. tue. wed. thu. fri. sat. sun.", "- tues. - thurs. - - -")
	numberWords = words(1,
		"one two three four five six seven eight nine ten eleven twelve thirteen fourteen "+
			"fifteen sixteen seventeen eighteen nineteen twenty", "- - - - - - - - - - - dozen")
	tens = map[string]int{"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
		"eighty": 80, "ninety": 90, "hundred": 100}
	ordinalWords = words(1,
		"first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "+
			"thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth")
)

// words numbers the words of each list from first on.
func words(first int, lists ...string) map[string]int {
	out := map[string]int{}
	for _, list := range lists {
		for i, w := range strings.Fields(list) {
			if w != "-" {
				out[w] = first + i
			}
		}
	}
	return out
}

// An entry is what the vocabulary knows of a word: the number or ordinal that it
// is, 0 for none.
type entry struct{ num, ord int }

// A lexicon is the words that a date or duration can begin with. Some has, by the
// first and last byte of a word, a bit for each length that there is: most words
// of a text are told by it to be none.
type lexicon struct {
	words map[string]entry
	some  [1 << 10]uint32
}

func (l *lexicon) find(w string) (entry, bool) {
	if l.some[ends(w)]>>len(w)&1 == 0 {
		return entry{}, false
	}
	e, ok := l.words[w]
	return e, ok
}

// ends returns a number for the first and last byte of a word, of letters its own.
func ends(w string) int { return int(w[0]&31)<<5 | int(w[len(w)-1]&31) }

var vocabulary = sync.OnceValue(func() *lexicon {
	out := map[string]entry{}
	for _, list := range [...]map[string]int{months, weekdays, shortDays, islamicMonths,
		persianMonths, ethiopianMonths} {
		for w := range list {
			out[w] = entry{}
		}
	}
	for w := range weekdays {
		out[w+"s"] = entry{}
	}
	for w := range units {
		out[w], out[w+"s"] = entry{}, entry{}
	}
	for w := range seasons {
		out[w] = entry{}
	}
	for _, list := range [...]string{starters, holidayWords} {
		for _, w := range strings.Fields(list) {
			out[w] = entry{}
		}
	}
	for w := range references {
		out[w] = entry{}
	}
	for w := range sets {
		out[w] = entry{}
	}
	for w := range longs {
		out[w] = entry{}
	}
	for w, n := range numberWords {
		out[w] = entry{num: n}
	}
	for w, n := range tens {
		out[w] = entry{num: n}
	}
	for w, n := range ordinalWords {
		out[w] = entry{ord: n}
	}
	for w := range decades {
		out[w] = entry{}
	}
	l := &lexicon{words: out}
	for w := range out {
		l.some[ends(w)] |= 1 << len(w)
	}
	return l
})

// starters are the other words that a date or duration can begin with.
const starters = "these those this that same last past previous preceding prior next " +
	"coming following ensuing current recent recently every each earlier later end beginning " +
	"start middle close date ago time today yesterday tomorrow tonight several many some few couple per " +
	"centuries noon midnight midday half number other numerous final latest fiscal near " +
	"foreseeable immediate another additional extra not at right full whole single entire"

// seasons are the parts of a year by season as TIMEX3 writes them.
var seasons = map[string]string{"spring": "SP", "summer": "SU", "autumn": "FA", "fall": "FA",
	"winter": "WI"}

// A unit is a unit of time.
type unit string

const (
	day       unit = "D"
	week      unit = "W"
	month     unit = "M"
	year      unit = "Y"
	decade    unit = "DE"
	century   unit = "CE"
	weekend   unit = "WE"
	quarter   unit = "Q"
	fortnight unit = "W2"
	hour      unit = "H"
	minute    unit = "MIN"
	second    unit = "S"
	night     unit = "NI"
	evening   unit = "EV"
	morning   unit = "MO"
	afternoon unit = "AF"
)

var units = map[string]unit{"day": day, "week": week, "month": month, "year": year,
	"decade": decade, "century": century, "weekend": weekend, "quarter": quarter,
	"fortnight": fortnight, "hour": hour, "minute": minute, "second": second, "night": night,
	"evening": evening, "morning": morning, "afternoon": afternoon}

// unitOf reads a unit and whether it is plural.
func unitOf(low string) (u unit, plural, ok bool) {
	if u, ok := units[low]; ok {
		return u, false, true
	}
	if low == "centuries" {
		return century, true, true
	}
	if s, found := strings.CutSuffix(low, "s"); found {
		u, ok = units[s]
	}
	return u, true, ok
}

// partOfDay returns the part of a day as TIMEX3 writes it: "TNI" for "night".
func partOfDay(low string) string {
	switch strings.TrimSuffix(low, "s") {
	case "night", "overnight":
		return "TNI"
	case "evening":
		return "TEV"
	case "morning":
		return "TMO"
	case "afternoon":
		return "TAF"
	}
	return ""
}
