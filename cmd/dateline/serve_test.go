package main

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"dateline/httpapi"
)

// newArchive returns the folder of an archive with articles, each of which has a title.
func newArchive(t *testing.T, titles ...string) string {
	t.Helper()
	dir := t.TempDir()
	articles := filepath.Join(dir, "articles")
	writeArticles(t, articles, titles...)
	runs(t, "-i", filepath.Join(dir, "archive"), "-q", "index", articles)
	return filepath.Join(dir, "archive")
}

func writeArticles(t *testing.T, dir string, titles ...string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, title := range titles {
		text := title + "\n\nThe convoy waits at the bridge.\n"
		if err := os.WriteFile(filepath.Join(dir, title+".txt"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// runs runs a command line that succeeds.
func runs(t *testing.T, args ...string) {
	t.Helper()
	var stderr strings.Builder
	c := &console{args: args, stdout: io.Discard, stderr: &stderr, getenv: func(string) string { return "" }}
	if code := run(t.Context(), c); code != 0 {
		t.Fatalf("%v: exit code %d: %s", args, code, stderr.String())
	}
}

// A serving is a server that runs in this process.
type serving struct {
	address string // the first line that it prints
	log     *lines
	stop    func() int // stops it, and returns its exit code
}

// lines is written by a server while a test reads.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// serves starts a server with more arguments.
func serves(t *testing.T, args ...string) *serving {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	s := &serving{log: &lines{}}
	code := make(chan int, 1)
	env := map[string]string{"HOME": t.TempDir()}
	getenv := func(name string) string { return env[name] }
	go func() {
		code <- run(ctx, &console{args: args, stdout: in, stderr: s.log, getenv: getenv})
		in.Close()
	}()
	s.stop = sync.OnceValue(func() int { cancel(); return <-code })
	t.Cleanup(func() { s.stop() })
	printed := bufio.NewScanner(out)
	if !printed.Scan() {
		t.Fatalf("%v: exit code %d: %s", args, s.stop(), s.log)
	}
	s.address = printed.Text()
	go io.Copy(io.Discard, out)
	return s
}

// fetch returns status and body of a page.
func fetch(t *testing.T, client *http.Client, address string) (int, string) {
	t.Helper()
	res, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

func TestServeOpensToOthersOnlyWhenTold(t *testing.T) {
	for _, addr := range []string{
		":0", "0.0.0.0:0", "[::]:0", "[::ffff:0.0.0.0]:0", "192.0.2.1:0", "[2001:db8::1]:0",
	} {
		l, err := listen(addr, false)
		if err == nil {
			l.Close()
			t.Errorf("%s is listened on", addr)
		} else if !strings.Contains(err.Error(), "--auth") {
			t.Errorf("%s: %v", addr, err)
		}
	}
	for _, addr := range []string{"nonsense", "127.0.0.1", "127.0.0.1:99999", "no-such-host.invalid:0", ""} {
		if l, err := listen(addr, true); err == nil {
			l.Close()
			t.Errorf("%q is an address", addr)
		}
	}
	for _, addr := range []string{"127.0.0.1:0", "127.9.9.9:0", "localhost:0", "unix:" + filepath.Join(t.TempDir(), "s")} {
		l, err := listen(addr, false)
		if err != nil {
			t.Errorf("%s: %v", addr, err)
			continue
		}
		l.Close()
	}
	l, err := listen(":0", true)
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
}

func TestServeUnixSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "socket")
	left, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	left.SetUnlinkOnClose(false)
	left.Close() // as a server leaves it that is killed

	archive := newArchive(t, "Ferry")
	s := serves(t, "-i", archive, "serve", "--listen", "unix:"+path)
	if s.address != "unix:"+path {
		t.Errorf("address %q", s.address)
	}
	client := &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", path)
		},
	}}
	defer client.CloseIdleConnections()
	if status, body := fetch(t, client, "http://localhost/"); status != 200 || !strings.Contains(body, "Ferry") {
		t.Errorf("status %d: %s", status, body)
	}
	if l, err := listen("unix:"+path, false); err == nil {
		l.Close()
		t.Error("two servers have one socket")
	}
	client.CloseIdleConnections()
	if code := s.stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("the socket stays behind")
	}
}

