package corpus

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
)

// maxParts bounds how deep the parts of a message may lie in one another.
const maxParts = 8

// readMail reads a message (RFC 5322): the subject is the title, the first part
// that is plain text, else HTML, the text.
func readMail(raw []byte) (*draft, error) {
	message, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("is a message that cannot be read: %w", err)
	}
	var m mailParts
	if err := m.read(message.Header.Get, message.Body, 0); err != nil {
		return nil, fmt.Errorf("is a message that cannot be read: %w", err)
	}
	d := &draft{notes: m.notes}
	if m.html != nil && strings.TrimSpace(m.text) == "" {
		d = m.html
		d.notes = append(d.notes, m.notes...)
		d.Date, d.Lang = "", ""
	} else {
		d.Text = m.text
	}
	d.fill(fields{Title: header(message.Header, "Subject")})
	if subject := header(message.Header, "Subject"); subject != "" {
		d.Title = subject
	}
	d.Date = mailDate(message.Header)
	if from, err := (&mail.AddressParser{WordDecoder: words}).Parse(message.Header.Get("From")); err == nil {
		d.Author = filled(from.Name, from.Address)
	}
	return d, nil
}

var words = &mime.WordDecoder{CharsetReader: func(name string, in io.Reader) (io.Reader, error) {
	e, err := htmlindex.Get(name)
	if err != nil {
		return nil, err
	}
	return e.NewDecoder().Reader(in), nil
}}

// header returns a header field with its encoded words (RFC 2047) decoded.
func header(h mail.Header, name string) string {
	raw := h.Get(name)
	text, err := words.DecodeHeader(raw)
	if err != nil {
		text = raw
	}
	text, _, err = decode([]byte(text))
	if err != nil {
		return ""
	}
	return strings.Join(strings.Fields(text), " ")
}

// mailDate returns the day of a message as it is written there.
func mailDate(h mail.Header) string {
	if t, err := h.Date(); err == nil {
		return t.Format("2006-01-02")
	}
	return h.Get("Date")
}

// mailParts are the parts of a message that are read.
type mailParts struct {
	text  string
	html  *draft
	notes []string
}

// read reads a part, or the parts in it.
func (m *mailParts) read(header func(string) string, body io.Reader, depth int) error {
	kind, params, err := mime.ParseMediaType(header("Content-Type"))
	if err != nil || kind == "" {
		kind = "text/plain"
	}
	disposition, named, _ := mime.ParseMediaType(header("Content-Disposition"))
	switch {
	case depth > maxParts:
		return errors.New("its parts lie too deep in one another")
	case strings.HasPrefix(kind, "multipart/"):
		return m.readParts(multipart.NewReader(body, params["boundary"]), depth)
	case disposition == "attachment" || kind != "text/plain" && kind != "text/html":
		name := filled(named["filename"], params["name"], kind)
		m.notes = append(m.notes, strings.ToValidUTF8("the attachment "+name+" was not read", "\ufffd"))
		return nil
	}
	raw, err := io.ReadAll(transfer(header("Content-Transfer-Encoding"), body))
	if err != nil {
		m.notes = append(m.notes, fmt.Sprintf("a part of the message ends early: %v", err))
	}
	return m.take(kind, params["charset"], raw)
}

func (m *mailParts) readParts(parts *multipart.Reader, depth int) error {
	for {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			return nil
		}
		if err != nil && (m.text != "" || m.html != nil) {
			m.notes = append(m.notes, fmt.Sprintf("the message ends early: %v", err))
			return nil
		}
		if err != nil {
			return err
		}
		if err := m.read(part.Header.Get, part, depth+1); err != nil {
			return err
		}
	}
}

// take keeps the first part of each kind.
func (m *mailParts) take(kind, charset string, raw []byte) error {
	page := kind == "text/html"
	if page && m.html != nil || !page && m.text != "" {
		return nil
	}
	text, notes, err := m.decode(charset, raw, page)
	switch {
	case err != nil:
		return err
	case page:
		m.html, err = parseHTML(text, notes)
		return err
	}
	m.text, m.notes = text, append(m.notes, notes...)
	return nil
}

// decode decodes a part by the charset that it declares; a page without one, by
// what is declared in it.
func (m *mailParts) decode(charset string, raw []byte, page bool) (string, []string, error) {
	name := strings.ToLower(strings.TrimSpace(charset))
	if name == "" && page {
		return decodeHTML(raw)
	}
	if name == "" || name == "utf-8" || name == "us-ascii" {
		return decode(raw)
	}
	e, err := htmlindex.Get(name)
	if err == nil {
		raw, err = e.NewDecoder().Bytes(raw)
	}
	if err != nil {
		m.notes = append(m.notes, strings.ToValidUTF8(fmt.Sprintf("the charset %q is not known", name), "\ufffd"))
	}
	return decode(raw)
}

// transfer undoes the encoding of a part.
func transfer(encoding string, body io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	default:
		return body
	}
}
