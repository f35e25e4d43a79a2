package places

import (
	_ "embed"
	"fmt"
	"os"
	"sync"
)

//go:generate go run ./gen -hand gen -to gazetteer.bin

//go:embed gazetteer.bin
var packed string

// Default returns the gazetteer that is built in: countries, their divisions of
// first and second order, towns, villages of the countries at war, and regions,
// camps, crossings and bases by hand. It is searched where it lies in the
// program: to have it costs no time.
func Default() *Gazetteer { return builtIn() }

var builtIn = sync.OnceValue(func() *Gazetteer {
	l, err := parse(packed)
	if err != nil {
		panic(err) // the file is part of the program
	}
	return (&Gazetteer{}).over(l)
})

// WithFile returns a gazetteer of the places in a file that Pack made over those
// of g: more countries than are built in.
func (g *Gazetteer) WithFile(path string) (*Gazetteer, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read gazetteer: %w", err)
	}
	text := string(data)
	if err := checkSum(text); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	l, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return g.over(l), nil
}
