package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A process is a contestant at work.
type process struct {
	name string
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
}

// start starts a contestant and waits until it answers.
func start(name string, command []string) (*process, error) {
	p := &process{name: name, cmd: exec.Command(command[0], command[1:]...)}
	p.cmd.Stderr = os.Stderr
	var err error
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReader(out)
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	if _, err := p.do(request{Do: "hello"}); err != nil {
		p.stop()
		return nil, err
	}
	return p, nil
}

// do has a request done.
func (p *process) do(req request) (reply, error) {
	var rep reply
	line, err := json.Marshal(req)
	if err != nil {
		return rep, err
	}
	if _, err := p.in.Write(append(line, '\n')); err != nil {
		return rep, fmt.Errorf("%s has ended: %w", p.name, err)
	}
	answer, err := p.out.ReadBytes('\n')
	if err != nil {
		return rep, fmt.Errorf("%s has ended: %w", p.name, err)
	}
	if err := json.Unmarshal(answer, &rep); err != nil {
		return rep, fmt.Errorf("read the answer of %s: %w", p.name, err)
	}
	if rep.Error != "" {
		return rep, fmt.Errorf("%s: %s", p.name, rep.Error)
	}
	return rep, nil
}

// stop waits for the process to end.
func (p *process) stop() error {
	p.in.Close()
	return p.cmd.Wait()
}

// ticks is the unit of processor time in /proc, in which Linux has 100 a second.
const ticks = time.Second / 100

// cpu returns the processor time that p has used, 0 where the system does not tell.
func (p *process) cpu() time.Duration {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	_, behind, _ := strings.Cut(string(data), ") ") // the name of the program may have spaces
	f := strings.Fields(behind)
	if len(f) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	return time.Duration(user+system) * ticks
}

// peak returns the most memory that p has had, in bytes, with the files mapped into
// it; 0 where the system does not tell.
func (p *process) peak() int64 {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(data)) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "VmHWM:" {
			kib, _ := strconv.ParseInt(f[1], 10, 64)
			return kib << 10
		}
	}
	return 0
}

// sizeOf returns the bytes of all files below dir.
func sizeOf(dir string) (sum int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		sum += info.Size()
		return nil
	})
	return sum, err
}

// built is where peers are built.
const built = "dist/bench"

// A peer is a contestant that is not part of this program.
type peer struct {
	name  string
	needs []string // programs
	build []string // command; nil: nothing to build
	run   []string // command
}

var peers = []peer{
	{
		"tantivy", []string{"cargo"},
		[]string{"cargo", "build", "--quiet", "--release",
			"--manifest-path", "index/bench/tantivy/Cargo.toml", "--target-dir", built + "/tantivy"},
		[]string{built + "/tantivy/release/bench-tantivy"},
	},
	{
		"lucene", []string{"mvn", "java"},
		[]string{"mvn", "-q", "-B", "-f", "index/bench/lucene/pom.xml", "process-classes"},
		[]string{"java", "-Xmx2g", "-cp", built + "/lucene/classes:" + built + "/lucene/lib/*", "Bench"},
	},
	{"sqlite", []string{"python3"}, nil, []string{"python3", "index/bench/sqlite/bench.py"}},
}

// errMissing tells that a peer is not run for want of a program.
var errMissing = errors.New("is not installed")

// command builds a peer and returns what starts it.
func (p *peer) command(look func(string) (string, error)) ([]string, error) {
	for _, program := range p.needs {
		if _, err := look(program); err != nil {
			return nil, fmt.Errorf("%s %w", program, errMissing)
		}
	}
	if p.build == nil {
		return p.run, nil
	}
	cmd := exec.Command(p.build[0], p.build[1:]...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s: %w: %s", strings.Join(p.build, " "), err, lastLines(out))
	}
	return p.run, nil
}

// lastLines returns the end of what a program printed.
func lastLines(out []byte) string {
	const most = 500
	return strings.TrimSpace(string(out[max(0, len(out)-most):]))
}

// A field is the contestants of a run.
type field struct {
	names   []string
	command map[string][]string // by name, what starts each
	skipped []string            // which are not run, and why
}

// newField makes those ready that are wanted.
func newField(want []string, look func(string) (string, error)) (*field, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	f := &field{command: map[string][]string{}}
	for _, name := range want {
		command := []string{self, contestantArg, name}
		if name != "ours" && name != "bleve" {
			command, err = peerCommand(name, look)
		}
		if err != nil {
			f.skipped = append(f.skipped, fmt.Sprintf("not run: %s: %v", name, err))
			err = nil
			continue
		}
		f.names = append(f.names, name)
		f.command[name] = command
	}
	return f, nil
}

// A team is contestants at work, in the order of their field.
type team []*process

// start starts all of f.
func (f *field) start() (t team, err error) {
	for _, name := range f.names {
		p, err := start(name, f.command[name])
		if err != nil {
			t.stop()
			return nil, err
		}
		t = append(t, p)
	}
	return t, nil
}

// stop waits for all of t to end.
func (t team) stop() {
	for _, p := range t {
		p.stop()
	}
}

// contestantNames are all that there are.
func contestantNames() []string {
	names := []string{"ours", "bleve"}
	for _, p := range peers {
		names = append(names, p.name)
	}
	return names
}

// peerCommand makes a peer ready that is in peers.
func peerCommand(name string, look func(string) (string, error)) ([]string, error) {
	i := slices.IndexFunc(peers, func(p peer) bool { return p.name == name })
	return peers[i].command(look)
}
