package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
)

// asked are questions to the command line, and served those to a server.
var (
	asked = [][]string{
		{"search", "*", "--format", "json", "-n", "1000", "--facets", "--histogram", "date"},
		{"search", "shelling Gaza", "--format", "json"},
		{"search", `"Hope Relief" OR near(convoy bridge, 5)`, "--format", "json", "-l", "Goma"},
		{"search", "brid* -Khartoum", "--format", "json", "--sort", "newest"},
		{"facets", "place", "--format", "json"},
		{"facets", "mentioned", "--format", "json"},
		{"show", "a3", "--format", "json"},
		{"show", "b5", "--format", "json", "--mentions"},
	}
	served = []string{
		"/api/v1/search?limit=1000&facet=person&facet=place&facet=source&facet=mentioned&histogram=date",
		"/api/v1/search?q=shelling+Gaza",
		"/api/v1/search?q=near(convoy+bridge,5)&place=Goma",
		"/api/v1/search?q=brid*&sort=oldest",
		"/api/v1/facets/place",
		"/api/v1/facets/person",
		"/api/v1/articles/a3",
		"/api/v1/articles/b5",
	}
)

// took is what differs between two answers to one question.
var took = regexp.MustCompile(`"took_ms": ?[0-9.e+-]+`)

// A specimen is a good archive, and what it answers.
type specimen struct {
	dir     string
	files   []string // below dir
	answers map[string]string
	more    string // a folder with one article more
	titles  map[string]string
}

// damage does damage to files of an archive, each time to a good one. No answer may then differ
// without an error, verify must tell it, and what writes may neither lose anything nor delete files.
func (l *lab) damage(n int) (row, error) {
	t := l.newTrial(0, filepath.Join(l.dir, "specimen"))
	s, err := t.specimen()
	if err != nil {
		return row{}, err
	}
	made, bad := l.trials(n, s.harm)
	return row{"damage", made, bad}, nil
}

// specimen makes a good archive of three generations, with an article in quarantine and
// corrections, and notes its answers.
func (t *trial) specimen() (*specimen, error) {
	s := &specimen{dir: filepath.Join(t.dir, "a"), answers: map[string]string{}, more: filepath.Join(t.dir, "more")}
	in := filepath.Join(t.dir, "in")
	if err := os.MkdirAll(in, 0o755); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(in, "z.jsonl"), []byte("{\n"), 0o644); err != nil {
		return nil, err
	}
	for i, of := range []string{"a", "b"} {
		for j := range 12 {
			if err := story(fmt.Sprint(of, j), i).write(in); err != nil {
				return nil, err
			}
		}
		if a := t.run(nil, s.dir, "index", in); a.code != 4 {
			return nil, fmt.Errorf("index: %v", a)
		}
	}
	if err := t.correct(s.dir); err != nil {
		return nil, err
	}
	if err := story("c", 1).write(s.more); err != nil {
		return nil, err
	}
	var err error
	if s.titles, err = t.found(s.dir); err != nil {
		return nil, err
	}
	for _, q := range asked {
		a := t.run(nil, s.dir, q...)
		if a.code != 0 {
			return nil, fmt.Errorf("%q: %v", q, a)
		}
		s.answers[fmt.Sprint(q)] = took.ReplaceAllString(a.out, "")
	}
	if err := t.askServer(s.dir, func(path string, status int, body string) { s.answers[path] = body }); err != nil {
		return nil, err
	}
	err = filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			s.files = append(s.files, strings.TrimPrefix(path, s.dir+"/"))
		}
		return err
	})
	return s, err
}

// correct applies corrections, and takes away their file, which is the user's own.
func (t *trial) correct(archive string) error {
	file := filepath.Join(archive, "curation.toml")
	if err := os.WriteFile(file, []byte("[[person]]\nid = \"Leila Rahimi\"\nname = \"Laila Rahimi\"\n"), 0o644); err != nil {
		return err
	}
	if a := t.run(nil, archive, "curate", "apply"); a.code != 0 {
		return fmt.Errorf("curate apply: %v", a)
	}
	return os.Remove(file)
}

