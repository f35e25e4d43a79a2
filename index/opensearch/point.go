package opensearch

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/url"
	"slices"
	"time"

	"dateline/index/opensearch/client"
)

// A point is a point in time of an index, which the cluster keeps: all searches of it see the same
// copy of the same articles, whatever is written meanwhile. It is made when it is first used.
type point struct {
	client *client.Client
	index  string

	// made is called when the point was made, also anew: its error says that it does not show what it is to
	// show. Nil: it always does.
	made func(context.Context) error

	turn   chan struct{} // held by who has to do with what follows
	id     string
	shared bool // others have it too
}

func newPoint(c *client.Client, index string) *point {
	return &point{client: c, index: index, turn: make(chan struct{}, 1)}
}

// keepPoint is how long a point is kept after it was last used: longer than a generation is kept that was
// replaced.
const keepPoint = "16m"

// keepPublished is how long a point is kept that was made for a generation, after it was last used. A node keeps 300
// of each shard at most (search.max_open_pit_context), with those of writers that were killed; where one is gone it can
// be made anew unless the index was written since.
const keepPublished = "1h"

// pointTries is how often a point is made anew of which the cluster has lost a part with a node.
const pointTries = 8

// pointWait is half of what is waited at most before a point is made anew, and twice as long each time: a
// node that has gone is replaced by copies of its shards in less than a second.
const pointWait = 20 * time.Millisecond

// use runs a search of the point. Where the cluster does not have it any more, it is made anew, unless
// that shows something else.
func (p *point) use(ctx context.Context, search func(pit object) error) error {
	for try := 1; ; try++ {
		id, err := p.get(ctx)
		if err == nil {
			err = search(object{"id": id, "keep_alive": keepPoint})
		}
		if err == nil || try == pointTries || !isLost(err) {
			return err
		}
		p.lose(id)
		if err := waitFor(ctx, try); err != nil {
			return err
		}
	}
}

// waitFor waits until what is lost with a node may be there again, longer with each try.
func waitFor(ctx context.Context, try int) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(rand.N(pointWait << try)):
		return nil
	}
}

// losses are the types of the errors of a search whose point is lost, or a node that has a part of it.
var losses = []string{
	"search_context_missing_exception", "no_shard_available_action_exception", "connect_transport_exception",
	"node_closed_exception", "node_disconnected_exception", "node_not_connected_exception",
	"already_closed_exception", "alreadyclosed_exception", "illegal_index_shard_state_exception",
	"shard_not_found_exception", "unavailable_shards_exception",
	"illegal_state_exception", // no node found for id
	"failed_node_exception",   // of _stats
}

// isLost tells whether a search failed since its point is lost, or may be.
func isLost(err error) bool {
	var e *client.Error
	return errors.As(err, &e) && slices.Contains(losses, e.Type)
}

// get returns the id of the point.
func (p *point) get(ctx context.Context) (string, error) {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if p.id != "" {
		return p.id, nil
	}
	id, err := p.open(ctx, keepPoint)
	if err != nil {
		return "", err
	}
	if p.made != nil {
		if err := p.made(ctx); err != nil {
			p.free(id)
			return "", err
		}
	}
	p.id = id
	return id, nil
}

// open makes a point that is kept for some time after it was last used.
func (p *point) open(ctx context.Context, keep string) (id string, err error) {
	var out struct {
		ID string `json:"pit_id"`
	}
	r := client.Request{
		Method: "POST", Path: p.index + "/_search/point_in_time", Query: url.Values{"keep_alive": {keep}}, Safe: true,
	}
	err = p.client.Do(ctx, r, &out)
	return out.ID, err
}

// lose has a point given free that is lost.
func (p *point) lose(id string) {
	p.turn <- struct{}{}
	defer func() { <-p.turn }()
	if p.id == id {
		p.giveUp()
	}
}

// close has the point given free.
func (p *point) close() {
	p.turn <- struct{}{}
	defer func() { <-p.turn }()
	p.giveUp()
}

// giveUp has the point given free, unless others have it.
func (p *point) giveUp() {
	if p.id != "" && !p.shared {
		p.free(p.id)
	}
	p.id, p.shared = "", false
}

// free tells the cluster to keep a point no more: else it finds out when the time is up.
func (p *point) free(id string) error {
	ctx, cancel := context.WithTimeout(context.Background(), freeWithin)
	defer cancel()
	r := client.Request{Method: "DELETE", Path: "_search/point_in_time", Body: object{"pit_id": []string{id}}, Safe: true}
	if err := p.client.Do(ctx, r, nil); !client.IsMissing(err) {
		return err
	}
	return nil
}

const freeWithin = time.Second
