// Command load tells how quickly a server answers several askers at once: each asks for one
// thing after the other without a pause, pages of results first, then suggestions.
//
//	go run ./httpapi/load [-clients 8] [-for 20s] [-seed 1] http://127.0.0.1:8080
//
// What is asked for is drawn from the archive itself: words of its articles alone, together,
// as phrase, as prefix and misspelt, and its most frequent persons and places as filters.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

func main() {
	clients := flag.Int("clients", 8, "how many ask at once")
	lasting := flag.Duration("for", 20*time.Second, "how long they ask for each kind")
	seed := flag.Uint64("seed", 1, "what is drawn")
	flag.Parse()
	if flag.NArg() != 1 || *clients < 1 {
		flag.Usage()
		os.Exit(2)
	}
	a := &asker{
		home: strings.TrimSuffix(flag.Arg(0), "/"),
		http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: *clients}},
	}
	if err := a.run(*clients, *lasting, *seed); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// An asker asks a server.
type asker struct {
	home string
	http *http.Client
}

func (a *asker) run(clients int, lasting time.Duration, seed uint64) error {
	v, err := a.vocabulary()
	if err != nil {
		return err
	}
	draw := rand.New(rand.NewPCG(seed, 0))
	const drawn = 400 // of each kind
	var pages, suggestions []string
	for i := range drawn {
		pages = append(pages, v.page(draw, i))
		suggestions = append(suggestions, v.suggestion(draw))
	}
	a.measure(clients, lasting/4, pages) // until what is often asked for is in memory
	fmt.Println("pages", a.measure(clients, lasting, pages))
	fmt.Println("suggestions", a.measure(clients, lasting, suggestions))
	return nil
}

// A vocabulary is what an archive may be asked for.
type vocabulary struct {
	words, people, places []string // words as often as articles have them; ids
}

const sampled = 100 // articles whose words are taken

func (a *asker) vocabulary() (*vocabulary, error) {
	v := &vocabulary{}
	var found struct {
		Hits   []struct{ ID string }
		Facets map[string]struct{ Values []struct{ ID string } }
	}
	asked := fmt.Sprintf("/api/v1/search?sort=newest&limit=%d&facet=person&facet=place&facet-size=200", sampled)
	if err := a.read(asked, &found); err != nil {
		return nil, err
	}
	for _, p := range found.Facets["person"].Values {
		v.people = append(v.people, p.ID)
	}
	for _, p := range found.Facets["place"].Values {
		v.places = append(v.places, p.ID)
	}
	word := regexp.MustCompile(`\p{L}{4,}`)
	for _, h := range found.Hits {
		var article struct{ Text string }
		if err := a.read("/api/v1/articles/"+url.PathEscape(h.ID), &article); err != nil {
			return nil, err
		}
		v.words = append(v.words, word.FindAllString(article.Text, -1)...)
	}
	if len(v.words) == 0 || len(v.people) == 0 || len(v.places) == 0 {
		return nil, fmt.Errorf("%s has no words, persons or places to ask for", a.home)
	}
	return v, nil
}

func (a *asker) read(path string, v any) error {
	res, err := a.http.Get(a.home + path)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", path, res.Status)
	}
	return json.NewDecoder(res.Body).Decode(v)
}

// page returns the path of the nth page of results.
func (v *vocabulary) page(draw *rand.Rand, n int) string {
	one := func(list []string) string { return list[draw.IntN(len(list))] }
	word, other := one(v.words), one(v.words)
	params := url.Values{"q": {word}}
	switch n % 8 {
	case 1:
		params.Set("q", word+" "+other)
	case 2:
		params.Set("q", word+" OR "+other)
	case 3:
		params.Set("q", `"`+word+" "+other+`"`)
	case 4:
		params.Set("q", string([]rune(word)[:4])+"*")
	case 5:
		params.Set("q", word+"~")
	case 6:
		params.Set("person", one(v.people))
	case 7:
		params = url.Values{"place": {one(v.places)}, "sort": {"newest"}}
	}
	return "/search?" + params.Encode()
}

// suggestion returns the path of suggestions for what is being typed.
func (v *vocabulary) suggestion(draw *rand.Rand) string {
	word := []rune(v.words[draw.IntN(len(v.words))])
	return "/api/v1/suggest?" + url.Values{"q": {string(word[:1+draw.IntN(len(word))])}}.Encode()
}

// measure has clients ask for paths, drawn anew each time, and tells how long answers took.
func (a *asker) measure(clients int, lasting time.Duration, paths []string) string {
	var mu sync.Mutex
	var took []time.Duration
	failed := map[string]int{}
	end := time.Now().Add(lasting)
	var asking sync.WaitGroup
	for client := range clients {
		asking.Go(func() {
			draw := rand.New(rand.NewPCG(uint64(client), 1))
			for time.Now().Before(end) {
				start := time.Now()
				status := a.ask(paths[draw.IntN(len(paths))])
				mu.Lock()
				took = append(took, time.Since(start))
				if status != "200 OK" {
					failed[status]++
				}
				mu.Unlock()
			}
		})
	}
	asking.Wait()
	slices.Sort(took)
	at := func(percent int) float64 { return float64(took[len(took)*percent/100].Microseconds()) / 1000 }
	return fmt.Sprintf("%d clients, %.0f a second, ms: p50 %.1f, p95 %.1f, p99 %.1f; failed: %v",
		clients, float64(len(took))/lasting.Seconds(), at(50), at(95), at(99), failed)
}

// ask reads an answer to its end, compressed as browsers take it.
func (a *asker) ask(path string) string {
	req, err := http.NewRequest(http.MethodGet, a.home+path, nil)
	if err != nil {
		return err.Error()
	}
	req.Header.Set("Accept-Encoding", "gzip")
	res, err := a.http.Do(req)
	if err != nil {
		return err.Error()
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return err.Error()
	}
	return res.Status
}
