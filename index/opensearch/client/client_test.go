package client

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dateline/search"
)

func hello(uuid, distribution, number string) string {
	return `{"name":"n1","cluster_uuid":"` + uuid + `","version":{"distribution":"` + distribution +
		`","number":"` + number + `"},"tagline":"t"}`
}

func TestCheck(t *testing.T) {
	elastic := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Elastic-Product", "Elasticsearch")
		says(200, hello("a", "", "8.11.0"))(w, r)
	}
	for name, test := range map[string]struct {
		step http.HandlerFunc
		want string // in the error; empty: none
	}{
		"2.19":          {says(200, hello("a", "opensearch", "2.19.6")), ""},
		"2.11":          {says(200, hello("a", "opensearch", "2.11.0")), ""},
		"3":             {says(200, hello("a", "opensearch", "3.1.0")), ""},
		"old":           {says(200, hello("a", "opensearch", "2.10.3")), "is OpenSearch 2.10.3, and 2.11 to 3.x is wanted"},
		"older":         {says(200, hello("a", "opensearch", "1.3.0")), "is OpenSearch 1.3.0"},
		"newer":         {says(200, hello("a", "opensearch", "4.0.0")), "is OpenSearch 4.0.0"},
		"elasticsearch": {elastic, "is Elasticsearch, and OpenSearch is wanted"},
		"an older one":  {says(200, hello("a", "", "7.10.2")), "is Elasticsearch 7.10.2 or alike"},
		"a page":        {says(200, "<html>\n<p>It works"), `is not OpenSearch: it says "<html> <p>It works"`},
		"other JSON":    {says(200, `{"a":1}`), "is not OpenSearch"},
		"a page's 404":  {says(404, "<html>not found"), `is not OpenSearch, or not at the path "/"`},
		"a wrong path":  {says(404, fault(404, "index_not_found_exception", "no such index [x]")), "or not at the path"},
		"password":      {says(401, "Unauthorized"), "does not let us in: no password or key was given, or not the right one (--basic-auth-file"},
		"permission": {says(403, fault(403, "security_exception", "no permissions for [cluster:monitor/main] and User [name=u]")),
			"not permitted: cluster:monitor/main;"},
		"starting": {says(503, "OpenSearch Security not initialized."), "answers 503 Service Unavailable: OpenSearch Security"},
		"redirect": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "https://else.example/", 302) },
			"redirects are not followed"},
		"broken": {breaks, "the connection broke off"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t, test.step)
			c, _ := connect(t, f.URL)
			err := c.Check(t.Context())
			if test.want == "" && err == nil {
				return
			}
			wantError(t, err, test.want, strings.TrimPrefix(f.URL, "http://"))
			if !errors.Is(err, search.ErrUnavailable) {
				t.Errorf("%q is not of the kind unavailable", err)
			}
			if n := len(f.requests()); n != 1 {
				t.Errorf("%d requests; want one", n)
			}
		})
	}
}

func TestCheckSeveralNodes(t *testing.T) {
	one := newFake(t, says(200, hello("a", "opensearch", "2.19.6")))
	young := newFake(t, says(200, hello("_na_", "opensearch", "2.19.6")))
	other := newFake(t, says(200, hello("b", "opensearch", "2.19.6")))
	for _, test := range []struct {
		urls []string
		want []string
	}{
		{[]string{gone(t), one.URL}, nil},
		{[]string{young.URL, one.URL, one.URL}, nil},
		{[]string{one.URL, young.URL}, nil},
		{[]string{gone(t), gone(t)}, []string{"nobody is there (connection refused)"}},
		{[]string{one.URL, other.URL}, []string{"are nodes of different clusters", one.URL, other.URL}},
		{[]string{young.URL, one.URL, other.URL}, []string{"different clusters"}},
	} {
		c, _ := connect(t, test.urls...)
		if err := c.Check(t.Context()); err != nil || test.want != nil {
			wantError(t, err, test.want...)
		}
	}
}

func TestNoSuchHost(t *testing.T) {
	c, _ := connect(t, "http://nowhere.invalid:9200")
	c.door.http.Proxy = nil
	wantError(t, c.Check(t.Context()), "http://nowhere.invalid:9200", "there is no host nowhere.invalid")
}

