package httpapi

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"golang.org/x/crypto/bcrypt"
)

// hashed returns a line of htpasswd.
func hashed(t *testing.T, name, password string) string {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	return name + ":" + strings.Replace(string(hash), "$2a$", "$2y$", 1) + "\n" // as htpasswd has it
}

// usersFile writes a file of users and returns its path.
func usersFile(t *testing.T, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "users")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "")), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func readUsers(t *testing.T, path string) *Users {
	t.Helper()
	users, err := ReadUsers(path, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return users
}

// basic is the header by which a user logs in.
func basic(name, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+password))
}

func TestLogin(t *testing.T) {
	path := usersFile(t, "# the desk\n\n", hashed(t, "leila", "swan lake"), hashed(t, "yusuf", "p:w"))
	h := New(Options{Archive: sample(), Users: readUsers(t, path)})
	for _, test := range []struct {
		authorization string
		status        int
	}{
		{"", 401},
		{basic("leila", "swan lake"), 200},
		{basic("yusuf", "p:w"), 200},
		{basic("leila", "p:w"), 401},
		{basic("leila", ""), 401},
		{basic("", ""), 401},
		{basic("nobody", "swan lake"), 401}, // the hash that nobody is held against is hers, or his
		{basic("nobody", "p:w"), 401},
		{"Bearer swan", 401},
		{"Basic !", 401},
	} {
		get(t, h, "/", "Authorization", basic("leila", "swan lake")) // is remembered for her alone
		for _, target := range []string{"/", "/api/v1/search", "/readyz", "/article/h1", "/nowhere"} {
			w := get(t, h, target, "Authorization", test.authorization)
			if (w.Code == 401) != (test.status == 401) {
				t.Errorf("%s as %q: status %d", target, test.authorization, w.Code)
			}
			if challenge := w.Header().Get("WWW-Authenticate"); (challenge == `Basic realm="Dateline", charset="UTF-8"`) != (w.Code == 401) {
				t.Errorf("%s as %q: challenge %q", target, test.authorization, challenge)
			}
		}
		if test.status == 401 { // what failed is not to lock out the next
			h = New(Options{Archive: sample(), Users: readUsers(t, path)})
		}
	}
	if p := problemOf(t, get(t, h, "/api/v1/search")); p.Status != 401 {
		t.Errorf("%+v", p)
	}
	for _, target := range []string{"/healthz", assetURLs["style.css"]} {
		if w := get(t, h, target); w.Code != 200 {
			t.Errorf("%s wants a log-in: status %d", target, w.Code)
		}
	}
}

// Who is no user is held against the password of one, always the same, so that how long that
// takes does not tell.
func TestUnknownUsersCostTheSame(t *testing.T) {
	path := usersFile(t, hashed(t, "leila", "swan"), hashed(t, "yusuf", "lake"))
	first, again := readUsers(t, path), readUsers(t, path)
	seen := map[string]bool{}
	for i := range 60 {
		name := fmt.Sprint("nobody", i)
		hash, known := first.hash(name)
		if same, _ := again.hash(name); known || hash != same {
			t.Errorf("%s: %s, then %s", name, hash, same)
		}
		seen[hash] = true
	}
	for _, name := range []string{"leila", "yusuf"} {
		if hash, _ := first.hash(name); !seen[hash] {
			t.Errorf("nobody is held against %s's", name)
		}
	}
}

func TestFailedLoginsAreSlowedDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // in which no time goes by
		h := New(Options{Archive: sample(), Users: readUsers(t, usersFile(t, hashed(t, "leila", "swan"), hashed(t, "yusuf", "lake")))})
		if w := get(t, h, "/", "Authorization", basic("leila", "swan")); w.Code != 200 {
			t.Fatalf("status %d", w.Code)
		}
		for range failBurst {
			get(t, h, "/", "Authorization", basic("yusuf", "guess"))
		}
		w := get(t, h, "/", "Authorization", basic("yusuf", "guess"))
		if w.Code != 429 || w.Header().Get("Retry-After") != "1" {
			t.Errorf("guess %d: status %d, %v", failBurst+1, w.Code, w.Header())
		}
		if w := get(t, h, "/", "Authorization", basic("leila", "swan")); w.Code != 200 {
			t.Errorf("who is logged in is kept out: status %d", w.Code)
		}
		r := httptest.NewRequest("GET", "http://localhost/", nil)
		r.RemoteAddr = "192.0.2.77:1"
		r.SetBasicAuth("yusuf", "lake")
		elsewhere := httptest.NewRecorder()
		if h.ServeHTTP(elsewhere, r); elsewhere.Code != 200 {
			t.Errorf("from another address: status %d", elsewhere.Code)
		}
	})
}

// However many are tried at once.
func TestFailedLoginsAreSlowedDownTogether(t *testing.T) {
	hash, err := bcrypt.GenerateFromPassword([]byte("swan"), 8)
	if err != nil {
		t.Fatal(err)
	}
	path := usersFile(t, "leila:"+string(hash)+"\n")
	synctest.Test(t, func(t *testing.T) {
		h := New(Options{Archive: sample(), Users: readUsers(t, path)})
		var tried atomic.Int32
		var guessing sync.WaitGroup
		for range 3 * failBurst {
			guessing.Go(func() {
				if w := get(t, h, "/", "Authorization", basic("leila", "guess")); w.Code == 401 {
					tried.Add(1)
				}
			})
		}
		guessing.Wait()
		if tried.Load() != failBurst {
			t.Errorf("%d passwords are tried at once, and may be %d", tried.Load(), failBurst)
		}
	})
}

func TestRightLoginsAreNotSlowedDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var lines []string
		for i := range 3 * failBurst {
			lines = append(lines, hashed(t, fmt.Sprint("user", i), "swan"))
		}
		h := New(Options{Archive: sample(), Users: readUsers(t, usersFile(t, lines...))})
		for i := range lines {
			if w := get(t, h, "/", "Authorization", basic(fmt.Sprint("user", i), "swan")); w.Code != 200 {
				t.Fatalf("user %d: status %d", i, w.Code)
			}
		}
	})
}

