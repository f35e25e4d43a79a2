package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold returns s with case and diacritics folded: "Şırnak" becomes "sirnak".
// Letters are taken apart by Unicode's compatibility decomposition, marks on
// Latin, Greek, Cyrillic, Hebrew and Arabic letters dropped, as are characters
// that are not seen, and letters that people write one for the other joined.
// Fold(Fold(s)) is Fold(s). Bytes that are not UTF-8 become U+FFFD.
func Fold(s string) string {
	if IsASCII(s) {
		return strings.ToLower(s)
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToValidUTF8(s, string(utf8.RuneError))) {
		foldRune(&b, unicode.ToLower(r))
	}
	return norm.NFC.String(b.String())
}

func foldRune(b *strings.Builder, r rune) {
	if r < utf8.RuneSelf {
		b.WriteByte(byte(r))
	} else if to, ok := special[r]; ok {
		b.WriteString(to)
	} else if digit, ok := digitOf(r); ok {
		b.WriteByte(digit)
	} else if !unicode.In(r, marks, unicode.Cf) {
		b.WriteRune(r)
	}
}

// IsASCII tells whether s is ASCII throughout.
func IsASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// digitOf returns the ASCII digit of a decimal digit of any script. Unicode has
// them in runs from 0 to 9.
func digitOf(r rune) (byte, bool) {
	if !unicode.IsDigit(r) {
		return 0, false
	}
	for _, run := range unicode.Nd.R16 {
		if rune(run.Lo) <= r && r <= rune(run.Hi) {
			return '0' + byte((r-rune(run.Lo))%10), true
		}
	}
	for _, run := range unicode.Nd.R32 {
		if rune(run.Lo) <= r && r <= rune(run.Hi) {
			return '0' + byte((r-rune(run.Lo))%10), true
		}
	}
	return 0, false
}

// marks are the diacritics that are dropped: those of Latin, Greek, Cyrillic,
// Hebrew and Arabic. Marks of other scripts, such as kana and Devanagari, make
// another letter.
var marks = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x0300, Hi: 0x036F, Stride: 1}, // combining diacritical marks
		{Lo: 0x0483, Hi: 0x0489, Stride: 1}, // Cyrillic
		{Lo: 0x0591, Hi: 0x05BD, Stride: 1}, // Hebrew points and accents
		{Lo: 0x05BF, Hi: 0x05BF, Stride: 1},
		{Lo: 0x05C1, Hi: 0x05C2, Stride: 1},
		{Lo: 0x05C4, Hi: 0x05C5, Stride: 1},
		{Lo: 0x05C7, Hi: 0x05C7, Stride: 1},
		{Lo: 0x0610, Hi: 0x061A, Stride: 1}, // Arabic harakat, hamza and Koranic marks
		{Lo: 0x064B, Hi: 0x065F, Stride: 1},
		{Lo: 0x0670, Hi: 0x0670, Stride: 1},
		{Lo: 0x06D6, Hi: 0x06DC, Stride: 1},
		{Lo: 0x06DF, Hi: 0x06E4, Stride: 1},
		{Lo: 0x06E7, Hi: 0x06E8, Stride: 1},
		{Lo: 0x06EA, Hi: 0x06ED, Stride: 1},
		{Lo: 0x08D3, Hi: 0x08E1, Stride: 1},
		{Lo: 0x08E3, Hi: 0x08FF, Stride: 1},
		{Lo: 0x1AB0, Hi: 0x1ACE, Stride: 1}, // combining diacritical marks, continued
		{Lo: 0x1DC0, Hi: 0x1DFF, Stride: 1},
		{Lo: 0x20D0, Hi: 0x20F0, Stride: 1},
		{Lo: 0x2DE0, Hi: 0x2DFF, Stride: 1}, // Cyrillic letters above
		{Lo: 0xA66F, Hi: 0xA672, Stride: 1},
		{Lo: 0xA674, Hi: 0xA67D, Stride: 1},
		{Lo: 0xFE00, Hi: 0xFE0F, Stride: 1}, // variation selectors
		{Lo: 0xFE20, Hi: 0xFE2F, Stride: 1}, // halves of marks
	},
}

// special are the letters that Unicode does not take apart, in lower case, with
// what they are written as without diacritics, and those that people write one
// for the other. Latin as in Lucene's ASCIIFoldingFilter, Arabic and Persian as
// in its ArabicNormalizer and PersianNormalizer.
var special = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ı': "i",
	'ħ': "h", 'ŧ': "t", 'ŋ': "n", 'ĸ': "q", 'ə': "a", 'ƀ': "b", 'ɓ': "b", 'ɖ': "d", 'ɗ': "d",
	'ɛ': "e", 'ǝ': "a", 'ƒ': "f", 'ɠ': "g", 'ǥ': "g", 'ɣ': "g", 'ɨ': "i", 'ƙ': "k", 'ɲ': "n",
	'ɔ': "o", 'ɵ': "o", 'ƭ': "t", 'ʉ': "u", 'ʋ': "v", 'ƴ': "y", 'ƶ': "z", 'ȷ': "j",

	'ς': "σ",
	'ґ': "г", 'қ': "к", 'ң': "н", 'ғ': "г", 'ҳ': "х", 'ҷ': "ч",

	'ٱ': "ا", 'ى': "ي", 'ی': "ي", 'ې': "ي", 'ة': "ه", 'ہ': "ه", 'ھ': "ه", 'ە': "ه", 'ک': "ك",
	'ـ': "", '٫': ".", '٬': ",",

	'׳': "'", '״': `"`, '־': "-",

	'’': "'", '‘': "'", '‛': "'", 'ʼ': "'", '＇': "'", '′': "'",
	'ʻ': "", 'ʾ': "", 'ʿ': "", // half rings in transliterated Arabic, the okina
}
