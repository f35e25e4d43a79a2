// Package train learns the weights of the name tagger from labelled text, and
// compiles the lists of names that its features go by. The same files give the
// same bytes on every machine: all numbers are float64 or float32 and rounded
// after each operation, nothing depends on the order of a map, and random
// choices come from a generator that does not change.
package train

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"dateline/corpus/enrich/tag/crf"
)

// document is a labelled document.
type document struct {
	sentences []sentence
}

// sentence is words with their labels, "O" or "B-PER" and the like.
type sentence struct {
	words  []string
	labels []string
}

// readDocuments reads lines "word TAB label", sentences parted by empty lines,
// documents begun by "#doc". Lines that begin with "# " and have no tab are
// comments.
func readDocuments(r io.Reader) ([]document, error) {
	var docs []document
	var s sentence
	end := func() {
		if len(s.words) > 0 {
			d := &docs[len(docs)-1]
			d.sentences = append(d.sentences, s)
			s = sentence{}
		}
	}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		word, label, ok := strings.Cut(line, "\t")
		switch {
		case word == "#doc":
			if len(docs) > 0 {
				end()
			}
			docs = append(docs, document{})
		case strings.HasPrefix(line, "# ") && !ok:
		case len(docs) == 0 && line != "":
			return nil, fmt.Errorf("line %d: a word before the first #doc", n)
		case line == "":
			if len(docs) > 0 {
				end()
			}
		case word == "" || !ok || !known(label):
			return nil, fmt.Errorf("line %d: no word, tab and label: %q", n, line)
		default:
			s.words, s.labels = append(s.words, word), append(s.labels, label)
		}
	}
	if len(docs) > 0 {
		end()
	}
	return docs, lines.Err()
}

var types = map[string]crf.Type{
	"PER": crf.Person, "LOC": crf.Place, "ORG": crf.Org, "MISC": crf.Other,
}

func known(label string) bool {
	if label == "O" {
		return true
	}
	part, typ, _ := strings.Cut(label, "-")
	_, ok := types[typ]
	return ok && (part == "B" || part == "I")
}

// names returns the names that a sentence's labels say.
func (s *sentence) names() []crf.Name {
	var out []crf.Name
	for i := 0; i < len(s.labels); {
		part, typ, ok := strings.Cut(s.labels[i], "-")
		if !ok || part == "" {
			i++
			continue
		}
		j := i + 1
		for j < len(s.labels) && s.labels[j] == "I-"+typ {
			j++
		}
		out = append(out, crf.Name{From: i, To: j, Type: types[typ]})
		i = j
	}
	return out
}