// writeUsers writes a file of users, given by name and password in turn, and returns its path.
func writeUsers(t *testing.T, users ...string) string {
	t.Helper()
	var lines strings.Builder
	for i := 0; i < len(users); i += 2 {
		hash, err := bcrypt.GenerateFromPassword([]byte(users[i+1]), bcrypt.MinCost)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&lines, "%s:%s\n", users[i], hash)
	}
	path := filepath.Join(t.TempDir(), "users")
	if err := os.WriteFile(path, []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// certificate writes a certificate for localhost with a serial number, and its key.
func certificate(t *testing.T, certFile, keyFile string, serial int64) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "localhost"}, IsCA: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{
		certFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: keyDER},
	} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func TestServeLogInOverTLS(t *testing.T) {
	dir, archive := t.TempDir(), newArchive(t, "Ferry")
	users := writeUsers(t, "leila", "swan")
	certFile, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	first := certificate(t, certFile, keyFile, 1)
	s := serves(t, "-i", archive, "serve", "--listen", "0.0.0.0:0", "--auth", users,
		"--tls-cert", certFile, "--tls-key", keyFile)
	_, port, err := net.SplitHostPort(strings.Trim(strings.TrimPrefix(s.address, "https:"), "/"))
	if err != nil || !strings.HasPrefix(s.address, "https://") {
		t.Fatalf("address %q", s.address)
	}
	at := "127.0.0.1:" + port
	client := func(roots ...*x509.Certificate) *http.Client {
		pool := x509.NewCertPool()
		for _, root := range roots {
			pool.AddCert(root)
		}
		c := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}}
		t.Cleanup(c.CloseIdleConnections)
		return c
	}
	if status, _ := fetch(t, client(first), "https://"+at+"/"); status != 401 {
		t.Errorf("without a log-in: status %d", status)
	}
	if status, body := fetch(t, client(first), "https://leila:swan@"+at+"/"); status != 200 || !strings.Contains(body, "Ferry") {
		t.Errorf("logged in: status %d: %s", status, body)
	}
	if _, err := tls.Dial("tcp", at, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS11}); err == nil {
		t.Error("TLS 1.1 is spoken")
	}
	second := certificate(t, certFile, keyFile, 2)
	if status, _ := fetch(t, client(second), "https://"+at+"/healthz"); status != 200 {
		t.Errorf("with the next certificate: status %d", status)
	}
	if err := os.WriteFile(keyFile, []byte("broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, _ := fetch(t, client(second), "https://"+at+"/healthz"); status != 200 {
		t.Errorf("while the key is broken: status %d", status)
	}
	if !strings.Contains(s.log.String(), "key.pem") {
		t.Errorf("the log does not tell of the broken key: %s", s.log)
	}
	if strings.Contains(s.log.String(), "swan") {
		t.Errorf("the log has the password: %s", s.log)
	}
}

func TestServeCollections(t *testing.T) {
	news, leaks := newArchive(t, "Ferry"), newArchive(t, "Ledger")
	s := serves(t, "serve", "--listen", "127.0.0.1:0", "--auth", writeUsers(t, "leila", "swan", "yusuf", "lake"),
		"--collection", "news="+news, "--collection", "leaks="+leaks, "--collection-readers", "leaks=leila,hope")
	as := func(login string) string { return strings.Replace(s.address, "//", "//"+login+"@", 1) }
	for _, test := range []struct {
		address string
		status  int
		has     string
	}{
		{as("leila:swan") + "c/news/", 200, "Ferry"},
		{as("leila:swan") + "c/leaks/", 200, "Ledger"},
		{as("leila:swan") + "c/leaks", 200, "Ledger"},
		{as("yusuf:lake") + "c/news/search?q=ferry", 200, "Ferry"},
		{as("yusuf:lake") + "c/leaks/", 404, "no such page"},
		{as("yusuf:lake"), 200, "1 article"},
		{s.address, 401, "log in"},
	} {
		if status, body := fetch(t, http.DefaultClient, test.address); status != test.status || !strings.Contains(body, test.has) {
			t.Errorf("%s: status %d: %s", test.address, status, body)
		}
	}
	if !strings.Contains(s.log.String(), "reader=hope") {
		t.Errorf("a reader who is no user is not told: %s", s.log)
	}
	http.DefaultClient.CloseIdleConnections()
	// What is published in one is served in it.
	later := t.TempDir()
	writeArticles(t, later, "Harbour")
	runs(t, "-i", leaks, "-q", "index", later)
	waitFor(t, as("leila:swan")+"c/leaks/", "Harbour")
	http.DefaultClient.CloseIdleConnections()
}

