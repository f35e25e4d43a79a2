package httpapi

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	disk "dateline/index/archive"
)

// hostileQueries are queries that are broken, or cost much for their length.
var hostileQueries = []string{
	"*", "**", "* *", "-*", "NOT *", "* OR *", "k*", "a* b* c* d* e*", strings.Repeat("k* ", 2000), "?", "??????", "?*?*?*",
	"*a*b*c*d*e*f*", "a~", "a~9", "aaaaaaaaaaaa~2 bbbbbbbbbbbb~2", "/.*/", "/(a*)*b/", "/(((((a{9}){9}){9}){9}){9})/", "/a{1000}{1000}/",
	"/[/", `/\p{L}+/`, "near(* *, 5)", "near(a b, 0)", "near(a b, -1)", "near(a b, 999999999999)", "near(a b)", "near()", "near(a, 5)",
	"near(near(near(a b, 5) c, 5) d, 5)", "near(a* b* c*, 100)", "atleast0(a)", "atleast99999999999(a)", "atleast3()", "atleast-1(a)",
	`"` + strings.Repeat("the ", 2000) + `"`, `"a b"~99999999999`, `"a b"~-1`, `""`, `"`, `"*"`, "“a", "a w/s", "w/s a", "a w/s b w/p c w/s d",
	"a w/0 b", "a w/999999999999 b", "@person", "@place w/s @person w/s @mentioned", "near(@person @place, 8)", "@nothing",
	"person:", "person:*", `person:""`, "person:none person:none", "place:Gaza/../..", "place:" + strings.Repeat("a/", 2000), "date:", "date:0000",
	"date:9999-99-99", "date:2024-02-30", "date:..", "date:>=", "date:>=2024<=2023", "date:2024..2023", "date:-1", "date:1e9", "mentioned:999999999999999",
	"mentioned:unanchored..none", "title:(a OR b)", "title:title:a", "lead:*", "source:*", "lang:../../etc/passwd", "_id:1", "_all:a", "id:h1",
	"AND", "OR", "NOT", "AND OR NOT", "a AND", "OR a", "NOT NOT NOT a", "--a", "-(-(-a))", "()", "(((", ")))", "(a", "a)", "( OR )",
	strings.Repeat("(", 4000), strings.Repeat("a OR ", 1600) + "a", strings.Repeat("NOT ", 2000) + "a", strings.Repeat(`"a" `, 2000),
	strings.Repeat("é", 4000), strings.Repeat("\U0001F600", 2000), strings.Repeat("a", 8192), strings.Repeat("a", 8193), "\u202eabc", "\ufeffa", "\u200d",
	"a\u0301\u0301\u0301\u0301", strings.Repeat("a\u0301", 2000), "İ", "ß", "ﬀ", "\ud7ff", "\U0010FFFF", "a\tb\nc\rd", "\x01\x02", "a\x7f", "' OR 1=1 --",
	"<script>alert(1)</script>", "{{7*7}}", "${jndi:ldap://x}", "%s%n%x", "../../etc/passwd", "; ls", "a\\", `\`, `\\"`, `a\*`, "~", "^", "a^9", "a^", "!", "&&", "a || b", "+a -b",
}

