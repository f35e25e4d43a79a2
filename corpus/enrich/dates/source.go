package dates

import (
	"net/url"
	"strings"
)

// orderAt returns how the place that a source's host name tells of writes
// numeric dates: the day first (1) or the month (-1). 0: not known.
func orderAt(source string) int {
	if u, err := url.Parse(source); err == nil && u.Host != "" {
		source = u.Hostname()
	}
	i := strings.LastIndexByte(source, '.')
	if i < 1 || strings.ContainsAny(source, " /") {
		return 0
	}
	switch top := strings.ToLower(source[i+1:]); top {
	case "us", "gov", "mil", "edu", "ph", "pw", "gu", "vi":
		return -1
	// both, or the year first
	case "ca", "cn", "jp", "kr", "kp", "tw", "hk", "mo", "mn", "hu", "lt", "se", "ir", "af", "ke",
		"gh":
		return 0
	// used anywhere
	case "io", "co", "tv", "me", "ai", "ly", "to", "cc", "ws", "gg", "fm", "am", "im", "la", "sh",
		"st", "eu":
		return 0
	default:
		if len(top) == 2 {
			return 1
		}
	}
	return 0
}
