package people

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"dateline/corpus/enrich/places"
)

// particles belong to the word behind them.
var particles = set("al el abu abou bin ibn van von de da di del della der den la le ben bint ul ur ad as " +
	"an ash az ar at dos das do du ter ten zu zur umm oum ould mac st af")

// titles are no part of a name.
var titles = set("mr mrs ms mx miss messrs dr doctor prof professor sir dame lord lady rev reverend hon " +
	"honorable honourable president premier pm chancellor minister secretary senator sen " +
	"representative rep congressman congresswoman lawmaker mp governor gov mayor councillor councilman " +
	"general gen colonel col lieutenant lt major maj captain capt sergeant sgt corporal cpl private pvt " +
	"admiral adm commander cmdr commodore brigadier brig marshal commissioner ambassador envoy consul " +
	"speaker judge justice cardinal bishop archbishop patriarch rabbi ayatollah warlord " +
	"spokesman spokeswoman spokesperson chairman madam madame monsieur " +
	"former ex acting interim deputy late then outgoing incoming")

// offices are the words of titles that are none by themselves.
var offices = set("vice prime foreign defence defense interior crown")

// styles are titles that a name of one word keeps: "Pope Francis".
var styles = set("pope king queen prince princess emperor empress emir sultan sheikh sheik shaikh mullah " +
	"imam father sister brother duke duchess count countess baron baroness tsar caliph")

// leads tells whether a word is of a title.
func leads(word string) bool { return titles[word] || offices[word] || styles[word] }

// IsTitle tells whether a word, in lower case, before a name is no part of it.
func IsTitle(word string) bool { return titles[word] }

// IsStyle tells whether a word, in lower case, is a title that a name of one word
// needs to be known by: "Pope Francis", "Mullah Omar" keep it, "Pope John Paul"
// does not.
func IsStyle(word string) bool { return styles[word] }

// IsParticle tells whether a word, in lower case, belongs to the word behind it.
func IsParticle(word string) bool { return particles[word] }

// links show that a title before them has not ended: "President of the Republic".
var links = set("of for and to")

func set(words string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		out[w] = true
	}
	return out
}

// A name is what is compared of a name as it is written.
type name struct {
	words  []word
	parts  []word // of the surname, where it has several
	number string // that tells bearers of one name apart: "ii", "jr"
	plural bool   // of a family: "the Ada Quells"
	styled bool   // with "king", "sheikh" before it
	whole  string // equal for names written alike but for spaces and hyphens
	text   string // as it is shown
}

func (n *name) last() word { return n.words[len(n.words)-1] }

// full tells whether a name says which bearer of its last word is meant.
func (n *name) full() bool { return len(n.words) > 1 || n.number != "" }

// written returns the words of a name without a possessive, and without what
// follows a comma ("Louis, Duke of Burgundy").
func written(text string) []string {
	text, tail, _ := strings.Cut(text, ",")
	fields := strings.Fields(text)
	if len(fields) == 0 {
		return nil
	}
	if tail = strings.TrimSpace(tail); lower(tail) == "jr" || lower(tail) == "sr" {
		fields = append(fields, tail)
	}
	last := len(fields) - 1
	fields[last] = possessive(fields[last])
	return fields
}

func possessive(w string) string {
	for _, end := range []string{"'s", "’s", "'S", "’S", "'", "’"} {
		if s, ok := strings.CutSuffix(w, end); ok && s != "" {
			return s
		}
	}
	return w
}

// parse reads a name. It has at least one word.
func parse(text string) name {
	var n name
	fields := written(text)
	if i := untitled(fields); i > 0 && !links[strings.ToLower(fields[i])] {
		n.styled = slices.ContainsFunc(fields[:i], func(f string) bool { return styles[lower(f)] })
		fields = fields[i:]
	}
	n.text = strings.Join(fields, " ")
	if len(fields) > 1 && styles[lower(fields[0])] {
		n.styled, fields = true, fields[1:] // as the text goes on to say
	}
	n.read(fields)
	if len(n.words) == 0 {
		n.text = Tidy(text)
		n.words = []word{newWord(strings.ToLower(n.text))}
	}
	if last := n.words[len(n.words)-1]; len(n.words) > 1 || !isParent(last) {
		n.parts = parts(last)
	}
	return n
}

