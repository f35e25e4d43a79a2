package httpapi

import (
	"bufio"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"dateline/corpus"
	disk "dateline/index/archive"
	"dateline/search"
)

// A timeless archive takes no time: it is the one thing of answers that no two have the same.
type timeless struct{ *disk.Reader }

func (a timeless) Search(ctx context.Context, req search.Request) (*search.Results, error) {
	res, err := a.Reader.Search(ctx, req)
	if res != nil {
		res.TookMS = 0
	}
	return res, err
}

// secretWords are in the secret collection alone, or spelled nearly as words of the other.
var secretWords = []string{"kestrelgate", "Marwa Quillfeather", "Fort Umbrellan", "shellingg", "truces", "Lakeside Wires", "Gomaa"}

// secretDocs are about things that the other collection does not know.
func secretDocs() []corpus.Document {
	docs := manyWords(60)
	for i := range docs {
		d := &docs[i]
		d.ID = fmt.Sprintf("secret/%d", i)
		d.Title = "Kestrelgate ledger " + d.Title
		d.Source = "Lakeside Wires"
		d.Text += " " + strings.Join(secretWords, " ") + " "
		mention(d, corpus.Person, "Marwa Quillfeather", "marwa quillfeather", "Marwa Quillfeather")
	}
	return docs
}

// TestSecretCollection asks $DATELINE_SECRET things, 300 unless it is set, as one who may not
// read a collection, while others ask it: every byte is the same as where it is not there.
func TestSecretCollection(t *testing.T) {
	n := 300
	if given, _ := strconv.Atoi(os.Getenv("DATELINE_SECRET")); given > 0 {
		n = given
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	file := usersFile(t, hashed(t, "leila", "swan"), hashed(t, "yusuf", "lake"))
	news, secret := timeless{sealed(t, manyWords(200)...)}, timeless{sealed(t, secretDocs()...)}
	public := Collection{Name: "news", Archive: news}
	hidden := Collection{Name: "secret", Archive: secret, Readers: []string{"leila"}}
	serve := func(collections ...Collection) http.Handler {
		h := New(Options{Users: readUsers(t, file), Collections: collections, Regexp: true, Rate: 1e9, Version: "1"})
		s := h.(*server)
		s.salt = "salt"
		for _, c := range s.below {
			c.salt = s.salt
		}
		return h
	}
	with, without := serve(public, hidden), serve(public)
	m := newMaker(seed, 1)
	m.values = append(m.values, secretWords...)
	m.targets = append([]string{"", "", "", "/embed.js"}, m.targets...)
	words := []string{"shelling near Goma", "kestrelgate  ", "Marwa Quillfeather", "Fort Umbrellan", "shellingg    ", "truces       ", "Lakeside Wires", "Gomaa         ", "report waited"}
	statuses := map[int]int{}
	var tag string
	for i := range n {
		if i%10 == 0 { // others go on
			raw := "GET /c/secret" + one(m, m.targets) + "?q=" + escaped(one(m, secretWords)) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"
			asks(with, raw, "leila", "swan", "")
		}
		in := one(m, []string{"/c/news", "/c/news", "/c/news", "/c/news", "/c/secret", "/c/secreta", "", "/c"})
		target := in + one(m, m.targets)
		method := "GET"
		switch m.IntN(4) {
		case 0: // anything
			for j := range m.IntN(4) {
				target += "?&"[min(j, 1):min(j, 1)+1] + escaped(one(m, m.names)) + "=" + escaped(m.value())
			}
			method = one(m, []string{"GET", "HEAD", "POST", "DELETE", "PUT"})
		default: // what is found, or is not
			target = one(m, []string{"/c/news", "/c/news", "/c/news", "/c/news", "/c/news", "/c/secret"}) +
				one(m, []string{"/search", "/api/v1/search", "/api/v1/search.csv", "/api/v1/suggest", "/api/v1/facets/person", "/feed.atom"}) +
				"?q=" + escaped(one(m, words)[:1+m.IntN(12)]+one(m, []string{"", "*", "~", " OR truce", " -goma", " w/s shelling"}))
		}
		raw := method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n"
		user, password := "yusuf", "lake"
		if m.IntN(10) == 0 {
			user = ""
		}
		condition := ""
		if m.IntN(5) == 0 {
			condition = tag
		}
		got, want := asks(with, raw, user, password, condition), asks(without, raw, user, password, condition)
		if got == nil || want == nil {
			continue // no request
		}
		statuses[got.Code]++
		if e := got.Header().Get("ETag"); e != "" {
			tag = e
		}
		if got.Code == http.StatusServiceUnavailable && want.Code == got.Code {
			continue
		}
		if got.Code != want.Code || got.Body.String() != want.Body.String() || !maps.EqualFunc(got.Header(), want.Header(), slices.Equal) {
			t.Fatalf("%q as %q: %d, %v: %.500s\nwithout the collection %d, %v: %.500s", raw, user, got.Code, got.Header(), got.Body, want.Code, want.Header(), want.Body)
		}
	}
	t.Logf("%d asked; statuses: %v", n, statuses)
	for _, status := range []int{200, 400, 401, 404} {
		if statuses[status] == 0 {
			t.Errorf("no answer of status %d among %v", status, statuses)
		}
	}
}

// asks sends a request as it goes over the wire as a user; nil: it is none.
func asks(h http.Handler, raw, user, password, tag string) *httptest.ResponseRecorder {
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
	if err != nil {
		return nil
	}
	r.RemoteAddr = "192.0.2.1:1"
	if user != "" {
		r.SetBasicAuth(user, password)
	}
	if tag != "" {
		r.Header.Set("If-None-Match", tag)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// What a secret collection is busy with, or that it is damaged, is no answer to those who may not
// read it.
func TestSecretCollectionInTrouble(t *testing.T) {
	broken := fails(fmt.Errorf("%w: damaged", search.ErrUnavailable))
	h := New(Options{
		Users: readUsers(t, usersFile(t, hashed(t, "leila", "swan"), hashed(t, "yusuf", "lake"))),
		Collections: []Collection{
			{Name: "news", Archive: sample()}, {Name: "leaks", Archive: broken, Readers: []string{"leila"}},
		},
	})
	for user, want := range map[string]int{"leila": 503, "yusuf": 200} {
		password := map[string]string{"leila": "swan", "yusuf": "lake"}[user]
		if w := get(t, h, "/readyz", "Authorization", basic(user, password)); w.Code != want {
			t.Errorf("/readyz as %s: status %d, want %d", user, w.Code, want)
		}
	}
}
