package corpus

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	utf "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

const bom = "\ufeff"

var errBinary = errors.New("is not text: convert it first")

// decode makes UTF-8 text of the bytes of a file. What could not be read in
// them is told in notes.
func decode(raw []byte) (text string, notes []string, err error) {
	if e := byBOM(raw); e != nil {
		raw, err = e.NewDecoder().Bytes(raw)
		return clean(string(raw)), nil, err
	}
	raw = bytes.TrimPrefix(raw, []byte(bom))
	if binary(raw) {
		return "", nil, errBinary
	}
	if utf8.Valid(raw) {
		return clean(string(raw)), nil, nil
	}
	if e, name := guess(raw); e != nil {
		raw, err = e.NewDecoder().Bytes(raw)
		return clean(string(raw)), []string{"the file is not in UTF-8 and was read as " + name}, err
	}
	text, notes = mend(string(raw))
	return clean(text), notes, nil
}

// mend puts U+FFFD for bytes that are no UTF-8.
func mend(s string) (string, []string) {
	if utf8.ValidString(s) {
		return s, nil
	}
	bad := 0
	for i, r := range s {
		if _, size := utf8.DecodeRuneInString(s[i:]); r == utf8.RuneError && size == 1 {
			bad++
		}
	}
	return strings.ToValidUTF8(s, "\ufffd"),
		[]string{fmt.Sprintf("bytes that are no UTF-8 were replaced: %d", bad)}
}

// byBOM returns the UTF-16 encoding that a byte order mark tells.
func byBOM(raw []byte) encoding.Encoding {
	switch {
	case bytes.HasPrefix(raw, []byte{0xff, 0xfe}):
		return utf.UTF16(utf.LittleEndian, utf.UseBOM)
	case bytes.HasPrefix(raw, []byte{0xfe, 0xff}):
		return utf.UTF16(utf.BigEndian, utf.UseBOM)
	}
	return nil
}

// utf16Stream makes UTF-8 of a stream that begins with a byte order mark, and
// drops the mark. Others it leaves alone.
func utf16Stream(in *bufio.Reader) *bufio.Reader {
	head, _ := in.Peek(len(bom))
	if e := byBOM(head); e != nil {
		return bufferedReader(transform.NewReader(in, e.NewDecoder()))
	}
	if string(head) == bom {
		in.Discard(len(bom))
	}
	return in
}

// binary tells whether raw is no text: it has more than one NUL in a thousand
// bytes, or one in ten is a control character that text has not.
func binary(raw []byte) bool {
	nuls, controls := 0, 0
	for _, b := range raw {
		if b == 0 {
			nuls++
		}
		if b < ' ' && b != '\n' && b != '\r' && b != '\t' && b != '\f' && b != 0x1b {
			controls++
		}
	}
	return nuls*1000 > len(raw) || controls*10 > len(raw)
}

// clean makes LF of the other ends of line and drops control characters.
func clean(s string) string {
	if strings.IndexFunc(s, dropped) < 0 {
		return s
	}
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n").Replace(s)
	return strings.Map(func(r rune) rune {
		if dropped(r) {
			return -1
		}
		return r
	}, s)
}

func dropped(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }

// guess returns the encoding of text that is no UTF-8, nil where it is UTF-8
// with stray bytes. Arabic and Cyrillic have their high bytes in runs; Cyrillic
// has capitals (0xC0 to 0xDF) only at the start of a word or throughout, while
// the commonest Arabic letters lie on both sides. In the Latin of Windows-1252
// nearly every high byte must be a letter or mark that is in use there.
func guess(raw []byte) (encoding.Encoding, string) {
	high, runs, mixed, latin, sequences := 0, 0, 0, 0, 0
	for i := 0; i < len(raw); i++ {
		if raw[i] < utf8.RuneSelf {
			continue
		}
		if _, size := utf8.DecodeRune(raw[i:]); size > 1 {
			sequences++
			i += size - 1
			continue
		}
		high++
		before, after := byteAt(raw, i-1), byteAt(raw, i+1)
		if before >= 0xa8 || after >= 0xa8 {
			runs++
		}
		if before >= 0xe0 && raw[i] >= 0xc0 && raw[i] < 0xe0 {
			mixed++
		}
		if latinByte(before, raw[i], after) {
			latin++
		}
	}
	switch {
	case sequences*4 > high: // by chance one in dozens is well formed
		return nil, ""
	case runs*10 > high*6 && high >= 8 && mixed*10 > high:
		return charmap.Windows1256, "Windows-1256"
	case runs*10 > high*6 && high >= 8:
		return charmap.Windows1251, "Windows-1251"
	case latin*10 >= high*9:
		return charmap.Windows1252, "Windows-1252"
	}
	return nil, ""
}

func byteAt(raw []byte, i int) byte {
	if i < 0 || i >= len(raw) {
		return ' '
	}
	return raw[i]
}

// latinByte tells whether b is used in Windows-1252 between these neighbours:
// typographic marks, and letters in a word, no capital behind a small letter.
func latinByte(before, b, after byte) bool {
	letter := func(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0xc0 }
	small := before >= 'a' && before <= 'z' || before >= 0xdf
	switch {
	case strings.IndexByte("\x82\x84\x91\x92\x93\x94\x96\x97\x85\xab\xbb\xa0", b) >= 0:
		return true
	case strings.IndexByte("\x80\xa3\xa7\xb0\xba\xaa\xb7\xa1\xbf\xae\xa9\x99\xbd", b) >= 0:
		return !letter(before) || !letter(after)
	case strings.IndexByte("\xd0\xd7\xdd\xde\xf0\xf7\xfd\xfe\xff", b) >= 0:
		return false
	case b >= 0xc0 && b < 0xdf || b == 0x8a || b == 0x8c || b == 0x8e:
		return letter(after) && !small || letter(before) && !small
	case b >= 0xdf || b == 0x9a || b == 0x9c || b == 0x9e:
		return letter(before) || letter(after)
	}
	return false
}
