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

// An Item is what becomes of one document.
type Item struct {
	Action string // index, create, delete or update
	Index  string
	ID     string
	Doc    any // JSON, []byte as it is; none to delete; to update as OpenSearch wants it: {"doc": …}

	// Version, unless 0, is that of what is written: over a higher one it is refused (IsConflict).
	Version int64
}

func (i *Item) doing() string { return i.Action + " " + i.Index + "/" + i.ID }

// A Refused is an item that the cluster will not take.
type Refused struct {
	Item int // its place among those that were given
	*Error
}

// A BulkError tells which items were refused.
type BulkError struct {
	Refused []Refused
	Sent    int // how many items were sent, the refused ones among them; those behind were not
}

func (e *BulkError) Error() string {
	first := e.Refused[0].Error
	if len(e.Refused) == 1 {
		return first.Error()
	}
	return fmt.Sprintf("%d documents were refused, the first: %s", len(e.Refused), first.Error())
}

// Unwrap returns the first refusal.
func (e *BulkError) Unwrap() error { return e.Refused[0].Error }

// Bulk carries out items, in requests of no more than the client's BulkBytes. When it returns
// nil, the cluster has all of them. Every item must name its document, so that it may be sent
// twice; items of the same document are carried out in their order.
//
// Items that the cluster can't take now are sent again, without those that it took, for as long
// as ctx lasts, or five minutes without any that is taken. Others that it refuses end Bulk with
// a *BulkError, when the rest of the request has been settled. That a document to delete is not
// there is no error. A document to create that is there already is one (IsConflict), and may be
// what was sent before its connection broke (Error.Unsure).
func (c *Client) Bulk(ctx context.Context, items []Item) error {
	for start := 0; start < len(items); {
		entries, err := c.fill(items, start)
		if err != nil {
			return err
		}
		var refused []Refused
		if err := c.settle(ctx, entries, &refused); err != nil {
			return err
		}
		start += len(entries)
		if len(refused) > 0 {
			return &BulkError{refused, start}
		}
	}
	return nil
}

// An entry is an item on its way.
type entry struct {
	*Item
	place  int
	lines  []byte
	unsure bool // it was sent, and is not known to have failed
}

// fill returns the entries of one request: as many as fit, of as many documents.
func (c *Client) fill(items []Item, start int) ([]entry, error) {
	var entries []entry
	size := 0
	named := map[[2]string]bool{}
	for i := start; i < len(items); i++ {
		item := &items[i]
		lines, err := item.lines()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", item.doing(), err)
		}
		size += len(lines)
		document := [2]string{item.Index, item.ID}
		if len(entries) > 0 && (size > c.bulkBytes || named[document]) {
			break
		}
		named[document] = true
		entries = append(entries, entry{Item: item, place: i, lines: lines})
	}
	return entries, nil
}

// lines returns an item as _bulk wants it, one line or two.
func (i *Item) lines() ([]byte, error) {
	if i.ID == "" || i.Index == "" {
		return nil, errors.New("an item without the name of its index and document")
	}
	type target struct {
		Index string `json:"_index"`
		ID    string `json:"_id"`

		Version int64  `json:"version,omitempty"`
		Type    string `json:"version_type,omitempty"`
	}
	to := target{Index: i.Index, ID: i.ID, Version: i.Version}
	if i.Version != 0 {
		to.Type = "external_gte"
	}
	first, err := json.Marshal(map[string]target{i.Action: to})
	if err != nil {
		return nil, err
	}
	if i.Action == "delete" {
		return append(first, '\n'), nil
	}
	r := Request{Body: i.Doc}
	second, err := r.body()
	if err != nil {
		return nil, err
	}
	if len(second) == 0 {
		return nil, errors.New("an item without its document")
	}
	if second, err = oneLine(second); err != nil {
		return nil, err
	}
	return bytes.Join([][]byte{first, second, nil}, []byte("\n")), nil
}

// settle sends entries until each is taken or refused.
func (c *Client) settle(ctx context.Context, entries []entry, refused *[]Refused) error {
	rest := entries
	r := Request{Method: http.MethodPost, Path: "/_bulk", Safe: true, Query: url.Values{
		"filter_path": {"items.*.status,items.*.error,items.*._shards.failed"},
	}}
	err := c.try(ctx, &r, func(ctx context.Context) (bool, error) {
		answers, err := c.sendBulk(ctx, &r, rest)
		if err != nil {
			if a := (*again)(nil); errors.As(err, &a) && a.unsure {
				for k := range rest {
					rest[k].unsure = true
				}
			}
			return false, err
		}
		before := len(rest)
		rest, err = c.sort(rest, answers, refused)
		return len(rest) < before, err
	})
	if e := (*Error)(nil); errors.As(err, &e) && e.Status == http.StatusRequestEntityTooLarge && len(rest) > 1 {
		half := len(rest) / 2
		if err := c.settle(ctx, rest[:half], refused); err != nil {
			return err
		}
		return c.settle(ctx, rest[half:], refused)
	}
	return err
}

// An answer is what became of an item.
type answer struct {
	Status int
	Error  *cause
	Shards struct{ Failed int } `json:"_shards"`
}

func (c *Client) sendBulk(ctx context.Context, r *Request, entries []entry) ([]answer, error) {
	size := 0
	for i := range entries {
		size += len(entries[i].lines)
	}
	body := make([]byte, 0, size)
	for i := range entries {
		body = append(body, entries[i].lines...)
	}
	data, err := c.ask(ctx, r, body)
	if err != nil {
		return nil, err
	}
	var all struct {
		Items []struct{ Index, Create, Delete, Update *answer }
	}
	if err := r.decode(data, &all); err != nil {
		return nil, err
	}
	if len(all.Items) != len(entries) {
		return nil, fmt.Errorf("%w: %s: %d answers to %d documents", search.ErrUnavailable, r.doing(),
			len(all.Items), len(entries))
	}
	answers := make([]answer, len(entries))
	for i, one := range all.Items {
		for _, a := range []*answer{one.Index, one.Create, one.Delete, one.Update} {
			if a != nil {
				answers[i] = *a
			}
		}
		if answers[i].Status == 0 {
			return nil, fmt.Errorf("%w: %s: no word of %s", search.ErrUnavailable, r.doing(), entries[i].doing())
		}
	}
	return answers, nil
}

// sort returns the entries that are to be sent again, with the reason of one of them, and adds
// to those that are refused.
func (c *Client) sort(entries []entry, answers []answer, refused *[]Refused) (rest []entry, err error) {
	for i, a := range answers {
		if a.Error == nil {
			if a.Shards.Failed > 0 {
				c.missing.Add(1)
			}
			continue
		}
		e := &Error{Status: a.Status, Doing: entries[i].doing(), Unsure: entries[i].unsure}
		e.Type, e.Reason = a.Error.first()
		if !e.mayPass() {
			*refused = append(*refused, Refused{entries[i].place, e})
			continue
		}
		one := entries[i]
		one.unsure = one.unsure || e.Status != http.StatusTooManyRequests
		rest = append(rest, one)
		if err == nil {
			err = &again{error: e}
		}
	}
	return rest, err
}
