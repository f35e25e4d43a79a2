package httpapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/klauspost/compress/gzip"

	"dateline/cite"
	"dateline/export"
	"dateline/search"
)

// A stream sends every hit of a request, however many there are, and holds no more than a
// page of them. All are of one generation. What fails before the first hit is told as
// everywhere; after it the connection is broken, so that no part is taken for the whole.

// Of a stream: the hits that it fetches at a time, and how long the asker may take for them.
const (
	streamPage  = 500
	streamStall = time.Minute
)

// streamParams are what a stream may be asked besides filters. What concerns a page of hits
// is refused. csvParams are those of csv.
var (
	streamParams = []string{"q", "sort", "min-confidence"}
	csvParams    = append(slices.Clone(streamParams), "fields")
)

// A format writes hits.
type format interface {
	write(ctx context.Context, h *search.Hit)
	flush() error // returns the first error of all that was written
}

func (s *server) searchCSV() http.Handler {
	return s.stream("csv", "text/csv; charset=utf-8; header=present", csvParams,
		func(w io.Writer, columns []string) format {
			rows := export.NewRows(w, "csv")
			rows.CRLF()
			rows.Write(columns...)
			return csvFormat{rows, columns}
		})
}

type csvFormat struct {
	rows    *export.Rows
	columns []string
}

func (f csvFormat) write(_ context.Context, h *search.Hit) {
	f.rows.Write(export.Hit(h, f.columns)...)
}

func (f csvFormat) flush() error { return f.rows.Flush() }

func (s *server) searchJSONL() http.Handler {
	return s.stream("jsonl", "application/jsonl", streamParams,
		func(w io.Writer, _ []string) format { return &lineFormat{w: w} })
}

type lineFormat struct {
	w   io.Writer
	err error
}

func (f *lineFormat) write(_ context.Context, h *search.Hit) {
	if f.err == nil {
		f.err = export.Line(f.w, h)
	}
}

func (f *lineFormat) flush() error { return f.err }

// searchRIS sends citations, as programs that keep them read.
func (s *server) searchRIS() http.Handler {
	return s.stream("ris", cite.RIS.MediaType(), streamParams,
		func(w io.Writer, _ []string) format {
			return &citeFormat{from: s.Archive, to: cite.NewWriter(w, cite.RIS)}
		})
}

type citeFormat struct {
	from search.Reader
	to   *cite.Writer
	err  error
}

func (f *citeFormat) write(ctx context.Context, h *search.Hit) {
	if f.err != nil {
		return
	}
	a, err := f.from.Article(ctx, h.ID)
	if errors.Is(err, search.ErrNotFound) { // it was removed meanwhile
		a, err = &search.Article{ID: h.ID, Title: h.Title, Date: h.Date, Source: h.Source, Lang: h.Lang, URL: h.URL}, nil
	}
	if err == nil {
		err = f.to.Write(a)
	}
	f.err = err
}

func (f *citeFormat) flush() error { return f.err }

// stream returns the handler of a format, a media type with the ending of its files, which
// takes the parameters that allowed names. Hits of jsonl have snippets.
func (s *server) stream(
	ending, kind string, allowed []string, begin func(io.Writer, []string) format,
) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if rep := s.stillValid(r); rep != nil {
			s.send(w, r, rep)
			return
		}
		req, columns, err := s.streamRequest(r, allowed)
		if err != nil {
			s.send(w, r, s.refuse(r, err))
			return
		}
		end, err := s.streams.take(askerOf(r), 1)
		if err != nil {
			s.send(w, r, s.refuse(r, err))
			return
		}
		defer end()
		req.Snippets = ending == "jsonl"
		var out *output
		for res, err := range export.Pages(r.Context(), timed{s.Archive, s.limitOf()}, req) {
			if err != nil && out == nil {
				s.send(w, r, s.refuse(r, err))
				return
			}
			if out == nil {
				s.streamHeader(w, r, res, kind, ending)
				if r.Method == http.MethodHead {
					return
				}
				out = newOutput(w)
				out.format = begin(out, columns)
			}
			if err == nil {
				err = out.page(r.Context(), res.Hits)
			}
			if err != nil {
				s.abort(r, err)
			}
		}
		if err := out.end(); err != nil {
			s.abort(r, err)
		}
	})
}

