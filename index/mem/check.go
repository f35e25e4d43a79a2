package mem

import (
	"context"
	"fmt"
	"reflect"

	"dateline/index"
)

// A checker holds an Engine against articles.
type checker struct {
	*Engine
	seen map[string]bool
}

// NewChecker returns what holds the engine against articles.
func (e *Engine) NewChecker(context.Context) (index.Checker, error) {
	return &checker{e, map[string]bool{}}, nil
}

// Check holds an article against what is there.
func (c *checker) Check(_ context.Context, entry index.Entry) ([]string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen[entry.ID] = true
	d, ok := c.docs[entry.ID]
	switch {
	case !ok:
		return []string{"it is not in the index"}, nil
	case !reflect.DeepEqual(d.record, index.NewRecord(entry)):
		return []string{"the index has it otherwise"}, nil
	}
	return nil, nil
}

// Rest says which documents were not checked.
func (c *checker) Rest(context.Context) (faults []string, err error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for id := range c.docs {
		if !c.seen[id] {
			faults = append(faults, fmt.Sprintf("the index has the article %q, which is none of the archive", id))
		}
	}
	return faults, nil
}
