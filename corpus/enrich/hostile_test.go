package enrich

import (
	"fmt"
	"strings"
	"testing"

	"dateline/corpus"
)

// hostile are texts that would take a time beyond their length, or much memory, if
// anything were looked for again and again. Each is what it begins with, and what
// comes again, "%s" in it a new word each time.
var hostile = []struct{ begin, again string }{
	// words without an end
	{"Mr B", "bcdfg"}, {"Mr A", "abdul"}, {"Mr A", "tz"}, {"Mr A", "-Adam"}, {"Mr A", "a-"}, {"Mr Adam", "%s-"},
	{"Ada", " "}, {"", "A\u0301"}, {"", "'"}, {"", "."},
	// names without an end
	{"Mr ", "%s "}, {"Mr Khalid ", "al "}, {"the ", "National Bank of "}, {"", "Council "}, {"", "PARIS "},
	// one name again and again
	{"", "By John Smith "}, {"", "John Smith, 45, "}, {"", "Ada Quell spoke. "}, {"", "\n— John Smith\n"},
	{"Gaza. ", "Khan Younis spoke. "}, {"Gaza. ", "Mr Khan Younis told her so. "}, {"", "He was in San José. "},
	{"", "Syrian, Iraqi, French "},
	// many names
	{"", "%s Smith spoke. Smith left. "}, {"", "John %s spoke. %[1]s left. "}, {"", "Mohammed al-%s spoke. "},
	{"", "in the town of %s, Aleppo province, Syria. "}, {"", "the %s Ministry met. "},
	// what the text says of them
	{"", "Paris and London and Berlin (PLB). "}, {"He saw ", "Hamas and Fatah and Hezbollah (HFH) "},
	{"He saw ", "Syrian Iraqi Lebanese (SIL) "}, {"", "a Ux el Ix village "}, {"", "al %s village\n"},
	// dates
	{"", "two days after "}, {"", "1–2 January–"}, {"", "from Monday to "}, {"", "10:"}, {"", "1"},
}

// hostileText returns at least n bytes of a text.
func hostileText(begin, again string, n int) string {
	var b strings.Builder
	b.WriteString(begin)
	for i := 0; b.Len() < n; i++ {
		if !strings.Contains(again, "%") {
			b.WriteString(again)
			continue
		}
		fmt.Fprintf(&b, again, newWord(i))
	}
	return b.String()
}

// newWord returns another word with a capital for each number.
func newWord(i int) string {
	var b strings.Builder
	for k := range 5 {
		syllable := "badekilomurasatevizo"[i%10*2:][:2]
		if k == 0 {
			syllable = strings.ToUpper(syllable[:1]) + syllable[1:]
		}
		b.WriteString(syllable)
		i /= 10
	}
	return b.String()
}

// Each of these texts is read as title and as text. BenchmarkHostile shows whether
// one takes the square of its length.
func TestHostileTexts(t *testing.T) {
	const size = 1 << 14
	e := enricher()
	for _, c := range hostile {
		text := hostileText(c.begin, c.again, size)
		for _, a := range []corpus.Article{article("", text, "2024-03-28"), article(text, "", "")} {
			checkMentions(t, a, e.Document(a))
		}
	}
}

// BenchmarkHostile reads texts of two lengths: a speed that falls from the one to
// the other tells of one that takes more than its length.
func BenchmarkHostile(b *testing.B) {
	e := enricher()
	e.Document(article("", bridge, ""))
	for _, c := range hostile {
		for _, size := range []int{1 << 16, 1 << 20} {
			a := article("", hostileText(c.begin, c.again, size), "2024-03-28")
			b.Run(fmt.Sprintf("%s%s/%d", c.begin, c.again, size), func(b *testing.B) {
				b.SetBytes(int64(size))
				for b.Loop() {
					e.Document(a)
				}
			})
		}
	}
}