// streamRequest reads a request for all hits, and the columns of csv.
func (s *server) streamRequest(r *http.Request, allowed []string) (search.Request, []string, error) {
	params, err := params(r)
	if err != nil {
		return search.Request{}, nil, err
	}
	if err := filtersAnd(params, allowed); err != nil {
		return search.Request{}, nil, err
	}
	columns, err := export.Columns(given(params)["fields"])
	if err != nil {
		return search.Request{}, nil, fmt.Errorf("fields: %w", err)
	}
	params.Del("fields")
	req, err := s.request(params)
	req.Limit = streamPage
	return req, columns, err
}

// filtersAnd refuses parameters that are neither filters nor among names.
func filtersAnd(params url.Values, names []string) error {
	for _, name := range slices.Sorted(maps.Keys(params)) {
		if !isFilter(name) && !slices.Contains(names, name) {
			return badRequest("%s: there is no such parameter here; there are: %s, and filters",
				name, joined(names))
		}
	}
	return nil
}

// stillValid is unchanged, with a limit on its time.
func (s *server) stillValid(r *http.Request) *reply {
	ctx, cancel := context.WithTimeout(r.Context(), s.limitOf())
	defer cancel()
	return s.unchanged(r.WithContext(ctx))
}

// A timed archive has a limit on the time of each answer, where a stream has none.
type timed struct {
	search.Searcher
	limit time.Duration
}

func (t timed) Search(ctx context.Context, req search.Request) (*search.Results, error) {
	ctx, cancel := context.WithTimeout(ctx, t.limit)
	defer cancel()
	return t.Searcher.Search(ctx, req)
}

// streamHeader sends what comes before the first hit.
func (s *server) streamHeader(w http.ResponseWriter, r *http.Request, res *search.Results, kind, ending string) {
	s.setHeader(w.Header(), r, &reply{kind: kind, generation: res.Generation, header: noticed(res)})
	w.Header().Set("Content-Disposition", `attachment; filename="dateline-`+res.Generation+"."+ending+`"`)
	if acceptsGzip(r.Header.Values("Accept-Encoding")) {
		w.Header().Set("Content-Encoding", "gzip")
	}
	w.WriteHeader(http.StatusOK)
}

// abort breaks the connection of a reply that can't be ended. A client that has gone is no
// fault.
func (s *server) abort(r *http.Request, err error) {
	if r.Context().Err() == nil {
		s.logFault(r, "broken off", err)
	}
	panic(http.ErrAbortHandler)
}

// An output is the body of a reply of unknown length, compressed where the header says so.
type output struct {
	io.Writer
	format  format
	zip     *gzip.Writer // nil: not compressed
	control *http.ResponseController
}

func newOutput(w http.ResponseWriter) *output {
	out := &output{Writer: w, control: http.NewResponseController(w)}
	out.stall()
	if w.Header().Get("Content-Encoding") == "gzip" {
		out.zip = compressors.Get().(*gzip.Writer)
		out.zip.Reset(w)
		out.Writer = out.zip
	}
	return out
}

// stall gives the asker time for the next page. A writer that knows no deadline has none.
func (o *output) stall() { o.control.SetWriteDeadline(time.Now().Add(streamStall)) }

// page sends hits.
func (o *output) page(ctx context.Context, hits []search.Hit) error {
	for i := range hits {
		o.format.write(ctx, &hits[i])
	}
	if err := o.format.flush(); err != nil {
		return err
	}
	if o.zip != nil {
		if err := o.zip.Flush(); err != nil {
			return err
		}
	}
	o.control.Flush() // one that can't holds nothing back
	o.stall()
	return nil
}

// end writes what stands behind the last hit.
func (o *output) end() error {
	if o.zip == nil {
		return nil
	}
	defer compressors.Put(o.zip)
	return o.zip.Close()
}

// Unwrap lets a stream set deadlines, and flush.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
