package corpus

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A date of publication is between this year and the lastYear, both inclusive:
// the first newspapers are younger.
const firstYear = 1400

// A lastYear is the last year that a date of publication may have, the one
// behind that in which it is read: a later date is an error.
type lastYear int

func (r *Reader) lastYear() lastYear {
	if r.now == nil {
		return lastYear(time.Now().Year() + 1)
	}
	return lastYear(r.now().Year() + 1)
}

var (
	// fullDate finds dates of day precision in each of the usual spellings, with
	// any word for the month.
	fullDate = regexp.MustCompile(`(?i)` +
		`(?P<y1>\d{4})[-/.](?P<m1>\d{1,2})[-/.](?P<d1>\d{1,2})` +
		`|(?P<d2>\d{1,2})(?:st|nd|rd|th|er|\.)?(?:\s+(?:of|de))?[\s-]+` +
		`(?P<n2>\p{L}{3,})\.?,?(?:\s+del?)?[\s-]+(?P<y2>\d{4})` +
		`|(?P<n3>\p{L}{3,})\.?\s+(?P<d3>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y3>\d{4})` +
		`|(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})[-/.](?P<y4>\d{4})`)

	yearDigits   = regexp.MustCompile(`\d{4}`)
	monthAndYear = regexp.MustCompile(`(?i)^(\p{L}{3,})\.?,?\s+(\d{4})$`)
	isoDate      = regexp.MustCompile(`^(\d{4}(?:-[0-9A-Z]{2,3}(?:-[0-9A-Z]{2})?)?)(?:[T ].*)?$`)
	compactDate  = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})(?:T.*)?$`)

	timeOfDay = regexp.MustCompile(`(?i)(?:\bT?\d{1,2}[:.h]\d{2}(?::\d{2})?(?:[.,]\d+)?\s*` +
		`(?:[ap]\.?m\b\.?)?` +
		`|\b\d{1,2}\s*[ap]\.?m\b\.?)\s*(?:Z\b|[+-]\d{2}:?\d{2})?`)
	clock = regexp.MustCompile(`(?i)^\s*(?:GMT|UTC|[ECMP][SD]T|hours|hrs)\b`)
	zone  = regexp.MustCompile(`\(?\b(?:GMT|UTC|BST|IST|MSK|[A-Z]{1,4}T)` +
		`(?:[+-]\d{1,2}(?::?\d{2})?)?\b\)?`)
	weekday = regexp.MustCompile(`(?i)\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)` +
		`(?:day)?\b`)
	updated = regexp.MustCompile(`(?i)` + updatedWords)
	label   = regexp.MustCompile(`(?i)\b(?:(?:first|originally) )?` +
		`(?:published|posted|issued|released|filed|` +
		`publication date|release date|publish date|pub date|dateline|date)\b|` +
		`publié|publicado|veröffentlicht|pubblicato|gepubliceerd|опубликовано|نشر في|` + updatedWords)
	joint = regexp.MustCompile(`(?i)^(?:on|at|the|and|le|el|il|am|em|op|года|року)(?:\s|$)|` +
		`(?:^|\s)(?:on|at|the|and|le|el|il|am|em|op|года|року)$`)
)

const updatedWords = `\b(?:(?:last|latest) )?(?:updated?|modified|revised|edited)\b|` +
	`mis à jour|actualizado|atualizado|aktualisiert|aggiornato|обновлено`

// Before firstPlain a number before a time zone is a time of day: "April 7 1745
// EST".
const firstPlain Date = "1900"

// A foundDate is a date of day precision in a text.
type foundDate struct {
	start, end int
	date       Date
	err        error // why there is none
}

// findDates returns the dates of day precision in s, whatever is between them.
func (last lastYear) findDates(s string) []foundDate {
	var out []foundDate
	if !yearDigits.MatchString(s) {
		return nil
	}
	for at := 0; at < len(s); {
		m := fullDate.FindStringSubmatchIndex(s[at:])
		if m == nil {
			break
		}
		start, end := at+m[0], at+m[1]
		before, _ := utf8.DecodeLastRuneInString(s[:start])
		if unicode.IsLetter(before) || unicode.IsDigit(before) || digitAt(s, end) {
			at = start + 1 + lengthOfWord(s[start+1:])
			continue
		}
		group := func(name string) string {
			i := 2 * fullDate.SubexpIndex(name)
			if m[i] < 0 {
				return ""
			}
			return s[at+m[i] : at+m[i+1]]
		}
		date, err := last.dateOf(s[start:end], group)
		if err == errNoMonth || date != "" && date < firstPlain && clock.MatchString(s[end:]) {
			at = start + 1 + lengthOfWord(s[start+1:])
			continue
		}
		out = append(out, foundDate{start, end, date, err})
		at = end
	}
	return out
}

// lengthOfWord returns how many bytes of s go on with a word or number.
func lengthOfWord(s string) int {
	n := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if n < 0 {
		return len(s)
	}
	return n
}

func digitAt(s string, i int) bool { return i >= 0 && i < len(s) && digits(s[i:i+1]) }

var errNoMonth = errors.New("no month has this name")

// dateOf makes a date of what fullDate found.
func (last lastYear) dateOf(s string, group func(string) string) (Date, error) {
	switch {
	case group("y1") != "":
		return last.civil(s, number(group("y1")), number(group("m1")), number(group("d1")))
	case group("n2") != "" && monthOf(group("n2")) > 0:
		return last.civil(s, number(group("y2")), monthOf(group("n2")), number(group("d2")))
	case group("n3") != "" && monthOf(group("n3")) > 0:
		return last.civil(s, number(group("y3")), monthOf(group("n3")), number(group("d3")))
	case group("n2")+group("n3") != "":
		return "", errNoMonth
	}
	a, b, y := number(group("a")), number(group("b")), number(group("y4"))
	switch {
	case a <= 12 && b <= 12 && a != b:
		return "", fmt.Errorf("%q may be the %d.%d. or the %d.%d.: write it as 2006-01-02", s, a, b, b, a)
	case b > 12:
		return last.civil(s, y, a, b)
	default:
		return last.civil(s, y, b, a)
	}
}

// civil makes a date of day precision, if the calendar has it.
func (last lastYear) civil(s string, year, month, day int) (Date, error) {
	return last.inRange(s, Date(fmt.Sprintf("%04d-%02d-%02d", year, month, day)))
}

// inRange returns d if it can be a date of publication; s is how it was written.
func (last lastYear) inRange(s string, d Date) (Date, error) {
	span, ok := d.Span()
	if !ok {
		return "", fmt.Errorf("%q is not in the calendar", s)
	}
	if span.First < DayOf(firstYear, 1, 1) || span.Last > DayOf(int(last), 12, 31) {
		return "", fmt.Errorf("%q is not between the years %d and %d", s, firstYear, last)
	}
	return d, nil
}

// readDate reads a date that was given as such. The day is the one that is
// written, whatever the zone; a date of two meanings is an error.
func (last lastYear) readDate(s string) (Date, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", nil
	}
	if len(s) > 100 {
		return "", fmt.Errorf("%.100q… is not a date", s)
	}
	if m := isoDate.FindStringSubmatch(s); m != nil {
		return last.inRange(s, Date(m[1]))
	}
	if m := compactDate.FindStringSubmatch(s); m != nil {
		return last.civil(s, number(m[1]), number(m[2]), number(m[3]))
	}
	if m := monthAndYear.FindStringSubmatch(s); m != nil && monthOf(m[1]) > 0 {
		return last.inRange(s, Date(fmt.Sprintf("%s-%02d", m[2], monthOf(m[1]))))
	}
	for _, layout := range []string{time.ANSIC, time.UnixDate, time.RubyDate} {
		if t, err := time.Parse(layout, s); err == nil {
			return last.civil(s, t.Year(), int(t.Month()), t.Day())
		}
	}
	found := last.findDates(s)
	if len(found) != 1 || residue(s[:found[0].start]) != "" || residue(s[found[0].end:]) != "" {
		return "", fmt.Errorf("%q is not a date like 2024-03-27", s)
	}
	return found[0].date, found[0].err
}

// residue returns what is left of the words around a date without the time of
// day, the day of the week and words such as "published".
func residue(s string) string {
	for _, re := range []*regexp.Regexp{timeOfDay, zone, weekday, label} {
		s = re.ReplaceAllString(s, " ")
	}
	s = strings.Trim(s, " \t,.:;()[]-–—|")
	for {
		short := strings.Trim(joint.ReplaceAllString(s, ""), " \t,.:;()[]-–—|")
		if short == s {
			return s
		}
		s = short
	}
}

var (
	datePath = regexp.MustCompile(`(?i)/(\d{4})/(?:(\d{1,2})|([a-z]{3,9}))/(\d{1,2})(?:[/-]|$)`)
	dateMark = regexp.MustCompile(`(?:^|[^0-9])(\d{4})-(\d{2})-(\d{2})(?:[^0-9]|$)`)
	nameDate = regexp.MustCompile(`(\d{4})(?:(\d{2})(\d{2})|[-_](\d{2})[-_](\d{2}))`)
)

// dateInURL returns the day in the path of an address. What only looks like
// one is none.
func (last lastYear) dateInURL(address string) (Date, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return "", nil
	}
	if m := datePath.FindStringSubmatch(u.Path); m != nil {
		month := number(m[2])
		if m[3] != "" {
			month = monthOf(m[3])
		}
		d, _ := last.civil(u.Path, number(m[1]), month, number(m[4]))
		return d, nil
	}
	if m := dateMark.FindStringSubmatch(u.Path); m != nil {
		d, _ := last.civil(u.Path, number(m[1]), number(m[2]), number(m[3]))
		return d, nil
	}
	return "", nil
}

// dateInName returns the day in the name of a file, written as 20240327,
// 2024-03-27 or 2024_03_27. Two different days are none.
func (last lastYear) dateInName(name string) (Date, error) {
	var found Date
	for _, m := range nameDate.FindAllStringSubmatchIndex(name, -1) {
		if digitAt(name, m[0]-1) || digitAt(name, m[1]) {
			continue
		}
		group := func(i int) string { return name[max(0, m[2*i]):max(0, m[2*i+1])] }
		d, err := last.civil(name, number(group(1)), number(group(2)+group(4)), number(group(3)+group(5)))
		if err != nil {
			continue
		}
		if found != "" && found != d {
			return "", fmt.Errorf("%q has two days", name)
		}
		found = d
	}
	return found, nil
}

// datelineHead is all before the date of a dateline: a place that begins with a
// word in capitals, or any place where an agency follows in brackets.
var (
	datelineHead = regexp.MustCompile(`^(\p{Lu}[\p{L}'’.-]+(?:[ ,/]+` +
		`(?:\p{Lu}[\p{L}'’.-]*|of|the|and|de|del|la|al-\p{Lu}\p{L}+)){0,6})` +
		`(\s*\([^()]{2,40}\))?[\s,:–—-]+$`)
	datelineTail = regexp.MustCompile(`^(?:\s*(?:года|року))?\s*(\([^()]{2,40}\))?\s*` +
		`(?:[–—]|--?(?:\s|$)|:)`)
	caselessHead   = regexp.MustCompile(`^\p{Lo}[\p{Lo} ]{1,40}[،,]\s*$`)
	capitals       = regexp.MustCompile(`^\p{Lu}[\p{Lu}'’.-]+(?:[\s,/]|$)`)
	startsSentence = regexp.MustCompile(`(?i)^(?:on|in|by|at|as|the|since|from|until|till|after|before|` +
		`about|around|between|published|posted|updated|last|date)\b|^` +
		strings.TrimPrefix(weekday.String(), "(?i)"))
)

// dateline returns the day at the head of the first paragraph, such as "GENEVA,
// 27 March 2024 (Agency) —". Without a year there is none.
func (last lastYear) dateline(text string) (Date, error) {
	line, _, _ := strings.Cut(strings.TrimLeft(text, "\n\t "), "\n")
	line = line[:min(len(line), 160)]
	found := last.findDates(line)
	if len(found) == 0 {
		return "", nil
	}
	before, date := line[:found[0].start], found[0]
	tail := datelineTail.FindStringSubmatch(line[date.end:])
	if tail == nil {
		return "", nil
	}
	if caselessHead.MatchString(before) {
		return date.date, date.err
	}
	head := datelineHead.FindStringSubmatch(before)
	if head == nil || startsSentence.MatchString(head[1]) {
		return "", nil
	}
	if !capitals.MatchString(head[1]) && head[2] == "" && tail[1] == "" {
		return "", nil
	}
	return date.date, date.err
}
