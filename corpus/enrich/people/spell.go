package people

import (
	"slices"
	"strings"
)

// Spell returns the words of a full name, in lower case and without diacritics,
// as they are spelled in the key that joins all spellings of a name. Names that
// romanisation writes in many ways take one of them, "Muhammad" and "Mohammed"
// the latter; of other words only what never tells two names apart is made
// equal; and beside an Arabic name, e and i, o and u. Articles within the name
// are dropped ("Bashar al-Assad"), and names of several words that some write in
// one are one ("Abdel Fattah", "Noureddine" are "abdulfattah", "nur din"). A
// name of one word stays as it is.
func Spell(words []string) []string {
	if !isFull(words) {
		return words
	}
	spell := Spelling
	if slices.ContainsFunc(words, func(w string) bool { return spellings()[w].arabic }) {
		spell = arabicSpelling
	}
	out := make([]string, 0, len(words)+1)
	for i := 0; i < len(words); i++ {
		w := words[i]
		last := i == len(words)-1
		if i > 0 && !last && IsArticle(w, words[i+1]) {
			continue
		}
		if w == "abd" && i+2 < len(words) && IsArticle(words[i+1], words[i+2]) {
			i++
			w = "abdul"
		}
		if IsServant(w) && w != "abd" && i+1 < len(words) {
			if i++; words[i] != "allah" {
				out = append(out, "abdul"+spell(words[i]))
			} else {
				out = append(out, "abdullah")
			}
			continue
		}
		if head, ok := withoutDin(w); ok && (head != "" || i > 0) {
			if head != "" {
				out = append(out, spell(head))
			}
			out = append(out, "din")
			continue
		}
		out = append(out, spell(w))
	}
	return out
}

// isFull tells whether a name has two words that are neither particles nor
// initials. "Abu Omar" and "Abdel Rahman" are names of one.
func isFull(words []string) bool {
	n := 0
	for _, w := range words {
		if len(w) > 1 && !particles[w] && !IsServant(w) {
			n++
		}
	}
	return n > 1
}

// IsArticle tells whether a word is the Arabic article of the next one, which may
// be assimilated to its first letter: "ar" in "ar Rashid".
func IsArticle(w, next string) bool {
	switch w {
	case "al", "el", "ul":
		return true
	case "ad", "an", "ar", "as", "at", "az", "ed", "en", "er", "es", "et", "ez", "ud", "ur", "us":
		return strings.HasPrefix(next, w[1:])
	case "ash", "esh", "ush":
		return strings.HasPrefix(next, "sh")
	default:
		return false
	}
}

// IsServant tells whether a word is "servant of", to which a name of God belongs.
func IsServant(w string) bool {
	switch w {
	case "abd", "abdul", "abdel", "abdal", "abdol", "abdur", "abder", "abdus", "abdes", "abdoul",
		"abdil":
		return true
	default:
		return false
	}
}

// withoutDin returns the part of "Salahuddin" before "of the faith", none of
// "Eddine".
func withoutDin(w string) (string, bool) {
	for _, tail := range []string{
		"eddine", "uddine", "eddin", "uddin", "addin", "oddin", "aldin", "eldin",
	} {
		if head := strings.TrimSuffix(w, tail); len(head) < len(w) && len(head) != 1 {
			return head, true
		}
	}
	return "", false
}

// maxWord is the most bytes of a word that is spelled anew: there is no longer one
// that is a name.
const maxWord = 64

// Spelling returns the spelling that stands for all of one word of a name. It is
// that of its own result. A word that is too long for a name stays as it is.
func Spelling(word string) string {
	names := spellings()
	for len(word) <= maxWord {
		if k, ok := names[word]; ok {
			return k.spelling
		}
		if s, ok := servant(word, names); ok && s != word {
			word = s
			continue
		} else if ok {
			return word
		}
		if s, ok := ofName(word, names); ok {
			return s
		}
		next := respell(word)
		if next == word {
			return word
		}
		word = next
	}
	return word
}

// arabicSpelling is Spelling for words beside an Arabic name. Arabic has three
// vowels, which romanisation writes as five.
func arabicSpelling(word string) string {
	for {
		word = Spelling(word)
		if _, ok := spellings()[word]; ok || len(word) < 4 || strings.HasPrefix(word, "abdul") {
			return word
		}
		if _, ok := ofName(word, spellings()); ok {
			return word
		}
		next := arabicVowels.Replace(word)
		if next == word {
			return word
		}
		word = next
	}
}

var arabicVowels = strings.NewReplacer("e", "i", "o", "u", "ch", "sh")

// ofName reads a name made of another, in any of its spellings: "Soleimani" is
// of Suleiman.
func ofName(word string, names map[string]known) (string, bool) {
	last := len(word) - 1
	if last < 4 || word[last] != 'i' && word[last] != 'y' {
		return "", false
	}
	k, ok := names[word[:last]]
	if !ok || !k.arabic {
		return "", false
	}
	s := strings.TrimRight(k.spelling, "aeiou") + "i"
	if k, ok := names[s]; ok {
		s = k.spelling
	}
	return s, true
}

