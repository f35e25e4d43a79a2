package httpapi

import (
	"maps"
	"net/url"
	"slices"
)

// A state is the parameters of a results page. Every link on it is made from
// the state by one change.
type state url.Values

// String returns the link to the page in this state.
func (s state) String() string {
	if len(s) == 0 {
		return "/"
	}
	return under("/search", s)
}

// under returns the address of a page with parameters.
func under(path string, at state) string {
	if len(at) == 0 {
		return path
	}
	return path + "?" + url.Values(at).Encode()
}

func (s state) get(name string) string { return url.Values(s).Get(name) }

// with returns s with the values of a parameter replaced; none: taken away. The
// page begins anew, since there are other hits.
func (s state) with(name string, values ...string) state {
	out := state{}
	for n, list := range s {
		if n != "offset" && n != "cursor" && n != name {
			out[n] = list
		}
	}
	values = slices.DeleteFunc(values, func(v string) bool { return v == "" })
	if len(values) > 0 {
		out[name] = values
	}
	return out
}

// without returns s without some parameters.
func (s state) without(names ...string) state {
	for _, name := range names {
		s = s.with(name)
	}
	return s
}

// add returns s with one more value of a parameter.
func (s state) add(name, value string) state {
	if slices.Contains(s[name], value) {
		return s.with(name, s[name]...)
	}
	return s.with(name, append(slices.Clone(s[name]), value)...)
}

// drop returns s without one value of a parameter.
func (s state) drop(name, value string) state {
	rest := slices.DeleteFunc(slices.Clone(s[name]), func(v string) bool { return v == value })
	return s.with(name, rest...)
}

// unfiltered returns s without any filter.
func (s state) unfiltered() state {
	for name := range s {
		if isFilter(name) || name == "min-confidence" {
			s = s.with(name)
		}
	}
	return s
}

// found returns s with only what tells which articles are found, and in which order.
func (s state) found() state {
	return s.without("limit", "explain", "facet", "facet-size", "prefix", "histogram")
}

// An input is a parameter that a form carries along unseen.
type input struct{ Name, Value string }

// inputs returns s for a form that asks for the parameter name itself.
func (s state) inputs(name string) []input {
	rest := s.with(name)
	var out []input
	for _, n := range slices.Sorted(maps.Keys(rest)) {
		for _, v := range rest[n] {
			out = append(out, input{n, v})
		}
	}
	return out
}
