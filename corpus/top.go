package corpus

import (
	"errors"
	"regexp"
	"strings"
)

// Lines with a date or an address count as being of the article, rather than
// in it, among this many at its top.
const (
	topLines    = 10
	topLineSize = 300 // bytes of the longest line before or at them
	bareSize    = 60  // bytes of the longest line that is a date and no more
	chronology  = 500 // lines below the top that such lines are looked for in
)

// A top is what the first lines of a text say of the article. A line is -1
// where there is none.
type top struct {
	url     string
	urlLine int

	date     Date
	doubt    error // why the date line gives no date
	dateLine int
	alone    bool // the date line has nothing else but the author

	author     string // of the date line, or of a line of its own
	authorLine int    // of the latter
}

var noTop = top{urlLine: -1, dateLine: -1, authorLine: -1}

var urlLine = regexp.MustCompile(`(?i)^(?:(?:url|link|source|permalink|web)\s*:\s*)?<?(https?://[^\s<>]+)>?$`)

// readTop reads the lines at the top of text that are an address, or a date of
// publication with at most a byline. A line that is a date and no more may also
// head an entry of a chronology: if there are several, they are.
func (last lastYear) readTop(text string) top {
	t := noTop
	bare, seen, chosen := 0, 0, dateLine{}
	for n, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if seen++; len(line) > topLineSize {
			seen += topLines
		}
		atTop := seen <= topLines
		if atTop {
			t.readLine(line, n, seen == 1)
		}
		if !atTop && len(line) > bareSize {
			continue
		}
		if bare > 1 && !atTop || seen > topLines+chronology {
			break
		}
		d, ok := last.readDateLine(line)
		if ok && d.bare {
			bare++
		}
		if ok && atTop && (t.dateLine < 0 || chosen.updated && !d.updated) {
			t.dateLine, chosen = n, d
		}
	}
	if bare > 1 && chosen.bare {
		t.dateLine, t.doubt = -1, errChronology
		return t
	}
	t.date, t.doubt, t.alone = chosen.date, chosen.err, chosen.alone
	if t.authorLine < 0 {
		t.author = chosen.author
	}
	return t
}

// readLine takes a line that is an address, or a byline below the title.
func (t *top) readLine(line string, n int, first bool) {
	if m := urlLine.FindStringSubmatch(line); m != nil && t.urlLine < 0 {
		t.url, t.urlLine = m[1], n
	}
	m := byName.FindStringSubmatch(line)
	if m != nil && !first && t.authorLine < 0 && personNames.MatchString(m[1]) {
		t.author, t.authorLine = m[1], n
	}
}

// A dateLine is a line that is there for the date of publication.
type dateLine struct {
	date    Date
	err     error
	author  string
	updated bool // it is the date of the last change
	bare    bool // neither a byline nor a word like "published" tells what it is
	alone   bool // there is nothing else but the author
}

var (
	byName    = regexp.MustCompile(`^(?i:by)\s+(\p{Lu}[^|]{1,79})$`)
	placeName = regexp.MustCompile(`^(?:\p{Lu}[\p{L}'’.-]*[ ,/]*){1,4}$`)
	// personNames are names of people, and not the beginning of a sentence.
	personNames = regexp.MustCompile(`^(?:\p{Lu}[\p{L}'’.-]*|al-\p{L}+|de|van|von|der|bin|and)` +
		`(?:[ ,]+(?:\p{Lu}[\p{L}'’.-]*|al-\p{L}+|de|van|von|der|bin|and)){1,7}$`)
	loose  = regexp.MustCompile(`\s*[|·•]\s*`)
	dashes = regexp.MustCompile(`\s+(?:[–—]|--?)\s+`)
)

// readDateLine reads a line such as "Published 27 Mar 2024", "March 27, 2024",
// "By X | 27 March 2024" or "Goma, 27 March 2024". Prose is none.
func (last lastYear) readDateLine(line string) (dateLine, bool) {
	found := last.findDates(line)
	if len(found) == 0 || len(found) > 2 || len(line) > 160 {
		return dateLine{}, false
	}
	d := dateLine{bare: !label.MatchString(line), alone: true}
	d.choose(line, found)
	for i := len(found) - 1; i >= 0; i-- {
		line = line[:found[i].start] + "\x00" + line[found[i].end:]
	}
	for _, part := range loose.Split(line, -1) {
		dated := strings.Contains(part, "\x00")
		for _, piece := range dashes.Split(part, -1) {
			if !d.piece(piece, dated) {
				return dateLine{}, false
			}
		}
	}
	return d, true
}

// choose takes the date of publication rather than that of a change.
func (d *dateLine) choose(line string, found []foundDate) {
	before := 0
	for i, f := range found {
		changed := updated.MatchString(line[before:f.start])
		if before = f.end; i == 0 || d.updated && !changed {
			d.date, d.err, d.updated = f.date, f.err, changed
		}
	}
}

// piece judges a part of a date line; dated: between the same bars is the date.
func (d *dateLine) piece(s string, dated bool) bool {
	left := residue(strings.ReplaceAll(s, "\x00", " "))
	if left == "" {
		return true
	}
	if m := byName.FindStringSubmatch(left); m != nil && !strings.HasSuffix(left, ".") {
		d.author, d.bare = strings.Trim(m[1], " ,"), false
		return len(strings.Fields(left)) <= 12
	}
	d.alone = false
	if dated {
		return placeName.MatchString(left)
	}
	return len(left) <= 60
}

var errChronology = errors.New("several lines are a date and no more")
