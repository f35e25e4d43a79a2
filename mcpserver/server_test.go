package mcpserver

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"dateline/corpus"
	"dateline/index/indextest"
	"dateline/search"
)

var reports = []string{
	"2024-03-05 | Talks in {Goma} | <Ada Okoro> spoke.\tThe truce, <Okoro=Ada Okoro> said,\nheld.\n\nLater <Ada Okoro> and <Ben Marsh> of [Hope Relief] met in {Goma}. “The truce is é,” she said.",
	"2023-12-01 | Nothing | <Ben Marsh> stayed.",
	" | Undated | The truce with <?Ben Marsh> of {Bukavu} failed.",
}

// connected returns a client of a server of an archive.
func connected(t *testing.T, o Options) *mcp.ClientSession {
	t.Helper()
	here, there := mcp.NewInMemoryTransports()
	session, err := New(o).mcp.Connect(t.Context(), there, nil)
	if err != nil {
		t.Fatal(err)
	}
	client, err := mcp.NewClient(&mcp.Implementation{Name: "test"}, nil).Connect(t.Context(), here, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close(); session.Wait() })
	return client
}

type args = map[string]any

// call calls a tool, and reads its answer into out; the words of an error are returned.
func call(t *testing.T, c *mcp.ClientSession, name string, in args, out any) string {
	t.Helper()
	res, err := c.CallTool(t.Context(), &mcp.CallToolParams{Name: name, Arguments: in})
	if err != nil {
		t.Fatalf("%s %v: %v", name, in, err)
	}
	text := res.Content[0].(*mcp.TextContent).Text
	if res.IsError {
		return text
	}
	if err := json.Unmarshal([]byte(text), out); err != nil {
		t.Fatalf("%s %v: %v: %s", name, in, err, text)
	}
	again, err := json.Marshal(res.StructuredContent)
	if err != nil || len(again) != len(text) {
		t.Errorf("%s: structured content is not what the text has: %s, %s", name, again, text)
	}
	return ""
}

func answered(t *testing.T, c *mcp.ClientSession, name string, in args, out any) {
	t.Helper()
	if failure := call(t, c, name, in, out); failure != "" {
		t.Fatalf("%s %v: %s", name, in, failure)
	}
}

func TestToolsOnlyReadAndSayWhatTheyAre(t *testing.T) {
	c := connected(t, Options{Archive: indextest.NewArchive(t, "", reports...)})
	var got []string
	for tool, err := range c.Tools(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, tool.Name)
		if a := tool.Annotations; !a.ReadOnlyHint || *a.OpenWorldHint {
			t.Errorf("%s: %+v", tool.Name, a)
		}
		text := slices.Contains([]string{"search", "article", "co_mentions"}, tool.Name)
		if data := strings.Contains(tool.Description, "data, not instructions"); data != text {
			t.Errorf("%s says that articles are data: %v", tool.Name, data)
		}
		for name, p := range tool.InputSchema.(args)["properties"].(args) {
			if p.(args)["description"] == nil {
				t.Errorf("%s: %s is not described", tool.Name, name)
			}
			if _, ok := p.(args)["type"].(string); !ok {
				t.Errorf("%s: %s is of several types", tool.Name, name)
			}
		}
	}
	if want := "article co_mentions facets mentions search suggest"; strings.Join(got, " ") != want {
		t.Errorf("there are %q, want %s", got, want)
	}
}

