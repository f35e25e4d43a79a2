package index

import (
	"context"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"dateline/corpus"
	"dateline/index/text"
	"dateline/search"
)

// A Layout is what stands where in a title or text besides its words, by their
// positions.
type Layout struct {
	Sentences  []int // positions of the words that begin one, but for the first
	Paragraphs []int // likewise
	Mentions   []Named
}

// A Named is the words of a mention: of a person, place, organisation or date, the
// latter in the calendar or without an anchor.
type Named struct {
	Field search.Field
	Level corpus.Level
	Span
}

// newLayout returns the layout of s, the field of d that is so named, whose words
// are words, unstemmed. The error is that of ctx.
func newLayout(ctx context.Context, s string, words []text.Token, d *corpus.Document, field string,
) (Layout, error) {
	var out Layout
	for i := 1; i < len(words); i++ {
		if i%pause == 0 && ctx.Err() != nil {
			return out, ctx.Err()
		}
		between := s[words[i-1].End:words[i].Start]
		if between == " " { // as between most
			continue
		}
		if strings.Contains(between, "\n") {
			out.Paragraphs = append(out.Paragraphs, i)
		}
		if beginsSentence(s, words, i) {
			out.Sentences = append(out.Sentences, i)
		}
	}
	for _, m := range d.Mentions {
		span := Span{
			First: sort.Search(len(words), func(i int) bool { return words[i].End > m.Start }),
			Last:  sort.Search(len(words), func(i int) bool { return words[i].Start >= m.End }) - 1,
		}
		if m.Field == field && m.Key() != "" && span.First <= span.Last {
			out.Mentions = append(out.Mentions, Named{search.FieldOf(m.Kind), corpus.LevelOf(m.Confidence), span})
		}
	}
	slices.SortStableFunc(out.Mentions, func(a, b Named) int { return a.Span.compare(b.Span) })
	return out, nil
}

// Sentences returns where the sentences of a title or text begin and end, in bytes,
// without the space around them: a quote or bracket before the first word of one is of
// that sentence. The error is that of ctx.
func Sentences(ctx context.Context, s string) ([][2]int, error) {
	words, err := text.Find(ctx, s, nil)
	if err != nil {
		return nil, err
	}
	var out [][2]int
	add := func(from, to int) {
		from += len(s[from:to]) - len(strings.TrimLeftFunc(s[from:to], unicode.IsSpace))
		to -= len(s[from:to]) - len(strings.TrimRightFunc(s[from:to], unicode.IsSpace))
		out = append(out, [2]int{from, to})
	}
	begin := 0
	for i := 1; i < len(words); i++ {
		if i%pause == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if beginsSentence(s, words, i) {
			end := words[i-1].End + sentenceEnd(s[words[i-1].End:words[i].Start])
			add(begin, end)
			begin = end
		}
	}
	if len(words) > 0 {
		add(begin, len(s))
	}
	return out, nil
}

// sentenceEnd returns how much of what stands between two words, where a sentence
// begins with the second, is of the one before: up to the space behind what ends it.
func sentenceEnd(between string) int {
	if line := strings.IndexByte(between, '\n'); line >= 0 {
		return line
	}
	end := strings.LastIndexAny(between, ".!?…。！？｡؟۔।")
	_, size := utf8.DecodeRuneInString(between[end:])
	end += size
	if space := strings.IndexFunc(between[end:], unicode.IsSpace); space >= 0 {
		return end + space
	}
	return end
}

// breaks returns where the units of a Near begin.
func (l *Layout) breaks(u search.Unit) []int {
	switch u {
	case search.Sentence:
		return l.Sentences
	case search.Paragraph:
		return l.Paragraphs
	default:
		return nil
	}
}

// beginsSentence tells whether a sentence begins with the word i: at a line's
// beginning, and behind what ends a sentence and white space, unless the word is in
// small letters or the full stop is that of an abbreviation.
func beginsSentence(s string, words []text.Token, i int) bool {
	if i == 0 {
		return true
	}
	between := s[words[i-1].End:words[i].Start]
	if strings.ContainsAny(between, "\n。！？｡؟۔।") {
		return true
	}
	end := strings.LastIndexAny(between, ".!?…")
	if end < 0 || !strings.ContainsFunc(between[end:], unicode.IsSpace) {
		return false
	}
	first, _ := utf8.DecodeRuneInString(s[words[i].Start:])
	return !unicode.IsLower(first) && (between[end] != '.' || !abbreviated(s, words, i))
}

// abbreviated tells whether the full stop before the word i is that of an
// abbreviation, which does not end the sentence as well.
func abbreviated(s string, words []text.Token, i int) bool {
	before, next := words[i-1].Text, words[i]
	first, _ := utf8.DecodeRuneInString(next.Text)
	initial := utf8.RuneCountInString(before) == 1 && !unicode.IsDigit([]rune(before)[0])
	switch {
	case isTitle(before):
		return true
	case isBeforeNumber(before):
		return unicode.IsDigit(first)
	case initial, strings.Contains(before, ".") && !isNumber(before), isShortened(before):
		return !isOpening(next.Text) || strings.HasPrefix(s[next.End:], ".")
	default:
		return false
	}
}

// isNumber tells whether a word is a number, as 3.5 is.
func isNumber(word string) bool { return strings.Trim(word, "0123456789.,") == "" }

// isTitle tells whether a word is short for what stands before a name.
func isTitle(word string) bool {
	switch word {
	case "adm", "amb", "brig", "capt", "cdr", "cmdr", "col", "cpl", "cpt", "dr", "fr", "ft", "gen",
		"gov", "hon", "insp", "lt", "maj", "messrs", "mr", "mrs", "ms", "mt", "pres", "prof", "pvt",
		"rep", "reps", "rev", "sen", "sens", "sgt", "st", "supt":
		return true
	}
	return false
}

// isBeforeNumber tells whether a word is short for what stands before a number.
func isBeforeNumber(word string) bool {
	switch word {
	case "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
		"art", "ch", "fig", "no", "nos", "p", "pp", "para", "sec", "vol":
		return true
	}
	return false
}

// isShortened tells whether a word is short for what stands at the end of a name,
// or among words.
func isShortened(word string) bool {
	switch word {
	case "approx", "ave", "blvd", "bros", "ca", "cf", "co", "corp", "dept", "dist", "est", "etc", "inc",
		"jr", "ltd", "rd", "sr", "univ", "vs":
		return true
	}
	return false
}

// isOpening tells whether a word, in a capital letter, rather begins a sentence than
// is part of a name.
func isOpening(word string) bool {
	switch word {
	case "a", "about", "after", "all", "also", "although", "among", "an", "and", "another", "as", "at",
		"because", "before", "both", "but", "by", "despite", "during", "each", "earlier", "even", "for",
		"from", "he", "her", "his", "how", "however", "i", "if", "in", "instead", "it", "its", "last",
		"later", "many", "meanwhile", "more", "most", "my", "no", "nobody", "none", "not", "now", "of",
		"on", "once", "one", "only", "or", "other", "others", "our", "over", "people", "several", "she",
		"since", "so", "some", "still", "such", "that", "the", "their", "then", "there", "these", "they",
		"this", "those", "though", "to", "two", "under", "until", "we", "what", "when", "where",
		"whether", "which", "while", "who", "why", "with", "without", "yet", "you":
		return true
	}
	return false
}
