package bleve

import "maps"

// Unmerged opens the index again so that Bleve leaves its segments as they are,
// for tests that count them.
func (e *Engine) Unmerged() error {
	if err := e.all(); err != nil {
		return err
	}
	if err := e.index.Close(); err != nil {
		return err
	}
	config := maps.Clone(writing)
	config["scorchMergePlanOptions"] = map[string]any{
		"MaxSegmentsPerTier": 1000, "SegmentsPerMergeTask": 1000, "FloorSegmentSize": 1,
	}
	return e.open(config)
}

// Flush makes a segment of what was put.
func (e *Engine) Flush() error { return e.all() }

// Small makes small segments from now on.
func (e *Engine) Small() { e.most = 1000 }