// read reads the words of a name.
func (n *name) read(fields []string) {
	shout := !strings.ContainsFunc(n.text, unicode.IsLower)
	held := ""
	for i, field := range fields {
		w := strings.Trim(fold(field), `.,"“”'()`)
		if i > 0 && (w == "of" || w == "the") {
			break
		}
		last := i == len(fields)-1 || lower(fields[i+1]) == "of"
		switch {
		case w == "":
		case i > 0 && last && isNumber(w):
			n.number = w
		case particles[w]:
			held += w + "-"
			n.whole += w
		default:
			n.whole += w
			n.words = append(n.words, newWords(held, w, field, shout)...)
			held = ""
		}
	}
	n.whole = strings.ReplaceAll(n.whole, "-", "") + " " + n.number
	n.words = servants(n.words)
	if held != "" {
		n.words = append(n.words, newWord(strings.TrimSuffix(held, "-")))
	}
}

// untitled returns how many words a name begins with that are titles. A style
// before one word is a part of what is shown: "Pope Francis".
func untitled(fields []string) int {
	n := 0
	for n+1 < len(fields) && leads(lower(fields[n])) {
		n++
	}
	names := len(fields) - n
	if names > 1 && isNumber(lower(fields[len(fields)-1])) {
		names--
	}
	for names == 1 && n > 0 && (styles[lower(fields[n-1])] || lower(fields[n-1]) == "crown") {
		n--
	}
	return n
}

// lower returns a word in lower case without punctuation about it.
func lower(field string) string { return strings.ToLower(strings.Trim(field, ".,")) }

// isNumber tells the words that tell bearers of one name apart.
func isNumber(w string) bool {
	switch w {
	case "jr", "sr", "junior", "senior":
		return true
	}
	return w != "" && strings.Trim(w, "ivx") == "" && len(w) < 6
}

// servants joins "abdul", "abdel" with the name behind them.
func servants(words []word) []word {
	for i := 0; i+1 < len(words); i++ {
		if t := words[i].text; IsServant(t) {
			words[i] = newWord(Spelling("abdul" + strings.TrimPrefix(unarticled(words[i+1].text), "-")))
			words = append(words[:i+1], words[i+2:]...)
		}
	}
	return words
}

// newWords returns the words that a field is: one, or its initials.
func newWords(held, w, field string, shout bool) []word {
	if !strings.Contains(w, ".") && (shout || len(w) != 2 || field != strings.ToUpper(field)) {
		return []word{newWord(held + w)}
	}
	if parts := strings.Split(w, "."); len(parts) > 1 && len(parts[len(parts)-1]) > 1 {
		w = parts[0] // "J.Smith" is no initial alone
		return []word{newWord(w), newWord(parts[len(parts)-1])}
	}
	var out []word
	for _, r := range strings.ReplaceAll(w, ".", "") {
		out = append(out, newWord(string(r)))
	}
	return out
}

// fold is places.Fold with hyphens and full stops kept.
func fold(word string) string {
	if isPlain(word) {
		return strings.ToLower(word)
	}
	parts := strings.FieldsFunc(word, func(r rune) bool {
		return r == '-' || r == '‐' || r == '‑'
	})
	for i, p := range parts {
		dotted := strings.Contains(strings.TrimSuffix(p, "."), ".")
		if parts[i] = places.Fold(p); dotted {
			parts[i] = strings.ToLower(p)
		}
	}
	return strings.Join(parts, "-")
}

func isPlain(word string) bool {
	for i := range len(word) {
		if c := word[i] | 0x20; c < 'a' || c > 'z' {
			return false
		}
	}
	return true
}

// A word is a word of a name, made ready to be compared.
type word struct {
	text    string // spelled as all its variants are
	bones   string // its consonants
	vowels  string // one for what stands before each of bones and behind the last
	initial bool
}

// newWord reads a word in lower case, with particles before it.
func newWord(text string) word {
	w := word{text: text, initial: utf8.RuneCountInString(text) == 1}
	bare := strings.ReplaceAll(unarticled(text), "-", "")
	if bare == "" {
		bare = text
	}
	w.bones, w.vowels = skeleton(Spelling(bare))
	if bare == text {
		w.text = Spelling(bare)
	}
	return w
}

// unarticled returns a word without the Arabic article.
func unarticled(word string) string {
	if head, tail, ok := strings.Cut(word, "-"); ok && IsArticle(head, tail) {
		return tail
	}
	return word
}

// alike tells whether two words may be spellings of one. Between the same
// consonants vowels may differ as romanisation writes them: e for a or i, o for
// u; or be left out within a longer word.
func alike(a, b word) bool {
	if a.text == b.text {
		return true
	}
	if a.bones != b.bones || len(a.vowels) != len(b.vowels) || len(a.bones) < 2 {
		return false
	}
	for i := range len(a.vowels) {
		x, y := a.vowels[i], b.vowels[i]
		if x > y {
			x, y = y, x
		}
		switch {
		case x == y, x == 'a' && y == 'e', x == 'e' && y == 'i':
		case x == '-' && y != 'u' && i > 0 && i < len(a.vowels)-1 && len(a.bones) > 3:
		default:
			return false
		}
	}
	return true
}

