// Package corpus holds what Dateline knows of news articles: the article as it
// was published, the dates, and the mentions of people, places, organisations
// and dates found in it. It also reads articles from files and streams. It
// knows nothing of how mentions are found (package enrich), nor of how articles
// are indexed and searched.
package corpus

// An Article is one report as it was published, with what is known of it.
type Article struct {
	// ID names the article in its archive. It is the one the article brought,
	// else derived from where it was read (see Reader).
	ID string `json:"id"`

	Title  string `json:"title"`
	Text   string `json:"text"` // paragraphs are separated by line feeds
	Date   *Dated `json:"date"` // of publication; nil where none is known
	Source string `json:"source,omitempty"`
	URL    string `json:"url,omitempty"`
	Author string `json:"author,omitempty"`
	Lang   string `json:"lang,omitempty"` // BCP 47 language subtag such as "en"; empty where unknown

	// SHA256 is the lower-case hexadecimal SHA-256 of the bytes the article was
	// read from: a file as it was after decompression, a member, a line or a row.
	SHA256 string `json:"sha256,omitempty"`

	// Origin is where the article was read, for people and to tell a moved
	// article from a second one: an absolute path, followed by "!member" inside
	// a container and ":line" (from 1) inside a file of many articles.
	Origin string `json:"origin,omitempty"`

	// Notes tell what reading could not do: bytes that were no text, a date
	// that could not be read, a language that extraction does not cover.
	Notes []string `json:"notes,omitempty"`
}

// Dated is a date of publication with where it came from.
type Dated struct {
	Value  Date       `json:"value"`
	Source DateSource `json:"source"`
}

// A DateSource tells what a date of publication was read from.
type DateSource string

// The sources of a date of publication, the most trusted first.
const (
	FromMetadata DateSource = "metadata"  // front matter, sidecar, field, header or markup
	FromURL      DateSource = "url"       // the address of the article
	FromFileName DateSource = "file-name" // such as 2024-03-28-rafah.txt
	FromByline   DateSource = "byline"    // a line of its own, "Published 27 Mar 2024"
	FromDateline DateSource = "dateline"  // "GENEVA, 27 March 2024 —"
	FromOption   DateSource = "option"    // what the caller gave for articles without one
	FromFileTime DateSource = "file-time" // only where the caller asks for it
)

// A Document is an article with what it mentions: the only thing that can be
// indexed.
type Document struct {
	Article
	Mentions []Mention `json:"mentions"`

	// Extractor is the version of what found the mentions, Settings the options that it was given.
	// Both are empty where that is for who keeps the document to say.
	Extractor string `json:"extractor,omitempty"`
	Settings  string `json:"settings,omitempty"`
}
