package places

import (
	"hash/fnv"
	"slices"
	"sort"
	"strings"
)

// A script is one that names are written in otherwise than in Latin letters,
// and come to English by many ways: Saraqib, Saraqeb, Sarakeb.
type script string

const (
	arabic   script = "arabic"
	cyrillic script = "cyrillic"
)

// scripts are those of countries whose names are looked up by sound, by
// GeoNames id: Syria, Palestine, Lebanon, Iraq; Yemen, Sudan, Libya, Egypt;
// Jordan, Saudi Arabia, the Emirates, Oman; Qatar, Kuwait, Bahrain, Israel;
// Tunisia, Algeria, Morocco; Ukraine, Russia, Belarus.
var scripts = map[string]script{
	"gn:163843": arabic, "gn:6254930": arabic, "gn:272103": arabic, "gn:99237": arabic,
	"gn:69543": arabic, "gn:366755": arabic, "gn:2215636": arabic, "gn:357994": arabic,
	"gn:248816": arabic, "gn:102358": arabic, "gn:290557": arabic, "gn:286963": arabic,
	"gn:289688": arabic, "gn:285570": arabic, "gn:290291": arabic, "gn:294640": arabic,
	"gn:2464461": arabic, "gn:2589581": arabic, "gn:2542007": arabic,
	"gn:690791": cyrillic, "gn:2017370": cyrillic, "gn:630336": cyrillic,
}

// A sound is what names are compared by that are spelt differently. Names of
// one coarse sound are much alike; of one fine sound too they differ only in
// articles, spaces, doubled letters and a final h.
type sound struct {
	coarse uint32
	fine   byte
}

// minSound is how many letters a coarse key has at least: of fewer, too many
// names sound alike.
const minSound = 3

// minSounding is how many letters a name has at least that is looked up by sound.
const minSounding = 5

// soundOf returns the sound of a folded name; ok is false where it is too short
// to be known by it.
func soundOf(s script, key string) (sound, bool) {
	fine := fineKey(s, key)
	coarse := coarseArabic(fine)
	if s == cyrillic {
		coarse = coarseCyrillic(fine)
	}
	if len(coarse) < minSound || len(key) < minSounding {
		return sound{}, false
	}
	return sound{hash(s, coarse), byte(hash(s, strings.ReplaceAll(fine, " ", "")))}, true
}

func hash(s script, key string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(s))
	h.Write([]byte(key))
	return h.Sum32()
}

// fineKey drops articles, doubled letters and a final h; words stay apart.
func fineKey(s script, key string) string {
	words := strings.Fields(key)
	if s == arabic {
		words = slices.DeleteFunc(words, func(w string) bool { return articles[w] })
	}
	key = strings.Join(words, " ")
	var b strings.Builder
	for i := range len(key) {
		if i == 0 || key[i] != key[i-1] {
			b.WriteByte(key[i])
		}
	}
	return strings.TrimSuffix(b.String(), "h")
}

// articles are the forms of the Arabic article.
var articles = map[string]bool{"al": true, "el": true, "ul": true, "il": true, "ar": true, "er": true,
	"as": true, "es": true, "ad": true, "ed": true, "an": true, "en": true, "az": true, "ez": true,
	"ash": true, "esh": true, "at": true, "et": true, "ath": true, "eth": true, "adh": true, "l": true,
	"ech": true, "ach": true, "edh": true}

// common are words of place names that are spelt in ways of their own.
var common = map[string]string{
	"kafr": "kafr", "kafar": "kafr", "kfar": "kafr", "kufr": "kafr", "kefr": "kafr", "kfr": "kafr", "kafer": "kafr",
	"tal": "tal", "tel": "tal", "tell": "tal", "til": "tal",
	"ayn": "an", "ain": "an", "ein": "an", "eyn": "an", "en": "an", "ayoun": "ayn",
	"dayr": "dar", "deir": "dar", "dair": "dar", "der": "dar", "dir": "dar", "deyr": "dar",
	"shaykh": "shak", "sheikh": "shak", "sheik": "shak", "shaikh": "shak", "cheikh": "shak", "shekh": "shak",
	"jabal": "jabal", "jebel": "jabal", "djebel": "jabal", "jabl": "jabal", "gebel": "jabal", "djabal": "jabal",
	"khirbat": "kharbat", "khirbet": "kharbat", "kherbet": "kharbat", "kharbat": "kharbat", "khirba": "kharbat",
	"hawsh": "hosh", "hosh": "hosh", "housh": "hosh", "haush": "hosh", "hush": "hosh",
	"burj": "borj", "borj": "borj", "bourj": "borj", "bordj": "borj",
	"abu": "abo", "abou": "abo", "abo": "abo", "bu": "abo", "bou": "abo",
	"um": "om", "oum": "om", "om": "om", "im": "om", "em": "om",
}

