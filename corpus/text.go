package corpus

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// readText reads an article in plain text, with front matter or without.
func readText(raw []byte) (*draft, error) {
	text, notes, err := decode(raw)
	if err != nil {
		return nil, err
	}
	f, body, err := frontMatter(text)
	if err != nil {
		return nil, err
	}
	if f.Text == "" {
		f.Text = body
	}
	return &draft{fields: f, notes: notes}, nil
}

// Sizes of a title, in characters.
const (
	longTitle  = 200 // with an empty line behind it
	shortTitle = 100 // without, or if it ends in a full stop
)

// headerLines is how many lines may stand above a rule of dashes.
const headerLines = 8

var (
	rule    = regexp.MustCompile(`^-{3,}$`)
	heading = regexp.MustCompile(`^#{1,2}\s+`)
)

// layout makes a title and paragraphs of a text; own are lines of it that stay
// by themselves. A given title is kept, and dropped where the text begins with
// it. Else the title is what stands above a rule of dashes; else the first line
// if an empty one follows, or if it is short and no sentence. A rule above all
// else is left out.
//
// A paragraph is a line. Where lines are filled to one width, as in mail, those
// between two empty lines are one paragraph.
func (last lastYear) layout(text, title string, own ...int) (string, string) {
	blocks := blocksOf(text, own)
	width := wrapWidth(blocks)
	title = strings.TrimSpace(title)
	for len(blocks) > 0 && !blocks[0].own && rule.MatchString(blocks[0].lines[0]) {
		blocks = blocks[1:] // below front matter
	}
	if i := ruleAt(blocks); i >= 0 {
		header := blocks[:i]
		first := slices.IndexFunc(header, func(b block) bool { return !b.own })
		blocks = slices.Delete(blocks, i, i+1)
		if first >= 0 && title == "" {
			n := 1 // with the lines that go on with it
			for lines := header[first].lines; n < len(lines) && width > 0 && full(lines[n-1], lines[n], width); n++ {
			}
			title = strings.Join(header[first].lines[:n], " ")
			header[first].lines = header[first].lines[n:]
			return strip(title), paragraphs(blocks, width)
		}
	}
	first := slices.IndexFunc(blocks, func(b block) bool { return !b.own })
	if first >= 0 {
		n := last.titleLines(blocks[first], title, width > 0, first+1 < len(blocks))
		if n > 0 && title == "" {
			title = strip(strings.Join(blocks[first].lines[:n], " "))
		}
		blocks[first].lines = blocks[first].lines[n:]
	}
	return title, paragraphs(blocks, width)
}

func strip(title string) string { return heading.ReplaceAllString(title, "") }

// A block is the lines between two empty ones.
type block struct {
	lines []string
	own   bool // a single line that is no part of a paragraph or title
}

func blocksOf(text string, own []int) []block {
	var out []block
	open := false
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		switch alone := slices.Contains(own, n); {
		case line == "":
			open = false
		case alone || rule.MatchString(line):
			out, open = append(out, block{[]string{line}, alone}), false
		case open:
			last := &out[len(out)-1]
			last.lines = append(last.lines, line)
		default:
			out, open = append(out, block{lines: []string{line}}), true
		}
	}
	return out
}

// ruleAt returns the block that is a rule of dashes below a header, or -1.
func ruleAt(blocks []block) int {
	lines := 0
	for i, b := range blocks {
		if i > 0 && !b.own && rule.MatchString(b.lines[0]) {
			return i
		}
		lines += len(b.lines)
		for _, l := range b.lines {
			if utf8.RuneCountInString(l) > longTitle {
				return -1
			}
		}
		if lines > headerLines {
			return -1
		}
	}
	return -1
}

// titleLines returns how many lines of the first block are the title, by the
// rule that layout tells. A wrapped title may have three.
func (last lastYear) titleLines(b block, given string, wrapped, more bool) int {
	first := b.lines[0]
	if given != "" {
		if strings.EqualFold(strip(first), given) {
			return 1
		}
		return 0
	}
	whole := strings.Join(b.lines, " ")
	size := utf8.RuneCountInString(whole)
	if d, _ := last.dateline(first); d != "" {
		return 0
	}
	switch {
	case heading.MatchString(first):
		return 1
	case wrapped && len(b.lines) > 1:
		if more && len(b.lines) <= 3 && size <= longTitle && !sentence(whole) {
			return len(b.lines)
		}
		return 0
	case len(b.lines) == 1 && more && size <= longTitle && (size <= shortTitle || !sentence(whole)):
		return 1
	case utf8.RuneCountInString(first) <= shortTitle && !sentence(first):
		return 1
	}
	return 0
}

var (
	sentenceEnd  = regexp.MustCompile(`[.…:;,][”"'’)]*$`)
	abbreviation = regexp.MustCompile(`\b\p{Lu}\.$`)
)

// sentence tells whether a line ends as a sentence does and a headline does not.
func sentence(s string) bool { return sentenceEnd.MatchString(s) && !abbreviation.MatchString(s) }

// Widths that text is wrapped to, in characters.
const (
	minWrap = 55
	maxWrap = 100
)

// wrapWidth returns the width that lines are filled to, 0 if they are not:
// nearly every line that is followed by another in its block leaves no room for
// its first word, and few end as a sentence does.
func wrapWidth(blocks []block) int {
	width, followed, filled, ended := 0, 0, 0, 0
	for _, b := range blocks {
		for _, line := range b.lines {
			if len(b.lines) > 1 {
				width = max(width, utf8.RuneCountInString(line))
			}
		}
	}
	if width < minWrap || width > maxWrap {
		return 0
	}
	for _, b := range blocks {
		for i := range len(b.lines) - 1 {
			followed++
			if full(b.lines[i], b.lines[i+1], width) {
				filled++
			}
			if sentence(b.lines[i]) && !strings.HasSuffix(b.lines[i], ",") {
				ended++
			}
		}
	}
	if filled*10 < followed*8 || ended*2 > followed || followed == 0 {
		return 0
	}
	return width
}

// full tells whether the first word of next had no room in line.
func full(line, next string, width int) bool {
	word, _, _ := strings.Cut(next, " ")
	return utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width
}

// paragraphs writes blocks as paragraphs of a line each. A line that was wrapped
// behind a hyphen goes on without a space.
func paragraphs(blocks []block, width int) string {
	var out strings.Builder
	for _, b := range blocks {
		for i, line := range b.lines {
			if i > 0 && width > 0 && full(b.lines[i-1], line, width) {
				if !strings.HasSuffix(b.lines[i-1], "-") {
					out.WriteByte(' ')
				}
			} else if out.Len() > 0 {
				out.WriteByte('\n')
			}
			out.WriteString(line)
		}
	}
	return out.String()
}
