package httpapi

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dateline/search"
)

// A pipes is a listener of connections in memory, on which time may be made to fly.
type pipes struct {
	conns chan net.Conn
	close func()
}

func newPipes() *pipes {
	p := &pipes{conns: make(chan net.Conn)}
	p.close = sync.OnceFunc(func() { close(p.conns) })
	return p
}

func (p *pipes) Accept() (net.Conn, error) {
	if c := <-p.conns; c != nil {
		return c, nil
	}
	return nil, net.ErrClosed
}
func (p *pipes) Close() error   { p.close(); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Net: "unix"} }

func (p *pipes) dial() net.Conn {
	client, server := net.Pipe()
	p.conns <- server
	return client
}

// slowly has a client do something to a server, in a time that flies, and returns how long the
// server went along with it, and what it answered.
func slowly(t *testing.T, h http.Handler, do func(net.Conn)) (took time.Duration, answered string) {
	t.Helper()
	l := newPipes()
	s := NewServer("", h)
	served := make(chan error)
	go func() { served <- s.Serve(l) }()
	c := l.dial()
	start := time.Now()
	do(c)
	rest, _ := io.ReadAll(c)
	took = time.Since(start)
	c.Close()
	s.Close()
	<-served
	time.Sleep(2 * time.Second) // in which what drips ends
	return took, string(rest)
}

// Slow clients, and those that send or read nothing, are dropped in the time that there is for them.
func TestSlowClients(t *testing.T) {
	drip := func(c net.Conn, s string) {
		for _, b := range []byte(s) {
			if _, err := c.Write([]byte{b}); err != nil {
				return
			}
			time.Sleep(time.Second)
		}
	}
	send := func(s string) func(net.Conn) { return func(c net.Conn) { io.WriteString(c, s) } }
	s := NewServer("", nil)
	for _, c := range []struct {
		name   string
		within time.Duration
		says   string
		do     func(net.Conn)
	}{
		{"nothing is sent", s.ReadHeaderTimeout, "", func(net.Conn) {}},
		{"half a header", s.ReadHeaderTimeout, "", send("GET / HTTP/1.1\r\nHost: localhost\r\nX-A")},
		{"a header by drops", s.ReadHeaderTimeout + time.Second, "", func(c net.Conn) { go drip(c, "GET / HTTP/1.1\r\nHost: localhost\r\n") }},
		{"no body", s.ReadTimeout + time.Second, "400", send("POST /api/v1/articles HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n")},
		{"a body by drops", s.ReadTimeout + 2*time.Second, "400", func(c net.Conn) {
			io.WriteString(c, "POST /api/v1/articles HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n")
			go drip(c, strings.Repeat("a", 99))
		}},
		{"a body without end", s.ReadTimeout + time.Second, "400", func(c net.Conn) {
			io.WriteString(c, "POST /api/v1/articles HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n")
		}},
		{"no second request", s.IdleTimeout + time.Second, "200", send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")},
	} {
		synctest.Test(t, func(t *testing.T) {
			took, answered := slowly(t, New(Options{Archive: sample(), Writer: shelf{}}), c.do)
			if took > c.within || !strings.HasPrefix(strings.TrimPrefix(answered, "HTTP/1.1 "), c.says) {
				t.Errorf("%s: dropped after %v, limit %v; answered %.60q", c.name, took, c.within, answered)
			}
		})
	}
}

// Who does not read what was asked for, a page or a stream, is dropped, and the archive is asked
// no further.
func TestSlowReaders(t *testing.T) {
	for target, within := range map[string]time.Duration{
		"/search":                 NewServer("", nil).WriteTimeout,
		"/api/v1/search.csv":      streamStall,
		"/api/v1/search.jsonl":    streamStall,
		"/api/v1/articles/h1":     NewServer("", nil).WriteTimeout,
		"/api/v1/search?limit=10": NewServer("", nil).WriteTimeout,
	} {
		synctest.Test(t, func(t *testing.T) {
			archive := sample()
			archive.search = func(_ context.Context, req search.Request) (*search.Results, error) {
				res := sampleResults(req)
				res.Next = "more" // without end
				return res, nil
			}
			ended := make(chan time.Duration, 1)
			inner := New(Options{Archive: archive})
			h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				start := time.Now()
				defer func() { ended <- time.Since(start) }()
				inner.ServeHTTP(w, r)
			})
			slowly(t, h, func(c net.Conn) {
				io.WriteString(c, "GET "+target+" HTTP/1.1\r\nHost: localhost\r\n\r\n")
				if took := <-ended; took > within {
					t.Errorf("%s: dropped after %v, limit %v", target, took, within)
				}
			})
		})
	}
}