func TestAddresses(t *testing.T) {
	dir := t.TempDir()
	auth := write(t, dir, "auth", "leila:s3cret\n")
	for _, test := range []struct {
		options Options
		want    string
	}{
		{Options{}, "no address of a cluster"},
		{Options{URLs: []string{"localhost:9200"}}, `"localhost:9200" is no address of a cluster; wanted: https://host:9200`},
		{Options{URLs: []string{"ftp://h:1"}}, "is no address"},
		{Options{URLs: []string{"http://h:1", "http://:9200"}}, "is no address"},
		{Options{URLs: []string{"http://h:x"}}, "is no address"},
		{Options{URLs: []string{"https://h:1/?pretty"}}, "ends with its path"},
		{Options{URLs: []string{"https://leila:s3cret@h:1"}}, "--basic-auth-file"},
		{Options{URLs: []string{"https://leila:s3%cret@h:1"}}, "--basic-auth-file"},
		{Options{URLs: []string{"http://h:1"}, BasicAuthFile: auth}, "in the clear; wanted: https://h:1"},
		{Options{URLs: []string{"http://127.0.0.1:1", "http://10.0.0.1:1"}, BasicAuthFile: auth}, "in the clear"},
		{Options{URLs: []string{"https://h:1"}, BasicAuthFile: auth, APIKeyFile: auth}, "take one"},
		{Options{URLs: []string{"https://h:1"}, BasicAuthFile: dir + "/none"}, "no such file"},
		{Options{URLs: []string{"https://h:1"}, BasicAuthFile: write(t, dir, "a", "s3cret")}, "wanted: user:password"},
		{Options{URLs: []string{"https://h:1"}, BasicAuthFile: write(t, dir, "b", "leila:s3cret\nb:c\n")}, "wanted: one line"},
		{Options{URLs: []string{"https://h:1"}, APIKeyFile: write(t, dir, "c", "")}, "wanted: one line"},
		{Options{URLs: []string{"https://h:1"}, APIKeyFile: write(t, dir, "d", "ApiKey s3cret")}, "wanted: the key alone"},
		{Options{URLs: []string{"https://h:1"}, CAFile: auth}, "has no certificate"},
		{Options{URLs: []string{"https://h:1"}, CAFile: dir + "/none"}, "no such file"},
	} {
		_, err := New(test.options)
		wantError(t, err, test.want)
		if strings.Contains(err.Error(), "s3c") {
			t.Errorf("the error tells the secret: %s", err)
		}
	}
	for _, u := range []string{"http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "https://h:1/prefix"} {
		if c, err := New(Options{URLs: []string{u}, BasicAuthFile: auth}); err != nil {
			t.Errorf("%s: %v", u, err)
		} else {
			c.Close()
		}
	}
}

func TestCompressed(t *testing.T) {
	for _, test := range []struct {
		url  string
		near bool
	}{{"http://127.0.0.1:1", true}, {"https://news.example", false}} {
		u, _ := url.Parse(test.url)
		d, err := newDoor("", []*url.URL{u})
		if err != nil || d.http.DisableCompression != test.near {
			t.Errorf("%s: %v, answers are not compressed: %t", test.url, err, d.http.DisableCompression)
		}
	}
}

func TestWhoAsks(t *testing.T) {
	dir := t.TempDir()
	for _, test := range []struct {
		options Options
		want    string
	}{
		{Options{}, ""},
		{Options{BasicAuthFile: write(t, dir, "a", "leila:pass:word é\r\n")}, "Basic bGVpbGE6cGFzczp3b3JkIMOp"},
		{Options{APIKeyFile: write(t, dir, "b", "a2V5Og==")}, "ApiKey a2V5Og=="},
	} {
		f := newFake(t, says(200, hello("a", "opensearch", "2.19.6")), says(401, ""))
		test.options.URLs = []string{f.URL}
		c, err := New(test.options)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if err := c.Check(t.Context()); err != nil {
			t.Fatal(err)
		}
		err = c.Do(t.Context(), Request{Method: "PUT", Path: "/a"}, nil)
		wantError(t, err, "does not let us in")
		for _, r := range f.requests() {
			if got := r.header.Get("Authorization"); got != test.want {
				t.Errorf("%s came with %q; want %q", r.line, got, test.want)
			}
		}
	}
}

// A redirect could lead the password elsewhere.
func TestRedirect(t *testing.T) {
	other := newFake(t, says(200, "{}"))
	f := newFake(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other.URL, 307) })
	c, _ := connect(t, f.URL)
	err := c.Do(t.Context(), Request{Method: "GET", Path: "/a"}, nil)
	wantError(t, err, "redirects are not followed")
	if len(other.requests()) != 0 {
		t.Error("it was followed")
	}
}

