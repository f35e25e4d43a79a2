package httpapi

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// ParseOrigin returns s as browsers write the origin of a page, as in
// "https://intranet.example" or "http://intranet.example:8080". What names more than one
// page's origin, or none, is an error.
func ParseOrigin(s string) (string, error) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil ||
		strings.Contains(u.Host, "*") || strings.Trim(s, "/") != u.Scheme+"://"+u.Host {
		return "", fmt.Errorf("%q is no origin, such as https://intranet.example", s)
	}
	port := ":" + u.Port()
	if u.Scheme == "http" && port == ":80" || u.Scheme == "https" && port == ":443" {
		u.Host = strings.TrimSuffix(u.Host, port)
	}
	return u.Scheme + "://" + strings.ToLower(u.Host), nil
}

// allowOrigin lets the script of a page elsewhere read the API, if its origin is one of
// those that may. It sends no password along, and reads only.
func (s *server) allowOrigin(h http.Header, r *http.Request) {
	origin := r.Header.Get("Origin")
	if strings.HasPrefix(inCollection(r.URL.Path), "/api/v1/") && slices.Contains(s.Origins, origin) &&
		(r.Method == http.MethodGet || r.Method == http.MethodHead) {
		h.Set("Access-Control-Allow-Origin", origin)
	}
}

// vary names the headers of a request that replies depend on.
func (s *server) vary() string {
	if len(s.Origins) > 0 {
		return "Accept-Encoding, Origin"
	}
	return "Accept-Encoding"
}

// embedScript returns the search box for pages elsewhere. It is the same for everybody, so
// any page may load it; what it then reads is another matter.
func (s *server) embedScript(r *http.Request) (*reply, error) {
	if err := noParams(r); err != nil {
		return nil, err
	}
	a := assets[assetURLs["embed.js"]]
	return &reply{kind: a.kind, body: a.body, header: http.Header{
		"Cache-Control":                {"public, max-age=3600"},
		"Cross-Origin-Resource-Policy": {"cross-origin"},
	}}, nil
}