// hostileRequests are requests as they go over the wire, without the line that ends them. %s is the host.
var hostileRequests = []string{
	"GET", "GET /", "get / HTTP/1.1\r\nHost: %s", "GET / HTTP/9.9\r\nHost: %s", "GET / HTTP/1.0", "GET / HTTP/1.1",
	"GET / HTTP/1.1\r\nHost: %s\r\nHost: %s", "GET / HTTP/1.1\r\nHost: evil.example", "GET / HTTP/1.1\r\nHost: a b", "GET / HTTP/1.1\r\nHost:",
	"GET http://evil.example/ HTTP/1.1\r\nHost: %s", "GET //evil.example/ HTTP/1.1\r\nHost: %s", "GET * HTTP/1.1\r\nHost: %s", "OPTIONS * HTTP/1.1\r\nHost: %s",
	"CONNECT evil.example:443 HTTP/1.1\r\nHost: %s", "TRACE / HTTP/1.1\r\nHost: %s", "BREW / HTTP/1.1\r\nHost: %s", "PRI * HTTP/2.0",
	"PATCH /api/v1/articles/h1 HTTP/1.1\r\nHost: %s", "POST /search HTTP/1.1\r\nHost: %s\r\nContent-Length: 3\r\n\r\nq=a", "PUT / HTTP/1.1\r\nHost: %s\r\nContent-Length: 0",
	"GET /%%zz HTTP/1.1\r\nHost: %s", "GET /%%00 HTTP/1.1\r\nHost: %s", "GET /%%2e%%2e/%%2e%%2e/etc/passwd HTTP/1.1\r\nHost: %s",
	"GET /static/../../go.mod HTTP/1.1\r\nHost: %s", "GET /..;/x HTTP/1.1\r\nHost: %s", "GET /article/%%2e%%2e%%2f HTTP/1.1\r\nHost: %s",
	"GET /api/v1/search?q=a;q=b HTTP/1.1\r\nHost: %s", "GET /?%%=%% HTTP/1.1\r\nHost: %s", "GET /?&&&=&=&& HTTP/1.1\r\nHost: %s",
	"GET / HTTP/1.1\r\nHost: %s\r\nIf-None-Match: *", "GET / HTTP/1.1\r\nHost: %s\r\nIf-None-Match: W/\"" + strings.Repeat(`x", "`, 3000),
	"GET / HTTP/1.1\r\nHost: %s\r\nIf-Modified-Since: yesterday", "GET /api/v1/search.csv HTTP/1.1\r\nHost: %s\r\nRange: bytes=0-1,2-3,4-",
	"GET / HTTP/1.1\r\nHost: %s\r\nAccept-Encoding: " + strings.Repeat("gzip;q=0.1,", 1000), "GET / HTTP/1.1\r\nHost: %s\r\nAccept: application/xml;q=NaN",
	"GET / HTTP/1.1\r\nHost: %s\r\nOrigin: null", "GET / HTTP/1.1\r\nHost: %s\r\nOrigin: \x01", "GET / HTTP/1.1\r\nHost: %s\r\nCookie: " + strings.Repeat("a", 20000),
	"GET / HTTP/1.1\r\nHost: %s\r\nX: " + strings.Repeat("a", 60000), "GET / HTTP/1.1\r\nHost: %s" + strings.Repeat("\r\nX: a", 3000), "GET / HTTP/1.1\r\nHost: %s\r\n folded: x",
	"GET / HTTP/1.1\r\nHost: %s\r\nNo colon", "GET / HTTP/1.1\r\nHost: %s\r\n: empty", "GET / HTTP/1.1\r\nHost: %s\r\nX\x00: a", "GET / HTTP/1.1\nHost: %s",
	"GET / HTTP/1.1\r\nHost: %s\r\nUpgrade: h2c\r\nConnection: Upgrade", "GET / HTTP/1.1\r\nHost: %s\r\nExpect: 200-maybe", "GET / HTTP/1.1\r\nHost: %s\r\nConnection: close, host",
	"GET / HTTP/1.1\r\nHost: %s\r\nContent-Length: -1", "GET / HTTP/1.1\r\nHost: %s\r\nContent-Length: 99999999999999999999",
	"GET / HTTP/1.1\r\nHost: %s\r\nContent-Length: 1\r\nContent-Length: 2", "POST /api/v1/articles HTTP/1.1\r\nHost: %s\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0",
	"POST /api/v1/articles HTTP/1.1\r\nHost: %s\r\nTransfer-Encoding: gzip",
	"POST /api/v1/articles HTTP/1.1\r\nHost: %s\r\nTransfer-Encoding: chunked\r\n\r\nzz", "GET " + "/" + strings.Repeat("a", 17000) + " HTTP/1.1\r\nHost: %s",
	"GET " + strings.Repeat("/a", 8000) + " HTTP/1.1\r\nHost: %s", "GET /?" + strings.Repeat("a&", 8000) + " HTTP/1.1\r\nHost: %s", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
	"\x00\x00\x00\x00", "GET / HTTP/1.1\r\nHost: %s\r\nHost : x", "GET\t/\tHTTP/1.1\r\nHost: %s", "GET  / HTTP/1.1\r\nHost: %s", "GET / HTTP/1.1 x\r\nHost: %s",
}