func TestTLS(t *testing.T) {
	dir := t.TempDir()
	ca := newAuthority(t, dir)
	now := time.Now()
	good := ca.sign(t, "127.0.0.1", now.Add(-time.Hour), now.Add(time.Hour))
	for name, test := range map[string]struct {
		certificate tls.Certificate
		ca          string
		want        string
	}{
		"good":        {good, ca.file, ""},
		"unknown":     {good, "", "signed by an authority that is not known; name a file with that of the authority with --ca-file"},
		"another's":   {good, newAuthority(t, t.TempDir()).file, "authority that is not known"},
		"wrong host":  {ca.sign(t, "news.example", now.Add(-time.Hour), now.Add(time.Hour)), ca.file, "its certificate is not for 127.0.0.1 but for news.example"},
		"expired":     {ca.sign(t, "127.0.0.1", now.AddDate(-2, 0, 0), now.AddDate(-1, 0, 0)), ca.file, "to " + day(now.AddDate(-1, 0, 0)) + ", and today is"},
		"not yet":     {ca.sign(t, "127.0.0.1", now.AddDate(1, 0, 0), now.AddDate(2, 0, 0)), ca.file, "is good from " + day(now.AddDate(1, 0, 0))},
		"old version": {good, ca.file, "protocol version"},
	} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewUnstartedServer(says(200, hello("a", "opensearch", "2.19.6")))
			s.TLS = &tls.Config{Certificates: []tls.Certificate{test.certificate}}
			if name == "old version" {
				s.TLS.MinVersion, s.TLS.MaxVersion = tls.VersionTLS11, tls.VersionTLS11
			}
			s.Config.ErrorLog = log.New(io.Discard, "", 0)
			s.StartTLS()
			defer s.Close()
			c, err := New(Options{URLs: []string{s.URL}, CAFile: test.ca})
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			noPause(c)
			c.writeLimit = time.Second
			for _, err := range []error{
				c.Check(t.Context()),
				c.Do(t.Context(), Request{Method: "PUT", Path: "/a", Body: 1, Safe: name != "old version"}, nil),
			} {
				if test.want == "" && err == nil {
					continue
				}
				wantError(t, err, test.want, s.URL)
				if strings.Contains(err.Error(), "tried for") {
					t.Errorf("tried again and again: %s", err)
				}
			}
		})
	}
}

func TestWrongScheme(t *testing.T) {
	plainly := newFake(t, says(200, hello("a", "opensearch", "2.19.6")))
	s := httptest.NewUnstartedServer(says(200, "{}"))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	defer s.Close()
	c, _ := connect(t, strings.Replace(plainly.URL, "http:", "https:", 1))
	wantError(t, c.Check(t.Context()), "does not speak TLS; is its address http://?")
	// Go's server answers in the clear; OpenSearch does not: see the next test.
	c, _ = connect(t, strings.Replace(s.URL, "https:", "http:", 1))
	wantError(t, c.Check(t.Context()), "answers 400 Bad Request")
}

// A server with TLS sends an alert to who speaks HTTP, or nothing at all, as OpenSearch does.
func TestAlert(t *testing.T) {
	for _, test := range []struct{ says, want string }{
		{"\x15\x03\x03\x00\x02\x02\x46", "does not speak HTTP; is its address https://?"},
		{"", "the connection broke off; is its address https://?"},
	} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		go func() {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			conn.Read(make([]byte, 1000))
			io.WriteString(conn, test.says)
			conn.Close()
		}()
		c, _ := connect(t, "http://"+l.Addr().String())
		wantError(t, c.Check(t.Context()), test.want)
	}
}

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// An authority signs certificates.
type authority struct {
	file        string
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newAuthority(t *testing.T, dir string) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	a := &authority{key: key, certificate: &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Newsroom " + dir}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().AddDate(-5, 0, 0), NotAfter: time.Now().AddDate(5, 0, 0), KeyUsage: x509.KeyUsageCertSign,
	}}
	der, err := x509.CreateCertificate(rand.Reader, a.certificate, a.certificate, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	a.file = write(t, dir, "ca.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	return a
}

func (a *authority) sign(t *testing.T, host string, from, to time.Time) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(2), NotBefore: from, NotAfter: to}
	if ip := net.ParseIP(host); ip != nil {
		c.IPAddresses = []net.IP{ip}
	} else {
		c.DNSNames = []string{host}
	}
	der, err := x509.CreateCertificate(rand.Reader, c, a.certificate, &key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