// One connection too many waits until another ends, and then is answered.
func TestConnectionsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inside := newPipes()
		s := NewServer("", New(Options{Archive: sample()}))
		served := make(chan error)
		go func() { served <- s.Serve(Bounded(inside)) }()
		ask := func(c net.Conn) {
			io.WriteString(c, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
			if res, err := http.ReadResponse(bufio.NewReader(c), nil); err != nil || res.StatusCode != 200 {
				t.Errorf("not answered: %v", err)
			}
		}
		var open []net.Conn
		for range maxConns {
			c := inside.dial()
			ask(c)
			open = append(open, c)
		}
		answered := false
		go func() {
			c := inside.dial()
			ask(c)
			answered = true
			c.Close()
		}()
		time.Sleep(time.Second)
		if synctest.Wait(); answered {
			t.Error("one too many is answered")
		}
		open[0].Close()
		if synctest.Wait(); !answered {
			t.Error("one is not answered though another has ended")
		}
		for _, c := range open {
			c.Close()
		}
		s.Close()
		<-served
	})
}

// Who reads slowly has no more of the server's memory than there is for one asker, nor all of
// them together more than there is; one too many is told to come again, and small answers go on.
func TestUnreadAnswersAreBounded(t *testing.T) {
	const size = 4 << 20
	synctest.Test(t, func(t *testing.T) {
		archive := sample()
		archive.articles["big"] = &search.Article{ID: "big", Text: strings.Repeat("a", size)}
		inner := New(Options{Archive: archive})
		l := newPipes()
		s := NewServer("", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.RemoteAddr = r.Header.Get("From")
			inner.ServeHTTP(w, r)
		}))
		served := make(chan error)
		go func() { served <- s.Serve(l) }()
		var slow []net.Conn
		ask := func(from, target string) (*http.Response, *bufio.Reader) {
			c := l.dial()
			slow = append(slow, c)
			io.WriteString(c, "GET "+target+" HTTP/1.1\r\nHost: localhost\r\nFrom: "+from+":1\r\n\r\n")
			replies := bufio.NewReader(c)
			res, err := http.ReadResponse(replies, nil)
			if err != nil {
				t.Fatal(err)
			}
			return res, replies
		}
		refused := func(from string) {
			t.Helper()
			if res, _ := ask(from, "/api/v1/articles/big"); res.StatusCode != 503 || res.Header.Get("Retry-After") == "" {
				t.Errorf("one too many: status %d, %v", res.StatusCode, res.Header)
			}
			if res, _ := ask(from, "/api/v1/articles/h3"); res.StatusCode != 200 {
				t.Errorf("a small answer: status %d", res.StatusCode)
			}
		}
		var first *http.Response
		for asker := range maxUnread / maxUnreadOf {
			from := fmt.Sprintf("192.0.2.%d", asker)
			for range maxUnreadOf / size {
				res, _ := ask(from, "/api/v1/articles/big")
				if res.StatusCode != 200 {
					t.Fatalf("%s: status %d", from, res.StatusCode)
				}
				if first == nil {
					first = res
				}
			}
			refused(from)
		}
		refused("192.0.2.99")
		if n, err := io.Copy(io.Discard, first.Body); err != nil || n < size {
			t.Errorf("%d bytes were read: %v", n, err)
		}
		synctest.Wait()
		if res, _ := ask("192.0.2.99", "/api/v1/articles/big"); res.StatusCode != 200 {
			t.Errorf("when one has been read: status %d", res.StatusCode)
		}
		for _, c := range slow {
			c.Close()
		}
		s.Close()
		<-served
	})
}
