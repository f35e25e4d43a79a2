package httpapi

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"dateline/cite"
	"dateline/corpus"
	"dateline/search"
)

// cite answers with the citation of an article as a file of the format that is asked for.
func (s *server) cite(r *http.Request) (*reply, error) {
	params, err := params(r)
	if err != nil {
		return nil, err
	}
	if err := only(params, "format", "accessed"); err != nil {
		return nil, err
	}
	format := cite.Format(params.Get("format"))
	if !slices.Contains(cite.Formats, format) || len(params["format"]) > 1 {
		return nil, badRequest("format: %q is none; there are: %s", format, joined(cite.Formats))
	}
	accessed := corpus.Date(params.Get("accessed"))
	if accessed != "" && accessed.Precision() != corpus.ToDay || len(params["accessed"]) > 1 {
		return nil, badRequest("accessed: %q is not a day like 2024-03-27", accessed)
	}
	a, generation, err := s.found(r)
	if err != nil {
		return nil, err
	}
	rep := &reply{kind: format.MediaType(), body: citationOf(a, format, accessed), generation: generation}
	if format != cite.Plain {
		rep.header = http.Header{"Content-Disposition": {`attachment; filename="citation` + format.Ext() + `"`}}
	}
	return rep, nil
}

func citationOf(a *search.Article, f cite.Format, accessed corpus.Date) []byte {
	var body bytes.Buffer
	w := cite.NewWriter(&body, f)
	w.Accessed = accessed
	w.Write(a) // a Buffer takes everything
	w.Close()
	return body.Bytes()
}

// citation returns the plain citation of a, and links to the others.
func citation(a *search.Article) (plain string, others []choice) {
	names := map[cite.Format]string{cite.RIS: "RIS", cite.BibTeX: "BibTeX", cite.CSLJSON: "CSL-JSON"}
	for _, f := range cite.Formats {
		if name := names[f]; name != "" {
			link := "/api/v1/articles/" + url.PathEscape(a.ID) + "/cite?format=" + string(f)
			others = append(others, choice{Name: name, URL: link})
		}
	}
	return strings.TrimSpace(string(citationOf(a, cite.Plain, ""))), others
}
