package main

import (
	"context"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/urfave/cli/v2"

	"dateline/cmd/dateline/demo"
	"dateline/corpus"
	"dateline/corpus/enrich/places"
	"dateline/index/opensearch/client"
	"dateline/index/opensearch/cluster"
	"dateline/search"
)

// A tried is a cluster that is started for tests, once, or why it could not be.
type tried struct {
	*cluster.Cluster
	err error
}

var common = sync.OnceValue(func() tried {
	c, err := cluster.Up(context.Background(), cluster.Options{Nodes: 1, Tied: true})
	return tried{c, err}
})

var isStarted bool // common was called

// wipeCommon takes the cluster that tests have in common away again.
func wipeCommon() {
	if isStarted && common().Cluster != nil {
		common().Wipe(context.Background())
	}
}

// clusterURL returns the addresses of the cluster that tests have in common, joined by commas: a real one,
// or that which DATELINE_URL names. A test is skipped where none can be started.
func clusterURL(t *testing.T) string {
	t.Helper()
	if urls := os.Getenv("DATELINE_URL"); urls != "" {
		return urls
	}
	if testing.Short() {
		t.Skip("starts a cluster")
	}
	if err := cluster.Available(t.Context(), cluster.Options{}); err != nil {
		t.Skip("not run: no cluster can be started here: ", err)
	}
	isStarted = true
	c := common()
	if c.err != nil {
		t.Fatal(c.err)
	}
	return strings.Join(c.URLs(), ",")
}

// onACluster returns the environment of commands that use an archive of a name on the cluster, which is
// deleted when the test has ended.
func onACluster(t *testing.T, name string) map[string]string {
	t.Helper()
	urls := clusterURL(t)
	name = "dateline-test-" + name
	c, err := client.New(client.Options{URLs: strings.Split(urls, ",")})
	if err != nil {
		t.Fatal(err)
	}
	wipe := func() {
		for _, part := range []string{"articles", "journal", "values", "curation", "search-*"} {
			err := c.Do(context.Background(), client.Request{Method: "DELETE", Path: name + "-" + part, Safe: true}, nil)
			if err != nil && !client.IsMissing(err) {
				t.Error(err)
			}
		}
	}
	wipe()
	t.Cleanup(func() { wipe(); c.Close() })
	return map[string]string{"DATELINE_ENGINE": "opensearch", "DATELINE_URL": urls, "DATELINE_ARCHIVE": name}
}

// onBoth runs a test with the options that name an archive in a folder, and with those of one on a cluster, which
// are not there yet.
func onBoth(t *testing.T, test func(t *testing.T, at []string)) {
	t.Run("folder", func(t *testing.T) {
		at := []string{"-i", filepath.Join(t.TempDir(), "archive")}
		test(t, at[:len(at):len(at)])
	})
	t.Run("cluster", func(t *testing.T) {
		env := onACluster(t, "both")
		at := []string{"--engine", env["DATELINE_ENGINE"], "--url", env["DATELINE_URL"], "-i", env["DATELINE_ARCHIVE"]}
		test(t, at[:len(at):len(at)])
	})
}

// TestNameOfAClusterIsNoFolder takes another engine for once than the settings have.
func TestNameOfAClusterIsNoFolder(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	const settings = "engine = \"opensearch\"\nurl = \"http://127.0.0.1:1\"\narchive = \"news\"\n"
	if err := os.WriteFile("cluster.toml", []byte(settings), 0o644); err != nil {
		t.Fatal(err)
	}
	none := map[string]string{}
	inVariables := map[string]string{"DATELINE_ENGINE": "opensearch", "DATELINE_URL": "http://127.0.0.1:1", "DATELINE_ARCHIVE": "news"}
	for _, test := range []struct {
		line, archive, note string
		env                 map[string]string
	}{
		{"--config cluster.toml --engine bleve", dir + "/.local/share/dateline", "cluster.toml", none},
		{"--engine bleve", dir + "/.local/share/dateline", "$DATELINE_ARCHIVE", inVariables},
		{"--config cluster.toml --engine bleve -i mine", "mine", "", none},
		{"--config cluster.toml --engine bleve", dir + "/.local/share/dateline", "$DATELINE_ARCHIVE", map[string]string{"DATELINE_ARCHIVE": "news"}},
		{"--config cluster.toml --engine bleve", "/srv/mine", "", map[string]string{"DATELINE_ARCHIVE": "/srv/mine"}},
		{"--config cluster.toml", "mine", "", map[string]string{"DATELINE_ARCHIVE": "mine", "DATELINE_ENGINE": "bleve"}},
		{"--config cluster.toml", dir + "/.local/share/dateline", "cluster.toml", map[string]string{"DATELINE_ENGINE": "bleve"}},
		{"--config cluster.toml", "news", "", none},
	} {
		got := runLine(t, dir, "dateline config show "+test.line, test.env)
		if !strings.Contains(got, "> archive = \""+test.archive+"\"\t") || strings.Contains(got, "! note: the archive \"news\" is left aside, as "+test.note+" ") != (test.note != "") {
			t.Errorf("%s %v: %s", test.line, test.env, got)
		}
	}
}