// askServer starts a server and asks it what there is to ask. One that tells why it can't start is asked nothing.
func (t *trial) askServer(archive string, see func(path string, status int, body string)) error {
	s, err := t.serve(nil, archive)
	if err != nil {
		return err
	}
	if s.ready(s.listens) {
		for _, path := range served {
			status, body, err := s.ask(http.MethodGet, path, nil)
			if err != nil { // it listens before it opens the archive
				s.wait()
				break
			}
			see(path, status, took.ReplaceAllString(body, ""))
		}
	}
	if a := s.end(syscall.SIGTERM); a.died() || a.err == "" {
		return fmt.Errorf("serve: %v", a)
	}
	return nil
}

// harm makes one trial.
func (s *specimen) harm(t *trial) error {
	archive := filepath.Join(t.dir, "a")
	if err := os.CopyFS(archive, os.DirFS(s.dir)); err != nil {
		return err
	}
	d, err := t.spoil(archive, s.files)
	if err != nil {
		return err
	}
	file, what := d.file, d.what
	before, err := contents(archive)
	if err != nil {
		return err
	}
	about := func(format string, args ...any) {
		t.bad("%s, %s: %s", file, what, fmt.Sprintf(format, args...))
	}
	if err := s.ask(t, archive, about); err != nil {
		about("%v", err)
	}
	if a := t.run(nil, archive, "verify"); a.died() {
		about("verify: %v", a)
	} else if a.code == 0 && !harmless(file, what) {
		about("verify finds no damage")
	}
	s.goOn(t, archive, about)
	after, err := contents(archive)
	if err != nil {
		return err
	}
	for _, lost := range missing(before, after) {
		about("%s is no longer there", lost)
	}
	return nil
}

// harmless tells whether verify may pass over a damage: nothing is read from the file, or it is
// what a crash leaves, which comes behind all that was acknowledged.
func harmless(file, what string) bool {
	return file == "LOCK" || grows(file) && strings.HasPrefix(what, "grown")
}

// grows tells whether a file is only ever added to.
func grows(file string) bool { return file == "journal" || strings.HasPrefix(file, "articles/") }

// ask asks a server, or the command line twice.
func (s *specimen) ask(t *trial, archive string, about func(string, ...any)) error {
	if t.random.IntN(3) == 0 {
		return t.askServer(archive, func(path string, status int, body string) {
			if (status < 500 || crashed(body)) && body != s.answers[path] {
				about("serve answers %s otherwise, with %d: %.300s", path, status, body)
			}
		})
	}
	for range 2 {
		q := asked[t.random.IntN(len(asked))]
		a := t.run(nil, archive, q...)
		switch {
		case a.died():
			about("%q: %v", q, a)
		case a.code <= 1 && took.ReplaceAllString(a.out, "") != s.answers[fmt.Sprint(q)]:
			about("%q is answered otherwise: %v %.300s", q, a, a.out)
		case a.code > 1 && a.err == "":
			about("%q: exit code %d without a word", q, a.code)
		}
	}
	return nil
}

// goOn indexes one article more: that is refused with a word, or nothing is missing.
func (s *specimen) goOn(t *trial, archive string, about func(string, ...any)) {
	a := t.run(nil, archive, "index", s.more)
	if a.died() || a.err == "" {
		about("index: %v", a)
	}
	if a.code != 0 {
		return
	}
	want := maps.Clone(s.titles)
	want["c"] = story("c", 1).Title
	if found, err := t.found(archive); err == nil && !maps.Equal(found, want) {
		about("after index %d articles are found, want %d", len(found), len(want))
	}
}

// A damage is what was done to a file, or to two.
type damage struct {
	file, what string
	left       map[string][]byte // what the files hold since; nil: they are gone
}

