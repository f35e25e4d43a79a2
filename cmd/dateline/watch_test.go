package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
)

// A lineWriter sends each line written to it.
type lineWriter chan string

func (w lineWriter) Write(p []byte) (int, error) {
	for line := range strings.Lines(string(p)) {
		w <- line
	}
	return len(p), nil
}

// A watchRun is a run of index --watch.
type watchRun struct {
	*testing.T
	dir    string // holds archive, and articles that are watched
	stderr lineWriter
	ended  chan int
	stop   func()
}

// watches begins to watch a folder.
func watches(t *testing.T) *watchRun {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	w := &watchRun{t, t.TempDir(), make(lineWriter, 1000), make(chan int, 1), stop}
	if err := os.Mkdir(w.path("."), 0o755); err != nil {
		t.Fatal(err)
	}
	args := []string{"-i", filepath.Join(w.dir, "archive"), "index", "--watch", w.path(".")}
	go func() {
		w.ended <- run(ctx, &console{args: args, stdout: w.stderr, stderr: w.stderr, getenv: func(string) string { return "" }})
	}()
	w.wait("watching")
	t.Cleanup(w.end)
	return w
}

// end ends the run.
func (w *watchRun) end() {
	w.stop()
	if code := <-w.ended; code != 0 && code != 130 {
		w.Errorf("ended with exit code %d", code)
	}
}

// wait waits for a line with a text.
func (w *watchRun) wait(text string) {
	w.Helper()
	for {
		select {
		case line := <-w.stderr:
			if strings.Contains(line, text) {
				return
			}
		case code := <-w.ended:
			w.ended <- code
			w.Fatalf("ended with exit code %d while %q was waited for", code, text)
		}
	}
}

// path returns the path of a file in the folder that is watched.
func (w *watchRun) path(name string) string { return filepath.Join(w.dir, "articles", name) }

// put writes an article about a town.
func (w *watchRun) put(name, town string) {
	w.Helper()
	if err := os.MkdirAll(filepath.Dir(w.path(name)), 0o755); err != nil {
		w.Fatal(err)
	}
	text := "Rain in " + town + "\n\n-----\n\nIt rained in " + town + ".\n"
	if err := os.WriteFile(w.path(name), []byte(text), 0o644); err != nil {
		w.Fatal(err)
	}
}

func (w *watchRun) move(from, to string) {
	w.Helper()
	if err := os.Rename(w.path(from), w.path(to)); err != nil {
		w.Fatal(err)
	}
}

// count checks how many articles a query finds.
func (w *watchRun) count(query, want string) {
	w.Helper()
	if got := dateline(w.T, filepath.Join(w.dir, "archive"), "search", query, "--count"); got != want+"\n" {
		w.Errorf("%s: search finds %s, want %s", query, got, want)
	}
}

func TestWatch(t *testing.T) {
	w := watches(t)
	w.put("a.txt", "Goma")
	w.wait("1 added")
	w.put("new/b.txt", "Goma")
	w.wait("1 added")
	w.count("goma", "2")
	w.move("new", "newer")
	w.wait("seen")
	w.put("newer/c.txt", "Bukavu") // a folder is watched under its new name
	w.wait("1 added")
	w.count("bukavu", "1")
}

// A link is read while watching as it is when the folder is read: not.
func TestWatchFollowsNoLinks(t *testing.T) {
	w := watches(t)
	w.put("../out/secret.txt", "Uvira")
	for name, to := range map[string]string{"olink": "../out", "flink.txt": "../out/secret.txt"} {
		if err := os.Symlink(to, w.path(name)); err != nil {
			t.Skip("symbolic links cannot be made here:", err)
		}
		w.wait("is a link out of the folder")
	}
	w.put("a.txt", "Goma")
	w.wait("1 added")
	if err := os.Symlink(".", w.path("loop")); err != nil {
		t.Fatal(err)
	}
	w.put("b.txt", "Goma")
	w.wait("1 added")
	w.count("", "2")
}

// A folder that is another one than was watched is read and watched again.
func TestWatchedFolderIsMadeAnew(t *testing.T) {
	w := watches(t)
	w.put("sub/a.txt", "Goma")
	w.wait("1 added")

	w.move(".", "../gone")
	w.wait("is looked for again")
	w.count("goma", "1") // what was read stays
	w.move("../gone", ".")
	w.wait("read and watched anew")
	w.wait("1 unchanged")
	w.put("sub/b.txt", "Bukavu")
	w.wait("1 added")

	if err := os.RemoveAll(w.path(".")); err != nil {
		t.Fatal(err)
	}
	w.put("c.txt", "Beni") // makes the folder
	w.wait("read and watched anew")
	w.wait("1 added")
	w.put("sub/d.txt", "Beni")
	w.wait("1 added")
	w.count("bukavu OR beni", "3")
}

// What the archive itself writes below the folder is not read, or watching would never rest.
func TestConcerns(t *testing.T) {
	dir := t.TempDir()
	for name, want := range map[string]string{
		"a.txt":            "a.txt",
		"sub/a.txt":        "sub/a.txt",
		"sub/a.json":       "sub", // may describe sub/a.txt
		".a.txt.swp":       "",
		".git/a.txt":       "",
		"__MACOSX/a.txt":   "",
		"../elsewhere.txt": "",
		"archive":          "",
		"archive/journal":  "",
		"archives/a.txt":   "archives/a.txt",
	} {
		if want != "" {
			want = filepath.Join(dir, want)
		}
		if got := concerns(filepath.Join(dir, name), []string{dir}, []string{filepath.Join(dir, "archive")}); got != want {
			t.Errorf("%s: read %q, want %q", name, got, want)
		}
	}
}

// More events than can be told are as if all had changed.
func TestEventsThatAreLost(t *testing.T) {
	dir := t.TempDir()
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		t.Fatal(err)
	}
	defer watcher.Close()
	var said strings.Builder
	w := &watching{indexRun: &indexRun{console: &console{stderr: &said}}, watcher: watcher, changes: changes{},
		places: []*place{{path: dir, folder: dir}}}
	if err := w.lost(fsnotify.ErrEventOverflow); err != nil {
		t.Fatal(err)
	}
	if _, ok := w.changes[dir]; !ok || !slices.Contains(watcher.WatchList(), dir) || !strings.Contains(said.String(), "read and watched anew") {
		t.Errorf("changed %v, watched %q, said %q", w.changes, watcher.WatchList(), said.String())
	}
	if err := w.lost(os.ErrClosed); err == nil {
		t.Error("another error does not end it")
	}
}

func TestChangesSettle(t *testing.T) {
	c, begin := changes{}, time.Now()
	at := func(tenths int) time.Time { return begin.Add(time.Duration(tenths) * time.Second / 10) }
	var got []string
	for i := 0; i <= 310; i++ {
		if i%4 == 0 {
			c.add("/a/growing.txt", at(i))
		}
		switch i {
		case 1:
			c.add("/a/other.txt", at(i))
			c.add("/b", at(i))
		case 8:
			c.add("/b/1.txt", at(i))
			c.add("/b-side.txt", at(i))
		case 101:
			c.add("/a", at(i))
		}
		for _, path := range c.settled(at(i)) {
			got = append(got, at(i).Sub(begin).String()+" "+path)
		}
	}
	want := []string{
		"1.1s /a/other.txt",           // though another goes on changing beside it
		"1.8s /b", "1.8s /b-side.txt", // not while a file is written in it, and the file as part of it
		"30s /a", // what goes on changing too
	}
	if !slices.Equal(got, want) {
		t.Errorf("read %q, want %q", got, want)
	}
}
