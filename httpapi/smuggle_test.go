package httpapi

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"net"
)

// What a proxy may take for the body of a request is not taken for a further request.
func TestSmuggling(t *testing.T) {
	articles := shelf{}
	h := New(Options{Archive: sample(), Writer: articles})
	server := httptest.NewUnstartedServer(h)
	server.Config = NewServer("", h)
	server.Start()
	defer server.Close()
	const inner = "GET /api/v1/stats?smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
	for name, head := range map[string]string{
		"length and chunks":      fmt.Sprintf("Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", len(inner)+5),
		"chunks and length":      fmt.Sprintf("Transfer-Encoding: chunked\r\nContent-Length: %d\r\n\r\n0\r\n\r\n", len(inner)+5),
		"two lengths":            fmt.Sprintf("Content-Length: 0\r\nContent-Length: %d\r\n\r\n", len(inner)),
		"a list of lengths":      fmt.Sprintf("Content-Length: 0, %d\r\n\r\n", len(inner)),
		"a signed length":        "Content-Length: +0\r\n\r\n",
		"two codings":            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
		"an unknown coding":      "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
		"a coding in capitals":   "Transfer-Encoding: CHUNKED\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
		"a space before":         fmt.Sprintf("Content-Length : %d\r\n\r\n", len(inner)),
		"a folded header":        "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
		"a tab before chunked":   "Transfer-Encoding:\tchunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
		"chunks with extensions": "Transfer-Encoding: chunked\r\n\r\n0;a=\"b\r\n\r\n\r\n",
		"a chunk of no number":   "Transfer-Encoding: chunked\r\n\r\n-0\r\n\r\n",
	} {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		conn.SetDeadline(time.Now().Add(10 * time.Second))
		fmt.Fprintf(conn, "POST /api/v1/articles HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n%s%s", head, inner)
		got, err := io.ReadAll(conn)
		conn.Close()
		if n := strings.Count(string(got), "HTTP/1.1 "); n != 1 || err != nil || !strings.HasPrefix(string(got), "HTTP/1.1 4") &&
			!strings.HasPrefix(string(got), "HTTP/1.1 501") {
			t.Errorf("%s: %d answers, %v: %.300s", name, n, err, got)
		}
	}
	if len(articles) > 0 {
		t.Errorf("put %v", articles)
	}
}

// Bodies are not unpacked: a compressed one is refused, however much it would be.
func TestCompressedBodiesAreRefused(t *testing.T) {
	var body strings.Builder
	z := gzip.NewWriter(&body)
	io.WriteString(z, `{"title":"`+strings.Repeat("a", 32<<20)+`"}`)
	z.Close()
	h := New(Options{Archive: sample(), Writer: shelf{}})
	if w := postTo(t, h, "/api/v1/articles", body.String(), "Content-Encoding", "gzip"); w.Code != 400 {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
}
