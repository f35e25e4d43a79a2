package opensearch

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"

	"dateline/index/opensearch/client"
	"dateline/search"
)

// A Sizing estimates what archives need of a cluster by what one takes.
//
// Bytes of an article are measured: all that the archive's indexes take, by how many articles are searched. The rest
// are rules of thumb: shards of a searched index of 10 to 30 GiB, and a Java heap of half of a node's memory and at
// most 32 GB (AWS, Amazon OpenSearch Service Lens of the Well-Architected Framework, AOSPERF01-BP01 and BP03); disks
// that are full to 85 % at most, above which a node gets no more shards
// (cluster.routing.allocation.disk.watermark.low), and have room for a second index while one is made anew; a
// thirtieth of the bytes as memory, so that what is searched often stays in it (Elastic's 1:30 for hot nodes).
type Sizing struct {
	Articles int              `json:"articles"` // that are measured
	Article  map[string]int64 `json:"article"`  // bytes of one, by part, without copies
	Copies   int              `json:"copies"`   // of each part that are wanted, with the first
	Needs    []Need           `json:"needs"`
}

// A Need is what a number of articles needs of all nodes together, in bytes where nothing else is said.
type Need struct {
	Articles int   `json:"articles"`
	Shards   int   `json:"shards"` // of the index that is searched, without copies
	Bytes    int64 `json:"bytes"`  // that it takes, with copies
	Disk     int64 `json:"disk"`
	Memory   int64 `json:"memory"`
	Heap     int64 `json:"heap"`
}

// FewArticles are too few to measure by: what every index takes, however empty, weighs more than they do.
const FewArticles = 10_000

const (
	gib         = 1 << 30
	shardBytes  = 30 * gib
	fullDisk    = 0.85
	memoryRatio = 30
	leastMemory = 2 * gib // of one node
)

// Sizing estimates what a million articles such as these would need, and ten.
func (r *Reader) Sizing(ctx context.Context) (*Sizing, error) {
	g, err := r.use("")
	if err != nil {
		return nil, err
	}
	defer g.leave()
	res, err := g.Search(ctx, search.Request{})
	if err != nil || res.Total == 0 {
		return nil, err
	}
	parts, err := r.parts(ctx, g.state.Search)
	if err != nil {
		return nil, err
	}
	shape, err := r.CurrentShape(ctx)
	if err != nil || shape == nil {
		return nil, err
	}
	s := &Sizing{Articles: res.Total, Article: map[string]int64{}, Copies: 1 + shape.Replicas}
	for name, p := range parts {
		s.Article[name] = p.primaries / int64(res.Total)
	}
	for _, n := range []int{1_000_000, 10_000_000} {
		s.Needs = append(s.Needs, s.need(n))
	}
	return s, nil
}

// need estimates what n articles need.
func (s *Sizing) need(n int) Need {
	var one int64
	for _, bytes := range s.Article {
		one += bytes * int64(n)
	}
	searched := s.Article["search"] * int64(n)
	need := Need{Articles: n, Shards: int(max(1, (searched+shardBytes-1)/shardBytes)), Bytes: one * int64(s.Copies)}
	need.Disk = int64(float64(need.Bytes+searched*int64(s.Copies)) / fullDisk)
	need.Memory = max(need.Bytes/memoryRatio, leastMemory*int64(s.Copies))
	need.Heap = need.Memory / 2
	return need
}

// A partSize is the size of a part of an archive in bytes, without and with copies.
type partSize struct{ primaries, total int64 }

// parts returns the sizes of the archive's parts; of indexes that are searched, those with numbers.
func (r *Reader) parts(ctx context.Context, searched ...int) (map[string]partSize, error) {
	partOf := map[string]string{}
	for _, part := range []string{"articles", "journal", "values", "curation"} {
		partOf[r.index(part)] = part
	}
	for _, n := range searched {
		partOf[r.searched(n)] = "search"
	}
	type store struct {
		Store struct {
			Size int64 `json:"size_in_bytes"`
		}
	}
	var got struct {
		Indices map[string]struct{ Primaries, Total store }
	}
	err := r.Client.Do(ctx, client.Request{
		Method: "GET", Path: strings.Join(slices.Sorted(maps.Keys(partOf)), ",") + "/_stats/store",
		Query: url.Values{"ignore_unavailable": {"true"}},
	}, &got)
	out := map[string]partSize{}
	for name, i := range got.Indices {
		p := out[partOf[name]]
		out[partOf[name]] = partSize{p.primaries + i.Primaries.Store.Size, p.total + i.Total.Store.Size}
	}
	return out, err
}
