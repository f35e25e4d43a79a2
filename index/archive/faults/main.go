// Command faults does to archives what machines do to them, and holds what they answer
// afterwards against what was acknowledged: processes are killed, the power is cut, files are
// damaged, also under a server and a writer that run, the disk is full or not to be written, and readers and a writer work at once for
// long. It knows the program from outside alone: its commands, exit codes and answers.
//
//	go run ./index/archive/faults [-rows kill,power,damage,running,limits,soak] [-kill 300]
//		[-power 500] [-damage 3000] [-running 100] [-limits 0] [-soak 30m] [-seed N]
//
// A row prints a line: its name, how often it was tried, how often what came of it was bad, and
// the seed. What was bad is told on standard error with the number of its trial, which is done
// again alone by -seed, -from and a count of 1. The rows power and limits need strace, limits
// also prlimit and, for a full disk and one that can't be written, root; what is missing is told.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

func main() {
	rows := flag.String("rows", "kill,power,damage,running,limits,soak", "what is done, in this order")
	kills := flag.Int("kill", 300, "how many processes are killed")
	cuts := flag.Int("power", 500, "at how many points the power is cut, by each of three models")
	damages := flag.Int("damage", 3000, "how many damages are done")
	runs := flag.Int("running", 100, "how many damages are done under a server and a writer")
	steps := flag.Int("limits", 0, "how many steps of each limit are tried at most; 0: until none fails")
	soak := flag.Duration("soak", 30*time.Minute, "how long readers and a writer work at once")
	seed := flag.Uint64("seed", uint64(time.Now().UnixNano()), "what is drawn")
	from := flag.Int("from", 0, "the first trial; of limits the first kind of step")
	binary := flag.String("dateline", "", "the program; empty: it is built")
	raced := flag.String("raced", "", "the program built with the race detector, for the soak; empty: it is built")
	workers := flag.Int("workers", 2, "how many trials are done at once")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	dir, err := os.MkdirTemp("", "faults")
	if err == nil {
		defer os.RemoveAll(dir)
		l := &lab{ctx: ctx, binary: *binary, raced: *raced, dir: dir, seed: *seed, from: *from, workers: *workers, notes: os.Stderr}
		err = l.rows(strings.Split(*rows, ","), amounts{*kills, *cuts, *damages, *runs, *steps, *soak}, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
		os.RemoveAll(dir)
		os.Exit(1)
	}
}

// amounts are how much is done of each row.
type amounts struct {
	kills, cuts, damages, runs, steps int
	soak                              time.Duration
}

// A lab is where trials are made.
type lab struct {
	ctx     context.Context
	binary  string // the program
	raced   string // the program for the soak; empty: it is built with the race detector
	dir     string // holds the folders of trials
	seed    uint64
	from    int // number of the first trial
	workers int
	notes   io.Writer
}

// A row is what came of the trials of one kind.
type row struct {
	name  string
	tried int
	bad   []string
}

var errBad = errors.New("something was lost, wrong or torn")

// rows does what has a name and prints a line of each.
func (l *lab) rows(names []string, n amounts, out io.Writer) error {
	if l.binary == "" {
		var err error
		if l.binary, err = build(l.ctx, l.dir); err != nil {
			return err
		}
	}
	var failed error
	for _, name := range names {
		var r row
		var err error
		switch name {
		case "kill":
			r, err = l.kill(n.kills)
		case "power":
			r, err = l.power(n.cuts)
		case "damage":
			r, err = l.damage(n.damages)
		case "running":
			r, err = l.running(n.runs)
		case "limits":
			r, err = l.limits(n.steps)
		case "soak":
			r, err = l.soak(n.soak)
		default:
			err = errors.New("there is no such row")
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Fprintf(out, "%s\t%d\t%d\t%d\n", name, r.tried, len(r.bad), l.seed)
		for _, b := range r.bad {
			fmt.Fprintf(l.notes, "%s: %s\n", name, b)
			failed = errBad
		}
	}
	return failed
}

// build builds the program into dir, and returns its path.
func build(ctx context.Context, dir string, flags ...string) (string, error) {
	path := filepath.Join(dir, "dateline")
	cmd := exec.CommandContext(ctx, "go", append(append([]string{"build"}, flags...), "-o", path, "dateline/cmd/dateline")...)
	cgo := "CGO_ENABLED=0" // static, as it is released
	if slices.Contains(flags, "-race") {
		cgo = "CGO_ENABLED=1"
	}
	cmd.Env = append(os.Environ(), cgo)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build dateline: %w: %s", err, out)
	}
	return path, nil
}

// A trial is one of those of a row.
type trial struct {
	*lab
	number int
	random *rand.Rand
	dir    string
	notes  []string // what was bad
}

// bad notes what should not be.
func (t *trial) bad(format string, args ...any) {
	t.notes = append(t.notes, fmt.Sprintf(format, args...))
}

// trials makes n trials, some at once, each in a folder of its own, and returns how many were made
// and what was bad. One that can't be made is bad; one that is interrupted tells nothing.
func (l *lab) trials(n int, do func(*trial) error) (made int, bad []string) {
	numbers := make(chan int)
	var mu sync.Mutex
	var all sync.WaitGroup
	for range max(l.workers, 1) {
		all.Go(func() {
			for i := range numbers {
				notes := l.trial(i, do)
				mu.Lock()
				if l.ctx.Err() == nil {
					made++
					bad = append(bad, notes...)
				}
				mu.Unlock()
			}
		})
	}
	for i := range n {
		if l.ctx.Err() == nil {
			numbers <- l.from + i
		}
	}
	close(numbers)
	all.Wait()
	slices.Sort(bad)
	return made, bad
}

// newTrial returns the trial with a number, which draws the same whenever it is made.
func (l *lab) newTrial(i int, dir string) *trial {
	return &trial{lab: l, number: i, random: rand.New(rand.NewPCG(l.seed, uint64(i))), dir: dir}
}

func (l *lab) trial(i int, do func(*trial) error) []string {
	dir, err := os.MkdirTemp(l.dir, "t")
	t := l.newTrial(i, dir)
	if err == nil {
		defer os.RemoveAll(dir)
		err = do(t)
	}
	if err != nil {
		t.bad("%v", err)
	}
	for j, note := range t.notes {
		t.notes[j] = fmt.Sprintf("seed %d trial %d: %s", l.seed, i, note)
	}
	return t.notes
}
