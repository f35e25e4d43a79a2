package httpapi

import "dateline/search"

// A chart is the matching articles by date, as bars that are links. The same
// stands below it as a table, for those who can't point at a bar.
type chart struct {
	Unit    string
	Width   int // of the drawing; its height is chartHeight
	Bars    []bar
	First   string
	Last    string
	Most    int
	Coarser int
	None    int
	Of      []choice
}

// A bar is a bucket that is not empty.
type bar struct {
	Name  string
	Count int
	URL   string
	X     int
	Y     int
	H     int
}

// The chart's measures, in its own units.
const (
	chartHeight = 100
	barWidth    = 10
)

func newChart(at state, h *search.Histogram) *chart {
	if h == nil || len(h.Buckets) == 0 && at.get("histogram") == "" {
		return nil
	}
	buckets := h.Buckets
	c := &chart{
		Unit: string(h.By), Width: barWidth * len(buckets), Coarser: h.Coarser, None: h.None,
		Of: []choice{
			{"published", at.with("histogram").String(), h.Of == search.Date},
			{"mentioned", at.with("histogram", "mentioned").String(), h.Of == search.Mentioned},
		},
	}
	if len(buckets) > 0 {
		c.First, c.Last = dateText(buckets[0].Value), dateText(buckets[len(buckets)-1].Value)
	}
	for _, b := range buckets {
		c.Most = max(c.Most, b.Count)
	}
	for i, b := range buckets {
		if b.Count == 0 {
			continue
		}
		height := max(b.Count*chartHeight/c.Most, 2)
		c.Bars = append(c.Bars, bar{
			Name: dateText(b.Value), Count: b.Count,
			URL: at.with(string(h.Of), string(b.Value)).String(),
			X:   i * barWidth, Y: chartHeight - height, H: height,
		})
	}
	return c
}
