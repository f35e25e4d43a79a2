// Package cluster starts a real OpenSearch cluster on this machine, for development and tests: a
// process for each node, small heaps, reached over the loopback interface alone. It needs Java and,
// once, Maven, which fetches the server; no container and no rights. It knows nothing of what is kept
// in the cluster, and is nothing to keep an archive in for good.
//
// A cluster lies in a folder of its own:
//
//	cluster.json           what all nodes have in common
//	lock                   held by whoever starts or stops nodes
//	n1/, n1.log, n1.pid    a node's settings and data, what it says, its process: see node.go
//	password, ca.pem …     of a secure cluster: see secure.go
package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"
	"time"

	"dateline/search"
)

// What a cluster has unless Options say otherwise, and how many nodes it may have.
const (
	DefaultNodes = 3
	DefaultHeap  = "512m"
	MaxNodes     = 9
)

// Options say what cluster is wanted. What they leave open stays as it is in a cluster that is there.
type Options struct {
	Dir      string       // the cluster's folder; "": a new one, which is for tests
	Nodes    int          // 1 to MaxNodes
	Heap     string       // of each node, as Java takes it: 512m, 1g
	Settings string       // further lines of every node's opensearch.yml
	Secure   bool         // TLS with a CA of its own, and a password
	Tied     bool         // for tests: nodes end with this process, even if that is killed (on Linux), start sooner and work slower
	Say      func(string) // is told what takes time; may be nil
}

// heapSize is how Options.Heap is written.
var heapSize = regexp.MustCompile(`^[1-9]\d*[mMgG]$`)

func (o *Options) check() error {
	if o.Say == nil {
		o.Say = func(string) {}
	}
	switch {
	case o.Nodes < 0 || o.Nodes > MaxNodes:
		return fmt.Errorf("%d nodes: there may be 1 to %d", o.Nodes, MaxNodes)
	case o.Heap != "" && !heapSize.MatchString(o.Heap):
		return fmt.Errorf("heap %q: it is written as 512m or 1g", o.Heap)
	default:
		return nil
	}
}

// A Cluster is one that was started, whether or not its nodes are up. Nodes are numbered from 1.
type Cluster struct {
	Dir  string
	tied bool
	common
}

// common is cluster.json.
type common struct {
	Secure    bool   `json:"secure"`
	Heap      string `json:"heap"`
	Settings  string `json:"settings,omitempty"`
	HTTP      []int  `json:"http"`      // the nodes' ports for clients
	Transport []int  `json:"transport"` // and for one another
}

// Up starts the nodes that are not up, and returns when all are and hold together. If that fails, or
// ctx ends, it stops those that it has started. Errors are search.ErrUnavailable where this machine or
// the cluster's folder won't do.
func Up(ctx context.Context, o Options) (*Cluster, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	needed := o
	if c, err := Open(o.Dir); o.Dir != "" && err == nil {
		needed.Secure = c.Secure // as it is: prepare tells where something else is wanted
	}
	if err := Available(ctx, needed); err != nil {
		return nil, err
	}
	dir, err := o.folder()
	if err != nil {
		return nil, err
	}
	unlock, err := lock(ctx, filepath.Join(dir, "lock"))
	if err != nil {
		return nil, err
	}
	defer unlock()
	c, err := prepare(dir, o)
	if err != nil {
		return nil, err
	}
	return c, c.up(ctx, o.Say)
}

// folder returns the cluster's folder, which it makes where there is none.
func (o *Options) folder() (string, error) {
	if o.Dir == "" {
		dir, err := os.MkdirTemp("", "dateline-cluster-")
		if err != nil {
			return "", err
		}
		return dir, os.Chmod(dir, 0o755)
	}
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return "", err
	}
	if err := own(dir); err != nil {
		return "", err
	}
	return dir, openFolder(dir)
}

// own refuses a folder with other things than a cluster, in which all may be wiped later.
func own(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, "cluster.json")); err == nil {
		return nil
	}
	names, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, f := range names {
		if f.Name() != "lock" && f.Name() != newSuffix("cluster.json") { // of one who is at it, or was interrupted
			return fmt.Errorf("%w: %s holds other things, such as %s; a cluster takes a folder of its own",
				search.ErrUnavailable, dir, f.Name())
		}
	}
	return nil
}