// sameOnACluster are the scripts that print the same on a cluster, but for the order by relevance, and scores.
var sameOnACluster = []string{"archive", "search", "facets"}

// TestScriptsOnACluster plays scripts of archives in folders on a cluster, and those that are of clusters.
func TestScriptsOnACluster(t *testing.T) {
	for _, name := range sameOnACluster {
		t.Run(name, func(t *testing.T) {
			want, err := os.ReadFile("testdata/script/" + name + ".txt")
			if err != nil {
				t.Fatal(err)
			}
			got := newOnCluster.ReplaceAllString(playScript(t, string(want), onACluster(t, "script_"+name)), "")
			if w, g := inAnyOrder(string(want)), inAnyOrder(got); w != g {
				t.Error(firstDifference(w, g))
			}
		})
	}
	names, err := filepath.Glob("testdata/cluster/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		path, err := filepath.Abs(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			env := onACluster(t, "own")
			checkScript(t, path, env, func(s string) string {
				return otherArchives.ReplaceAllString(strings.ReplaceAll(s, env["DATELINE_URL"], "$URL"), "")
			})
		})
	}
}

// newOnCluster is what is said of an archive on a cluster alone.
var newOnCluster = regexp.MustCompile(`(?m)^! note: \S+ is a new archive on the cluster, .*\n`)

// otherArchives are those on a cluster that a test does not have to itself.
var otherArchives = regexp.MustCompile(`; there are: [^;]*`)

