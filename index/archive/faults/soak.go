package main

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// A bath is a server under readers and a writer.
type bath struct {
	*trial
	*server
	*model
	until time.Time
	asks  atomic.Int64

	mu      sync.Mutex
	answers map[string][32]byte // by question and generation
}

// soak has readers, a writer, index and their publishes work at once on a server that was built
// with the race detector. tried counts answers.
func (l *lab) soak(lasting time.Duration) (row, error) {
	within := *l
	if within.binary = l.raced; l.raced == "" {
		dir := filepath.Join(l.dir, "race")
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return row{}, err
		}
		var err error
		if within.binary, err = build(l.ctx, dir, "-race"); err != nil {
			return row{}, err
		}
	}
	b := &bath{model: newModel(), answers: map[string][32]byte{}}
	r := row{name: "soak"}
	_, r.bad = within.trials(1, func(t *trial) error {
		b.trial = t
		return b.fill(lasting)
	})
	r.tried = int(b.asks.Load())
	return r, nil
}

// note notes what was bad, at most a few times.
func (b *bath) note(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.trial.notes) < 10 {
		b.bad(format, args...)
	}
}

func (b *bath) fill(lasting time.Duration) error {
	archive, in := filepath.Join(b.dir, "a"), filepath.Join(b.dir, "in")
	for i := range 20 {
		a := story(fmt.Sprint("a", i), 0)
		b.send(a.ID, a.Title)
		if err := a.write(in); err != nil {
			return err
		}
	}
	if a := b.run(nil, archive, "index", in); a.code != 0 {
		return fmt.Errorf("index: %v", a)
	}
	b.acknowledge()
	var err error
	if b.server, err = b.serve(nil, archive, "--allow-write"); err != nil {
		return err
	}
	if !b.ready(b.listens) {
		return fmt.Errorf("the server does not start: %v", b.server.end(syscall.SIGKILL))
	}
	b.until = time.Now().Add(lasting)
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() { b.read(i) })
	}
	all.Go(b.write)
	all.Go(func() { b.index(archive, in) })
	levels := b.measure()
	all.Wait()
	if a := b.server.end(syscall.SIGTERM); a.died() {
		b.note("the server: %v", a)
	}
	b.level(levels, lasting)
	if a := b.run(nil, archive, "verify"); a.code != 0 {
		b.note("verify: %v %s", a, a.out)
	}
	return nil
}

func (b *bath) over() bool { return b.ctx.Err() != nil || time.Now().After(b.until) }

// read asks one question after the other. Two answers of one generation may not differ, nor
// may one be of an older generation than that before.
func (b *bath) read(from int) {
	last := ""
	for i := from; !b.over(); i++ {
		path := served[i%4] // those that tell their generation
		status, body, err := b.ask(http.MethodGet, path, nil)
		if b.asks.Add(1); err != nil || status != http.StatusOK && status != http.StatusServiceUnavailable {
			b.note("%s is answered with %d %.200s: %v", path, status, body, err)
			return
		}
		if status != http.StatusOK {
			continue
		}
		var of struct {
			Generation string `json:"generation"`
		}
		if err := json.Unmarshal([]byte(body), &of); err != nil || of.Generation < last {
			b.note("an answer of %s after %s: %v", of.Generation, last, err)
		}
		last = of.Generation
		b.compare(path+" "+of.Generation, took.ReplaceAllString(body, ""))
		if i%4 == 0 {
			if _, err := hits(body); err != nil {
				b.note("%v", err)
			}
		}
	}
}

func (b *bath) compare(key, body string) {
	sum := sha256.Sum256([]byte(body))
	b.mu.Lock()
	first, ok := b.answers[key]
	b.answers[key] = sum
	b.mu.Unlock()
	if ok && first != sum {
		b.note("two answers to %s differ", key)
	}
}

// write sends articles, and finds each as soon as it is acknowledged.
func (b *bath) write() {
	for version := 1; !b.over(); version++ {
		a := story(fmt.Sprint("p", version%40), version)
		status, body, err := b.ask(http.MethodPost, "/api/v1/articles", a)
		switch {
		case err != nil || status/100 != 2 && status != http.StatusServiceUnavailable:
			b.note("an article is answered with %d %.200s: %v", status, body, err)
			return
		case status/100 == 2:
			status, body, err := b.ask(http.MethodGet, "/api/v1/articles/"+a.ID, nil)
			if err != nil || status != http.StatusOK && status != http.StatusServiceUnavailable || status == http.StatusOK && !strings.Contains(body, a.Title) {
				b.note("%s, just sent, is answered with %d %.200s: %v", a.Title, status, body, err)
			}
		}
		b.pause(300 * time.Millisecond)
	}
}

// pause lets the others work.
func (b *bath) pause(d time.Duration) {
	select {
	case <-b.ctx.Done():
	case <-time.After(d):
	}
}

// index runs index beside the server, which is refused where the server is just writing.
func (b *bath) index(archive, in string) {
	for version := 1; !b.over(); version++ {
		a := story(fmt.Sprint("a", version%20), version)
		if err := a.write(in); err != nil {
			b.note("%v", err)
		}
		if a := b.run(nil, archive, "index", in); a.died() || a.code != 0 && a.code != 3 {
			b.note("index: %v", a)
		}
		b.pause(time.Second)
	}
}

// A level is what a process holds.
type level struct{ files, rss int }

// measure notes what the server holds until the end.
func (b *bath) measure() (all []level) {
	for !b.over() {
		if l, err := held(b.Process.Pid); err == nil {
			all = append(all, l)
		}
		b.pause(500 * time.Millisecond)
	}
	return all
}

// held returns what a process holds, from /proc.
func held(pid int) (level, error) {
	proc := fmt.Sprintf("/proc/%d/", pid)
	files, err := os.ReadDir(proc + "fd")
	if err != nil {
		return level{}, err
	}
	data, err := os.ReadFile(proc + "statm")
	if err != nil {
		return level{}, err
	}
	fields := strings.Fields(string(data))
	if len(fields) < 2 {
		return level{}, errors.New("statm is not as it is known")
	}
	pages, err := strconv.Atoi(fields[1])
	return level{len(files), pages * os.Getpagesize()}, err
}

// level holds what the server held in the last quarter of the time against the second. A short
// run tells nothing of memory, as that of a young process grows.
func (b *bath) level(all []level, lasting time.Duration) {
	if len(all) < 8 {
		fmt.Fprintln(b.lab.notes, "not measured: what the server held, which needs /proc and more than 4 s")
		return
	}
	typical := func(some []level) (l level) {
		slices.SortFunc(some, func(a, b level) int { return a.files - b.files })
		l.files = some[len(some)/2].files
		slices.SortFunc(some, func(a, b level) int { return a.rss - b.rss })
		l.rss = some[len(some)/2].rss
		return l
	}
	n := len(all)
	early, late := typical(slices.Clone(all[n/4:n/2])), typical(slices.Clone(all[n*3/4:]))
	fmt.Fprintf(b.lab.notes, "soak: %d and %d open files, %d and %d MB\n", early.files, late.files, early.rss>>20, late.rss>>20)
	if late.files > early.files+32 {
		b.note("open files grow from %d to %d", early.files, late.files)
	}
	if lasting >= 10*time.Minute && late.rss > early.rss*5/4+(64<<20) {
		b.note("memory grows from %d to %d MB", early.rss>>20, late.rss>>20)
	}
}
