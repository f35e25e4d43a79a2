package opensearch

import "testing"

func TestNeed(t *testing.T) {
	s := &Sizing{Article: map[string]int64{"search": 20_000, "articles": 5_000}, Copies: 2}
	for _, want := range []Need{
		{Articles: 1000, Shards: 1, Bytes: 50e6, Disk: 105_882_352, Memory: 4 << 30, Heap: 2 << 30},                           // the least
		{Articles: 10_000_000, Shards: 7, Bytes: 500e9, Disk: 1_058_823_529_411, Memory: 16_666_666_666, Heap: 8_333_333_333}, // 200 GB in shards of 30 GiB
	} {
		if got := s.need(want.Articles); got != want {
			t.Errorf("need %+v, want %+v", got, want)
		}
	}
}
