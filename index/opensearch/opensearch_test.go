package opensearch_test

import (
	"testing"

	"dateline/index"
	"dateline/index/indextest"
	"dateline/index/opensearch"
	"dateline/index/values"
)

func TestEngine(t *testing.T) {
	c := connect(t)
	indextest.Run(t, func(t *testing.T, r *values.Resolver, fetch index.Fetch) index.Engine {
		return ownScores{create(t, c, r, fetch)}
	})
}

// ownScores tells the suite that OpenSearch ranks by its own scores.
type ownScores struct{ *opensearch.Engine }

func (ownScores) OwnScores() {}
