package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"dateline/search"
)

// A Search is one of those that MultiSearch asks at once.
type Search struct {
	Index string // empty: the point in time that the body names
	Query url.Values
	Body  any
}

// Search decodes the whole answer to a search into out. What is not whole, because a shard
// failed, time was up or the cluster stopped early, is an error and never an answer: it is
// asked again a few times, for a node may just have gone. Without an index the body names a point in
// time: then it is not asked again, as what is lost of that with a node stays lost.
func (c *Client) Search(ctx context.Context, index string, query url.Values, body, out any) error {
	r := Request{Method: http.MethodPost, Path: "/_search", Query: query, Body: body, reads: true}
	if index != "" {
		r.Path = "/" + url.PathEscape(index) + r.Path
	}
	sent, err := r.body()
	if err != nil {
		return fmt.Errorf("%s: %w", r.doing(), err)
	}
	return c.try(ctx, &r, func(ctx context.Context) (bool, error) {
		data, err := c.ask(ctx, &r, sent)
		if err == nil {
			err = whole(r.doing(), data)
		}
		if err != nil {
			if index == "" {
				err = settled(err)
			}
			return false, err
		}
		return false, r.decode(data, out)
	})
}

// settled returns err, and where shards failed without the word that it may be tried again.
func settled(err error) error {
	if e := (*Error)(nil); errors.As(err, &e) && e.Status >= http.StatusInternalServerError {
		return plain(err)
	}
	return err
}

// MultiSearch asks several searches in one request, and decodes the answer to each into the
// one of outs in its place. Each is as by Search.
func (c *Client) MultiSearch(ctx context.Context, searches []Search, outs []any) error {
	r := Request{Method: http.MethodPost, Path: "/_msearch", reads: true}
	lines := make([][]byte, len(searches))
	rest := make([]int, len(searches)) // what has no answer yet
	for i, s := range searches {
		var err error
		if lines[i], err = s.lines(); err != nil {
			return fmt.Errorf("%s: %w", r.doing(), err)
		}
		rest[i] = i
	}
	if len(rest) == 0 {
		return nil
	}
	return c.try(ctx, &r, func(ctx context.Context) (progress bool, err error) {
		var body bytes.Buffer
		for _, i := range rest {
			body.Write(lines[i])
		}
		data, err := c.ask(ctx, &r, body.Bytes())
		if err != nil {
			return false, err
		}
		var answer struct{ Responses []json.RawMessage }
		if err := r.decode(data, &answer); err != nil {
			return false, err
		}
		if len(answer.Responses) != len(rest) {
			return false, fmt.Errorf("%w: %s: %d answers to %d searches", search.ErrUnavailable, r.doing(),
				len(answer.Responses), len(rest))
		}
		var open []int
		for k, one := range answer.Responses {
			i := rest[k]
			switch e := answered(searches[i].doing(), one); {
			case e == nil:
				if err := r.decode(one, outs[i]); err != nil {
					return false, err
				}
			case !mayPass(e):
				return false, e
			case searches[i].Index == "" && !mayPass(settled(e)):
				return false, settled(e)
			default:
				open = append(open, i)
				err = e
			}
		}
		rest = open
		return false, err
	})
}

func (s *Search) doing() string { return "search " + s.Index }

// lines returns a search as _msearch wants it, two lines.
func (s *Search) lines() ([]byte, error) {
	head := map[string]string{}
	for name := range s.Query {
		head[name] = s.Query.Get(name)
	}
	if s.Index != "" {
		head["index"] = s.Index
	}
	first, err := json.Marshal(head)
	if err != nil {
		return nil, err
	}
	r := Request{Body: s.Body}
	second, err := r.body()
	if err != nil {
		return nil, err
	}
	if second, err = oneLine(second); err != nil {
		return nil, err
	}
	return bytes.Join([][]byte{first, second, nil}, []byte("\n")), nil
}

// oneLine returns JSON without the ends of lines that may be between its parts.
func oneLine(data []byte) ([]byte, error) {
	if !bytes.ContainsAny(data, "\r\n") {
		return data, nil
	}
	var b bytes.Buffer
	err := json.Compact(&b, data)
	return b.Bytes(), err
}

// answered returns nil for one answer of several if it is a whole one.
func answered(doing string, data []byte) error {
	var refused struct {
		Status int
		Error  *cause
	}
	if bytes.Contains(data, []byte(`"error"`)) && json.Unmarshal(data, &refused) == nil && refused.Error != nil {
		e := &Error{Status: refused.Status, Doing: doing}
		e.Type, e.Reason = refused.Error.first()
		if e.mayPass() {
			return &again{error: e, most: fewTries}
		}
		return e
	}
	return whole(doing, data)
}

// A head is what an answer says of itself, before what was asked for.
type head struct {
	id         bool // of one document
	timedOut   bool
	terminated bool
	shards     *struct {
		Total    int
		Failed   int
		Failures []struct{ Reason cause }
	}
}

// headOf reads no further than it must: hits come last, and may be long.
func headOf(data []byte) (h head, err error) {
	d := json.NewDecoder(bytes.NewReader(data))
	if _, err = d.Token(); err != nil {
		return h, err
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return h, err
		}
		var value any = new(json.RawMessage)
		switch name {
		case "_id":
			h.id = true
		case "timed_out":
			value = &h.timedOut
		case "terminated_early":
			value = &h.terminated
		case "_shards":
			value = &h.shards
		case "hits", "aggregations":
			if h.shards != nil {
				return h, nil
			}
		}
		if err := d.Decode(value); err != nil {
			return h, err
		}
	}
	return h, nil
}

// whole returns nil for an answer of all shards that was not cut short.
func whole(doing string, data []byte) error {
	h, err := headOf(data)
	switch {
	case err != nil:
		return fmt.Errorf("%w: %s: the answer can't be read: it is no JSON: %q", search.ErrUnavailable, doing,
			line(string(data)))
	case h.shards == nil:
		return fmt.Errorf("%s: the answer does not say whether all shards took part", doing)
	default:
		return h.err(doing)
	}
}

// err returns nil for an answer that is whole.
func (h *head) err(doing string) error {
	// Half an answer is as good as none: the status is that of a cluster that can't now.
	e := &Error{Status: http.StatusServiceUnavailable, Doing: doing, Type: partial}
	switch {
	case h.shards != nil && h.shards.Failed > 0:
		reason := "no reason is given"
		if len(h.shards.Failures) > 0 {
			e.Type, reason = h.shards.Failures[0].Reason.first()
		}
		e.Reason = fmt.Sprintf("%d of %d shards failed, the first: %s", h.shards.Failed, h.shards.Total, reason)
	case h.timedOut:
		e.Reason = "the cluster took too long, and gave what it had found"
	case h.terminated:
		e.Reason = "the cluster stopped early, and gave what it had found"
	default:
		return nil
	}
	if e.mayPass() {
		return &again{error: e, most: fewTries}
	}
	return e
}
