package corpus

import "fmt"

// Words writes d for people, as it is where it names no span.
func (d Date) Words() string {
	span, ok := d.Span()
	if !ok {
		return string(d)
	}
	first, last := span.First.Time(), span.Last.Time()
	switch d.Precision() {
	case ToDay:
		return first.Format("2 January 2006")
	case Weekend:
		return "weekend of " + first.Format("2 January 2006")
	case Week:
		return "week of " + first.Format("2 January 2006")
	case Month:
		return first.Format("January 2006")
	case Quarter, Half:
		return string(d[5:]) + " " + string(d[:4])
	case Season:
		return seasons[string(d[5:])] + " " + string(d[:4])
	case Decade:
		return string(d) + "0s"
	case Century:
		return fmt.Sprintf("%d–%d", first.Year(), last.Year())
	default:
		return string(d)
	}
}

var seasons = map[string]string{"SP": "spring", "SU": "summer", "FA": "autumn", "WI": "winter"}