// TestSpans holds every span of every answer to the article that it is of.
func TestSpans(t *testing.T) {
	a := indextest.NewArchive(t, "", reports...)
	c := connected(t, Options{Archive: a})
	spans := 0
	check := func(id, sum, field string, paragraph, start, end int, text string) {
		t.Helper()
		spans++
		d := a.Docs[id]
		in := d.Text
		if field == "title" {
			in = d.Title
		}
		at := 0
		for p := range corpus.Paragraphs(d.Text) {
			if field == "text" && p.Start <= start && start < p.End {
				at = p.N
			}
		}
		if in[start:end] != text || paragraph != at || sum != "sum of "+id {
			t.Errorf("%s of %q: %s %d–%d, paragraph %d, is not %q", id, sum, field, start, end, paragraph, text)
		}
	}
	var found searchAnswer
	answered(t, c, "search", args{"q": "truce"}, &found)
	for _, h := range found.Hits {
		for _, p := range h.Passages {
			check(h.ID, h.SHA256, p.Field, p.Paragraph, p.Start, p.End, p.Text)
			for _, m := range p.Marks {
				if p.Text[m[0]:m[1]] != "truce" {
					t.Errorf("marks %q", p.Text[m[0]:m[1]])
				}
			}
		}
	}
	if len(found.Hits) != 2 || found.Found != (coverage{2, 1, 0}) || found.Archive != (coverage{3, 1, 1}) {
		t.Errorf("%d hits, found %v of %v", len(found.Hits), found.Found, found.Archive)
	}
	answered(t, c, "search", args{"q": "truce ben marsh"}, &found)
	if found.Found != (coverage{2, 1, 0}) {
		t.Errorf("of several words: found %v", found.Found)
	}
	answered(t, c, "search", args{"q": "nothing marsh"}, &found)
	if found.Found != (coverage{1, 0, 1}) {
		t.Errorf("of other words: found %v", found.Found)
	}
	var whole articleAnswer
	answered(t, c, "article", args{"id": "0"}, &whole)
	for _, p := range whole.Paragraphs {
		check("0", whole.SHA256, p.Field, p.Paragraph, p.Start, p.End, p.Text)
	}
	var m mentionsAnswer
	answered(t, c, "mentions", args{"id": "0"}, &m)
	for _, one := range m.Mentions {
		check("0", m.Article.SHA256, one.Field, one.Paragraph, one.Start, one.End, one.Text)
	}
	var co coMentionsAnswer
	answered(t, c, "co_mentions", args{"field": "person", "id": "ada-okoro"}, &co)
	for _, s := range append(co.Sentences, *co.First, *co.Last) {
		check(s.Article, s.SHA256, s.Field, s.Paragraph, s.Start, s.End, s.Text)
	}
	if spans < 16 {
		t.Errorf("only %d spans", spans)
	}
}

func TestFilters(t *testing.T) {
	c := connected(t, Options{Archive: indextest.NewArchive(t, "", reports...)})
	for _, test := range []struct {
		in   args
		want string
	}{
		{args{}, "0 1 2"},
		{args{"sort": "oldest"}, "1 0 2"},
		{args{"person": []string{"ben-marsh"}}, "0 1 2"},
		{args{"person": []string{"ben-marsh"}, "min-confidence": "medium"}, "0 1"},
		{args{"person": []string{"ada-okoro", "Ben Marsh"}, "match": []string{"person=all"}}, "0"},
		{args{"not-person": []string{"ada-okoro"}}, "1 2"},
		{args{"date": []string{"none", "2023"}}, "1 2"},
		{args{"not-date": []string{"2023"}, "place": []string{"Congo"}}, "0 2"},
		{args{"q": "okoro w/s marsh"}, "0"},
		{args{"limit": 1}, "0"},
	} {
		var found searchAnswer
		answered(t, c, "search", test.in, &found)
		var got []string
		for _, h := range found.Hits {
			got = append(got, h.ID)
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%v finds %v, want %s", test.in, got, test.want)
		}
	}
	seen := ""
	for in := (args{"limit": 1}); len(seen) < 9; {
		var found searchAnswer
		answered(t, c, "search", in, &found)
		seen += found.Hits[0].ID
		if found.Next == "" {
			break
		}
		in["cursor"] = found.Next
	}
	if seen != "012" {
		t.Errorf("by cursor: %s", seen)
	}
}

func TestFacets(t *testing.T) {
	c := connected(t, Options{Archive: indextest.NewArchive(t, "", reports...)})
	var out facetsAnswer
	answered(t, c, "facets", args{"field": "person", "q": "truce", "facet-size": 1}, &out)
	if len(out.Values) != 1 || out.Values[0].Count != 2 || out.Distinct != 2 || out.Found.Articles != 2 {
		t.Errorf("%+v of %v", out.Facet, out.Found)
	}
	answered(t, c, "facets", args{"field": "person", "prefix": "ok"}, &out)
	if len(out.Values) != 1 || out.Values[0].ID != "ada-okoro" {
		t.Errorf("%+v", out.Facet)
	}
}