// skeleton parts the consonants of a word from its vowels. Consonants that
// romanisation confuses are one.
func skeleton(w string) (bones, vowels string) {
	w = consonants.Replace(w)
	if len(w) > 2 {
		w = strings.TrimSuffix(w, "h")
	}
	var b, v strings.Builder
	slot, prev := byte('-'), rune(0)
	for _, r := range w {
		if strings.ContainsRune("aeiouy", r) {
			slot = vowel(slot, byte(r))
		} else if r != prev && r != '\'' {
			b.WriteRune(r)
			v.WriteByte(slot)
			slot = '-'
		}
		prev = r
	}
	v.WriteByte(slot)
	return b.String(), v.String()
}

// vowel adds a vowel to those before it in a row.
func vowel(row, c byte) byte {
	switch {
	case c == 'o' || c == 'u' || row == 'u':
		return 'u'
	case c == 'i' || c == 'y' || row == 'i':
		return 'i'
	case c == 'e' && row == '-', row == 'e' && c == 'e':
		return 'e'
	default:
		return 'a'
	}
}

var consonants = strings.NewReplacer(
	"sch", "S", "tch", "C", "sh", "S", "ch", "S", "kh", "k", "gh", "g", "dh", "d", "th", "t", "ph", "f",
	"tz", "Z", "ts", "Z", "dj", "j", "zh", "j", "ck", "k", "cz", "C", "off", "ov", "eff", "ev",
	"q", "k", "w", "v", "x", "ks", "ce", "se", "ci", "si", "c", "k",
)

// isParent tells a name by a child's: "Umm Khaled" is not called Khaled.
func isParent(w word) bool {
	head, _, _ := strings.Cut(w.text, "-")
	switch head {
	case "abu", "abou", "umm", "oum":
		return true
	default:
		return false
	}
}

// parts returns the parts of a surname with a hyphen or particles: "Cortez" of
// "Ocasio-Cortez", "Berg" of "van der Berg".
func parts(surname word) []word {
	if !strings.Contains(surname.text, "-") {
		return nil
	}
	var out []word
	for p := range strings.SplitSeq(surname.text, "-") {
		if len(p) > 2 && !particles[p] {
			out = append(out, newWord(p))
		}
	}
	return out
}

// compatible tells whether two full names may be one person's.
func compatible(a, b *name) bool {
	if a.number != b.number && a.number != "" && b.number != "" {
		return false
	}
	if len(a.words) > len(b.words) {
		a, b = b, a
	}
	short, long := a.words, b.words
	if len(short) == 1 {
		return len(long) == 1 && alike(short[0], long[0]) && a.number == b.number
	}
	if !alike(short[len(short)-1], long[len(long)-1]) {
		// "Mohammed bin Salman" of "Mohammed bin Salman Al Saud".
		return len(short) < len(long) && allAlike(short, long[:len(short)])
	}
	given, more := short[:len(short)-1], long[:len(long)-1]
	if !sameGiven(given[0], more[0]) {
		// Known by a middle name: "Rupert Murdoch" of "Keith Rupert Murdoch".
		return len(given) < len(more) && !more[0].initial && !patronymic(more) &&
			allAlike(given, more[len(more)-len(given):])
	}
	return subsequence(given[1:], more[1:])
}

func allAlike(a, b []word) bool {
	for i := range a {
		if !alike(a[i], b[i]) {
			return false
		}
	}
	return true
}

// patronymic tells whether names stand in a row of which those behind the first
// are the father's and grandfather's: where the second is an Arabic given name
// and the first no mere "Muhammad".
func patronymic(given []word) bool {
	return spellings()[given[1].text].arabic && given[0].text != "mohammed"
}

// subsequence tells whether the middle names of one are among the other's, in
// order. Initials must stand first as they do there: "George W. Bush" is not
// "George H. W. Bush".
func subsequence(a, b []word) bool {
	if len(a) > 0 && len(b) > 0 && (a[0].initial || b[0].initial) {
		return sameGiven(a[0], b[0])
	}
	i := 0
	for _, w := range b {
		if i < len(a) && alike(a[i], w) {
			i++
		}
	}
	return i == len(a) || len(b) == 0
}