// waitFor asks for a page until it has a text.
func waitFor(t *testing.T, address, text string) {
	t.Helper()
	for body := ""; !strings.Contains(body, text); {
		_, body = fetch(t, http.DefaultClient, address)
	}
}

func TestServePath(t *testing.T) { onBoth(t, servePath) }

func servePath(t *testing.T, at []string) {
	articles := filepath.Join(t.TempDir(), "articles")
	writeArticles(t, articles)
	s := serves(t, append(at, "serve", "--listen", "127.0.0.1:0", articles)...)
	defer http.DefaultClient.CloseIdleConnections()
	if status, body := fetch(t, http.DefaultClient, s.address); status != 200 || !strings.Contains(body, "no articles in this archive yet") {
		t.Errorf("with nothing to read: status %d: %s", status, body)
	}
	writeArticles(t, articles, "Ferry")
	waitFor(t, s.address+"search?q=ferry", "1 article<")
	writeArticles(t, filepath.Join(articles, "new", "folder"), "Harbour")
	waitFor(t, s.address+"search?q=harbour", "1 article<")

	var stderr strings.Builder
	getenv := func(string) string { return "" }
	if code := run(t.Context(), &console{args: append(at, "index", articles), stderr: &stderr, getenv: getenv}); code != 3 {
		t.Errorf("another writes: exit code %d: %s", code, stderr.String())
	}
	http.DefaultClient.CloseIdleConnections()
	if code := s.stop(); code != 0 {
		t.Errorf("exit code %d: %s", code, s.log)
	}
	runs(t, append(at, "-q", "index", articles)...) // the lock is given back
	if strings.Contains(s.log.String(), "level=ERROR") || !strings.Contains(s.log.String(), "msg=\"1 article seen: 1 added") {
		t.Errorf("log: %s", s.log)
	}
}

// startService runs a service with a handler, and returns its address and how it ends.
func startService(t *testing.T, ctx context.Context, h http.HandlerFunc, beside ...func(context.Context) error) (string, <-chan error) {
	t.Helper()
	l, err := listen("127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	s := &service{
		listener: l, server: httpapi.NewServer(l.Addr().String(), h),
		log: slog.New(slog.DiscardHandler), beside: beside,
	}
	ended := make(chan error, 1)
	go func() { ended <- s.run(ctx) }()
	return "http://" + l.Addr().String() + "/", ended
}

