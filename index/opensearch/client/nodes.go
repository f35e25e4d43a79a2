package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/opensearch-project/opensearch-go/v4/opensearchtransport"
)

// A pool chooses the node that is asked.
type pool = opensearchtransport.Client

// newPool returns the pool of the client's nodes. One that fails is asked every now and then,
// from half a second on, whether it is there again. What the library does beside, looking for
// further nodes and watching the memory of those there are, is off.
func newPool(c *Client) (*pool, error) {
	return opensearchtransport.New(opensearchtransport.Config{
		URLs:                    c.urls,
		Transport:               c.door,
		DisableRetry:            true,
		HealthCheck:             c.isThere,
		MaxRetryClusterHealth:   -1,
		NodeStatsInterval:       -1,
		ActiveListCap:           -1,
		ResurrectTimeoutInitial: time.Second,
		ResurrectTimeoutMax:     15 * time.Second,
	})
}

// isThere returns nil for a node that answers.
func (c *Client) isThere(ctx context.Context, _ *opensearchtransport.Connection, u *url.URL) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel()
	resp, err := c.root(ctx, u)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= http.StatusInternalServerError {
		return nil, fmt.Errorf("%s answers %s", nodeName(u), resp.Status)
	}
	return nil, nil
}

// A door is how nodes are reached. Errors are a *nodeError.
type door struct{ http *http.Transport }

// RoundTrip asks the node that the pool has chosen. The pool takes every error for a fault of
// the node, and would do without it; where it is the asker who went away there is none, and
// the asker looks at the context first.
func (d *door) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := d.http.RoundTrip(req)
	switch {
	case err == nil:
		return resp, nil
	case req.Context().Err() != nil:
		return &http.Response{Request: req, Body: http.NoBody}, nil
	default:
		return nil, &nodeError{req.URL, err}
	}
}

// CloseIdleConnections is what the pool calls when it is closed.
func (d *door) CloseIdleConnections() { d.http.CloseIdleConnections() }

// A nodeError is what went wrong between us and a node.
type nodeError struct {
	url *url.URL
	err error
}

func (e *nodeError) Error() string { return e.err.Error() }
func (e *nodeError) Unwrap() error { return e.err }

// nodeName returns what a node is called in errors.
func nodeName(u *url.URL) string { return u.Scheme + "://" + u.Host }
