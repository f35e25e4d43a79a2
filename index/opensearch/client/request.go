package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"dateline/search"
)

// A Request is one that a node answers.
type Request struct {
	Method string
	Path   string // escaped where that is needed, as by url.PathEscape
	Query  url.Values
	// Body is marshalled as JSON; []byte is sent as it is: lines of JSON to _bulk and _msearch.
	Body any
	// Safe tells that it may be sent twice and have the effect of once. Then it is sent again
	// after whatever failed of the connection, and when the cluster says that it can't now.
	// GET and HEAD are safe anyway. What is not is sent again only if it never left.
	Safe bool

	reads bool // changes nothing, whatever the method
}

func (r *Request) isSafe() bool { return r.Safe || r.isRead() }

func (r *Request) isRead() bool {
	return r.reads || r.Method == http.MethodGet || r.Method == http.MethodHead
}

// doing names the request in errors.
func (r *Request) doing() string { return r.Method + " " + r.path() }

func (r *Request) path() string { return "/" + strings.TrimPrefix(r.Path, "/") }

// body returns what is sent.
func (r *Request) body() ([]byte, error) {
	switch body := r.Body.(type) {
	case nil:
		return nil, nil
	case []byte:
		return body, nil
	default:
		return json.Marshal(body)
	}
}

// Do carries out a request and decodes the answer into out, unless out is nil. What the cluster
// refuses is an *Error, and so is an answer of which a shard failed. Without a deadline it is tried for a minute, or five if it writes.
// Errors wrap search.ErrUnavailable where the cluster can't be used.
func (c *Client) Do(ctx context.Context, r Request, out any) error {
	return c.do(ctx, &r, func(data []byte) error { return c.shards(&r, data) }, out)
}

// do carries out a request, until check has nothing against the answer, and decodes that into out, unless out is nil.
func (c *Client) do(ctx context.Context, r *Request, check func(data []byte) error, out any) error {
	body, err := r.body()
	if err != nil {
		return fmt.Errorf("%s: %w", r.doing(), err)
	}
	return c.try(ctx, r, func(ctx context.Context) (bool, error) {
		data, err := c.ask(ctx, r, body)
		if err == nil {
			err = check(data)
		}
		if err != nil || out == nil {
			return false, err
		}
		return false, r.decode(data, out)
	})
}

// MultiGet reads documents of an index, which body names as _mget wants them, and decodes the answer into out. That
// one could not be read now is no answer: it is asked again, as Do does, and then an *Error. One that is not there is
// none.
func (c *Client) MultiGet(ctx context.Context, index string, query url.Values, body, out any) error {
	r := Request{Method: http.MethodPost, Path: index + "/_mget", Query: query, Body: body, Safe: true}
	return c.do(ctx, &r, r.unread, out)
}

// unread returns why one of the documents of an answer could not be read.
func (r *Request) unread(data []byte) error {
	if !bytes.Contains(data, []byte(`"error"`)) {
		return nil
	}
	var all struct{ Docs []struct{ Error *cause } }
	if err := r.decode(data, &all); err != nil {
		return err
	}
	for _, d := range all.Docs {
		if d.Error == nil {
			continue
		}
		e := &Error{Status: http.StatusServiceUnavailable, Doing: r.doing()}
		if e.Type, e.Reason = d.Error.first(); e.Type == "index_not_found_exception" {
			e.Status = http.StatusNotFound
			return e
		}
		return &again{error: e}
	}
	return nil
}

// shards looks at what an answer tells of shards, if it does. Of one document it is of its
// copies, which are counted; of all else it is of parts that are not in the answer.
func (c *Client) shards(r *Request, data []byte) error {
	if !bytes.Contains(data, []byte(`"_shards"`)) {
		return nil
	}
	h, err := headOf(data)
	switch {
	case err != nil:
		return nil // no JSON: who wants to read it says so
	case h.id:
		if h.shards != nil && h.shards.Failed > 0 {
			c.missing.Add(1)
		}
		return nil
	}
	if err = h.err(r.doing()); r.isSafe() {
		return err
	}
	return plain(err)
}

func (r *Request) decode(data []byte, out any) error {
	if err := unmarshal(data, out); err != nil {
		return fmt.Errorf("%w: %s: the answer can't be read: %w", search.ErrUnavailable, r.doing(), err)
	}
	return nil
}

// unmarshal is json.Unmarshal with an error of one line for what is no JSON at all.
func unmarshal(data []byte, out any) error {
	err := json.Unmarshal(data, out)
	if err != nil && !json.Valid(data) {
		return fmt.Errorf("it is no JSON: %q", line(string(data)))
	}
	return err
}

// ask sends a request to one node and returns what it answers. Errors that may go away wrap
// *again.
func (c *Client) ask(ctx context.Context, r *Request, body []byte) ([]byte, error) {
	req, err := c.request(ctx, r, body)
	if err != nil {
		return nil, err
	}
	resp, err := c.pool.Stream(req)
	switch {
	case ctx.Err() != nil:
		if resp != nil {
			resp.Body.Close()
		}
		return nil, ctx.Err()
	case err != nil:
		return nil, c.noAnswer(r, err)
	default:
		return c.read(r, resp)
	}
}

func (c *Client) request(ctx context.Context, r *Request, body []byte) (*http.Request, error) {
	path, err := url.PathUnescape(r.path())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.doing(), err)
	}
	req, err := http.NewRequestWithContext(ctx, r.Method, "/", bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.doing(), err)
	}
	if body == nil {
		req.Body, req.GetBody = http.NoBody, nil
	}
	req.URL = &url.URL{Path: path, RawPath: r.path(), RawQuery: r.Query.Encode()}
	switch {
	case body == nil:
	case strings.HasSuffix(path, "/_bulk"), strings.HasSuffix(path, "/_msearch"):
		req.Header.Set("Content-Type", "application/x-ndjson")
	default:
		req.Header.Set("Content-Type", "application/json")
	}
	c.sign(req)
	return req, nil
}

// sign says who asks.
func (c *Client) sign(req *http.Request) {
	req.Header.Set("User-Agent", "dateline")
	req.Header.Set("Accept", "application/json")
	if c.auth != "" {
		req.Header.Set("Authorization", c.auth)
	}
}

// read returns the body of an answer, which it closes.
func (c *Client) read(r *Request, resp *http.Response) ([]byte, error) {
	defer resp.Body.Close()
	var b bytes.Buffer
	if n := resp.ContentLength; n > 0 && n <= c.maxAnswer {
		b.Grow(int(n) + bytes.MinRead)
	}
	_, err := b.ReadFrom(io.LimitReader(resp.Body, c.maxAnswer+1))
	switch {
	case int64(b.Len()) > c.maxAnswer:
		return nil, fmt.Errorf("%s: the answer has more than %d bytes; ask for less at once", r.doing(), c.maxAnswer)
	case err != nil:
		return nil, c.noAnswer(r, &nodeError{resp.Request.URL, err})
	case resp.StatusCode >= http.StatusMultipleChoices:
		return nil, c.refused(r, resp, b.Bytes())
	default:
		return b.Bytes(), nil
	}
}
