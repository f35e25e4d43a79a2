package corpus

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"
)

// A form is how articles are written in a stream.
type form uint8

const (
	isText form = iota
	isHTML
	isMail
	isLines
	isJSON
	isTable
	isGzip
	isZstd
	isTar
	isZip
)

// sniffed is how many bytes of a stream its form is told by.
const sniffed = 1 << 10

// formsByEnding are the forms that the ending of a name tells. Text may yet
// turn out to be HTML.
var formsByEnding = map[string]form{
	".txt": isText, ".text": isText, ".md": isText, ".markdown": isText,
	".html": isHTML, ".htm": isHTML, ".xhtml": isHTML,
	".eml":   isMail,
	".jsonl": isLines, ".ndjson": isLines,
	".json": isJSON,
	".csv":  isTable, ".tsv": isTable,
}

// magics are the first bytes of forms that are no text. Advice is empty for
// those that are read.
var magics = []struct {
	magic string
	form  form
	kind  string
	tool  string
}{
	{"\x1f\x8b\x08", isGzip, "", ""},
	{"\x28\xb5\x2f\xfd", isZstd, "", ""},
	{"PK\x03\x04", isZip, "", ""},
	{"PK\x05\x06", isZip, "", ""},
	{"%PDF-", 0, "a PDF", "pdftotext"},
	{"{\\rtf", 0, "an RTF document", "pandoc"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, "an old Office document", "libreoffice --convert-to txt"},
	{"BZh", 0, "compressed with bzip2", "bunzip2"},
	{"\xfd7zXZ\x00", 0, "compressed with xz", "unxz"},
	{"7z\xbc\xaf\x27\x1c", 0, "a 7z archive", "7z x"},
	{"Rar!\x1a\x07", 0, "a RAR archive", "unrar x"},
	{"\x89PNG\r\n", 0, "a PNG image", "tesseract"},
	{"\xff\xd8\xff", 0, "a JPEG image", "tesseract"},
	{"GIF8", 0, "a GIF image", "tesseract"},
	{"II*\x00", 0, "a TIFF image", "tesseract"},
	{"MM\x00*", 0, "a TIFF image", "tesseract"},
	{"ID3", 0, "a sound recording", "whisper"},
	{"OggS", 0, "a sound or film recording", "whisper"},
	{"RIFF", 0, "an image, sound or film file", "tesseract or whisper"},
	{"SQLite format 3\x00", 0, "an SQLite database", "sqlite3 -json"},
}

// binaries are endings of forms that are not read, or only look like a zip
// file, with what makes text of them.
var binaries = map[string]struct{ kind, tool string }{
	".pdf":  {"a PDF", "pdftotext"},
	".docx": {"a Word document", "pandoc"},
	".doc":  {"an old Word document", "libreoffice --convert-to txt"},
	".odt":  {"an OpenDocument text", "pandoc"},
	".rtf":  {"an RTF document", "pandoc"},
	".epub": {"an EPUB book", "pandoc"},
	".xlsx": {"an Excel table", "libreoffice --convert-to csv"},
	".xls":  {"an old Excel table", "libreoffice --convert-to csv"},
	".ods":  {"an OpenDocument table", "libreoffice --convert-to csv"},
	".pptx": {"a PowerPoint presentation", "libreoffice --convert-to pdf, then pdftotext"},
	".odp":  {"an OpenDocument presentation", "libreoffice --convert-to pdf, then pdftotext"},
	".msg":  {"an Outlook message", "msgconvert"},
	".mbox": {"a mailbox", "formail -s, to a file for each message"},
	".jpg":  {"a JPEG image", "tesseract"},
	".jpeg": {"a JPEG image", "tesseract"},
	".png":  {"a PNG image", "tesseract"},
	".gif":  {"a GIF image", "tesseract"},
	".webp": {"a WebP image", "tesseract"},
	".tif":  {"a TIFF image", "tesseract"},
	".tiff": {"a TIFF image", "tesseract"},
	".heic": {"a HEIC image", "tesseract"},
	".svg":  {"an SVG drawing", "inkscape, then tesseract"},
	".mp3":  {"a sound recording", "whisper"},
	".m4a":  {"a sound recording", "whisper"},
	".wav":  {"a sound recording", "whisper"},
	".mp4":  {"a film", "whisper"},
	".mov":  {"a film", "whisper"},
}

var (
	startsJSON = regexp.MustCompile(`^\s*(\[\s*)?\{\s*"`)
	startsHTML = regexp.MustCompile(`(?i)^\s*(<\?xml[^>]*>\s*)?(<!--[^>]*-->\s*)*<(!doctype\s+html|html[\s>])`)
	startsXML  = regexp.MustCompile(`^\s*<\?xml\s`)
)

var errEmpty = errors.New("is empty")

// formOf tells the form of a stream by its name and first bytes. What is not
// read is an error that tells how to make text of it.
func formOf(name string, head []byte) (form, error) {
	ending := strings.ToLower(path.Ext(name))
	for _, m := range magics {
		if bytes.HasPrefix(head, []byte(m.magic)) && binaries[ending].kind == "" {
			return m.form, convert(m.kind, m.tool)
		}
	}
	if b, ok := binaries[ending]; ok {
		return 0, convert(b.kind, b.tool)
	}
	if len(head) > 262 && string(head[257:262]) == "ustar" {
		return isTar, nil
	}
	if len(head) == 0 {
		return 0, errEmpty
	}
	head = bytes.TrimPrefix(head, []byte(bom))
	form, known := formsByEnding[ending]
	switch {
	case known && form != isText:
		return form, nil
	case startsHTML.Match(head):
		return isHTML, nil
	case startsXML.Match(head):
		return 0, errors.New("is XML of a form that is not known: make text or HTML of it first")
	case !known && startsJSON.Match(head):
		return isJSON, nil
	default:
		return isText, nil
	}
}

func convert(kind, tool string) error {
	if kind == "" {
		return nil
	}
	return fmt.Errorf("is %s: convert it first, such as with %s", kind, tool)
}
