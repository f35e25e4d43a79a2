package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/urfave/cli/v2"

	"dateline/index/opensearch"
)

// examineCluster looks at an archive on a cluster.
func (c *console) examineCluster(ctx *cli.Context) error {
	l, err := c.inCluster(ctx, ctx.String("archive"))
	if err != nil {
		return err
	}
	e, err := l.Examine(ctx.Context)
	if e == nil {
		return err
	}
	d := &diagnosis{console: c}
	d.onCluster(l.Name, e)
	d.extractors(e.Totals.Extractors)
	d.copies(e)
	if err != nil {
		d.wrong("cluster: %s", message(err))
	}
	for _, n := range e.Nodes {
		d.node(n, e)
	}
	d.memory(cgroupMemory(os.DirFS("/")))
	d.openFiles(openFiles())
	d.watches(os.DirFS("/"))
	d.clock(e.Published, time.Now())
	return d.err()
}

func (d *diagnosis) onCluster(name string, e *opensearch.Examined) {
	switch {
	case errors.As(e.Err, new(*opensearch.NothingError)):
		d.note("%v", e.Err)
	case e.Err != nil:
		d.wrong("archive: %s", message(e.Err))
	default:
		d.ok("archive %s, %s published %s", name, e.Generation, e.Published.Format(time.RFC3339))
	}
	if e.Holder != "" {
		d.ok("the archive is being written by %s; others can read it, and write when that has ended", e.Holder)
	}
}

// copies tells whether the cluster has all that the archive has, and how often.
func (d *diagnosis) copies(e *opensearch.Examined) {
	switch {
	case e.Health == "red":
		d.wrong("copies: the cluster has none of some shards: it is red; start the nodes that have them, or restore a snapshot")
	case e.Health == "yellow":
		d.note("copies: %d of those that are wanted are not there, or not yet: the cluster is yellow, and the loss of a node may lose articles",
			e.Lacking)
	case len(e.Nodes) == 1:
		d.note("copies: the cluster has one node; what it has on its disk is all there is")
	case e.Health != "":
		d.ok("copies: the cluster has all that are wanted")
	}
}

// maxHeap is the heap beyond which Java's pointers get longer, so that more holds less.
const maxHeap = 32 << 30

func (d *diagnosis) node(n opensearch.Node, e *opensearch.Examined) {
	first := e.Nodes[0].Version
	switch {
	case n.Version != first:
		d.note("node %s: it is OpenSearch %s, others are %s; end the upgrade", n.Name, n.Version, first)
	case e.Flood.IsPassed(n):
		d.wrong("node %s: %s of its disk are free, and OpenSearch refuses to write %s; make room, or add a node", n.Name, size(n.Free), from(e.Flood))
	case e.Low.IsPassed(n):
		d.note("node %s: %s of its disk are free, and it gets no more shards %s; make room, or add a node", n.Name, size(n.Free), from(e.Low))
	case n.Heap >= maxHeap:
		d.note("node %s: its heap is %s; below %s it holds as much", n.Name, size(n.Heap), size(maxHeap))
	default:
		d.ok("node %s: OpenSearch %s, heap %s, disk %s of %s free", n.Name, n.Version, size(n.Heap), size(n.Free), size(n.Disk))
	}
}

// from tells from where on a disk is so full.
func from(w opensearch.Watermark) string {
	if w.Used > 0 {
		return fmt.Sprintf("from %g %% in use on", w.Used)
	}
	return "below " + size(w.Free)
}
