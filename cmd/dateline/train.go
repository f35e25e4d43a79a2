package main

import (
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"dateline/corpus/enrich/tag/train"
)

// Names of the files that train writes, which package tag embeds.
const (
	namesFile   = "names.bin"
	weightsFile = "weights.bin"
)

func trainCommand(c *console) *cli.Command {
	return &cli.Command{
		Name:      "train",
		Hidden:    true,
		Usage:     "learn the weights of the name tagger anew",
		ArgsUsage: "TEXT.conll…",
		Description: `Reads labelled text, a word, a tab and a label (O, B-PER, I-LOC, ORG, MISC) on a line, an
empty line behind a sentence and a line "#doc" before each document, and lists of names, and writes ` + namesFile + ` and ` + weightsFile + `. The same files in the same order give the same bytes.
corpus/enrich/tag/MODEL.md tells which files the weights that come with dateline were learnt from:

   xz -dk silver.conll.xz
   dateline train --names gaz_open.tsv.gz --names corpus/enrich/tag/names.tsv --names corpus/enrich/tag/orgs.txt \
       --into corpus/enrich/tag silver.conll`,
		Flags: []cli.Flag{
			&cli.StringSliceFlag{Name: "names", Required: true, Usage: "lists of names, class and name on a line: `FILE`.tsv or .tsv.gz"},
			&cli.StringFlag{Name: "into", Value: ".", Usage: "write into this `FOLDER`"},
		},
		Action: func(ctx *cli.Context) error { return trainAction(c, ctx) },
	}
}

func trainAction(c *console, ctx *cli.Context) error {
	if ctx.NArg() == 0 {
		return &usageError{"train needs a file of labelled text", "train"}
	}
	var texts []train.Text
	for _, name := range ctx.Args().Slice() {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		texts = append(texts, train.Text{Name: name, In: f})
	}
	var lists []byte
	for _, name := range ctx.StringSlice("names") {
		list, err := readList(name)
		if err != nil {
			return err
		}
		lists = append(append(lists, list...), '\n')
	}
	o := train.Usual
	if !ctx.Bool("quiet") {
		o.Progress = func(s string) { fmt.Fprintln(c.stderr, s) }
	}
	names, weights, err := train.Train(o, texts, lists)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(ctx.String("into"), namesFile), names, 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(ctx.String("into"), weightsFile), weights, 0o644)
}

// readList reads a file, unpacked where its name ends in ".gz".
func readList(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if filepath.Ext(name) != ".gz" {
		return io.ReadAll(f)
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	list, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return list, nil
}
