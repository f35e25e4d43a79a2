package corpus_test

import (
	"fmt"
	"os"
	"strings"

	"dateline/corpus"
)

func ExampleReader_Read() {
	wire := strings.NewReader(`{"id":"w-1","title":"Talks resume","date":"2024-03-27","text":"They will end on Friday."}
{"id":"w-2","title":"Talks end",
{"id":"w-3","title":"A bridge reopens","text":"GOMA, 12 February 2023 (Wire) — Lorries crossed on Sunday."}
`)
	r := corpus.Reader{}
	for article, err := range r.Read(wire, "-") {
		if err != nil {
			fmt.Fprintln(os.Stdout, err)
			continue
		}
		fmt.Println(article.ID, article.Title, article.Date.Value, article.Date.Source)
	}
	// Output:
	// w-1 Talks resume 2024-03-27 metadata
	// standard input:2: is broken JSON: unexpected end of JSON input
	// w-3 A bridge reopens 2023-02-12 dateline
}
