package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// An answer is what a run of the program said.
type answer struct {
	out, err string
	code     int // -1: a signal ended it
}

// patience is how long one run may take.
const patience = time.Minute

// run runs the program on an archive, in front of it what prefix has.
func (l *lab) run(prefix []string, archive string, args ...string) answer {
	ctx, cancel := context.WithTimeout(l.ctx, patience)
	defer cancel()
	argv := append(slices.Clone(prefix), append([]string{l.binary, "-i", archive}, args...)...)
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	cmd.Env = environment()
	err := cmd.Run()
	if err != nil && !errors.As(err, new(*exec.ExitError)) {
		errs.WriteString(err.Error())
	}
	code := -1
	if cmd.ProcessState != nil {
		code = cmd.ProcessState.ExitCode()
	}
	return answer{out.String(), errs.String(), code}
}

// environment is that of this process without what would configure the program.
func environment() []string {
	own := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "DATELINE_") })
	return append(own, "XDG_CONFIG_HOME=/nonexistent")
}

// died tells whether the program ended otherwise than by one of its exit codes.
func (a answer) died() bool {
	return a.code < 0 || a.code > 4 || crashed(a.err)
}

func crashed(stderr string) bool {
	for _, s := range []string{"panic:", "fatal error:", "SIGBUS", "SIGSEGV", "goroutine 1", "DATA RACE"} {
		if strings.Contains(stderr, s) {
			return true
		}
	}
	return false
}

func (a answer) String() string {
	return fmt.Sprintf("exit code %d: %.600s", a.code, strings.TrimSpace(a.err))
}

// A hit is an article that was found.
type hit struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// found returns the titles of all articles of an archive by id, as search finds them.
func (l *lab) found(archive string) (map[string]string, error) {
	a := l.run(nil, archive, "search", "*", "--format", "jsonl", "-n", "10000")
	if a.code != 0 && a.code != 1 || a.died() {
		return nil, fmt.Errorf("search: %v", a)
	}
	all := map[string]string{}
	for lines := bufio.NewScanner(strings.NewReader(a.out)); lines.Scan(); {
		var h hit
		if err := json.Unmarshal(lines.Bytes(), &h); err != nil {
			return nil, fmt.Errorf("search printed %.200q: %w", lines.Text(), err)
		}
		if _, twice := all[h.ID]; twice {
			return nil, fmt.Errorf("search finds %s twice", h.ID)
		}
		all[h.ID] = h.Title
	}
	return all, nil
}

// A model is what was sent to an archive, and what of it was acknowledged. It is safe for
// concurrent use.
type model struct {
	mu   sync.Mutex
	past map[string]*past
}

// A past is the titles that one article had, one after the other; "" is none. The first is none.
type past struct {
	titles []string
	sure   int // the first that may still be found
}

func newModel() *model { return &model{past: map[string]*past{}} }

// send notes that an article is to have another title from now on, "" where it is removed.
func (m *model) send(id, title string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.past[id] == nil {
		m.past[id] = &past{titles: []string{""}}
	}
	m.past[id].titles = append(m.past[id].titles, title)
}

// acknowledge notes that the last that was sent of some articles was acknowledged; without ids of all.
func (m *model) acknowledge(ids ...string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(ids) == 0 {
		ids = slices.Collect(maps.Keys(m.past))
	}
	for _, id := range ids {
		m.past[id].sure = len(m.past[id].titles) - 1
	}
}

// check holds what was found against what was acknowledged. What is found was published, and so
// it counts as acknowledged from now on.
func (m *model) check(found map[string]string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, title := range found {
		if m.past[id] == nil {
			return fmt.Errorf("%s is found, %q, and was never sent", id, title)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(m.past)) {
		p := m.past[id]
		at := slices.Index(p.titles[p.sure:], found[id])
		if at < 0 {
			return fmt.Errorf("%s is %q, and %q was acknowledged", id, found[id], p.titles[p.sure])
		}
		p.sure += at
	}
	return nil
}

// An article is one as the program reads it.
type article struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Text   string `json:"text"`
	Date   string `json:"date"`
	Source string `json:"source"`
}

