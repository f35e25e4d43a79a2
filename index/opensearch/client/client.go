// Package client talks to an OpenSearch cluster over HTTP: which node is asked, what is sent
// again and when, how documents go in by the thousand, and what an error means, in one line.
// It knows nothing of articles.
//
// Several nodes of one cluster can be named. Each request goes to the next of them; one that
// can't be reached is left out until it answers again. What was asked is sent again only where
// that is safe, to another node if there is one, after a wait that grows and is drawn by
// chance, so that clients do not come back all at once.
//
// Of github.com/opensearch-project/opensearch-go only the pool of nodes is used, and nowhere
// but in nodes.go. Its own retries are off: they do not ask whether sending again is safe. Its
// environment variables, OPENSEARCH_GO_*, have their effect.
package client

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"dateline/search"
)

// Options say which cluster is talked to, and as whom.
type Options struct {
	// URLs are http(s)://host:port of one or more nodes of one cluster. A path is put before
	// that of every request.
	URLs []string
	// CAFile has the certificates, in PEM, of who may sign those of the nodes; empty: whom the
	// system trusts.
	CAFile string
	// BasicAuthFile has one line, user:password.
	BasicAuthFile string
	// APIKeyFile has one line, the key, sent as Authorization: ApiKey KEY.
	APIKeyFile string
	// OnWait is told, if it is there, what is waited for when something takes more than a few
	// seconds, and twice a minute from then on. It may be called by many at once.
	OnWait func(string)
	// BulkBytes is what one request of Bulk has at most, but for a larger item; 0: 8 MB.
	BulkBytes int
}

// A Client talks to one cluster. It is safe for concurrent use.
type Client struct {
	urls    []*url.URL
	auth    string // the header Authorization; empty: none
	onWait  func(string)
	missing atomic.Int64 // writes that a replica did not take

	door *door
	pool *pool

	// What tests change.
	pause      func(context.Context, time.Duration) // waits, or until the context ends
	readLimit  time.Duration                        // how long is tried what has no deadline
	writeLimit time.Duration
	patience   time.Duration // until OnWait is told
	bulkBytes  int
	maxAnswer  int64
}

const (
	readLimit  = time.Minute
	writeLimit = 5 * time.Minute
	patience   = 3 * time.Second
	bulkBytes  = 8 << 20
	maxAnswer  = 1 << 30
)

// New returns a client of the cluster. It does not use the network. Errors say what is wrong
// with a URL or a file.
func New(o Options) (*Client, error) {
	urls, err := parseURLs(o.URLs)
	if err != nil {
		return nil, err
	}
	auth, err := o.authorization()
	if err != nil {
		return nil, err
	}
	if auth != "" {
		if err := sealed(urls); err != nil {
			return nil, err
		}
	}
	door, err := newDoor(o.CAFile, urls)
	if err != nil {
		return nil, err
	}
	c := &Client{
		urls:       urls,
		auth:       auth,
		onWait:     o.OnWait,
		door:       door,
		pause:      pause,
		readLimit:  readLimit,
		writeLimit: writeLimit,
		patience:   patience,
		bulkBytes:  bulkBytes,
		maxAnswer:  maxAnswer,
	}
	if o.BulkBytes > 0 {
		c.bulkBytes = o.BulkBytes
	}
	c.pool, err = newPool(c)
	return c, err
}

// Close gives up the connections. What is under way is not waited for.
func (c *Client) Close() error { return c.pool.Close() }

// Tell tells whoever is told what is waited for, see Options.OnWait.
func (c *Client) Tell(what string) {
	if c.onWait != nil {
		c.onWait(what)
	}
}

// Unreplicated returns how many documents were written so far that some replica did not take.
// They are stored, and the cluster makes the copy anew, but until then there is one fewer.
func (c *Client) Unreplicated() int64 { return c.missing.Load() }

// A greeting is what a node says of itself.
type greeting struct {
	ClusterUUID string `json:"cluster_uuid"`
	Tagline     string `json:"tagline"`
	Version     struct {
		Distribution string `json:"distribution"`
		Number       string `json:"number"`
	} `json:"version"`
}

