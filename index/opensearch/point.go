package opensearch

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"time"

	"dateline/index/opensearch/client"
)

// A point is a point in time of an index, which the cluster keeps: all searches of it see the same
// copy of the same articles, whatever is written meanwhile. It is made when it is first used.
type point struct {
	client *client.Client
	index  string

	mu sync.Mutex
	id string
}

// keepPoint is how long a point is kept after it was last used: longer than a generation is kept that was
// replaced.
const keepPoint = "16m"

// pointTries is how often a point is made anew of which the cluster has lost a part with a node.
const pointTries = 8

// pointWait is half of what is waited at most before a point is made anew, and twice as long each time: a
// node that has gone is replaced by copies of its shards in less than a second.
const pointWait = 20 * time.Millisecond

// use runs a search of the point. Where the cluster does not have it any more, it is made anew:
// what it shows is the same as long as nothing was refreshed since.
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
		select {
		case <-ctx.Done():
			return err
		case <-time.After(rand.N(pointWait << try)):
		}
	}
}

// isLost tells whether a search failed since its point is lost, or may be.
func isLost(err error) bool {
	var e *client.Error
	return errors.As(err, &e) && (e.Status == http.StatusNotFound || e.Status >= http.StatusInternalServerError)
}

func (p *point) get(ctx context.Context) (id string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.id != "" {
		return p.id, nil
	}
	var out struct {
		ID string `json:"pit_id"`
	}
	r := client.Request{
		Method: "POST", Path: p.index + "/_search/point_in_time", Query: url.Values{"keep_alive": {keepPoint}}, Safe: true,
	}
	err = p.client.Do(ctx, r, &out)
	p.id = out.ID
	return p.id, err
}

// lose forgets a point.
func (p *point) lose(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.id == id {
		p.id = ""
	}
}

func (p *point) close(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.id == "" {
		return nil
	}
	r := client.Request{Method: "DELETE", Path: "_search/point_in_time", Body: object{"pit_id": []string{p.id}}, Safe: true}
	p.id = ""
	err := p.client.Do(ctx, r, nil)
	if client.IsMissing(err) {
		return nil
	}
	return err
}
