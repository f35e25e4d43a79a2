package main

import (
	"github.com/urfave/cli/v2"

	"dateline/corpus/enrich/places"
)

// gazetteerKey is where the app keeps the places that its flags name.
const gazetteerKey = "gazetteer"

func gazetteerFlag() cli.Flag {
	return &cli.StringSliceFlag{Name: gazetteerKey,
		Usage: "know the places in this `FILE` too (repeatable); what is indexed already keeps its places"}
}

// gazetteerOf returns the places that are built in, with those in the files that
// the flags name. The files are read once.
func gazetteerOf(ctx *cli.Context) (*places.Gazetteer, error) {
	if g, ok := ctx.App.Metadata[gazetteerKey].(*places.Gazetteer); ok {
		return g, nil
	}
	g := places.Default()
	for _, file := range ctx.StringSlice(gazetteerKey) {
		var err error
		if g, err = g.WithFile(file); err != nil {
			return nil, err
		}
	}
	if ctx.App.Metadata == nil {
		ctx.App.Metadata = map[string]any{}
	}
	ctx.App.Metadata[gazetteerKey] = g
	return g, nil
}