// coarseArabic writes consonants and vowels that romanisations mix as one.
func coarseArabic(fine string) string {
	words := strings.Fields(fine)
	for i, w := range words {
		if to, ok := common[w]; ok {
			words[i] = to
		}
	}
	key := arabicClasses.Replace(strings.Join(words, ""))
	return strings.TrimRight(squeeze(key), "a")
}

// arabicClasses: short a, e and i vary by dialect, as do long o and u; q, k, c
// and g stand for one another, as do sh and ch, dh and d, j, dj and y.
var arabicClasses = strings.NewReplacer(
	"sh", "S", "tch", "S", "ch", "S", "kh", "K", "gh", "G", "th", "t", "dh", "d", "dj", "j", "zh", "j",
	"ou", "o", "aw", "o", "au", "o", "ow", "o", "oo", "o", "u", "o", "w", "o",
	"ay", "a", "ai", "a", "ei", "a", "ey", "a", "iy", "a", "ee", "a", "e", "a", "i", "a", "y", "a",
	"q", "k", "c", "k", "x", "ks", "g", "j", "v", "f", "p", "b",
)

// squeeze drops repeated letters.
func squeeze(key string) string {
	var b strings.Builder
	for i := range len(key) {
		if i == 0 || key[i] != key[i-1] {
			b.WriteByte(key[i])
		}
	}
	return b.String()
}

// coarseCyrillic writes Ukrainian and Russian forms of a name alike: Kharkiv and
// Kharkov, Bila Tserkva and Belaya Tserkov, Chornobyl and Chernobyl.
func coarseCyrillic(fine string) string {
	words := strings.Fields(fine)
	for i, w := range words {
		words[i] = cyrillicEnding(w)
	}
	return squeeze(cyrillicClasses.Replace(strings.Join(words, "")))
}

func cyrillicEnding(word string) string {
	for _, e := range cyrillicEndings {
		if s, ok := strings.CutSuffix(word, e[0]); ok && len(s) >= minSound {
			return s + e[1]
		}
	}
	return strings.TrimRight(word, "aeiouy")
}

var cyrillicEndings = [][2]string{
	{"skoye", "sk"}, {"skoe", "sk"}, {"skaya", "sk"}, {"skaia", "sk"}, {"skyi", "sk"}, {"skiy", "sk"},
	{"ske", "sk"}, {"ska", "sk"}, {"sky", "sk"}, {"ski", "sk"}, {"skyy", "sk"}, {"skij", "sk"},
	{"noye", "n"}, {"noe", "n"}, {"naya", "n"}, {"nyi", "n"}, {"nyy", "n"}, {"ny", "n"},
	{"pil", "pl"}, {"pol", "pl"}, {"hrad", "grad"},
}

var cyrillicClasses = strings.NewReplacer(
	"shch", "S", "sch", "S", "sh", "S", "ch", "C", "tch", "C", "zh", "Z", "kh", "h", "ts", "c", "tz", "c",
	"g", "h", "w", "v", "ye", "i", "yi", "i", "yo", "i", "ya", "a", "ia", "a", "ja", "a", "yu", "u", "iu", "u",
	"ii", "i", "iy", "i", "yy", "i", "e", "i", "o", "i", "y", "i", "j", "i",
)

// sounding returns the places of a layer that sound like a name; fine ones are
// those whose fine sound is its too.
func (l *layer) sounding(want sound, out, fine []ref) ([]ref, []ref) {
	n := len(l.sounds) / soundSize
	coarse := func(i int) uint32 {
		s := l.sounds[i*soundSize:]
		return uint32(s[0])<<24 | uint32(s[1])<<16 | uint32(s[2])<<8 | uint32(s[3])
	}
	for i := sort.Search(n, func(i int) bool { return coarse(i) >= want.coarse }); i < n && coarse(i) == want.coarse; i++ {
		s := l.sounds[i*soundSize:]
		r := l.global(u24(s[5:]))
		if r == none || slices.Contains(out, r) {
			continue
		}
		out = append(out, r)
		if s[4] == want.fine {
			fine = append(fine, r)
		}
	}
	return out, fine
}