func TestServeAnswersWhatIsUnderWay(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	asked, answer := make(chan bool), make(chan bool)
	address, ended := startService(t, ctx, func(w http.ResponseWriter, _ *http.Request) {
		close(asked)
		<-answer
		io.WriteString(w, "late, but whole")
	})
	got := make(chan string)
	go func() {
		_, body := fetch(t, http.DefaultClient, address)
		got <- body
	}()
	<-asked
	stop()
	for { // until nobody is let in any more
		c, err := net.Dial("tcp", strings.Trim(strings.TrimPrefix(address, "http:"), "/"))
		if err != nil {
			break
		}
		c.Close()
	}
	select {
	case err := <-ended:
		t.Fatalf("it ended before it answered: %v", err)
	default:
	}
	close(answer)
	if body := <-got; body != "late, but whole" {
		t.Errorf("answer %q", body)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// What does not end in time is broken off, and the server ends as it was told.
func TestServeEndsInTime(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	l, err := listen("127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	asked, broken := make(chan bool), make(chan bool)
	server := httpapi.NewServer("", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(asked)
		<-r.Context().Done()
		close(broken)
	}))
	s := &service{log: slog.New(slog.DiscardHandler)}
	ended := make(chan error, 1)
	go func() { ended <- s.serveOn(ctx, server, l, time.Millisecond) }()
	go func() {
		if res, err := http.Get("http://" + l.Addr().String()); err == nil {
			res.Body.Close()
			t.Errorf("status %d", res.StatusCode)
		}
	}()
	<-asked
	stop()
	if err := <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
	<-broken
}

func TestServeEndsWithWhatGoesOnBeside(t *testing.T) {
	full := errors.New("disk full")
	_, ended := startService(t, t.Context(), http.NotFound, func(context.Context) error { return full })
	if err := <-ended; !errors.Is(err, full) {
		t.Errorf("ended with %v", err)
	}
}

func TestServeGoesOnWhenReadingFails(t *testing.T) {
	dir := t.TempDir()
	articles, archive := filepath.Join(dir, "articles"), filepath.Join(dir, "archive")
	writeArticles(t, articles, "Ferry")
	s := serves(t, "-i", archive, "serve", "--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0", articles)
	defer http.DefaultClient.CloseIdleConnections()
	_, metrics, _ := strings.Cut(s.log.String(), "msg=metrics address=")
	metrics, _, _ = strings.Cut(metrics, "\n")
	waitFor(t, s.address+"search?q=ferry", "1 article<")
	waitFor(t, metrics, "dateline_reading 1")
	if err := os.Rename(archive, archive+".1"); err != nil {
		t.Fatal(err)
	}
	writeArticles(t, articles, "Harbour")
	waitFor(t, metrics, "dateline_reading 0")
	if status, body := fetch(t, http.DefaultClient, s.address+"search?q=ferry"); status != 200 || !strings.Contains(body, "1 article<") {
		t.Errorf("status %d: %s", status, body)
	}
	if !strings.Contains(s.log.String(), "new articles are not read") {
		t.Errorf("log: %s", s.log)
	}
	if err := os.Rename(archive+".1", archive); err != nil {
		t.Fatal(err)
	}
}

func TestServeTellsThatWhatItReadsIsGone(t *testing.T) {
	dir := t.TempDir()
	articles := filepath.Join(dir, "articles")
	writeArticles(t, articles, "Ferry")
	s := serves(t, "-i", filepath.Join(dir, "archive"), "serve", "--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0", articles)
	defer http.DefaultClient.CloseIdleConnections()
	_, metrics, _ := strings.Cut(s.log.String(), "msg=metrics address=")
	metrics, _, _ = strings.Cut(metrics, "\n")
	waitFor(t, s.address+"search?q=ferry", "1 article<")
	if err := os.Rename(articles, articles+".1"); err != nil {
		t.Fatal(err)
	}
	waitFor(t, metrics, "dateline_reading 0")
	writeArticles(t, articles, "Harbour")
	waitFor(t, metrics, "dateline_reading 1")
	waitFor(t, s.address+"search?q=harbour", "1 article<")
	if !strings.Contains(s.log.String(), articles+" can't be read") {
		t.Errorf("log: %s", s.log)
	}
}

func TestReadingIsTriedAgain(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	times := 0
	s := &service{log: slog.New(slog.DiscardHandler)}
	s.keepReading(ctx, func(context.Context) error {
		if times++; times == 3 {
			stop()
		}
		return errors.New("disk full")
	}, 0)
	if times != 3 {
		t.Errorf("read %d times", times)
	}
}

func TestServeIsObserved(t *testing.T) {
	audit := filepath.Join(t.TempDir(), "audit.jsonl")
	s := serves(t, "-i", newArchive(t, "Ferry"), "serve", "--listen", "127.0.0.1:0", "--log-format", "json",
		"--audit", audit, "--metrics-listen", "127.0.0.1:0")
	defer http.DefaultClient.CloseIdleConnections()
	fetch(t, http.DefaultClient, s.address+"search?q=ferry")
	metrics := ""
	for line := range strings.Lines(s.log.String()) {
		var entry struct{ Msg, Address string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Errorf("the log is not JSON: %s", line)
		}
		if entry.Msg == "metrics" {
			metrics = entry.Address
		}
	}
	if status, body := fetch(t, http.DefaultClient, metrics); status != 200 || !strings.Contains(body, `route="/search",status="200"} 1`) ||
		!strings.Contains(body, `dateline_articles{collection=""} 1`) {
		t.Errorf("%s: status %d: %s", metrics, status, body)
	}
	waitFor(t, metrics, `dateline_damaged{collection=""} 0`)
	if err := os.Rename(audit, audit+".1"); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	for {
		fetch(t, http.DefaultClient, s.address+"search?q=harbour")
		if _, err := os.Stat(audit); err == nil {
			break
		}
	}
	fetch(t, http.DefaultClient, s.address+"search?q=bridge")
	http.DefaultClient.CloseIdleConnections()
	if code := s.stop(); code != 0 {
		t.Errorf("exit code %d: %s", code, s.log)
	}
	for file, query := range map[string]string{audit + ".1": `"q":["ferry"]`, audit: `"q":["bridge"]`} {
		if data, err := os.ReadFile(file); err != nil || !strings.Contains(string(data), query) {
			t.Errorf("%s: %s (%v)", file, data, err)
		}
	}
	if strings.Contains(s.log.String(), "ferry") {
		t.Errorf("the usual log has a query: %s", s.log)
	}
}

// What is open of an archive answers still when its folder is gone. That is told.
func TestServeTellsThatTheArchiveIsGone(t *testing.T) {
	archive := newArchive(t, "Ferry")
	s := serves(t, "-i", archive, "serve", "--listen", "127.0.0.1:0")
	defer http.DefaultClient.CloseIdleConnections()
	if status, body := fetch(t, http.DefaultClient, s.address+"readyz"); status != 200 {
		t.Errorf("status %d: %s", status, body)
	}
	if err := os.Rename(archive, archive+".1"); err != nil {
		t.Fatal(err)
	}
	if status, body := fetch(t, http.DefaultClient, s.address+"readyz"); status != 503 {
		t.Errorf("without its folder: status %d: %s", status, body)
	}
	if err := os.Rename(archive+".1", archive); err != nil {
		t.Fatal(err)
	}
	if status, body := fetch(t, http.DefaultClient, s.address+"readyz"); status != 200 {
		t.Errorf("with its folder again: status %d: %s", status, body)
	}
}

// An ill is a reader of which Check finds one thing after another.
type ill struct {
	reader
	found []error
	again time.Duration
}

func (i *ill) checkAgain() time.Duration { return i.again }

func (i *ill) Check(context.Context) error {
	err := i.found[0]
	i.found = i.found[1:]
	return err
}

// What is wrong is logged when it comes, and again when it comes back. What a cluster lacks is no damage.
func TestWhatIsWrongIsLoggedOnce(t *testing.T) {
	red, redder := errors.New("it is red"), errors.New("it is redder")
	well, err := (&folder{dir: newArchive(t, "Ferry")}).open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer well.Close()
	for _, test := range []struct {
		again         time.Duration
		says, damaged string
		better        int
	}{{0, "what is served is damaged", "1", 0}, {time.Second, "what is served can't be read now", "0", 1}} {
		r := &ill{found: []error{red, red, redder, nil, nil, red}, again: test.again}
		var out strings.Builder
		s, told := &service{log: slog.New(slog.NewTextHandler(&out, nil)), metrics: httpapi.NewMetrics()}, ""
		for len(r.found) > 0 {
			told = s.checkOnce(t.Context(), opened{"", r}, told)
		}
		if strings.Count(out.String(), "it is red\"") != 2 || strings.Count(out.String(), "it is redder") != 1 ||
			strings.Count(out.String(), test.says) != 3 || strings.Count(out.String(), "can be read again") != test.better {
			t.Errorf("log: %s", out.String())
		}
		w := httptest.NewRecorder()
		s.metrics.Handler(httpapi.Options{Archive: well}).ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
		if want := "dateline_damaged{collection=\"\"} " + test.damaged + "\n"; !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %s in %s", want, w.Body)
		}
	}
}

