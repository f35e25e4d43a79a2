package mem_test

import (
	"testing"

	"dateline/index"
	"dateline/index/indextest"
	"dateline/index/mem"
	"dateline/index/values"
)

func TestEngine(t *testing.T) {
	indextest.Run(t, func(t *testing.T, r *values.Resolver, fetch index.Fetch) index.Engine {
		return mem.New(r)
	})
}
