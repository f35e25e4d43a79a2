package text

import (
	"iter"
	"slices"
)

// StopWords returns the words of the stop list.
func StopWords() iter.Seq[string] { return slices.Values(stopWords) }