// hostileBodies are bodies of POST that are no article.
var hostileBodies = []string{
	"", "null", "[]", "{}", "1", `"a"`, "{", `{"title":`, `{"title":1}`, `{"title":null}`, `{"title":"a"}{"title":"b"}`, `{"title":"a"} x`,
	`{"title":"a","__proto__":{}}`, `{"title":"a","date":"never"}`, `{"title":"a","date":{"$gt":""}}`, `{"title":"\u0000"}`, `{"title":"\ud800"}`,
	"{\"title\":\"\xff\"}", "\xef\xbb\xbf{\"title\":\"a\"}", `{"id":"\u0000","title":"a"}`, `{"title":"a","title":["b"]}`,
	strings.Repeat("[", 20000), `{"title":` + strings.Repeat("[", 20000), `{"title":"` + strings.Repeat("a", MaxBody) + `"}`, `{"text":"` + strings.Repeat(`\u0041`, 1<<20) + `"}`,
}

// heavyParameters are requests that are right, and cost as much as they may.
var heavyParameters = []string{
	"q=*&facet=person&facet=place&facet=org&facet=source&facet=lang&facet=date&facet=mentioned&facet-size=10000&histogram=mentioned&limit=1000&explain=true",
	"q=a*+OR+e*+OR+i*+OR+o*&limit=1000&offset=100000&sort=oldest", "q=near(a*+e*,100)&limit=1000&explain=true", "q=" + strings.Repeat("e*+", 490),
	"q=" + strings.Repeat("near(a+e,+50)+OR+", 60) + "a", "q=%22a+e+a+e+a+e+a+e%22~1000&limit=1000", "q=atleast500(a)+OR+atleast2(e*)&limit=1000",
	"q=a~+e~+i~+o~+aaaa~2+eeee~2+aeio~2+aeie~2", "q=?????+OR+????+OR+???+OR+%3F%3F&facet=person&facet-size=1000", "q=*a*+*e*+*i*+*o*+*u*&explain=true",
	"q=a+w/s+e+w/s+i+w/s+o&limit=1000", "q=a+w/p+e+w/p+i+w/p+o&limit=1000&histogram=date", "q=near(@person+@place,1000)&limit=1000",
	"q=" + strings.Repeat("-a*+", 400), strings.Repeat("person=a*&", 400), strings.Repeat("place=none&", 500), "q=" + strings.Repeat("person:none+OR+", 400) + "a",
	"q=/[aeiou]*[aeiou]*[aeiou]*[aeiou]*[aeiou]*x/", "q=/.*.*.*.*.*.*.*.*a/", "q=/(a|e|i|o)(a|e|i|o)(a|e|i|o)(a|e|i|o)(a|e|i|o)?/&explain=true",
}

// TestHostileRequests: whatever is sent is answered or refused in time, and leaves the server, which
// has a process of its own, as it was. $DATELINE_HOSTILE is how often each kind is sent, eight at
// once; it is once and two else.
func TestHostileRequests(t *testing.T) {
	if name := os.Getenv(attackedServer); name != "" {
		serveAttacked(t, name)
		return
	}
	times, atOnce := 1, 2
	if n, _ := strconv.Atoi(os.Getenv("DATELINE_HOSTILE")); n > 0 {
		times, atOnce = n, 8
	}
	for _, name := range []string{"open", "readonly"} {
		t.Run(name, func(t *testing.T) {
			addr, pid := startAttacked(t, name)
			kinds := requestsOfAllKinds()
			if len(kinds) < 200 {
				t.Errorf("only %d kinds", len(kinds))
			}
			// Once before, so that what is mapped and kept belongs to the base.
			sendRaw(t, addr, kinds[len(kinds)/2])
			base := newPeak(t, pid)
			s := sendAll(t, addr, kinds, times, atOnce)
			grown := base.grown()
			t.Logf("%d kinds x %d, %d at once: %d answers of 503, the slowest of %v: %.90q; %d MB more at once",
				len(kinds), times, atOnce, s.unavailable, s.slowest, s.of, grown>>20)
			if grown > 512<<20 {
				t.Errorf("%d MB more were held at once", grown>>20)
			}
		})
	}
}

