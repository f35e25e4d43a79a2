package places

import (
	_ "embed"
	"sync"
)

//go:generate go run ./gen -hand gen -to gazetteer.bin

//go:embed gazetteer.bin
var packed []byte

// Default returns the gazetteer that is built in: countries, first-order
// divisions, towns, and regions, camps and crossings by hand. It is read on the
// first call.
func Default() *Gazetteer { return builtIn() }

var builtIn = sync.OnceValue(func() *Gazetteer {
	g, err := Unpack(packed)
	if err != nil {
		panic(err) // the file is part of the program
	}
	return g
})