// Check asks every node once who it is. One must answer, and all that do must be OpenSearch of
// a version that is known (2.11 to 3.x), of one cluster, and let us in. Errors wrap
// search.ErrUnavailable.
func (c *Client) Check(ctx context.Context) error {
	var silent error // of the first node that did not answer
	var one *url.URL // that answered
	var cluster string
	for _, u := range c.urls {
		hello, err := c.greet(ctx, u)
		switch {
		case mayPass(err) && silent == nil:
			silent = err
		case mayPass(err):
		case err != nil:
			return err
		case one != nil && !same(cluster, hello.ClusterUUID):
			return fmt.Errorf("%w: %s and %s are nodes of different clusters", search.ErrUnavailable,
				nodeName(one), nodeName(u))
		case one == nil || cluster == unformed:
			one, cluster = u, hello.ClusterUUID
		}
	}
	if one == nil {
		return plain(silent)
	}
	return nil
}

// unformed is what a node calls its cluster before it has found one.
const unformed = "_na_"

func same(a, b string) bool { return a == b || a == unformed || b == unformed }

// greet asks a node who it is.
func (c *Client) greet(ctx context.Context, u *url.URL) (greeting, error) {
	var hello greeting
	r := &Request{Method: http.MethodGet, Path: "/"}
	ctx, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel()
	resp, err := c.root(ctx, u)
	switch {
	case errors.Is(err, io.EOF) && u.Scheme == "http": // what OpenSearch does that speaks TLS
		return hello, c.noAnswer(r, &nodeError{u, fmt.Errorf("%w; is its address https://?", errCut)})
	case err != nil:
		return hello, c.noAnswer(r, &nodeError{u, err})
	}
	product := resp.Header.Get("X-Elastic-Product")
	data, err := c.read(r, resp)
	switch {
	case product != "":
		return hello, fmt.Errorf("%w: %s is %s, and OpenSearch is wanted", search.ErrUnavailable, nodeName(u), line(product))
	case IsMissing(err):
		return hello, fmt.Errorf("%w: %s is not OpenSearch, or not at the path %q", search.ErrUnavailable, nodeName(u), cmp.Or(u.Path, "/"))
	case err != nil && !errors.Is(err, search.ErrUnavailable):
		return hello, fmt.Errorf("%w: %w", search.ErrUnavailable, err)
	case err != nil:
		return hello, err
	case json.Unmarshal(data, &hello) != nil:
		return hello, notOpenSearch(u, data)
	}
	return hello, hello.known(u, data)
}

var errCut = errors.New("the connection broke off")

// root asks a node for what stands at its root, past the pool.
func (c *Client) root(ctx context.Context, u *url.URL) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(u.String(), "/")+"/", nil)
	if err != nil {
		return nil, err
	}
	c.sign(req)
	return c.door.http.RoundTrip(req)
}

// checkLimit is how long Check waits for a node.
const checkLimit = 10 * time.Second

// known returns nil for a version of OpenSearch that is known to work.
func (g *greeting) known(u *url.URL, data []byte) error {
	switch {
	case g.Version.Number == "":
		return notOpenSearch(u, data)
	case g.Version.Distribution != "opensearch" && !strings.HasPrefix(g.Tagline, "The OpenSearch Project"):
		return fmt.Errorf("%w: %s is Elasticsearch %s or alike, and OpenSearch is wanted", search.ErrUnavailable,
			nodeName(u), line(g.Version.Number))
	}
	major, rest, _ := strings.Cut(g.Version.Number, ".")
	minor, _, _ := strings.Cut(rest, ".")
	n, err := strconv.Atoi(minor)
	if major == "3" || major == "2" && err == nil && n >= 11 {
		return nil
	}
	return fmt.Errorf("%w: %s is OpenSearch %s, and 2.11 to 3.x is wanted", search.ErrUnavailable,
		nodeName(u), line(g.Version.Number))
}

func notOpenSearch(u *url.URL, data []byte) error {
	return fmt.Errorf("%w: %s is not OpenSearch: it says %q", search.ErrUnavailable, nodeName(u), line(string(data)))
}
