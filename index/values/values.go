// Package values leads from what was found in an article to what a facet shows.
// A Resolver says which value of the archive an article-level value is: through
// name keys that join spellings, the gazetteer with its parents, and the
// newsroom's curation. A Table numbers the archive's values. All engines share
// both. Nothing here reads an article.
package values

import (
	"dateline/search"
)

// A Value is a value of the archive, as a facet shows it.
type Value struct {
	Field  search.Field
	ID     string // lasts: a gazetteer id, else a name key
	Name   string // what is shown
	Path   string // what the query language takes: of a place its path, else Name
	Parent string // ID of the place that it lies in
}

// An Ord is the number of a value in a Table, counted for each field from 0.
type Ord uint32
