package places

import "sync"

// Default returns the gazetteer that is built in.
func Default() *Gazetteer { return builtIn() }

var builtIn = sync.OnceValue(func() *Gazetteer {
	return New([]Place{
		{"gn:6254930", "Palestinian Territory", Country, "", 31.9216, 35.2033, 4569087},
		{"gn:281132", "Gaza Strip", Division, "gn:6254930", 31.4, 34.35, 2000000},
		{"gn:285153", "West Bank", Division, "gn:6254930", 32, 35.25, 3000000},
		{"gn:281102", "Rafah", Town, "gn:281132", 31.287, 34.2595, 126305},
		{"gn:281133", "Gaza", Town, "gn:281132", 31.5016, 34.4668, 410000},
		{"gn:6252001", "United States", Country, "", 39.76, -98.5, 327167434},
		{"gn:294640", "Israel", Country, "", 31.5, 34.75, 8883800},
	}, map[string][]string{
		"gn:6252001": {"US", "USA", "America", "United States of America"},
		"gn:281132":  {"Gaza"},
	})
})
