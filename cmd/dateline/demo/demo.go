// Package demo holds the sample archive that the program ships: articles
// written for it, about invented people and events.
package demo

import (
	"embed"
	"io/fs"
)

//go:embed articles
var files embed.FS

// Articles returns the folder of articles.
func Articles() fs.FS {
	articles, err := fs.Sub(files, "articles")
	if err != nil {
		panic(err) // the name is a constant
	}
	return articles
}
