package main

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/urfave/cli/v2"

	"dateline/corpus/enrich"
	"dateline/index"
	"dateline/index/archive"
)

func versionCommand(c *console) *cli.Command {
	return &cli.Command{
		Name:  "version",
		Usage: "print the versions of program, extractor, archive and index; so does --version",
		Description: `The archive's format is that of its folder; one of another is refused. An index of another schema
is made anew by index --rebuild, mentions of another extractor are found anew by --rebuild --extract.`,
		Action: func(ctx *cli.Context) error {
			if err := noArgs(ctx); err != nil {
				return err
			}
			_, err := fmt.Fprintf(c.stdout, "dateline %s\nrevision %s\n%s %s/%s\nextractor %s\narchive format %s\nindex schema %d\n",
				version(), revision(), runtime.Version(), runtime.GOOS, runtime.GOARCH,
				enrich.Version, archive.Version, index.SchemaVersion)
			return err
		},
	}
}

// version returns the version that the build was given, else one made of the revision.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return info.Main.Version
}

// revision returns the commit that was built, and whether files differed from it.
func revision() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	set := map[string]string{}
	for _, s := range info.Settings {
		set[s.Key] = s.Value
	}
	id := cmp.Or(set["vcs.revision"], "unknown")
	if t := set["vcs.time"]; t != "" {
		id += " of " + t
	}
	if set["vcs.modified"] == "true" {
		id += ", with changes"
	}
	return id
}