func TestCoMentions(t *testing.T) {
	c := connected(t, Options{Archive: indextest.NewArchive(t, "", reports...)})
	var out coMentionsAnswer
	answered(t, c, "co_mentions", args{"field": "person", "id": "ada-okoro", "limit": 1, "offset": 2}, &out)
	var with []string
	for _, v := range out.Together {
		with = append(with, fmt.Sprint(v.ID, " ", v.InSentence, v.Both))
	}
	if got := strings.Join(with, ", "); got != "ben-marsh 1 1, gn:3 1 1, hope-relief 1 1" {
		t.Errorf("together with %s", got)
	}
	if out.Articles != 1 || out.Read != 1 || out.Total != 3 || len(out.Sentences) != 1 || out.Sentences[0].Paragraph != 3 {
		t.Errorf("%+v", out)
	}
	answered(t, c, "co_mentions", args{"field": "place", "id": "gn:1", "person": []string{"ben-marsh"}}, &out)
	if out.Total != 2 || out.Articles != 2 || len(out.With) != 1 {
		t.Errorf("with another: %+v", out)
	}
}

func TestMentions(t *testing.T) {
	c := connected(t, Options{Archive: indextest.NewArchive(t, "", reports...)})
	for _, test := range []struct {
		in          args
		total, here int
	}{
		{args{"id": "0"}, 7, 7},
		{args{"id": "0", "kind": "person"}, 4, 4},
		{args{"id": "0", "kind": "person", "offset": 3, "limit": 2}, 4, 1},
		{args{"id": "0", "offset": 100}, 7, 0},
		{args{"id": "2", "min-confidence": "medium"}, 1, 1},
	} {
		var out mentionsAnswer
		answered(t, c, "mentions", test.in, &out)
		if out.Total != test.total || len(out.Mentions) != test.here {
			t.Errorf("%v: %d of %d, want %d of %d", test.in, len(out.Mentions), out.Total, test.here, test.total)
		}
	}
}

// TestLongArticle reads one to its end.
func TestLongArticle(t *testing.T) {
	text := strings.Repeat("é", MaxText) + "\n\n" + strings.Repeat("Word. ", MaxText/3) + "\nEnd"
	a := indextest.NewArchive(t, "", "2024 | Long | "+text)
	c := connected(t, Options{Archive: a})
	got, start := "", 0
	for range 10 {
		var out articleAnswer
		answered(t, c, "article", args{"id": "0", "start": start}, &out)
		for _, p := range out.Paragraphs {
			got += strings.Repeat("\n", p.Start-len(got)) + p.Text
		}
		if start = out.Next; start == 0 {
			break
		}
	}
	if got != a.Docs["0"].Text {
		t.Errorf("%d bytes are not the %d of the text", len(got), len(text))
	}
}

func TestSuggest(t *testing.T) {
	c := connected(t, Options{Archive: indextest.NewArchive(t, "", reports...)})
	var out suggestAnswer
	answered(t, c, "suggest", args{"q": "oko"}, &out)
	if len(out.Values) != 1 || out.Values[0].ID != "ada-okoro" || out.Archive.Articles != 3 {
		t.Errorf("%+v", out)
	}
}

func TestRefused(t *testing.T) {
	a := indextest.NewArchive(t, "", reports...)
	c := connected(t, Options{Archive: a})
	inside := strings.Index(a.Docs["0"].Text, "é") + 1
	for _, test := range []struct {
		tool string
		in   args
		says string
	}{
		{"search", args{"q": "(truce"}, "never closed"},
		{"search", args{"q": "/tr.*/"}, "regular expressions are not allowed"},
		{"search", args{"q": "a\x00b"}, "NUL"},
		{"search", args{"limit": MaxHits + 1}, "may be 1 to 50"},
		{"search", args{"limit": -1}, "may be 1 to 50"},
		{"search", args{"sort": "size"}, "sort"},
		{"search", args{"cursor": "nonsense"}, "cursor"},
		{"search", args{"person!": []string{"x"}}, "person!"},
		{"search", args{"date": []string{"2024-13"}}, "2024-13"},
		{"search", args{"match": []string{"lang=all"}}, "match"},
		{"facets", args{}, "field"},
		{"facets", args{"field": "title"}, "field"},
		{"facets", args{"field": "org", "facet-size": MaxValues + 1}, "may be 1 to 200"},
		{"article", args{"id": "nope"}, "there is no article nope"},
		{"article", args{"id": "0", "start": -1}, "start is -1"},
		{"article", args{"id": "0", "start": 1e18}, "and the text has"},
		{"article", args{"id": "0", "start": inside}, "inside a character"},
		{"article", args{"id": "\x00"}, "NUL"},
		{"mentions", args{"id": "0", "kind": "verb"}, "kind"},
		{"mentions", args{"id": "0", "limit": MaxMentions + 1}, "may be 1 to 200"},
		{"mentions", args{"id": "0", "offset": -1}, "offset is -1"},
		{"co_mentions", args{"field": "person", "id": "nobody"}, `there is no person with the id "nobody"`},
		{"co_mentions", args{"field": "source", "id": "x"}, "field"},
		{"co_mentions", args{"field": "person", "id": "ada-okoro", "limit": MaxSentences + 1}, "may be 1 to 100"},
		{"suggest", args{"q": "a", "limit": MaxSuggestions + 1}, "may be 1 to 20"},
		{"suggest", args{"q": "\x00"}, "NUL"},
	} {
		if says := call(t, c, test.tool, test.in, new(args)); !strings.Contains(says, test.says) {
			t.Errorf("%s %v: %q, want %q", test.tool, test.in, says, test.says)
		}
	}
	c = connected(t, Options{Archive: indextest.NewArchive(t, "", reports...), Regexp: true})
	answered(t, c, "search", args{"q": "/tr.*/"}, new(searchAnswer))
}

