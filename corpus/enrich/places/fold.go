package places

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold returns the key that names are compared by: lower case without
// diacritics, apostrophes, full stops and a leading article, words joined by
// single spaces.
func Fold(name string) string {
	if key, ok := foldPlain(name); ok {
		return key
	}
	var b strings.Builder
	b.Grow(len(name))
	space := false
	for _, r := range decompose(name) {
		switch {
		case unicode.Is(unicode.Mn, r) || strings.ContainsRune(".'’‘`ʼʻʿʾ", r):
			continue
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			if plain, ok := plainLetter[r]; ok {
				b.WriteString(plain)
			} else {
				b.WriteRune(unicode.ToLower(r))
			}
		default:
			space = true
		}
	}
	return strings.TrimPrefix(b.String(), "the ")
}

// foldPlain is Fold of a name in ASCII; ok is false for others.
func foldPlain(name string) (key string, ok bool) {
	b := make([]byte, 0, 64)
	space := false
	for i := range len(name) {
		switch c := name[i]; {
		case c >= 0x80:
			return "", false
		case c == '.' || c == '\'' || c == '`':
		case 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9':
			if space && len(b) > 0 {
				b = append(b, ' ')
			}
			space = false
			if c <= 'Z' && c >= 'A' {
				c |= 0x20
			}
			b = append(b, c)
		default:
			space = true
		}
	}
	return strings.TrimPrefix(string(b), "the "), true
}

// plainLetter writes letters that Unicode does not decompose.
var plainLetter = map[rune]string{
	'ı': "i", 'İ': "i", 'ł': "l", 'Ł': "l", 'ø': "o", 'Ø': "o", 'đ': "d", 'Đ': "d",
	'ß': "ss", 'æ': "ae", 'Æ': "ae", 'œ': "oe", 'Œ': "oe", 'ə': "a", 'Ə': "a",
	'ð': "d", 'Ð': "d", 'þ': "th", 'Þ': "th", 'ħ': "h", 'Ħ': "h",
}

// decompose parts letters from their diacritics, ASCII at no cost.
func decompose(s string) string {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return norm.NFD.String(s)
		}
	}
	return s
}
