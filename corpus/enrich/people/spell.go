package people

import (
	"slices"
	"strings"
)

// Spell returns the words of a full name, in lower case and without diacritics,
// as they are spelled in the key that joins all spellings of a name. Names that
// romanisation writes in many ways take one of them, "Mohammed" and "Muhammad"
// the latter; of other words only what never tells two names apart is made
// equal. Articles within the name are dropped ("Bashar al-Assad"), and names
// of several words that some write in one are one ("Abdel Fattah", "Noureddine"
// are "abdulfattah", "nur din"). A name of one word stays as it is.
func Spell(words []string) []string {
	if !isFull(words) {
		return words
	}
	out := make([]string, 0, len(words)+1)
	for i := 0; i < len(words); i++ {
		w := words[i]
		last := i == len(words)-1
		if i > 0 && !last && isArticle(w, words[i+1]) {
			continue
		}
		if w == "abd" && i+2 < len(words) && isArticle(words[i+1], words[i+2]) {
			i++
			w = "abdul"
		}
		if isServant(w) && i+1 < len(words) {
			if i++; words[i] != "allah" {
				out = append(out, "abdul"+Spelling(words[i]))
			} else {
				out = append(out, "abdullah")
			}
			continue
		}
		if head, ok := withoutDin(w); ok {
			out = append(out, Spelling(head), "din")
			continue
		}
		out = append(out, Spelling(w))
	}
	return out
}

// isFull tells whether a name has two words that are neither particles nor
// initials.
func isFull(words []string) bool {
	n := 0
	for _, w := range words {
		if len(w) > 1 && !strings.Contains(particles, " "+w+" ") {
			n++
		}
	}
	return n > 1
}

// isArticle tells whether a word is the Arabic article of the next one, which may
// be assimilated to its first letter: "ar" in "ar Rashid".
func isArticle(w, next string) bool {
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

// isServant tells whether a word is "servant of", to which a name of God belongs.
func isServant(w string) bool {
	switch w {
	case "abdul", "abdel", "abdal", "abdol", "abdur", "abder", "abdus", "abdes", "abdoul", "abdil":
		return true
	default:
		return false
	}
}

// withoutDin returns the part of "Salahuddin" before "of the faith".
func withoutDin(w string) (string, bool) {
	for _, tail := range []string{"eddine", "uddine", "eddin", "uddin", "addin", "oddin", "aldin", "eldin"} {
		if head := strings.TrimSuffix(w, tail); len(head) < len(w) && len(head) > 1 {
			return head, true
		}
	}
	return "", false
}

// Spelling returns the spelling that stands for all of one word of a name. It is
// that of its own result.
func Spelling(word string) string {
	known := spelling()
	for {
		if s, ok := known[word]; ok {
			return s
		}
		if s, ok := servant(word, known); ok {
			return s
		}
		next := respell(word)
		if next == word {
			break
		}
		word = next
	}
	// "Soleimani" is of Suleiman, however that is written.
	for _, tail := range []string{"i", "y"} {
		if stem, ok := known[strings.TrimSuffix(word, tail)]; ok && strings.HasSuffix(word, tail) && len(stem) > 3 {
			return strings.TrimRight(stem, "aeiou") + "i"
		}
	}
	return word
}

// servant reads "Abderrahmane", "Abdulrahman": "servant of" with a name of God.
func servant(word string, known map[string]string) (string, bool) {
	rest, ok := strings.CutPrefix(word, "abd")
	if !ok || len(rest) < 5 || !isVowel(rest[0]) {
		return "", false
	}
	if rest = strings.TrimLeft(rest, "aeou"); len(rest) < 3 {
		return "", false
	}
	for _, name := range []string{rest, rest[1:]} {
		if s, ok := known[name]; ok && (len(name) == len(rest) || rest[0] == 'l' || rest[0] == name[0]) {
			return "abdul" + s, true
		}
	}
	if rest[0] == 'l' && len(rest) > 3 && word[3] != 'u' {
		return "abdul" + rest[1:], true
	}
	return "", false
}

func isVowel(c byte) bool { return strings.IndexByte("aeiou", c) >= 0 }

func isConsonant(c byte) bool { return 'a' <= c && c <= 'z' && c != 'y' && !isVowel(c) }

// respell returns a word with what never tells two names apart made equal. The
// result is not longer, and in the end stays the same.
func respell(w string) string {
	if len(w) < 4 {
		return w
	}
	for _, e := range endings {
		if head, ok := strings.CutSuffix(w, e.from); ok && len(head) > 2 {
			w = head + e.to
			break
		}
	}
	return sounds(w)
}

// endings are those of Slavic and Arabic names.
var endings = []struct{ from, to string }{
	{"skiy", "sky"}, {"skyy", "sky"}, {"skyi", "sky"}, {"skij", "sky"}, {"skii", "sky"}, {"ski", "sky"},
	{"niy", "ny"}, {"nyi", "ny"}, {"nyj", "ny"}, {"nij", "ny"},
	{"skaia", "skaya"}, {"skaja", "skaya"}, {"yeva", "eva"}, {"yev", "ev"}, {"off", "ov"}, {"eff", "ev"},
	{"vitch", "vich"}, {"vych", "vich"}, {"tchuk", "chuk"}, {"iyeh", "iya"}, {"iyah", "iya"},
	{"iye", "iya"}, {"ullah", "ala"}, {"ollah", "ala"}, {"allah", "ala"}, {"ulla", "ala"},
	{"eh", "a"}, {"ah", "a"},
}

// sounds makes letters and their pairs equal that stand for one sound.
func sounds(w string) string {
	out := make([]byte, 0, len(w))
	for i := 0; i < len(w); i++ {
		c := w[i]
		var next, after byte
		if i+1 < len(w) {
			next = w[i+1]
		}
		if i+2 < len(w) {
			after = w[i+2]
		}
		var prev byte
		if len(out) > 0 {
			prev = out[len(out)-1]
		}
		switch {
		case c == next && c < 0x80 && isConsonant(c):
			continue
		case c == next && (c == 'a' || c == 'i' || c == 'u' || c == 'y'):
			continue
		case c == 'e' && next == 'e' && after != 0 && slices.ContainsFunc(out, isVowel):
			out = append(out, 'i')
			i++
		case c == 'o' && next == 'o' && after != 0 && slices.ContainsFunc(out, isVowel):
			out = append(out, 'u')
			i++
		case c == 'o' && next == 'u' && w != "louis" && w != "louise":
			out = append(out, 'u')
			i++
		case c == 'd' && next == 'h', c == 'g' && next == 'h' && (prev == 0 || prev == 'a') && isVowel(after):
			out = append(out, c)
			i++
		case c == 'd' && next == 'j':
			continue
		case c == 'q' && next != 'i' && !(next == 'u' && (isVowel(after) || after == 'y')):
			out = append(out, 'k')
		case c == 't' && next == 'z':
			out = append(out, 't', 's')
			i++
		case c == 'k' && next == 's' && prev != 'c' && isVowel(after):
			out = append(out, 'x')
			i++
		case c == 'y' && next != 0 && isConsonant(next) && (prev != 0 && isConsonant(prev) || prev == 'a'):
			out = append(out, 'i')
		default:
			out = append(out, c)
		}
	}
	return string(out)
}