// attackedServer is the variable that has the test be the server, of that name.
const attackedServer = "DATELINE_ATTACKED_SERVER"

// serveAttacked serves until its standard input ends, and tells where on standard output.
func serveAttacked(t *testing.T, name string) {
	debug.SetGCPercent(disk.GCPercent) // as serve does
	go disk.LimitMemory(t.Context(), 0)
	o := Options{Archive: attacked(t)}
	if name == "open" {
		o.Regexp, o.Writer = true, shelf{}
	}
	h := New(o)
	server := httptest.NewUnstartedServer(h)
	server.Config = NewServer("", h)
	server.Start()
	fmt.Println(server.Listener.Addr())
	io.Copy(io.Discard, os.Stdin)
	server.Close()
}

// startAttacked starts the server in a process of its own, which must end well with the test.
func startAttacked(t *testing.T, name string) (addr string, pid int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestHostileRequests$")
	cmd.Env, cmd.Stderr = append(os.Environ(), attackedServer+"="+name), os.Stderr
	stop, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	said, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(said)
	t.Cleanup(func() {
		stop.Close()
		rest, _ := io.ReadAll(lines)
		if err := cmd.Wait(); err != nil {
			t.Errorf("the server ended with %v: %s", err, rest)
		}
	})
	line, err := lines.ReadString('\n')
	if err != nil {
		t.Fatalf("the server did not start: %s%v", line, err)
	}
	return strings.TrimSpace(line), cmd.Process.Pid
}

// sent is what became of requests.
type sent struct {
	unavailable int
	slowest     time.Duration
	of          string
}

// sendAll sends requests in an order of its own, and so many at once.
func sendAll(t *testing.T, addr string, kinds []string, times, atOnce int) (all sent) {
	t.Helper()
	var mu sync.Mutex
	var senders sync.WaitGroup
	requests := make(chan string)
	for range atOnce {
		senders.Go(func() {
			for raw := range requests {
				status, took := sendRaw(t, addr, raw)
				if took > answered() {
					t.Errorf("%.90q: answered with %d after %v", raw, status, took)
				}
				mu.Lock()
				if status == http.StatusServiceUnavailable {
					all.unavailable++
				}
				if took > all.slowest {
					all.slowest, all.of = took, raw
				}
				mu.Unlock()
			}
		})
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	for range times {
		for _, i := range random.Perm(len(kinds)) {
			requests <- kinds[i]
		}
	}
	close(requests)
	senders.Wait()
	return all
}

// answered is how long an answer may take: where it is measured 2.5 s, and longer among other
// tests, which leave it fewer processors, and with the race detector.
func answered() time.Duration {
	if os.Getenv("DATELINE_HOSTILE")+os.Getenv("DATELINE_FUZZED") != "" {
		return 2500 * time.Millisecond
	}
	return 10 * time.Second
}

// A peak is the most memory that a process has had since, as the system counts it. Elsewhere
// than on Linux it is not known.
type peak struct {
	pid  int
	from int64
}

func newPeak(t *testing.T, pid int) peak {
	if err := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0); err != nil {
		t.Logf("memory is not measured: %v", err)
		return peak{pid, math.MaxInt64}
	}
	return peak{pid, status(pid, "VmRSS")}
}

func (p peak) grown() int64 { return status(p.pid, "VmHWM") - p.from }