// prepare opens the cluster in dir and changes it as o says, or makes one.
func prepare(dir string, o Options) (*Cluster, error) {
	c, err := Open(dir)
	switch {
	case errors.Is(err, ErrNone):
		if c, err = create(dir, o); err != nil {
			return nil, err
		}
	case err != nil:
		return nil, err
	case o.Nodes != 0 && o.Nodes != len(c.HTTP), o.Secure && !c.Secure:
		return nil, fmt.Errorf("%w: the cluster in %s was made with %s; take that, another folder, or wipe it first",
			search.ErrUnavailable, dir, c.kind())
	}
	c.tied = o.Tied
	if o.Heap != "" {
		c.Heap = o.Heap
	}
	if o.Settings != "" {
		c.Settings = o.Settings
	}
	return c, c.save()
}

// kind tells the choices that a cluster keeps.
func (c *Cluster) kind() string {
	kind := fmt.Sprintf("%d nodes", len(c.HTTP))
	if c.Secure {
		return kind + ", secure"
	}
	return kind + ", not secure"
}

// create makes a cluster in dir.
func create(dir string, o Options) (*Cluster, error) {
	c := &Cluster{Dir: dir, common: common{Secure: o.Secure, Heap: DefaultHeap}}
	nodes := o.Nodes
	if nodes == 0 {
		nodes = DefaultNodes
	}
	ports, err := freePorts(2 * nodes)
	if err != nil {
		return nil, err
	}
	c.HTTP, c.Transport = ports[:nodes], ports[nodes:]
	return c, nil
}

// ErrNone is where no cluster is; it is search.ErrUnavailable too.
var ErrNone = errors.New("there is no cluster")

// Open returns the cluster in dir, whether or not its nodes are up. Without one the error is ErrNone.
func Open(dir string) (*Cluster, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	c := &Cluster{Dir: dir}
	data, err := os.ReadFile(c.file("cluster.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %w in %s", search.ErrUnavailable, ErrNone, dir)
	} else if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, &c.common); err != nil || len(c.HTTP) == 0 || len(c.HTTP) != len(c.Transport) {
		return nil, fmt.Errorf("%w: %s is damaged; take another folder for the cluster", search.ErrUnavailable,
			c.file("cluster.json"))
	}
	return c, nil
}

func (c *Cluster) save() error {
	data, err := json.MarshalIndent(c.common, "", "  ")
	if err != nil {
		return err
	}
	return replace(c.file("cluster.json"), append(data, '\n'), 0o644)
}

// up starts the nodes that are not up and waits for all; if that fails it stops those it started.
func (c *Cluster) up(ctx context.Context, say func(string)) (err error) {
	if c.Secure {
		if err := c.makeSecrets(); err != nil {
			return err
		}
	}
	var started []int
	defer func() {
		if err == nil {
			return
		}
		if left := c.end(context.WithoutCancel(ctx), started, syscall.SIGKILL); left != nil {
			err = fmt.Errorf("%w; and %w", err, left)
		}
	}()
	for n := range c.nodes() {
		if _, up := c.process(n); up {
			continue
		}
		if err := c.start(ctx, n); err != nil {
			return err
		}
		started = append(started, n)
	}
	if len(started) > 0 {
		say(fmt.Sprintf("starting %d of %d nodes", len(started), len(c.HTTP)))
	}
	return c.Wait(ctx)
}

// nodes yields the numbers of all nodes.
func (c *Cluster) nodes() func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := range c.HTTP {
			if !yield(i + 1) {
				return
			}
		}
	}
}

// URLs returns the addresses of all nodes, in their order.
func (c *Cluster) URLs() []string {
	var urls []string
	for n := range c.nodes() {
		urls = append(urls, c.url(n))
	}
	return urls
}

func (c *Cluster) url(n int) string {
	scheme := "http"
	if c.Secure {
		scheme = "https"
	}
	return fmt.Sprintf("%s://127.0.0.1:%d", scheme, c.HTTP[n-1])
}

// file returns the path of a file of the cluster.
func (c *Cluster) file(name string) string { return filepath.Join(c.Dir, name) }

// Start starts node n, if it is not up, and does not wait until it answers: Wait does.
func (c *Cluster) Start(ctx context.Context, n int) error {
	return c.locked(ctx, func() error {
		if _, up := c.process(n); up {
			return nil
		}
		return c.start(ctx, n)
	})
}

