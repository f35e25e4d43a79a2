package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// batches is how often the writer of a trial publishes.
const batches = 3

// A course is an archive of some generations, and what is answered after each batch that is added.
type course struct {
	dir     string
	answers map[string][]string // by path; the first is that before a batch is added

	mu    sync.Mutex
	ended map[string]int // how many trials ended how
}

// running damages archives while a server answers from them and index adds to them. The server
// stays up and answers rightly or with an error, and verify --deep tells the damage. Counted apart
// is what the writer wrote anew or removed, and where index died as files in work, which are its
// own and mapped, changed under it: Bleve's threads can't be kept from that. Nothing may be lost then.
func (l *lab) running(n int) (row, error) {
	t := l.newTrial(0, filepath.Join(l.dir, "course"))
	c, err := t.course()
	if err != nil {
		return row{}, err
	}
	made, bad := l.trials(n, c.harm)
	fmt.Fprintf(l.notes, "running: how trials ended: %v\n", c.ended)
	return row{"running", made, bad}, nil
}

// course makes an archive, and notes what a copy answers to which all is added.
func (t *trial) course() (*course, error) {
	c := &course{dir: filepath.Join(t.dir, "a"), answers: map[string][]string{}, ended: map[string]int{}}
	in := filepath.Join(t.dir, "in")
	for i, of := range []string{"a", "b", "c"} {
		for j := range 8 {
			if err := story(fmt.Sprint(of, j), i).write(in); err != nil {
				return nil, err
			}
		}
		if a := t.run(nil, c.dir, "index", in); a.code != 0 {
			return nil, fmt.Errorf("index: %v", a)
		}
	}
	archive := filepath.Join(t.dir, "whole")
	if err := c.copyTo(archive); err != nil {
		return nil, err
	}
	for k := range batches + 1 {
		if k > 0 {
			if a := t.batch(k, archive); a.code != 0 {
				return nil, fmt.Errorf("index: %v", a)
			}
		}
		if err := t.askServer(archive, func(path string, _ int, body string) {
			c.answers[path] = append(c.answers[path], plain(body))
		}); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// copyTo copies the archive, with the links between its files.
func (c *course) copyTo(archive string) error {
	if out, err := exec.Command("cp", "-a", c.dir, archive).CombinedOutput(); err != nil {
		return fmt.Errorf("cp: %w: %s", err, out)
	}
	return nil
}

// batch adds the kth batch, of articles that are new or of the batch before.
func (t *trial) batch(k int, archive string) answer {
	more := filepath.Join(t.dir, "more")
	for i := range 4 {
		if err := story(fmt.Sprint("d", 3*k-i), k).write(more); err != nil {
			return answer{err: err.Error(), code: -1}
		}
	}
	return t.run(nil, archive, "index", more)
}

// naming is where answers name the generation that they are from.
var naming = regexp.MustCompile(`"(generation|next)": ?"[^"]*"`)

// plain returns what two archives that hold the same answer alike.
func plain(body string) string { return naming.ReplaceAllString(body, "") }

// A watch is a server that is asked while its archive is damaged.
type watch struct {
	*course
	*server
	sent    atomic.Int64   // the last batch that may be answered from
	seen    map[string]int // by path, the last that was
	refused string         // the first error that was told
	wrong   []string
}

// ask asks all once.
func (w *watch) ask() {
	for _, path := range served {
		status, body, err := w.server.ask(http.MethodGet, path, nil)
		if err != nil {
			w.wrong = append(w.wrong, fmt.Sprintf("the server does not answer %s: %v", path, err))
			continue
		}
		w.see(path, status, body)
	}
}

// see holds an answer against those that are right, none of which is older than the last was.
func (w *watch) see(path string, status int, body string) {
	from, to := w.seen[path], int(w.sent.Load())
	is := slices.Index(w.answers[path][from:to+1], plain(took.ReplaceAllString(body, "")))
	switch {
	case crashed(body), status >= 500 && strings.TrimSpace(body) == "":
		w.wrong = append(w.wrong, fmt.Sprintf("%s is answered with %d %.300s", path, status, body))
	case status >= 500:
		w.refused = cmp.Or(w.refused, fmt.Sprintf("%s is answered with %d %.300s", path, status, body))
	case is < 0:
		w.wrong = append(w.wrong, fmt.Sprintf("%s is answered otherwise than after the batches %d to %d, with %d: %.300s", path, from, to, status, body))
	default:
		w.seen[path] = from + is
	}
}

// harm makes one trial.
func (c *course) harm(t *trial) error {
	archive := filepath.Join(t.dir, "a")
	if err := c.copyTo(archive); err != nil {
		return err
	}
	before, err := contents(archive)
	if err != nil {
		return err
	}
	w := &watch{course: c, seen: map[string]int{}}
	if w.server, err = t.serve(nil, archive); err != nil {
		return err
	}
	defer w.Process.Kill()
	if !w.ready(w.answering) {
		return fmt.Errorf("the server does not start: %v", w.end(syscall.SIGKILL))
	}
	d, writers, err := w.damaged(t, archive)
	about := func(format string, args ...any) {
		t.bad("%s, %s: %s", d.file, d.what, fmt.Sprintf(format, args...))
	}
	if a := w.end(syscall.SIGTERM); a.died() {
		about("serve: %v", a)
	}
	if err != nil {
		return err
	}
	for _, wrong := range w.wrong[:min(3, len(w.wrong))] {
		about("%d times, as %s", len(w.wrong), wrong)
	}
	if w.refused != "" && !d.served() {
		about("it is not served, and %s", w.refused)
	}
	for _, a := range writers {
		switch {
		case a.died() && d.below("work/"):
			c.note("index died of its own files")
		case a.died(), a.err == "":
			about("index: %v", a)
		}
	}
	return c.after(t, archive, d, before, about)
}

// answering tells whether the server has opened the archive.
func (s *server) answering() bool {
	status, _, err := s.ask(http.MethodGet, "/readyz", nil)
	return err == nil && status == http.StatusOK
}

// damaged damages a file while the server is asked and a writer adds all batches, or those before
// the first that is refused.
func (w *watch) damaged(t *trial, archive string) (d damage, writers []answer, err error) {
	moment := time.After(time.Duration(t.random.Int64N(int64(1500 * time.Millisecond))))
	written, done := make(chan bool), make(chan bool)
	go func() {
		defer close(written)
		for k := 1; k <= batches; k++ {
			w.sent.Store(int64(k))
			writers = append(writers, t.batch(k, archive))
			if writers[k-1].code != 0 {
				return
			}
		}
	}()
	go func() {
		defer close(done)
		<-moment
		d, err = t.spoilUsed(archive)
		<-written
		time.Sleep(time.Second) // it changes over to what was published
	}()
	for over := false; !over; {
		select {
		case <-done:
			over = true // and all is asked once more
		default:
		}
		w.ask()
	}
	return d, writers, err
}

// spoilUsed damages a file of an archive that is written. One may go while it is looked at.
func (t *trial) spoilUsed(archive string) (damage, error) {
	for {
		all, err := contents(archive)
		if err != nil {
			return damage{}, err
		}
		d, err := t.spoil(archive, slices.Sorted(maps.Keys(all)))
		if !errors.Is(err, fs.ErrNotExist) {
			return d, err
		}
	}
}

// after looks at the archive when all has ended.
func (c *course) after(t *trial, archive string, d damage, before map[string][]byte, about func(string, ...any)) error {
	after, err := contents(archive)
	if err != nil {
		return err
	}
	for file, left := range d.left {
		if _, ok := before[file]; ok {
			before[file] = left
		}
		if left == nil {
			delete(before, file)
		}
	}
	for _, lost := range missing(before, after) {
		about("%s is no longer there", lost)
	}
	a := t.run(nil, archive, "verify", "--deep")
	end := "bad"
	switch {
	case a.code == 3 && !a.died():
		end = "found"
	case a.code != 0 || a.died():
		about("verify --deep: %v", a)
	case !d.stays(after):
		end = "written anew or removed"
	case harmless(d.file, d.what):
		end = "harmless"
	default:
		about("verify --deep finds no damage")
	}
	c.note(end)
	if a.code != 0 {
		return nil
	}
	return t.askServer(archive, func(path string, status int, body string) {
		if !slices.Contains(c.answers[path], plain(body)) {
			about("verify --deep finds no damage, and %s is answered with %d: %.300s", path, status, body)
		}
	})
}

func (c *course) note(end string) {
	c.mu.Lock()
	c.ended[end]++
	c.mu.Unlock()
}

// served tells whether the server may read what was damaged: files of articles, of generations,
// or in work, which are linked to these.
func (d damage) served() bool { return d.below("articles/") || d.below("gen-") || d.below("work/") }

// below tells whether a path that was damaged begins so.
func (d damage) below(prefix string) bool {
	for file := range d.left {
		if strings.HasPrefix(file, prefix) {
			return true
		}
	}
	return false
}

// stays tells whether the damage is there in the end. A generation is made under another name.
func (d damage) stays(after map[string][]byte) bool {
	for file, left := range d.left {
		file = strings.Replace(file, ".tmp/", "/", 1)
		is, there := after[file]
		switch {
		case left == nil:
			if !there && holds(after, filepath.Dir(file)) {
				return true
			}
		case there && grows(file) && bytes.HasPrefix(is, left), there && bytes.Equal(is, left):
			return true
		}
	}
	return false
}

// holds tells whether there is a file in a folder.
func holds(files map[string][]byte, folder string) bool {
	if folder == "." {
		return true
	}
	for file := range files {
		if strings.HasPrefix(file, folder+"/") {
			return true
		}
	}
	return false
}