// story returns an article with an id, in one of its versions. Its people and events are invented.
func story(id string, version int) article {
	places := []string{"Gaza", "Khartoum", "Rafah", "Goma", "Aleppo"}
	n := len(id) + version*7
	for _, c := range id {
		n += int(c)
	}
	return article{
		ID: id, Title: fmt.Sprintf("Report %s, edition %d", id, version),
		Text: fmt.Sprintf("%s, 3 May 2024 - Leila Rahimi said that shelling near %s had hit %d houses.\n\n"+
			"Tomas Okello of Hope Relief spoke of a truce since 27 March 2024; the convoy waits at bridge %s.",
			places[n%5], places[(n/5)%5], n, id),
		Date: fmt.Sprintf("2024-05-%02d", 1+n%28), Source: []string{"Harbour Post", "Marwick Times"}[n%2],
	}
}

// write puts an article into a file of its own in dir, at once.
func (a article) write(dir string) error {
	line, err := json.Marshal(a)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	tmp := filepath.Join(dir, "."+a.ID)
	if err := os.WriteFile(tmp, append(line, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(tmp, filepath.Join(dir, a.ID+".jsonl"))
}

// A server is the program while it serves.
type server struct {
	*exec.Cmd
	http   *http.Client
	stderr *bytes.Buffer // read when it has ended
	ended  chan error
}

// serve starts the program as server, in front of it what prefix has, at a socket in dir.
func (t *trial) serve(prefix []string, archive string, args ...string) (*server, error) {
	socket := filepath.Join(t.dir, fmt.Sprintf("s%d", t.random.Uint32()))
	argv := append(slices.Clone(prefix), append([]string{t.binary, "-i", archive, "serve", "--listen", "unix:" + socket}, args...)...)
	s := &server{Cmd: exec.Command(argv[0], argv[1:]...), stderr: new(bytes.Buffer), ended: make(chan error, 1)}
	s.Stderr, s.Env = s.stderr, environment()
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}
	s.http = &http.Client{Transport: &http.Transport{DialContext: dial, MaxIdleConnsPerHost: 8}, Timeout: patience}
	if err := s.Start(); err != nil {
		return nil, err
	}
	go func() { s.ended <- s.Wait() }()
	return s, nil
}

// ready waits until the server listens; false: it has ended.
func (s *server) ready(socketOpen func() bool) bool {
	for range 6000 {
		select {
		case err := <-s.ended:
			s.ended <- err
			return false
		case <-time.After(10 * time.Millisecond):
			if socketOpen() {
				return true
			}
		}
	}
	return false
}

// listens tells whether the server takes connections.
func (s *server) listens() bool {
	c, err := s.http.Transport.(*http.Transport).DialContext(context.Background(), "", "")
	if err != nil {
		return false
	}
	c.Close()
	return true
}

// wait waits for the server to end by itself, for as long as one run may take.
func (s *server) wait() {
	select {
	case err := <-s.ended:
		s.ended <- err
	case <-time.After(patience):
	}
}

// end ends the server by a signal and returns how it ended.
func (s *server) end(sig os.Signal) answer {
	s.Process.Signal(sig)
	err := <-s.ended
	s.ended <- err
	s.http.CloseIdleConnections()
	return answer{"", s.stderr.String(), s.ProcessState.ExitCode()}
}

// ask returns the status and the body of an answer.
func (s *server) ask(method, path string, body any) (int, string, error) {
	var send io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return 0, "", err
		}
		send = bytes.NewReader(data)
	}
	req, err := http.NewRequest(method, "http://localhost"+path, send)
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := s.http.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	return res.StatusCode, string(data), err
}

// hits returns the titles of the articles of a JSON answer by id, which must be all that there are.
func hits(body string) (map[string]string, error) {
	var results struct {
		Total int   `json:"total"`
		Hits  []hit `json:"hits"`
	}
	if err := json.Unmarshal([]byte(body), &results); err != nil {
		return nil, err
	}
	found := map[string]string{}
	for _, h := range results.Hits {
		found[h.ID] = h.Title
	}
	if len(found) != results.Total || len(results.Hits) != results.Total {
		return nil, fmt.Errorf("%d hits of %d articles, and the total is %d", len(results.Hits), len(found), results.Total)
	}
	return found, nil
}