// status returns a line of a process's status in bytes.
func status(pid int, name string) int64 {
	data, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, rest, _ := strings.Cut(string(data), name+":")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kb, _ := strconv.ParseInt(fields[0], 10, 64)
	return kb << 10
}

// requestsOfAllKinds returns all of the above as they go over the wire.
func requestsOfAllKinds() []string {
	var out []string
	for _, r := range hostileRequests {
		out = append(out, r+"\r\n\r\n")
	}
	for i, q := range hostileQueries {
		paths := []string{"/search", "/api/v1/search", "/api/v1/search.csv", "/api/v1/search.jsonl", "/api/v1/search.ris", "/feed.atom", "/api/v1/suggest", "/article/h1"}
		out = append(out, "GET "+paths[i%len(paths)]+"?q="+url.QueryEscape(q)+" HTTP/1.1\r\nHost: %s\r\n\r\n")
	}
	for _, params := range heavyParameters {
		for _, path := range []string{"/search?", "/api/v1/search?"} {
			out = append(out, "GET "+path+strings.ReplaceAll(params, "%", "%%")+" HTTP/1.1\r\nHost: %s\r\n\r\n")
		}
	}
	for _, params := range hostile {
		out = append(out, "GET /api/v1/search.csv?"+strings.ReplaceAll(params, "%", "%%")+" HTTP/1.1\r\nHost: %s\r\n\r\n")
	}
	for _, body := range hostileBodies {
		out = append(out, fmt.Sprintf("POST /api/v1/articles HTTP/1.1\r\nHost: %%s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
			len(body), strings.ReplaceAll(body, "%", "%%")))
	}
	return out
}

// sendRaw sends a request, and asks for something else behind it: on the same connection,
// unless the server says that it closes that. It returns the status, and how long the answer took:
// of a stream until it began.
func sendRaw(t *testing.T, addr, raw string) (status int, took time.Duration) {
	t.Helper()
	name := raw[:min(len(raw), 90)]
	raw = strings.ReplaceAll(strings.ReplaceAll(raw, "%s", addr), "%%", "%")
	start := time.Now()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Errorf("%q: the server is gone: %v", name, err)
		return 0, 0
	}
	defer conn.Close()
	conn.SetDeadline(start.Add(20 * time.Second))
	go io.WriteString(conn, raw) // the server may answer before it has read all
	replies := bufio.NewReader(conn)
	method, _, _ := strings.Cut(raw, " ")
	res, err := http.ReadResponse(replies, &http.Request{Method: method})
	if err != nil {
		t.Errorf("%q: no answer: %v", name, err)
		return 0, 0
	}
	took = time.Since(start)
	if strings.Contains(raw, "/api/v1/search.") && res.StatusCode == http.StatusOK {
		return res.StatusCode, took
	}
	_, err = io.Copy(io.Discard, res.Body)
	took = time.Since(start)
	fine := []int{http.StatusNotImplemented, http.StatusHTTPVersionNotSupported, http.StatusServiceUnavailable}
	if res.StatusCode >= 500 && !slices.Contains(fine, res.StatusCode) || res.StatusCode < 200 || err != nil && !errors.Is(err, net.ErrClosed) {
		t.Errorf("%q: status %d, %v", name, res.StatusCode, err)
	}
	if res.Close || res.StatusCode < 300 && strings.HasPrefix(raw, "POST") {
		next, err := net.Dial("tcp", addr)
		if err != nil {
			t.Errorf("%q: the server is gone: %v", name, err)
			return res.StatusCode, took
		}
		defer next.Close()
		conn, replies = next, bufio.NewReader(next)
	}
	fmt.Fprintf(conn, "GET /healthz HTTP/1.1\r\nHost: %s\r\n\r\n", addr)
	if next, err := http.ReadResponse(replies, nil); err != nil || next.StatusCode != 200 {
		t.Errorf("%q: the connection is dead: %v", name, err)
	}
	return res.StatusCode, took
}