// A failing archive answers searches so.
type failing struct {
	search.Archive
	fail func() error
}

func (f failing) Search(context.Context, search.Request) (*search.Results, error) {
	return nil, f.fail()
}

func TestFaultsAreLoggedAndNotTold(t *testing.T) {
	for _, test := range []struct {
		fail         func() error
		says, logged string
	}{
		{func() error { return errors.New("disk 7 burns") }, "something went wrong; the log tells more", "disk 7 burns"},
		{func() error { panic("disk 8 burns") }, "something went wrong; the log tells more", "disk 8 burns"},
		{func() error { return fmt.Errorf("%w: disk 9", search.ErrUnavailable) }, "the archive can't be read at the moment, try again soon", "disk 9"},
		{func() error { return context.DeadlineExceeded }, "this takes too long to answer, ask for less or try again soon", ""},
		{func() error { return context.Canceled }, "context canceled", ""},
	} {
		var log strings.Builder
		c := connected(t, Options{Archive: failing{nil, test.fail}, Log: slog.New(slog.NewTextHandler(&log, nil))})
		if says := call(t, c, "search", args{"q": "truce"}, new(args)); says != test.says {
			t.Errorf("says %q, want %q", says, test.says)
		}
		if got := log.String(); !strings.Contains(got, test.logged) || (got == "") != (test.logged == "") {
			t.Errorf("logs %q, want %q", got, test.logged)
		}
	}
}