// servant reads "Abderrahmane", "Abdulrahman": "servant of" with a name of God.
func servant(word string, names map[string]known) (string, bool) {
	rest, ok := strings.CutPrefix(word, "abd")
	if !ok || len(rest) < 5 || !isVowel(rest[0]) {
		return "", false
	}
	if rest = strings.TrimLeft(rest, "aeou"); len(rest) < 3 {
		return "", false
	}
	for _, name := range []string{rest, rest[1:]} {
		if k, ok := names[name]; ok && (len(name) == len(rest) || rest[0] == 'l' || rest[0] == name[0]) {
			return "abdul" + k.spelling, true
		}
	}
	if rest[0] == 'l' && len(rest) > 3 {
		return "abdul" + Spelling(rest[1:]), true
	}
	return "", false
}

func isVowel(c byte) bool { return strings.IndexByte("aeiou", c) >= 0 }

func isConsonant(c byte) bool { return 'a' <= c && c <= 'z' && c != 'y' && !isVowel(c) }

// respell returns a word with what never tells two names apart made equal. Done
// again and again, it comes to a word that stays the same.
func respell(w string) string {
	if len(w) < 4 {
		return w
	}
	for _, e := range endings[w[len(w)-1]] {
		if head, ok := strings.CutSuffix(w, e.from); ok && len(head) > 2 {
			w = head + e.to
			break
		}
	}
	if rest, ok := strings.CutPrefix(w, "ye"); ok && len(rest) > 3 && isConsonant(rest[0]) {
		w = w[1:] // "Yefremov"
	}
	return sounds(w)
}

// An ending is one way to write another.
type ending struct{ from, to string }

// endings are those of Slavic and Arabic names, by their last letter.
var endings = map[byte][]ending{
	'y': {{"skiy", "sky"}, {"skyy", "sky"}, {"niy", "ny"}, {"nyy", "ny"}},
	'i': {{"skyi", "sky"}, {"skii", "sky"}, {"ski", "sky"}, {"nyi", "ny"}},
	'j': {{"skij", "sky"}, {"skyj", "sky"}, {"nij", "ny"}, {"nyj", "ny"}},
	'a': {
		{"skaia", "skaya"}, {"skaja", "skaya"}, {"ulla", "ala"},
		{"iyevna", "evna"}, {"yevna", "evna"}, {"ievna", "evna"}, {"jevna", "evna"},
		{"yeva", "eva"}, {"ieva", "eva"}, {"ijeva", "eva"},
	},
	'v': {{"yev", "ev"}, {"iev", "ev"}},
	'f': {{"off", "ov"}, {"eff", "ev"}},
	'c': {{"ovic", "ovich"}, {"jevic", "evich"}, {"evic", "evich"}},
	'h': {
		{"ovitch", "ovich"}, {"ovych", "ovich"}, {"iyevich", "evich"}, {"yevich", "evich"},
		{"ievich", "evich"}, {"jevich", "evich"}, {"yovych", "evich"}, {"evitch", "evich"}, {"iyeh", "iya"}, {"iyah", "iya"},
		{"ullah", "ala"}, {"ollah", "ala"}, {"allah", "ala"}, {"eh", "a"}, {"ah", "a"},
	},
	'e': {{"iye", "iya"}},
	'k': {{"tchuk", "chuk"}, {"czuk", "chuk"}},
}

// sounds makes letters and their pairs equal that stand for one sound.
func sounds(w string) string {
	out := make([]byte, 0, len(w))
	for i := 0; i < len(w); {
		letters, n := sound(w, i, out)
		out = append(out, letters...)
		i += n
	}
	return string(out)
}

// sound returns how the sound at i is written, and how many letters it takes
// there; before is what is written of the word so far.
func sound(w string, i int, before []byte) (string, int) {
	at := func(i int) byte {
		if i < 0 || i >= len(w) {
			return 0
		}
		return w[i]
	}
	c, next, after := w[i], at(i+1), at(i+2)
	first := len(before) == 0
	long := func() bool { return after != 0 && slices.ContainsFunc(before, isVowel) } // "Rasheed", not "Reed"
	switch {
	case c == next && (isConsonant(c) || c == 'a' || c == 'i' || c == 'u' || c == 'y'):
		return "", 1
	case c == 'e' && next == 'e' && long():
		return "i", 2
	case c == 'o' && next == 'o' && long(), c == 'o' && next == 'u':
		return "u", 2
	case c == 'd' && next == 'h':
		return "d", 2
	case c == 'g' && next == 'h' && isVowel(after) && (first || before[len(before)-1] == 'a'):
		return "g", 2
	case c == 'd' && next == 'j':
		return "", 1
	case c == 'q' && next != 'i' && !(next == 'u' && (isVowel(after) || after == 'y')):
		return "k", 1 // but "Qin", "Marquez"
	case c == 't' && next == 'z':
		return "ts", 2
	case c == 'k' && next == 's' && isVowel(after) && at(i-1) != 'c':
		return "x", 2
	case c == 'y' && isConsonant(next) && !first:
		return "i", 1
	default:
		return w[i : i+1], 1
	}
}

// Sound is equal for all words that Same may take for spellings of each other.
func Sound(word string) string { return key(newWord(word)) }

// Same tells whether two full names may be one person's: spellings of each
// other, but for short forms of a given name, initials and middle names.
func Same(a, b string) bool {
	x, y := parse(a), parse(b)
	return x.full() && y.full() && (x.whole == y.whole || compatible(&x, &y))
}

// SameWord tells whether two words of names may be spellings of each other.
func SameWord(a, b string) bool { return alike(newWord(a), newWord(b)) }

// IsUsual tells whether a word of a name, in lower case and without diacritics,
// is spelled as most write it, as far as that is known.
func IsUsual(word string) bool {
	k, ok := spellings()[word]
	return !ok || k.spelling == word
}
