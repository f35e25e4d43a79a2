package values

import (
	"slices"
	"strings"
	"unicode"

	"dateline/corpus/enrich/people"
	"dateline/index/text"
	"dateline/search"
)

// NameKey returns the key that joins the spellings of a person's name: in lower
// case, diacritics folded, words joined by "-", without titles and a leading
// "the". Apostrophes and the full stops of initials are left out, so that
// "Sana'a" and "Sanaa", "U.S." and "US" are one. It holds only letters, digits,
// marks and "-", and is empty for a name without letter or digit. The key of a
// key is itself.
//
// A full name, of two words and more, has the key of all spellings that
// romanisation gives it: "Moammar Qadhafi" that of "Muammar Gaddafi", for each
// word as people.Spell says. A single name is not enough to tell by.
func NameKey(name string) string { return Key(search.Person, name) }

// Key returns the name key of a value of field. Titles lead only the names of
// persons: "General Motors" keeps its first word.
func Key(field search.Field, name string) string { return keyOf(field, keyWords(name)) }

func keyOf(field search.Field, words []string) string {
	if field != search.Person {
		return writtenKey(field, words)
	}
	// What is spelled anew may be a title, or an initial, by its new spelling.
	words = named(words)
	for range maxSpellings {
		spelled := people.Spell(words)
		if slices.Equal(spelled, words) {
			break
		}
		words = named(joinInitials(spelled))
	}
	return strings.Join(words, "-")
}

// keyVersion changes whenever Key may answer otherwise. Fingerprints have it, so
// that what was derived by other keys is derived anew.
const keyVersion = "keys 4 "

// maxSpellings is more than it takes until a key is that of itself.
const maxSpellings = 8

// writtenKey returns the key of a name as it is written.
func writtenKey(field search.Field, words []string) string {
	if field == search.Person {
		return strings.Join(named(words), "-")
	}
	return strings.Join(withSaint(withoutArticle(words)), "-")
}

// named returns the words of a person's name.
func named(words []string) []string { return withSaint(withoutTitles(words)) }

// Written returns what Key does but for spellings: it is equal for names that
// differ in nothing but case, diacritics, punctuation and titles.
func Written(field search.Field, name string) string { return writtenKey(field, keyWords(name)) }

// withSaint writes a leading "st" out.
func withSaint(words []string) []string {
	if len(words) > 1 && words[0] == "st" {
		words[0] = "saint"
	}
	return words
}

// keyWords returns the words of a name, folded, with its initials as one.
func keyWords(name string) []string {
	return joinInitials(nameWords(name))
}

// nameWords returns the words of a name, folded.
func nameWords(name string) []string {
	fields := strings.FieldsFunc(spell(text.Fold(name)), func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.M, unicode.N)
	})
	return slices.DeleteFunc(fields, func(w string) bool {
		return strings.IndexFunc(w, isLetterOrDigit) < 0
	})
}

func isLetterOrDigit(r rune) bool { return unicode.In(r, unicode.L, unicode.N) }

// apostrophes are all that stands for one, and the letters that transliterate
// ayn and hamza.
const apostrophes = "'’‘‛`´′＇ʹʻʼʽʾʿˈ"

// spell leaves out what joins letters to one word, and writes "&" as a word.
func spell(name string) string {
	if text.IsASCII(name) && !strings.ContainsAny(name, "&'`") {
		return name
	}
	var b strings.Builder
	b.Grow(len(name))
	for _, r := range name {
		switch {
		case r == '&':
			b.WriteString(" and ")
		case strings.ContainsRune(apostrophes, r), unicode.Is(unicode.Cf, r):
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// joinInitials joins letters that stand alone: "u", "s" to "us", and "j", "k",
// "rowling" to "jk", "rowling".
func joinInitials(words []string) []string {
	var out []string
	alone := false
	for _, w := range words {
		initial := isInitial(w)
		if initial && alone {
			out[len(out)-1] += w
		} else {
			out = append(out, w)
		}
		alone = initial
	}
	return out
}

func isInitial(word string) bool {
	n := 0
	for _, r := range word {
		if n++; n > 1 || !unicode.IsLetter(r) {
			return false
		}
	}
	return n == 1
}

// withoutArticle leaves out a leading "the", unless all would be gone.
func withoutArticle(words []string) []string {
	for len(words) > 1 && words[0] == "the" {
		words = words[1:]
	}
	return words
}

// withoutTitles leaves out leading titles and articles, however many, as long as
// a name is left behind them.
func withoutTitles(words []string) []string {
	for {
		n := titleWords(words)
		if n == 0 || n == len(words) || isLink(words[n]) || isSuffix(words[n]) {
			return words
		}
		words = words[n:]
	}
}

// titleWords returns how many words the title is long that words begin with.
func titleWords(words []string) int {
	if len(words) == 0 || !titleBegins[words[0]] && !people.IsTitle(words[0]) && !people.IsStyle(words[0]) {
		return 0
	}
	for n := min(maxTitle, len(words)); n > 0; n-- {
		title := strings.Join(words[:n], " ")
		if titles[title] || people.IsTitle(title) ||
			len(words) > n+1 && (title == crownPrince || people.IsStyle(title)) {
			return n
		}
	}
	return 0
}

// isLink tells whether a word shows that the title before it has not ended:
// "President of the Republic" is nobody's name.
func isLink(word string) bool { return slices.Contains(links, word) }

func isSuffix(word string) bool { return slices.Contains(suffixes, word) }

var links = []string{"of", "for", "and", "to", "in"}

// suffixes tell generations apart. They stay in a key, but are no surname.
var suffixes = []string{"jr", "sr", "junior", "senior", "ii", "iii", "iv", "v"}

// maxTitle is the most words in a title.
const maxTitle = 3

// titles are those of several words that lead the names of persons, and "the":
// people.IsTitle knows the others.
var titles = set(
	"the", "vice president", "prime minister", "deputy prime minister", "vice chancellor",
	"foreign minister", "defence minister", "defense minister", "interior minister",
	"finance minister", "justice minister", "health minister", "energy minister",
	"information minister", "deputy minister", "first minister", "foreign secretary",
	"home secretary", "defence secretary", "defense secretary", "treasury secretary",
	"press secretary", "secretary of state", "secretary general", "secretary of defense",
	"under secretary", "undersecretary general", "director general", "attorney general",
	"special envoy", "high commissioner", "rear admiral", "vice admiral", "field marshal",
	"air marshal", "chief marshal", "staff sergeant", "chief of staff", "chief justice",
	"grand ayatollah", "grand mufti", "rebel leader",
)

// crownPrince is a style, as people.IsStyle knows others.
const crownPrince = "crown prince"

// titleBegins are the first words of titles of several words.
var titleBegins = func() map[string]bool {
	out := map[string]bool{"crown": true}
	for title := range titles {
		first, _, _ := strings.Cut(title, " ")
		out[first] = true
	}
	return out
}()

func set(words ...string) map[string]bool {
	out := make(map[string]bool, len(words))
	for _, w := range words {
		out[w] = true
	}
	return out
}