func TestServeEnds(t *testing.T) {
	s := New(Options{Archive: indextest.NewArchive(t, "", reports...)})
	if err := s.Serve(t.Context(), strings.NewReader(""), io.Discard); err != nil {
		t.Errorf("with its input: %v", err)
	}
	in, out := io.Pipe()
	out.CloseWithError(errors.New("cut off"))
	if err := s.Serve(t.Context(), in, io.Discard); err == nil || !strings.Contains(err.Error(), "Model Context Protocol") {
		t.Errorf("of input that fails: %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	in, more := io.Pipe()
	defer more.Close()
	if err := s.Serve(ctx, in, io.Discard); err != nil {
		t.Errorf("when told to: %v", err)
	}
}

// An asker that says all and closes, such as a pipe, is answered whole; the last line needs no line feed.
func TestServeAnswersWhatWasAskedBeforeTheEnd(t *testing.T) {
	const begin = `{"jsonrpc":"2.0","id":0,"method":"initialize","params":` +
		`{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}` + "\n" +
		`{"jsonrpc":"2.0","method":"notifications/initialized"}` + "\n"
	call := func(id int) string {
		return fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"suggest","arguments":{"q":"a"}}}`, id)
	}
	s := New(Options{Archive: indextest.NewArchive(t, "", reports...)})
	for _, test := range []struct {
		name, in string
		answers  int
	}{
		{"calls", begin + call(1) + "\n" + call(2) + "\n" + call(3) + "\n", 4},
		{"no line feed at the end", begin + call(1), 2},
		{"one call twice", begin + call(1) + "\n" + call(1), 2},
		{"a call that is taken back", begin + call(1) + "\n" +
			`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}`, 2},
	} {
		var out strings.Builder
		if err := s.Serve(t.Context(), strings.NewReader(test.in), &out); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		got := strings.Count(out.String(), "\n")
		if got < test.answers || strings.Contains(out.String(), "EOF") {
			t.Errorf("%s: %d answers, want %d: %s", test.name, got, test.answers, out.String())
		}
	}
}

// A call that is heard after an answer could not be written is not waited for: nobody will answer it.
func TestServeEndsWhereAnswersAreNotTaken(t *testing.T) {
	const ping = `{"jsonrpc":"2.0","id":%d,"method":"ping"}` + "\n"
	for range 50 { // the call is heard before and after the library gives up
		in, send := io.Pipe()
		failed := make(chan struct{})
		out := failingWriter(sync.OnceFunc(func() { close(failed) }))
		go func() {
			fmt.Fprintf(send, ping, 1)
			<-failed
			fmt.Fprintf(send, ping, 2)
			send.Close()
		}()
		if err := New(Options{}).Serve(t.Context(), in, out); err == nil || !strings.Contains(err.Error(), "cut off") {
			t.Fatalf("ended with %v", err)
		}
	}
}

// failingWriter is called when something is written, which fails.
type failingWriter func()

func (w failingWriter) Write([]byte) (int, error) {
	w()
	return 0, errors.New("cut off")
}

// Lines that are no messages are answered as such, and those behind them are heard.
func TestServeGoesOnBehindWhatIsNoMessage(t *testing.T) {
	const ping = `{"jsonrpc":"2.0","id":7,"method":"ping"}`
	for line, want := range map[string]string{
		"truce": "-32700", `{"a":`: "-32700", `{"a":1}`: "-32600", `"truce"`: "-32600", `[` + ping + `]`: "-32600",
		ping + ping: "-32700", "": "", " \r": "", strings.Repeat(" ", 17<<20) + ping: "-32600",
	} {
		in, send := io.Pipe()
		receive, out := io.Pipe()
		ended := make(chan error, 1)
		go func() {
			ended <- New(Options{}).Serve(t.Context(), in, out)
			out.Close()
		}()
		go io.WriteString(send, line+"\n"+ping+"\n")
		var got []string
		answers := bufio.NewScanner(receive)
		for answers.Scan() {
			got = append(got, answers.Text())
			if strings.Contains(answers.Text(), `"id":7`) {
				send.Close()
			}
		}
		if err := <-ended; err != nil {
			t.Errorf("%.40q: ended with %v", line, err)
		}
		if want != "" {
			want = `"id":null,"error":{"code":` + want
		}
		if len(got) == 0 || !strings.Contains(got[0], want) || !strings.Contains(got[len(got)-1], `"id":7`) || len(got) > 2 {
			t.Errorf("%.40q is answered with %q", line, got)
		}
	}
}

func TestOverHTTP(t *testing.T) {
	server := httptest.NewServer(New(Options{Archive: indextest.NewArchive(t, "", reports...)}))
	defer server.Close()
	c, err := mcp.NewClient(&mcp.Implementation{Name: "test"}, nil).Connect(t.Context(),
		&mcp.StreamableClientTransport{Endpoint: server.URL}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var out searchAnswer
	answered(t, c, "search", args{"q": "truce"}, &out)
	if len(out.Hits) != 2 {
		t.Errorf("%d hits", len(out.Hits))
	}
	const message = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"suggest","arguments":{"q":"a"}}}`
	for _, test := range []struct {
		name, body string
		want       int
	}{
		{"a message", message, 200},
		{"behind white space", " \n" + message, 200},
		{"several", " [" + message + "," + message + "]", 400},
		{"a huge one", `{"x":"` + strings.Repeat("x", maxBody) + `"}`, 413},
		{"nothing", " ", 400},
	} {
		r := httptest.NewRequestWithContext(t.Context(), "POST", "/mcp", strings.NewReader(test.body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept", "application/json, text/event-stream")
		w := httptest.NewRecorder()
		server.Config.Handler.ServeHTTP(w, r)
		if w.Code != test.want {
			t.Errorf("%s: status %d, want %d: %s", test.name, w.Code, test.want, w.Body)
		}
	}
}
