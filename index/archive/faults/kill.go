package main

import (
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// killsEach is how many processes are killed on one archive.
const killsEach = 8

// kill kills processes that write an archive at random moments, and goes on. After each nothing
// that was acknowledged may be missing; in the end all is there, once, and no damage.
func (l *lab) kill(n int) (row, error) {
	archives, bad := l.trials((n+killsEach-1)/killsEach, func(t *trial) error {
		v := &victim{trial: t, model: newModel(), archive: filepath.Join(t.dir, "a"), in: filepath.Join(t.dir, "in")}
		kind := []func() error{v.index, v.watch, v.servePath, v.serveWriting}[t.number%4]
		for i := range killsEach {
			if err := kind(); err != nil {
				return fmt.Errorf("kill %d: %w", i, err)
			}
			if err := v.look(); err != nil {
				return fmt.Errorf("kill %d: %w", i, err)
			}
			if i%4 == 3 {
				if err := v.goOn(); err != nil {
					return fmt.Errorf("after kill %d: %w", i, err)
				}
			}
		}
		return nil
	})
	return row{"kill", archives * killsEach, bad}, nil
}

// A victim is an archive whose writers are killed.
type victim struct {
	*trial
	*model
	archive, in string
	version     int
	published   bool // something was found once
}

// drop writes some articles for the program to read.
func (v *victim) drop(n int) error {
	for range n {
		v.version++
		a := story(fmt.Sprintf("a%d", v.random.IntN(30)), v.version)
		v.send(a.ID, a.Title)
		if err := a.write(v.in); err != nil {
			return err
		}
	}
	return nil
}

// soon returns a random moment up to d from now.
func (v *victim) soon(d time.Duration) <-chan time.Time {
	return time.After(time.Duration(v.random.Int64N(int64(d))))
}

// index kills one run of index.
func (v *victim) index() error {
	if err := v.drop(1 + v.random.IntN(20)); err != nil {
		return err
	}
	cmd := exec.Command(v.binary, "-i", v.archive, "index", v.in)
	cmd.Env = environment()
	moment := v.soon(200 * time.Millisecond)
	if err := cmd.Start(); err != nil {
		return err
	}
	<-moment
	cmd.Process.Kill()
	if cmd.Wait() == nil {
		v.acknowledge() // it was done before
	}
	return nil
}

// watch kills index --watch while articles come in.
func (v *victim) watch() error {
	if err := v.drop(1 + v.random.IntN(5)); err != nil {
		return err
	}
	cmd := exec.Command(v.binary, "-i", v.archive, "index", "--watch", v.in)
	cmd.Env = environment()
	if err := cmd.Start(); err != nil {
		return err
	}
	err := v.dropUntil(v.soon(2500*time.Millisecond), func() error { return nil })
	cmd.Process.Kill()
	cmd.Wait()
	return err
}

// dropUntil drops an article now and then until a moment, and does something beside.
func (v *victim) dropUntil(end <-chan time.Time, beside func() error) error {
	for {
		select {
		case <-end:
			return nil
		case <-time.After(100 * time.Millisecond):
			if err := beside(); err != nil {
				return err
			}
			if v.random.IntN(3) > 0 {
				continue
			}
			if err := v.drop(1); err != nil {
				return err
			}
		}
	}
}

// servePath kills serve PATH, which is asked while articles come in.
func (v *victim) servePath() error {
	if err := v.drop(1 + v.random.IntN(5)); err != nil {
		return err
	}
	s, err := v.serve(nil, v.archive, v.in)
	if err != nil {
		return err
	}
	err = v.dropUntil(v.soon(2500*time.Millisecond), func() error {
		found, err := s.found()
		if err != nil || found == nil {
			return err
		}
		v.published = true
		return v.check(found)
	})
	if a := s.end(syscall.SIGKILL); err == nil && crashed(a.err) {
		err = fmt.Errorf("the server: %v", a)
	}
	return err
}

// serveWriting kills a server to which articles are sent.
func (v *victim) serveWriting() error {
	if !v.published {
		if err := v.drop(1); err != nil {
			return err
		}
		if err := v.goOn(); err != nil {
			return err
		}
	}
	s, err := v.serve(nil, v.archive, "--allow-write")
	if err != nil {
		return err
	}
	if !s.ready(s.listens) {
		return fmt.Errorf("the server does not start: %v", s.end(syscall.SIGKILL))
	}
	moment := v.soon(600 * time.Millisecond)
	var sending sync.WaitGroup
	sending.Go(func() { err = v.post(s) })
	<-moment
	a := s.end(syscall.SIGKILL)
	sending.Wait()
	if err == nil && crashed(a.err) {
		err = fmt.Errorf("the server: %v", a)
	}
	return err
}

// post sends articles to a server, and has one removed now and then, until it is gone.
func (v *victim) post(s *server) error {
	for {
		v.version++
		a := story(fmt.Sprintf("p%d", v.random.IntN(30)), v.version)
		method, path, body, title := http.MethodPost, "/api/v1/articles", any(a), a.Title
		if v.version%5 == 0 { // no article is sent again under the id of one that was removed
			a.ID = fmt.Sprintf("r%d", v.version)
			v.send(a.ID, a.Title)
			if status, _, err := s.ask(method, path, a); err != nil || status/100 != 2 {
				return sent(status, err)
			}
			v.acknowledge(a.ID)
			method, path, body, title = http.MethodDelete, path+"/"+a.ID, nil, ""
		}
		v.send(a.ID, title)
		if status, _, err := s.ask(method, path, body); err != nil || status/100 != 2 {
			return sent(status, err)
		}
		v.acknowledge(a.ID)
	}
}

// sent returns the error that a refusal is; that the server is gone is none.
func sent(status int, err error) error {
	if err != nil {
		return nil
	}
	return fmt.Errorf("an article is answered with %d", status)
}

// look holds what is found against the model. Before the first generation there is nothing to find.
func (v *victim) look() error {
	found, err := v.found(v.archive)
	if err != nil {
		if v.published || v.anySure() {
			return err
		}
		return nil
	}
	v.published = v.published || len(found) > 0
	return v.check(found)
}

func (m *model) anySure() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range m.past {
		if p.sure > 0 {
			return true
		}
	}
	return false
}

// goOn runs index to its end, which acknowledges what there is to read, and checks the archive.
func (v *victim) goOn() error {
	if a := v.run(nil, v.archive, "index", v.in); a.code != 0 || a.died() {
		return fmt.Errorf("index: %v", a)
	}
	if err := v.caughtUp(); err != nil {
		return err
	}
	if err := v.look(); err != nil {
		return err
	}
	if a := v.run(nil, v.archive, "verify"); a.code != 0 {
		return fmt.Errorf("verify: %v %s", a, a.out)
	}
	return nil
}

// caughtUp notes that what lies in files is acknowledged: all but what was sent to a server.
func (v *victim) caughtUp() error {
	names, err := filepath.Glob(v.in + "/*.jsonl")
	for _, name := range names {
		id := filepath.Base(name)
		v.acknowledge(id[:len(id)-len(".jsonl")])
	}
	if err == nil && len(names) == 0 {
		err = errors.New("there is nothing to read")
	}
	return err
}

// found returns the titles of all articles by id, as a server finds them; nil: it gives no answer.
func (s *server) found() (map[string]string, error) {
	status, body, err := s.ask(http.MethodGet, "/api/v1/search?limit=1000", nil)
	if err != nil || status == http.StatusServiceUnavailable {
		return nil, nil
	}
	if status != http.StatusOK {
		return nil, fmt.Errorf("search is answered with %d: %.200s", status, body)
	}
	return hits(body)
}
