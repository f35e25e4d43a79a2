package main

import (
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
	if err != nil {
		return err
	}
	d := &diagnosis{console: c}
	d.onCluster(l.Name, e)
	d.extractors(e.Totals.Extractors)
	d.copies(e)
	for _, n := range e.Nodes {
		d.node(n, e.Nodes[0].Version)
	}
	d.memory(cgroupMemory(os.DirFS("/")))
	d.openFiles(openFiles())
	d.watches(os.DirFS("/"))
	d.clock(e.Published, time.Now())
	return d.err()
}

func (d *diagnosis) onCluster(name string, e *opensearch.Examined) {
	switch {
	case e.Health == "":
		d.note("there is no archive %s on the cluster yet; dateline index PATH makes one", name)
	case e.Generation == "":
		d.note("archive: nothing was published yet; dateline index PATH publishes what it reads")
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
		d.note("copies: %d of those that are wanted are nowhere: the cluster is yellow, and the loss of a node may lose articles",
			e.Unassigned)
	case len(e.Nodes) == 1:
		d.note("copies: the cluster has one node; what it has on its disk is all there is")
	case e.Health != "":
		d.ok("copies: the cluster has all that are wanted")
	}
}

// What a node's disk may have in use, in hundredths, before OpenSearch puts no more shards on it, and before it
// refuses to write: its usual watermarks low and flood_stage.
const (
	muchDisk = 85
	fullDisk = 95
)

// maxHeap is the heap beyond which Java's pointers get longer, so that more holds less.
const maxHeap = 32 << 30

func (d *diagnosis) node(n opensearch.Node, first string) {
	used := int64(0)
	if n.Disk > 0 {
		used = 100 - n.Free*100/n.Disk
	}
	switch {
	case n.Version != first:
		d.note("node %s: it is OpenSearch %s, others are %s; end the upgrade", n.Name, n.Version, first)
	case used >= fullDisk:
		d.wrong("node %s: its disk is %d %% full, and OpenSearch refuses to write at %d %%; make room, or add a node", n.Name, used, fullDisk)
	case used >= muchDisk:
		d.note("node %s: its disk is %d %% full, and gets no more shards; make room, or add a node", n.Name, used)
	case n.Heap >= maxHeap:
		d.note("node %s: its heap is %s; below %s it holds as much", n.Name, size(n.Heap), size(maxHeap))
	default:
		d.ok("node %s: OpenSearch %s, heap %s, disk %s of %s free", n.Name, n.Version, size(n.Heap), size(n.Free), size(n.Disk))
	}
}
