package corpus

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// jsonFields are the fields of an article in JSON. Others are ignored.
type jsonFields struct {
	ID, Title, Text, Date, Source, URL, Author, Lang jsonText
}

// A jsonText is a string, a number as it is written, several of them joined by
// ", ", or the "value" of an object, such as of a date in an export.
type jsonText string

func (t *jsonText) UnmarshalJSON(raw []byte) error {
	switch c := raw[0]; {
	case c == '"':
		return json.Unmarshal(raw, (*string)(t))
	case c == '[':
		var parts []jsonText
		if err := json.Unmarshal(raw, &parts); err != nil {
			return err
		}
		var list []string
		for _, p := range parts {
			list = append(list, string(p))
		}
		*t = jsonText(strings.Join(list, ", "))
	case c == '{':
		var object struct{ Value *jsonText }
		if err := json.Unmarshal(raw, &object); err != nil {
			return err
		}
		if object.Value == nil {
			return fmt.Errorf("%.20s stands where text should", raw)
		}
		*t = *object.Value
	case c == '-' || c >= '0' && c <= '9':
		*t = jsonText(raw)
	case string(raw) != "null":
		return fmt.Errorf("%.20s stands where text should", raw)
	}
	return nil
}

// parseJSON reads one object. Its strings are given back exactly.
func parseJSON(raw []byte) (fields, error) {
	var f jsonFields
	if err := json.Unmarshal(raw, &f); err != nil {
		return fields{}, badJSON(err)
	}
	return fields{
		ID: string(f.ID), Title: string(f.Title), Text: string(f.Text), Date: string(f.Date),
		Source: string(f.Source), URL: string(f.URL), Author: string(f.Author), Lang: string(f.Lang),
	}, nil
}

// badJSON tells what is wrong with JSON that could not be decoded.
func badJSON(err error) error {
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &kind) && kind.Field != "":
		field := strings.TrimPrefix(strings.TrimPrefix(kind.Field, "Document."), "Article.") // of Go
		return fmt.Errorf("has a JSON %s as its %s", kind.Value, field)
	case kind != nil:
		return fmt.Errorf("is a JSON %s, not an object", kind.Value)
	}
	return fmt.Errorf("is broken JSON: %w", err)
}

// object gives the article in one JSON object.
func (r *reading) object(s *source, raw []byte) {
	f, err := parseJSON(raw)
	if err != nil {
		r.fail(s, err)
		return
	}
	_, notes := mend(string(raw))
	r.finish(s, &draft{fields: f, verbatim: true, notes: notes}, raw)
}

// lines splits a stream into lines.
type lines struct {
	in     *bufio.Reader
	most   int // bytes that a line may have
	number int // of the last line, from 1
}

// next returns the next line without its end; it is overwritten by the line
// after. A longer one is passed over, with an error that tells its size.
// The other errors are io.EOF and those of reading.
func (l *lines) next(buf []byte) ([]byte, error) {
	line, rest := buf[:0], int64(0)
	for {
		part, err := l.in.ReadSlice('\n')
		if len(line)+len(part) > l.most+2 || rest > 0 {
			rest += int64(len(part))
		} else {
			line = append(line, part...)
		}
		switch {
		case err == bufio.ErrBufferFull:
		case err != nil && (err != io.EOF || len(line) == 0):
			return nil, err
		case rest > 0:
			l.number++
			return nil, &longLine{tooLarge(int64(len(line)) + rest)}
		default:
			l.number++
			return bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r")), nil
		}
	}
}

// A longLine is the error of one line, behind which reading goes on.
type longLine struct{ error }

// jsonLines reads an object a line.
func (r *reading) jsonLines(s *source, in *lines) {
	var buf []byte
	for !r.done {
		line, err := in.next(buf)
		var long *longLine
		switch {
		case err == io.EOF:
			return
		case errors.As(err, &long):
			r.fail(s.line(in.number), err)
			continue
		case err != nil:
			r.fail(s.line(in.number+1), err)
			return
		}
		if len(bytes.TrimSpace(line)) > 0 {
			r.object(s.line(in.number), line)
		}
		buf = line
	}
}

// json reads an array of objects, objects that are a line each, or one object.
func (r *reading) json(s *source, in *bufio.Reader) {
	head, _ := in.Peek(sniffed)
	if bytes.HasPrefix(bytes.TrimSpace(head), []byte("[")) {
		r.jsonArray(s, in)
		return
	}
	first := &lines{in: in, most: MaxBytes}
	line, err := first.next(nil)
	if err != nil {
		r.fail(s, err)
		return
	}
	if following, _ := in.Peek(sniffed); json.Valid(line) && len(bytes.TrimSpace(following)) > 0 {
		r.object(s.line(1), line)
		r.jsonLines(s, first)
		return
	}
	raw, err := readAll(io.MultiReader(bytes.NewReader(line), strings.NewReader("\n"), in))
	if err != nil {
		r.fail(s, err)
		return
	}
	r.object(s, bytes.TrimSuffix(raw, []byte("\n")))
}

// jsonArray reads the objects of an array, one at a time.
func (r *reading) jsonArray(s *source, in *bufio.Reader) {
	e := &elements{in: in, line: 1}
	for !r.done {
		raw, line, err := e.next()
		var long *longLine
		switch {
		case err == io.EOF:
			return
		case errors.As(err, &long):
			r.fail(s.line(line), err)
		case err != nil:
			r.fail(s.line(line), err)
			return
		default:
			r.object(s.line(line), raw)
		}
	}
}

// elements splits an array of JSON objects.
type elements struct {
	in   *bufio.Reader
	line int // that is being read
	buf  []byte
	size int64
}

// next returns the next object and the line it begins in, from 1.
func (e *elements) next() ([]byte, int, error) {
	for {
		b, err := e.read()
		switch {
		case err != nil:
			return nil, e.line, err
		case b == '{':
			return e.object()
		case b == ']':
			return nil, e.line, io.EOF
		case !strings.ContainsRune(" \t\r\n,[", rune(b)):
			return nil, e.line, fmt.Errorf("%q stands where an object should: the rest was not read", b)
		}
	}
}

func (e *elements) read() (byte, error) {
	b, err := e.in.ReadByte()
	if b == '\n' {
		e.line++
	}
	return b, err
}

// object reads on from an opening brace to the one that closes it.
func (e *elements) object() ([]byte, int, error) {
	line := e.line
	e.buf, e.size = append(e.buf[:0], '{'), 1
	for depth, quoted, escaped := 1, false, false; depth > 0; {
		b, err := e.read()
		if err == io.EOF {
			return nil, line, errors.New("is broken JSON: the file ends before the object does")
		}
		if err != nil {
			return nil, line, err
		}
		if e.size++; len(e.buf) <= MaxBytes {
			e.buf = append(e.buf, b)
		}
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped, quoted = b == '\\', b != '"'
		case b == '"':
			quoted = true
		case b == '{':
			depth++
		case b == '}':
			depth--
		}
	}
	if e.size > MaxBytes {
		return nil, line, &longLine{tooLarge(e.size)}
	}
	return e.buf, line, nil
}