func TestWhatCannotBeReloadedIsLoggedOnce(t *testing.T) {
	dir := newArchive(t, "Ferry")
	r, err := (&folder{dir: dir}).open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := os.Rename(dir, dir+".1"); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	log, told := slog.New(slog.NewTextHandler(&out, nil)), ""
	for range 3 {
		told = reload(t.Context(), r, log, told)
	}
	if strings.Count(out.String(), "level=ERROR") != 1 {
		t.Errorf("log: %s", out.String())
	}
	if err := os.Rename(dir+".1", dir); err != nil {
		t.Fatal(err)
	}
	if told = reload(t.Context(), r, log, told); told != "" {
		t.Errorf("all is well again, and it says %s", told)
	}
}

func TestServeGoesOnWhenToldToHangUp(t *testing.T) {
	s := serves(t, "-i", newArchive(t, "Ferry"), "serve", "--listen", "127.0.0.1:0")
	defer http.DefaultClient.CloseIdleConnections()
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	for !strings.Contains(s.log.String(), "told to hang up") {
		if status, body := fetch(t, http.DefaultClient, s.address+"healthz"); status != 200 {
			t.Fatalf("status %d: %s", status, body)
		}
	}
}

// What was removed is kept out until it is brought back.
func TestServeKeepsOutWhatWasRemoved(t *testing.T) { onBoth(t, serveKeepsOut) }

