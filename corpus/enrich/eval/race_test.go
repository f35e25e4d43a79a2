//go:build race

package eval

// race tells that the race detector is on: all is ten times as slow.
const race = true
