package opensearch

import (
	"cmp"
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"dateline/index/ledger"
	"dateline/index/opensearch/client"
)

// An Examined is what can be told of an archive, and of the cluster that it is on, without reading articles.
type Examined struct {
	Generation string // empty: nothing was published
	Published  time.Time
	Totals     ledger.Totals
	Err        error // why the archive can't be read, a *NothingError where there is nothing to read; nil: it can

	Holder string // who writes the archive; empty: nobody does now

	Health  string // of what the archive has on the cluster: green, yellow or red; empty: it has nothing
	Lacking int    // copies of shards of it that are wanted and not there, or not yet
	Nodes   []Node

	// Low is from where on a node gets no more shards, Flood from where on it refuses to write.
	Low, Flood Watermark
}

// A Node is one of the cluster.
type Node struct {
	Name       string
	Version    string // of OpenSearch
	Heap       int64  // bytes that it may have
	Disk, Free int64  // bytes of its disk; 0: it keeps nothing
}

// A Watermark is how full a node's disk may get: the hundredths in use, or the bytes free. Where both are 0 it is not
// known, or there is none.
type Watermark struct {
	Used float64
	Free int64
}

// IsPassed tells whether the disk of a node is so full.
func (w Watermark) IsPassed(n Node) bool {
	if w.Used > 0 {
		return n.Disk > 0 && 100*float64(n.Disk-n.Free) >= w.Used*float64(n.Disk)
	}
	return n.Disk > 0 && n.Free < w.Free
}

// watermark reads one as settings have it: 85%, 0.85 or 20gb.
func watermark(s string) (w Watermark) {
	if percent, ok := strings.CutSuffix(s, "%"); ok {
		w.Used, _ = strconv.ParseFloat(percent, 64) // else it is not known
		return w
	}
	if ratio, err := strconv.ParseFloat(s, 64); err == nil {
		return Watermark{Used: 100 * ratio}
	}
	for i, unit := range []string{"kb", "mb", "gb", "tb", "pb"} {
		if n, ok := strings.CutSuffix(strings.ToLower(s), unit); ok {
			f, _ := strconv.ParseFloat(n, 64)
			return Watermark{Free: int64(f * float64(int64(1)<<(10*(i+1))))}
		}
	}
	w.Free, _ = strconv.ParseInt(strings.TrimSuffix(strings.ToLower(s), "b"), 10, 64)
	return w
}

// Examine looks at an archive and its cluster. Where the cluster can't be asked, or does not permit it, that is an
// error beside what could be told.
func (a Archive) Examine(ctx context.Context) (*Examined, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	e := &Examined{}
	s, _, err := a.readState(ctx)
	e.Err = err
	switch {
	case s != nil && s.Generation > 0:
		e.Generation, e.Published, e.Totals = s.generation(), s.Time, s.Totals
	case s != nil:
		e.Err = a.errEmpty()
	}
	var h holding
	if _, err := a.read(ctx, "lock", lockID, &h); err == nil && !h.isDead() {
		e.Holder = h.String()
	}
	a.examineWatermarks(ctx, e)
	return e, cmp.Or(a.examineHealth(ctx, e), a.examineNodes(ctx, e))
}

// examineWatermarks tells of those that the cluster tells, which it may not permit.
func (a *Archive) examineWatermarks(ctx context.Context, e *Examined) {
	type settings struct {
		Cluster struct {
			Routing struct {
				Allocation struct {
					Disk struct {
						Enabled   string `json:"threshold_enabled"`
						Watermark struct {
							Low   string
							Flood string `json:"flood_stage"`
						}
					}
				}
			}
		}
	}
	var got struct{ Defaults, Persistent, Transient settings }
	r := client.Request{Method: "GET", Path: "_cluster/settings", Query: url.Values{
		"include_defaults": {"true"}, "filter_path": {"*.cluster.routing.allocation.disk"},
	}}
	if err := a.Client.Do(ctx, r, &got); err != nil {
		return
	}
	is := got.Defaults.Cluster.Routing.Allocation.Disk
	for _, set := range []settings{got.Persistent, got.Transient} { // the later goes before
		disk := set.Cluster.Routing.Allocation.Disk
		is.Enabled = cmp.Or(disk.Enabled, is.Enabled)
		is.Watermark.Low = cmp.Or(disk.Watermark.Low, is.Watermark.Low)
		is.Watermark.Flood = cmp.Or(disk.Watermark.Flood, is.Watermark.Flood)
	}
	if is.Enabled == "true" {
		e.Low, e.Flood = watermark(is.Watermark.Low), watermark(is.Watermark.Flood)
	}
}

func (a *Archive) examineHealth(ctx context.Context, e *Examined) error {
	var health struct {
		Status     string
		Shards     int `json:"active_shards"`
		Unassigned int `json:"unassigned_shards"`
		Beginning  int `json:"initializing_shards"`
	}
	var names []string
	for _, part := range []string{"articles", "journal", "values", "curation", "lock", "search-"} {
		names = append(names, a.index(part)+"*") // of one that is not there nothing is said
	}
	path := "_cluster/health/" + strings.Join(names, ",")
	err := a.Client.Do(ctx, client.Request{Method: "GET", Path: path, Query: url.Values{"timeout": {"0s"}}}, &health)
	if err != nil || health.Shards+health.Unassigned+health.Beginning == 0 {
		return err
	}
	e.Health, e.Lacking = health.Status, health.Unassigned+health.Beginning
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