func serveKeepsOut(t *testing.T, at []string) {
	articles := filepath.Join(t.TempDir(), "articles")
	writeArticles(t, articles, "Ferry")
	runs(t, append(at, "-q", "index", articles)...)
	s := serves(t, append(at, "serve", "--listen", "127.0.0.1:0", "--allow-write")...)
	defer http.DefaultClient.CloseIdleConnections()
	for i, step := range []struct {
		method, path string
		status       int
	}{{"POST", "", 201}, {"DELETE", "/a1", 204}, {"POST", "", 409}} {
		r, err := http.NewRequestWithContext(t.Context(), step.method, s.address+"api/v1/articles"+step.path,
			strings.NewReader(`{"id": "a1", "title": "Harbour"}`))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != step.status {
			t.Errorf("step %d: status %d: %s", i, res.StatusCode, body)
		}
	}
}

// That an id is taken is told, and not where on this machine the file lies that has it.
func TestServeTellsNoFiles(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "harbour.jsonl")
	if err := os.WriteFile(file, []byte(`{"id": "a1", "title": "Harbour"}`+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	archive := filepath.Join(dir, "archive")
	runs(t, "-i", archive, "-q", "index", file)
	s := serves(t, "-i", archive, "serve", "--listen", "127.0.0.1:0", "--allow-write")
	defer http.DefaultClient.CloseIdleConnections()
	res, err := http.Post(s.address+"api/v1/articles", "application/json", strings.NewReader(`{"id": "a1", "title": "Bridge"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	if told := string(body); res.StatusCode != 400 || !strings.Contains(told, `a1`) || strings.Contains(told, "harbour.jsonl") || strings.Contains(told, dir) {
		t.Errorf("status %d: %s", res.StatusCode, body)
	}
}

func TestServeRate(t *testing.T) {
	s := serves(t, "-i", newArchive(t, "Ferry"), "serve", "--listen", "127.0.0.1:0", "--rate", "1")
	defer http.DefaultClient.CloseIdleConnections()
	for status := 200; status != 429; {
		status, _ = fetch(t, http.DefaultClient, s.address)
	}
}

// asChild has TestChildServes be the program.
const asChild = "DATELINE_TEST_CHILD"

// TestChildServes is not a test but the program that TestServeSocketActivation starts.
func TestChildServes(t *testing.T) {
	if os.Getenv(asChild) == "" {
		t.Skip("it is run by TestServeSocketActivation")
	}
	args := os.Args
	os.Args = append([]string{"dateline"}, args[slices.Index(args, "--")+1:]...)
	main()
}

func TestServeSocketActivation(t *testing.T) {
	archive := newArchive(t, "Ferry")
	files := make([]*os.File, 2)
	addrs := make([]string, 2)
	for i := range files {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		addrs[i] = l.Addr().String()
		if files[i], err = l.(*net.TCPListener).File(); err != nil {
			t.Fatal(err)
		}
		defer files[i].Close()
	}
	// The shell knows its own number, which is then the program's.
	child := exec.Command("sh", "-c", `LISTEN_PID=$$ exec "$0" "$@"`, os.Args[0],
		"-test.run=^TestChildServes$", "--", "-i", archive, "serve", "--listen", "192.0.2.1:1")
	child.Env = append(os.Environ(), asChild+"=1", "LISTEN_FDS=2", "LISTEN_FDNAMES=metrics:dateline.socket")
	child.ExtraFiles = files
	stderr := &lines{}
	child.Stderr = stderr
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Timeout: time.Minute}
	defer client.CloseIdleConnections()
	if status, body := fetch(t, client, "http://"+addrs[1]+"/search?q=ferry"); status != 200 || !strings.Contains(body, "1 article<") {
		t.Errorf("the page: status %d: %s", status, body)
	}
	if status, body := fetch(t, client, "http://"+addrs[0]+"/metrics"); status != 200 || !strings.Contains(body, "dateline_articles") {
		t.Errorf("metrics: status %d: %s", status, body)
	}
	client.CloseIdleConnections()
	if err := child.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := child.Wait(); err != nil {
		t.Errorf("told to stop: %v: %s", err, stderr)
	}
}

// Variables that are meant for another process are none of ours.
func TestPassedToAnother(t *testing.T) {
	env := map[string]string{"LISTEN_FDS": "1", "LISTEN_PID": "1"}
	page, metrics, err := passed(func(name string) string { return env[name] })
	if page != nil || metrics != nil || err != nil {
		t.Errorf("%v %v %v", page, metrics, err)
	}
}