// Kill kills node n as a crash would (SIGKILL), and returns when it has ended.
func (c *Cluster) Kill(ctx context.Context, n int) error {
	return c.locked(ctx, func() error { return c.end(ctx, []int{n}, syscall.SIGKILL) })
}

// Stop stops all nodes, and keeps their data.
func (c *Cluster) Stop(ctx context.Context) error {
	return c.locked(ctx, func() error { return c.end(ctx, slices.Collect(c.nodes()), syscall.SIGTERM) })
}

// Wipe kills all nodes and takes away all that belongs to the cluster, and its folder if that is empty then.
func (c *Cluster) Wipe(ctx context.Context) error {
	return c.locked(ctx, func() error {
		if err := c.end(ctx, slices.Collect(c.nodes()), syscall.SIGKILL); err != nil {
			return err
		}
		var names []string
		for n := range c.nodes() {
			names = append(names, name(n), name(n)+".log", name(n)+".pid")
		}
		names = append(names, secrets...)
		for _, name := range append(names, "cluster.json", "lock") { // cluster.json after the nodes: wipe may be done again
			if err := os.RemoveAll(c.file(name)); err != nil {
				return err
			}
		}
		err := os.Remove(c.Dir)
		if errors.Is(err, syscall.ENOTEMPTY) || errors.Is(err, syscall.EEXIST) || errors.Is(err, fs.ErrPermission) {
			return nil // holds what is not ours, or lies in a folder that is not
		}
		return err
	})
}

// locked does what changes the cluster while nobody else changes it.
func (c *Cluster) locked(ctx context.Context, do func() error) error {
	unlock, err := lock(ctx, c.file("lock"))
	if err != nil {
		return err
	}
	defer unlock()
	return do()
}

// end sends a signal to nodes and returns when they have ended. Those that don't follow are killed.
func (c *Cluster) end(ctx context.Context, nodes []int, signal syscall.Signal) error {
	for _, n := range nodes {
		if err := c.signal(ctx, n, signal); err != nil {
			return err
		}
	}
	patient, cancel := context.WithTimeout(ctx, stopTime)
	defer cancel()
	for _, n := range nodes {
		err := c.ended(patient, n)
		if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
			if err = c.signal(ctx, n, syscall.SIGKILL); err == nil {
				err = c.ended(ctx, n)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// How long nodes are given to stop by themselves, and to be up. When a node stops, it leaves the others and
// refuses clients at once, and then waits half a minute for threads of its network that have ended: it is
// not waited for. What it has acknowledged is on the disk.
const (
	stopTime  = 5 * time.Second
	startTime = 4 * time.Minute
)

// Wait returns when every node is up, has found all others, and answers, and no shard lacks its
// primary. A node that has ended is an error with the last that it said.
func (c *Cluster) Wait(ctx context.Context) error {
	web, err := c.web()
	if err != nil {
		return err
	}
	defer web.CloseIdleConnections()
	limit, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	for n := range c.nodes() {
		for last := errors.New("no answer"); last != nil; {
			if _, up := c.process(n); !up {
				return c.died(n)
			}
			if last = c.ready(limit, web, n); last == nil {
				break
			}
			if err := pause(limit); ctx.Err() != nil {
				return ctx.Err()
			} else if err != nil {
				return fmt.Errorf("%w: %s is not up after %s: %w; see %s", search.ErrUnavailable, name(n), startTime, last,
					c.logFile(n))
			}
		}
	}
	return nil
}

// ready tells why node n can't be used yet.
func (c *Cluster) ready(ctx context.Context, web *http.Client, n int) error {
	h, err := c.health(ctx, web, n)
	switch {
	case err != nil:
		return err
	case h.Nodes != len(c.HTTP):
		return fmt.Errorf("it has found %d of %d nodes", h.Nodes, len(c.HTTP))
	case h.Status == "red":
		return errors.New("health is red")
	default:
		return nil
	}
}

// pause waits a moment, or until ctx ends.
func pause(ctx context.Context) error {
	t := time.NewTimer(100 * time.Millisecond)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// newSuffix names what is about to take the place of a file.
func newSuffix(path string) string { return path + ".new" }

// replace writes a file as a whole: whoever reads it finds the old one or the new one.
func replace(path string, data []byte, mode fs.FileMode) error {
	next := newSuffix(path)
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.WriteFile(next, data, mode); err != nil {
		return err
	}
	return os.Rename(next, path)
}
