package opensearch

import (
	"cmp"
	"context"
	"net/url"
	"strconv"
	"time"

	"dateline/index/ledger"
	"dateline/index/opensearch/client"
)

// An Examined is what can be told of an archive, and of the cluster that it is on, without reading articles.
type Examined struct {
	Generation string // empty: nothing was published
	Published  time.Time
	Totals     ledger.Totals
	Err        error // why the archive can't be read; nil: it can

	Holder string // who writes the archive; empty: nobody does now

	Health     string // of what the archive has on the cluster: green, yellow or red; empty: it has nothing
	Unassigned int    // copies of shards of it that are nowhere
	Nodes      []Node
}

// A Node is one of the cluster.
type Node struct {
	Name       string
	Version    string // of OpenSearch
	Heap       int64  // bytes that it may have
	Disk, Free int64  // bytes of its disk; 0: it keeps nothing
}

// Examine looks at an archive and its cluster. It is an error where the cluster can't be asked.
func (a Archive) Examine(ctx context.Context) (*Examined, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	e := &Examined{}
	s, _, err := a.readState(ctx)
	e.Err = err
	if s != nil && s.Generation > 0 {
		e.Generation, e.Published, e.Totals = s.generation(), s.Time, s.Totals
	}
	var h holding
	if _, err := a.read(ctx, "journal", lockID, &h); err == nil && !(&lock{Archive: &a}).isDead(&h) {
		e.Holder = h.String()
	}
	return e, cmp.Or(a.examineHealth(ctx, e), a.examineNodes(ctx, e))
}

func (a *Archive) examineHealth(ctx context.Context, e *Examined) error {
	var health struct {
		Status     string
		Shards     int `json:"active_shards"`
		Unassigned int `json:"unassigned_shards"`
	}
	path := "_cluster/health/" + a.index("*")
	err := a.Client.Do(ctx, client.Request{Method: "GET", Path: path, Query: url.Values{"timeout": {"0s"}}}, &health)
	if err != nil || health.Shards+health.Unassigned == 0 {
		return err
	}
	e.Health, e.Unassigned = health.Status, health.Unassigned
	return nil
}

func (a *Archive) examineNodes(ctx context.Context, e *Examined) error {
	var nodes []struct {
		Name    string
		Version string
		Heap    string `json:"heap.max"`
		Disk    string `json:"disk.total"`
		Free    string `json:"disk.avail"`
	}
	err := a.Client.Do(ctx, client.Request{Method: "GET", Path: "_cat/nodes", Query: url.Values{
		"format": {"json"}, "bytes": {"b"}, "s": {"name"}, "h": {"name,version,heap.max,disk.total,disk.avail"},
	}}, &nodes)
	for _, n := range nodes {
		bytes := func(s string) int64 {
			i, _ := strconv.ParseInt(s, 10, 64) // 0 of a node that keeps nothing
			return i
		}
		e.Nodes = append(e.Nodes, Node{n.Name, n.Version, bytes(n.Heap), bytes(n.Disk), bytes(n.Free)})
	}
	return err
}
