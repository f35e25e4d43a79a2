package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// models are what a power cut may leave of what was not synced.
var models = []struct {
	name string
	keep func(h *history, at int, random *rand.Rand) []kept
}{
	{"all that was not synced is lost", (*history).synced},
	{"a prefix is left", (*history).prefix},
	{"some sectors are left", (*history).sectors},
}

// power cuts the power while articles are read and sent, at n points by each of three models: it
// makes the folder that each leaves and has the program go on with it.
func (l *lab) power(n int) (row, error) {
	if _, err := exec.LookPath("strace"); err != nil {
		fmt.Fprintln(l.notes, "not run: power, which needs strace")
		return row{name: "power"}, nil
	}
	t := l.newTrial(0, filepath.Join(l.dir, "record"))
	rec, err := t.record()
	if err != nil {
		return row{}, err
	}
	extra := story("extra", 1)
	if err := extra.write(filepath.Join(l.dir, "extra")); err != nil {
		return row{}, err
	}
	fmt.Fprintf(l.notes, "power: %d writes and syncs were recorded, %d acknowledgements\n", rec.history.now, len(rec.acks))
	made, bad := l.trials(n*len(models), func(t *trial) error { return rec.cut(t, filepath.Join(l.dir, "extra"), extra) })
	return row{"power", made, bad}, nil
}

// A recording is what writers did to the disk, and what they acknowledged when.
type recording struct {
	history *history
	sent    []article // Title "": removed
	acks    []int     // when what was sent was acknowledged
}

// record has the program index some articles, and serve and take others, and records that.
func (t *trial) record() (*recording, error) {
	rec := &recording{history: newHistory(filepath.Join(t.dir, "disk"))}
	archive, in := filepath.Join(t.dir, "disk", "a"), filepath.Join(t.dir, "in")
	if err := os.MkdirAll(filepath.Dir(archive), 0o755); err != nil {
		return nil, err
	}
	for round := range 3 {
		var batch []article
		for i := range 6 {
			a := story(fmt.Sprintf("a%d", (round*3+i)%12), round)
			if err := a.write(in); err != nil {
				return nil, err
			}
			batch = append(batch, a)
		}
		if err := rec.index(t, archive, in, batch); err != nil {
			return nil, err
		}
		if err := rec.serve(t, archive, round); err != nil {
			return nil, err
		}
	}
	return rec, rec.history.compare()
}

// tracing is strace with all that changes files, told into a file.
func tracing(to string) []string {
	calls := "openat,write,pwrite64,pwritev,writev,fsync,fdatasync,sync_file_range,msync,ftruncate,truncate,fallocate,mkdirat,mkdir," +
		"unlinkat,unlink,rmdir,renameat,renameat2,rename,linkat,link,symlinkat,lseek,copy_file_range,sendfile"
	return []string{"strace", "-D", "-f", "-y", "-qq", "-s", "16777216", "-e", "signal=none", "-e", "trace=" + calls, "-o", to}
}

func (rec *recording) index(t *trial, archive, in string, batch []article) error {
	trace := filepath.Join(t.dir, "trace")
	if a := t.run(tracing(trace), archive, "index", in); a.code != 0 {
		return fmt.Errorf("index: %v", a)
	}
	if err := rec.history.read(trace, nil); err != nil {
		return err
	}
	rec.history.now++
	for _, a := range batch { // acknowledged when the program ended
		rec.sent, rec.acks = append(rec.sent, a), append(rec.acks, rec.history.now)
	}
	return nil
}

func (rec *recording) serve(t *trial, archive string, round int) error {
	trace := filepath.Join(t.dir, "trace")
	s, err := t.serve(tracing(trace), archive, "--allow-write")
	if err != nil {
		return err
	}
	defer s.Process.Kill()
	if !s.ready(s.listens) {
		return fmt.Errorf("the server does not start: %s", s.stderr)
	}
	sent := len(rec.sent)
	for i := range 6 {
		a := story(fmt.Sprintf("p%d", (round*4+i)%9), round)
		if status, body, err := s.ask(http.MethodPost, "/api/v1/articles", a); err != nil || status/100 != 2 {
			return fmt.Errorf("an article is answered with %d %s: %w", status, body, err)
		}
		rec.sent = append(rec.sent, a)
	}
	gone := article{ID: fmt.Sprintf("a%d", round)}
	if round == 2 { // it is read no more
		if status, body, err := s.ask(http.MethodDelete, "/api/v1/articles/"+gone.ID, nil); err != nil || status/100 != 2 {
			return fmt.Errorf("a removal is answered with %d %s: %w", status, body, err)
		}
		rec.sent = append(rec.sent, gone)
	}
	if a := s.end(syscall.SIGTERM); crashed(a.err) {
		return fmt.Errorf("the server: %v", a)
	}
	err = rec.history.read(trace, func(data string) {
		if strings.HasPrefix(data, "HTTP/1.1 20") {
			rec.acks = append(rec.acks, rec.history.now)
		}
	})
	if err == nil && len(rec.acks) != len(rec.sent) {
		err = fmt.Errorf("%d answers were recorded to what was sent since %d, want %d", len(rec.acks), sent, len(rec.sent))
	}
	return err
}

// cut makes the folder that a power cut leaves, and has the program go on.
func (rec *recording) cut(t *trial, extra string, last article) error {
	by := models[t.number%len(models)]
	at := t.random.IntN(rec.history.now + 1)
	if err := rec.history.rebuild(t.dir+"/disk", by.keep(rec.history, at, t.random)); err != nil {
		return err
	}
	v := &victim{trial: t, model: rec.model(at), archive: filepath.Join(t.dir, "disk", "a"), in: extra}
	v.published = v.anySure()
	if err := v.goOnFrom(last); err != nil {
		return fmt.Errorf("%s, at %d of %d: %w", by.name, at, rec.history.now, err)
	}
	return nil
}

// goOnFrom looks, where it is drawn, and then reads one more article.
func (v *victim) goOnFrom(last article) error {
	if v.random.IntN(3) == 0 {
		if err := v.look(); err != nil {
			return fmt.Errorf("before anything is written: %w", err)
		}
	}
	v.send(last.ID, last.Title)
	return v.goOn()
}

// model returns what was sent, and what was acknowledged at a moment.
func (rec *recording) model(at int) *model {
	m := newModel()
	for i, a := range rec.sent {
		m.send(a.ID, a.Title)
		if rec.acks[i] < at {
			m.acknowledge(a.ID)
		}
	}
	return m
}