func TestUsersAreReadAgain(t *testing.T) {
	var log bytes.Buffer
	path := usersFile(t, hashed(t, "leila", "swan"))
	users, err := ReadUsers(path, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	h := New(Options{Archive: sample(), Users: users})
	expect := func(step, name, password string, status int) {
		t.Helper()
		if w := get(t, h, "/", "Authorization", basic(name, password)); w.Code != status {
			t.Errorf("%s: %s %s: status %d", step, name, password, w.Code)
		}
	}
	rewrite := func(content string) { // as htpasswd does, by another file
		t.Helper()
		if err := os.WriteFile(path+".new", []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(path+".new", path); err != nil {
			t.Fatal(err)
		}
	}
	expect("at first", "leila", "swan", 200)
	rewrite(hashed(t, "leila", "lake"))
	expect("changed", "leila", "swan", 401)
	expect("changed", "leila", "lake", 200)
	rewrite(hashed(t, "yusuf", "boat"))
	expect("taken out", "leila", "lake", 401)
	expect("added", "yusuf", "boat", 200)
	rewrite("yusuf:plain\n")
	expect("broken", "yusuf", "boat", 200)
	expect("broken", "yusuf", "plain", 401)
	if n := strings.Count(log.String(), "level=ERROR"); n != 1 || !strings.Contains(log.String(), "htpasswd -B") {
		t.Errorf("broken once, in the log %d times: %s", n, log.String())
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	expect("gone", "yusuf", "boat", 200)
	rewrite(hashed(t, "yusuf", "ship"))
	expect("mended", "yusuf", "boat", 401)
	expect("mended", "yusuf", "ship", 200)
}

func TestUsersRefused(t *testing.T) {
	for _, test := range []struct{ content, says string }{
		{"", "names nobody; add a user with: htpasswd -B"},
		{"# none\n\n", "names nobody"},
		{"leila:$apr1$abcdefgh$0123456789012345678901\n", ":1: the password of leila is not hashed by bcrypt; mend it with: htpasswd -B"},
		{"\nleila:{SHA}2jmj7l5rSw0yVb/vlWAYkK/YBwk=\n", ":2: the password of leila"},
		{"leila:swan\n", "bcrypt"},
		{"leila\n", "bcrypt"},
		{":$2y$05$" + strings.Repeat("a", 53), "NAME:HASH"},
		{"leila:$2y$17$" + strings.Repeat("a", 53), "too long"},
		{"leila:$2y$05$" + strings.Repeat("a", 53) + "\nleila:$2y$05$" + strings.Repeat("b", 53), "twice"},
	} {
		_, err := ReadUsers(usersFile(t, test.content), slog.New(slog.DiscardHandler))
		if err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%q: %v", test.content, err)
		} else if strings.Contains(err.Error(), "swan") {
			t.Errorf("%q: the error has the password: %v", test.content, err)
		}
	}
	if _, err := ReadUsers(filepath.Join(t.TempDir(), "none"), nil); err == nil {
		t.Error("a file that is not there names users")
	}
}

func TestProxy(t *testing.T) {
	proxy, err := NewProxy("X-User", []string{"192.0.2.7", "10.1.0.0/16", "2001:db8::/64", "unix"})
	if err != nil {
		t.Fatal(err)
	}
	h := New(Options{Archive: sample(), Proxy: proxy})
	for _, test := range []struct {
		from   string
		names  []string
		status int
	}{
		{"192.0.2.7:99", []string{"leila"}, 200},
		{"[::ffff:192.0.2.7]:99", []string{"leila"}, 200},
		{"10.1.200.3:99", []string{"leila"}, 200},
		{"[2001:db8::5]:99", []string{"leila"}, 200},
		{"@", []string{"leila"}, 200},
		{"192.0.2.8:99", []string{"leila"}, 403},
		{"10.2.0.1:99", []string{"leila"}, 403},
		{"127.0.0.1:99", []string{"leila"}, 403},
		{"192.0.2.7:99", nil, 403},
		{"192.0.2.7:99", []string{""}, 403},
		{"192.0.2.7:99", []string{"leila", "yusuf"}, 403},
		{"192.0.2.7:99", []string{"\xff"}, 403},
	} {
		r := httptest.NewRequest("GET", "http://localhost/", nil)
		r.RemoteAddr = test.from
		r.Header["X-User"] = test.names
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != test.status {
			t.Errorf("from %s as %q: status %d", test.from, test.names, w.Code)
		}
	}
	tcp, err := NewProxy("X-User", []string{"192.0.2.7"})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("GET", "http://localhost/", nil)
	r.RemoteAddr = "@"
	r.Header.Set("X-User", "leila")
	w := httptest.NewRecorder()
	if New(Options{Archive: sample(), Proxy: tcp}).ServeHTTP(w, r); w.Code != 403 {
		t.Errorf("a socket that is not named is believed: status %d", w.Code)
	}
	for _, bad := range []struct {
		header string
		from   []string
	}{
		{"", []string{"10.0.0.1"}}, {"X User", []string{"10.0.0.1"}}, {"X-User", nil},
		{"X-User", []string{"proxy.example"}}, {"X-User", []string{"10.0.0.1/64"}}, {"X-User", []string{""}},
	} {
		if _, err := NewProxy(bad.header, bad.from); err == nil {
			t.Errorf("%q from %q is taken", bad.header, bad.from)
		}
	}
}

// askFrom asks from an address.
func askFrom(h http.Handler, address, target string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", "http://localhost"+target, nil)
	r.RemoteAddr = address
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