// spoil damages one of files below dir where it lies.
func (t *trial) spoil(dir string, files []string) (damage, error) {
	for {
		file := files[t.random.IntN(len(files))]
		path := filepath.Join(dir, file)
		data, err := os.ReadFile(path)
		if err != nil {
			return damage{}, err
		}
		was := bytes.Clone(data)
		at := t.random.IntN(max(1, len(data)))
		from, to := at, at // what is changed of data
		what := ""
		switch kind := t.random.IntN(7); {
		case kind == 4:
			return damage{file, "deleted", map[string][]byte{file: nil}}, os.Remove(path)
		case kind == 5:
			other := files[t.random.IntN(len(files))]
			theirs, err := os.ReadFile(filepath.Join(dir, other))
			if err != nil {
				return damage{}, err
			}
			if file == "LOCK" || other == "LOCK" || bytes.Equal(theirs, data) {
				continue
			}
			err = errors.Join(rewrite(filepath.Join(dir, other), data), rewrite(path, theirs))
			return damage{file, "swapped with " + other, map[string][]byte{file: theirs, other: data}}, err
		case kind == 6:
			grown := make([]byte, 1+t.random.IntN(5000))
			if t.random.IntN(2) == 0 {
				t.fill(grown)
			}
			from, to = len(data), len(data)+len(grown)
			what, data = fmt.Sprintf("grown by %d bytes", len(grown)), append(data, grown...)
		case len(data) == 0:
			continue
		case kind == 0:
			to = at + 1
			data[at] ^= 1 << t.random.IntN(8)
			what = fmt.Sprintf("a bit of byte %d flipped", at)
		case kind == 1:
			to = min(at+8, len(data))
			t.fill(data[at:to])
			what = fmt.Sprintf("8 bytes from %d on changed", at)
		case kind == 2:
			from = at &^ 4095
			to = min(from+4096, len(data))
			if clear(data[from:to]); t.random.IntN(2) == 0 {
				t.fill(data[from:to])
			}
			what = fmt.Sprintf("page from %d on changed", from)
		case kind == 3:
			return damage{file, fmt.Sprintf("cut to %d bytes", at), map[string][]byte{file: data[:at]}}, os.Truncate(path, int64(at))
		}
		if !bytes.Equal(data, was) {
			return damage{file, what, map[string][]byte{file: data}}, overwrite(path, from, data[from:to])
		}
	}
}

// overwrite writes data at an offset into a file that is there.
func overwrite(path string, at int, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(data, int64(at))
	return errors.Join(err, f.Close())
}

// rewrite gives a file that is there other content.
func rewrite(path string, data []byte) error {
	return errors.Join(overwrite(path, 0, data), os.Truncate(path, int64(len(data))))
}

func (t *trial) fill(data []byte) {
	for i := range data {
		data[i] = byte(t.random.Uint32())
	}
}

// contents returns what the files below dir hold.
func contents(dir string) (map[string][]byte, error) {
	all := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			all[strings.TrimPrefix(path, dir+"/")], err = os.ReadFile(path)
		}
		if errors.Is(err, fs.ErrNotExist) && path != dir {
			delete(all, strings.TrimPrefix(path, dir+"/"))
			return nil // a writer removed it meanwhile
		}
		return err
	})
	return all, err
}

// missing returns the files that are gone, and those of journal and articles of which something
// is in no file any more.
func missing(before, after map[string][]byte) (gone []string) {
	for _, name := range slices.Sorted(maps.Keys(before)) {
		data, there := after[name]
		if !there && !somewhere(before[name], after) {
			gone = append(gone, name)
		}
		if !there || !grows(name) || bytes.HasPrefix(data, before[name]) {
			continue
		}
		same := 0
		for same < len(data) && same < len(before[name]) && data[same] == before[name][same] {
			same++
		}
		if !somewhere(before[name][same:], after) {
			gone = append(gone, fmt.Sprintf("%s from %d on", name, same))
		}
	}
	return gone
}

func somewhere(data []byte, files map[string][]byte) bool {
	for _, f := range files {
		if bytes.Contains(f, data) {
			return true
		}
	}
	return false
}