// TestCommandForACluster is told a command that is to be typed: as much of it as stands nowhere else.
func TestCommandForACluster(t *testing.T) {
	urls, dir := clusterURL(t), t.TempDir()
	t.Chdir(dir)
	if err := os.WriteFile("my cluster.toml", []byte("engine = \"opensearch\"\nurl = \""+urls+"\"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ line, tells string }{
		{"dateline --engine opensearch --url " + urls + " -i dateline-test-nowhere search", "dateline --engine opensearch --url " + urls + " -i dateline-test-nowhere index PATH"},
		{"dateline search --config='my cluster.toml' -i dateline-test-nowhere", "dateline --config 'my cluster.toml' -i dateline-test-nowhere index PATH"},
		{"dateline serve --config='my cluster.toml' --collection news=dateline-test-nowhere", "dateline --config 'my cluster.toml' -i dateline-test-nowhere index PATH"},
	} {
		if got := runLine(t, dir, test.line, nil); !strings.HasSuffix(got, "; "+test.tells+" makes one\n? 3\n") {
			t.Errorf("%s: %s", test.line, got)
		}
	}
}

// inAnyOrder returns a script with the lines that each command prints in alphabetical order.
func inAnyOrder(script string) string {
	var out, printed []string
	end := func() {
		slices.Sort(printed)
		out, printed = append(out, printed...), nil
	}
	for line := range strings.Lines(script) {
		if strings.HasPrefix(line, ">") || strings.HasPrefix(line, "!") {
			printed = append(printed, line)
			continue
		}
		end()
		out = append(out, line)
	}
	end()
	return strings.Join(out, "")
}

// TestMovedWithCorrections moves an archive from one folder to another: mentions stay as an older extractor found
// them, and corrections that are applied there too give the same values.
func TestMovedWithCorrections(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.CopyFS("articles", demo.Articles()); err != nil {
		t.Fatal(err)
	}
	on := func(line string) string { return runLine(t, dir, line, nil) }
	on("dateline -i one index -q articles")
	const corrections = "[[person]]\nid = \"Tamar Ben-Ari\"\nname = \"T. Ben-Ari\"\n\n[[org]]\nname = \"Cargo Desk\"\nfind = [\"scanner inspectors\"]\n"
	if err := os.WriteFile("one/curation.toml", []byte(corrections), 0o644); err != nil {
		t.Fatal(err)
	}
	on("dateline -i one curate apply")
	const old = `{"id":"old","title":"Ferry","text":"Kofi Mensah and Ada Obi spoke.","date":null,"mentions":[{"kind":"person","field":"text","start":0,"end":11,"text":"Kofi Mensah","value":"Kofi Mensah","confidence":0.9,"rule":"model"}],"extractor":"1"}`
	if err := os.WriteFile("old.jsonl", []byte(old), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := on("dateline -i one index -q --as-found old.jsonl"); got != "" {
		t.Fatal(got)
	}
	keepNothing(t, "one")
	on("dateline -i one export --as-found > one.jsonl")
	if got := on("dateline -i two index -q --as-found one.jsonl"); got != "" {
		t.Fatal(got)
	}
	on("dateline -i one curate show > two/curation.toml")
	if got, want := on("dateline -i two curate apply"), "! corrections applied; 0 articles extracted again\n"; got != want {
		t.Errorf("apply: %s", got)
	}
	on("dateline -i two export --as-found > two.jsonl")
	sameFiles(t, "one.jsonl", "two.jsonl")
	for _, f := range search.Fields {
		want, got := on("dateline -i one facets -n 1000 "+string(f)), on("dateline -i two facets -n 1000 "+string(f))
		if got != want {
			t.Errorf("%s: %s", f, firstDifference(want, got))
		}
	}
	if got := on("dateline -i two show old --mentions"); got != "> old\ttext\t0\t11\tKofi Mensah\tperson\tkofi-mensa\tKofi Mensah\tmodel\t0.90\thigh\n" {
		t.Errorf("the mentions that were found then: %s", got)
	}
	if got := on("dateline -i two stats"); !strings.Contains(got, "extracted by an older version           1\n") {
		t.Errorf("stats: %s", got)
	}
}

// keepNothing adds an article in which nothing was found to the archive in dir.
func keepNothing(t *testing.T, dir string) {
	t.Helper()
	w, err := (&folder{dir: dir, places: places.Default()}).openWriter(t.Context())
	if err == nil {
		err = w.Put(t.Context(), []corpus.Document{{Article: corpus.Article{ID: "plain", Text: "It is what it is."}}})
	}
	if err == nil {
		err = w.Publish(t.Context())
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestMoved moves an archive from a folder to a cluster and back, without extracting again. What was removed
// from it, or purged, stays out of all.
func TestMoved(t *testing.T) {
	env := onACluster(t, "moved")
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.CopyFS("articles", demo.Articles()); err != nil {
		t.Fatal(err)
	}
	here := map[string]string{}
	on := func(env map[string]string, line string) string { return runLine(t, dir, line, env) }
	on(here, "dateline -i one index -q articles")
	on(here, "dateline -i one export --as-found title:bakery > bakery.jsonl")
	on(env, "dateline index -q --as-found bakery.jsonl") // which goes then
	on(here, "dateline -i one remove -q lw-7001")
	on(here, "dateline -i one remove -q --purge lw-6042")
	on(here, "dateline -i one export --as-found > one.jsonl")
	if got := on(env, "dateline index -q --as-found one.jsonl"); got != "" {
		t.Fatal(got)
	}
	on(env, "dateline export --as-found > cluster.jsonl")
	if got := on(here, "dateline -i two index -q --as-found cluster.jsonl"); got != "" {
		t.Fatal(got)
	}
	on(here, "dateline -i two export --as-found > two.jsonl")
	sameFiles(t, "one.jsonl", "cluster.jsonl")
	sameFiles(t, "one.jsonl", "two.jsonl")

	var asked []string
	for _, f := range search.Fields {
		asked = append(asked, "dateline facets "+string(f)+" -n 1000", "dateline facets "+string(f)+" -n 1000 rafah OR goma")
	}
	for _, line := range append(asked, "dateline search --count", "dateline search ceasefire --count", "dateline search -n 100 --sort oldest --fields id") {
		want := on(here, strings.Replace(line, "dateline", "dateline -i one", 1))
		if got := on(env, line); got != want {
			t.Errorf("on the cluster %s\n%s", line, firstDifference(want, got))
		}
		if got := on(here, strings.Replace(line, "dateline", "dateline -i two", 1)); got != want {
			t.Errorf("back in a folder %s\n%s", line, firstDifference(want, got))
		}
	}
	want := "! 49 articles seen: 0 added, 0 updated, 49 unchanged, 0 quarantined\n"
	for _, at := range []struct {
		env     map[string]string
		command string
	}{{env, "dateline"}, {here, "dateline -i two"}} {
		if got := on(at.env, at.command+" index articles"); got != want {
			t.Errorf("%s index again: %s", at.command, got)
		}
		if got := on(at.env, at.command+" search --count"); got != "> 47\n" {
			t.Errorf("%s search --count: %s", at.command, got)
		}
		if got := on(at.env, at.command+" verify --deep"); !strings.HasPrefix(got, "! no ") {
			t.Errorf("%s verify: %s", at.command, got)
		}
	}
	if got := on(here, "dateline -i two remove --undo lw-7001"); !strings.Contains(got, "nothing is kept of article lw-7001") {
		t.Errorf("bring back what did not move: %s", got)
	}
	on(env, "dateline export --as-found rafah > some.jsonl")
	if some, err := os.ReadFile("some.jsonl"); err != nil || strings.Contains(string(some), "removed") {
		t.Errorf("of a query: %s, %v", some, err)
	}
}

// TestFewerCopies is told of writes that some copy did not take.
func TestFewerCopies(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"_id":"1","_shards":{"total":2,"successful":1,"failed":1}}`)
	}))
	defer s.Close()
	cl, err := client.New(client.Options{URLs: []string{s.URL}})
	if err == nil {
		err = cl.Do(t.Context(), client.Request{Method: "PUT", Path: "a/_doc/1", Body: 1}, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	var stderr strings.Builder
	c := &console{stderr: &stderr, getenv: func(string) string { return "" }}
	app := newApp(c)
	app.Metadata = map[string]any{clientKey: cl}
	if err := c.closeClient(cli.NewContext(app, flag.NewFlagSet("", flag.ContinueOnError), nil)); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(stderr.String(), "note: of 1 document some copy did not take what was written") {
		t.Errorf("told: %q", stderr.String())
	}
}

// TestDoctorWithoutPermission tells what it may see of a cluster, and what not.
func TestDoctorWithoutPermission(t *testing.T) {
	env := onACluster(t, "permission")
	first, _, _ := strings.Cut(env["DATELINE_URL"], ",")
	at, err := url.Parse(first)
	if err != nil {
		t.Fatal(err)
	}
	through := httputil.NewSingleHostReverseProxy(at)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/_c") {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusForbidden)
			io.WriteString(w, `{"error":{"type":"security_exception","reason":"no permissions for [cluster:monitor/health] and User [name=u]"},"status":403}`)
			return
		}
		through.ServeHTTP(w, r)
	}))
	defer s.Close()
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.CopyFS("articles", demo.Articles()); err != nil {
		t.Fatal(err)
	}
	runLine(t, dir, "dateline index -q articles/languages", env)
	env["DATELINE_URL"] = s.URL
	got := runLine(t, dir, "dateline doctor", env)
	for _, want := range []string{"> ok: archive dateline-test-permission, ", "> bad: cluster: ", "not permitted: cluster:monitor/health; give", "> ok: dateline", "? 3\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
	if got := runLine(t, dir, "dateline -i dateline-test-nowhere search", env); !strings.Contains(got, "! dateline: there is no archive dateline-test-nowhere on the cluster; dateline -i ") {
		t.Errorf("no archive: %s", got)
	}
}

func TestSizeOnACluster(t *testing.T) {
	env := onACluster(t, "size")
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.CopyFS("articles", demo.Articles()); err != nil {
		t.Fatal(err)
	}
	runLine(t, dir, "dateline index -q articles --replicas 2", env)
	runLine(t, dir, "dateline stats --format json > stats.json", env)
	data, err := os.ReadFile("stats.json")
	if err != nil {
		t.Fatal(err)
	}
	var got statsDocument
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	s := got.Sizing
	if got.Articles != 49 || got.Bytes["search"] == 0 || s == nil || s.Articles != 49 || s.Copies != 3 || len(s.Needs) != 2 {
		t.Fatalf("stats: %s", data)
	}
	for _, n := range s.Needs {
		if searched := s.Article["search"] * int64(n.Articles); searched == 0 || n.Bytes < 3*searched || n.Disk < n.Bytes+3*searched {
			t.Errorf("%d articles need %+v, of which one takes %v", n.Articles, n, s.Article)
		}
	}
	table := runLine(t, dir, "dateline stats", env)
	if !strings.Contains(table, "only 49 articles measured") || !strings.Contains(table, "copies of each part: 3") {
		t.Errorf("stats: %s", table)
	}
	if out := runLine(t, dir, "dateline doctor", env); !strings.Contains(out, "> ok: archive dateline-test-size, gen-000001 published") ||
		!strings.Contains(out, ": node n1: ") || !strings.Contains(out, "copies: ") {
		t.Errorf("doctor: %s", out)
	}
}

func sameFiles(t *testing.T, a, b string) {
	t.Helper()
	one, err := os.ReadFile(a)
	if err != nil {
		t.Fatal(err)
	}
	other, err := os.ReadFile(b)
	if err != nil {
		t.Fatal(err)
	}
	if len(one) == 0 || string(one) != string(other) {
		t.Errorf("%s and %s differ: %s", a, b, firstDifference(string(one), string(other)))
	}
}
