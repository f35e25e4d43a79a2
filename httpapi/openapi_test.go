package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gorilla/mux"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"dateline/search"
)

// An object is a part of the document.
type object = map[string]any

var described = sync.OnceValue(func() object {
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(openAPIDocument))
	if err != nil {
		panic(err)
	}
	return v.(object)
})

// at returns the part of the document at a path, and where it is: references are followed.
func at(v any, where ...string) (any, []string) {
	var pointer []string
	for _, name := range append([]string{""}, where...) {
		if name != "" {
			part, _ := v.(object)
			v, pointer = part[name], append(pointer, name)
		}
		if o, ok := v.(object); ok && o["$ref"] != nil {
			pointer = strings.Split(o["$ref"].(string), "/")[1:]
			v, _ = at(described(), pointer...)
		}
	}
	return v, pointer
}

var (
	compiler = sync.OnceValue(func() *jsonschema.Compiler {
		c := jsonschema.NewCompiler()
		if err := c.AddResource("openapi.json", described()); err != nil {
			panic(err)
		}
		return c
	})
	compiling sync.Mutex
)

// schema returns the schema at a path in the document.
func schema(pointer []string) (*jsonschema.Schema, error) {
	compiling.Lock()
	defer compiling.Unlock()
	var tokens []string
	for _, name := range pointer {
		tokens = append(tokens, url.PathEscape(strings.NewReplacer("~", "~0", "/", "~1").Replace(name)))
	}
	return compiler().Compile("openapi.json#/" + strings.Join(tokens, "/"))
}

// conforms holds the answer to a request to what the document says of it. What no route
// answers is a problem or a page; collections have a document each.
func conforms(t *testing.T, h http.Handler, r *http.Request, w *httptest.ResponseRecorder) {
	t.Helper()
	s, ok := h.(*server)
	method := strings.ToLower(r.Method)
	if method == "head" {
		method = "get"
	}
	asked := r.Clone(t.Context())
	asked.Method = strings.ToUpper(method)
	var match mux.RouteMatch
	if !ok || len(s.Collections) > 0 || !s.router.Match(asked, &match) || match.MatchErr != nil {
		return
	}
	template, err := match.Route.GetPathTemplate()
	if err != nil {
		t.Fatal(err)
	}
	if err := differs(template, method, w); err != nil {
		t.Errorf("%s %.80s: status %d, %v: %v", r.Method, r.URL, w.Code, w.Header(), err)
	}
}

// differs tells how a reply differs from the document.
func differs(template, method string, w *httptest.ResponseRecorder) error {
	where := []string{"paths", template, method, "responses"}
	all, _ := at(described(), where...)
	responses, ok := all.(object)
	if !ok {
		return fmt.Errorf("%s is not described", template)
	}
	code := fmt.Sprint(w.Code)
	if responses[code] == nil {
		code = code[:1] + "XX"
	}
	if responses[code] == nil {
		return fmt.Errorf("the status is not described")
	}
	tag, _ := at(described(), append(where, code, "headers", "ETag")...)
	if tagged := w.Header().Get("ETag") != ""; w.Code == http.StatusOK && (tagged != (tag != nil) || tagged != (responses["304"] != nil)) {
		return fmt.Errorf("it has an entity tag: %v, which is described otherwise, or 304 is", tagged)
	}
	content, pointer := at(described(), append(where, code, "content")...)
	kind := w.Header().Get("Content-Type")
	if content == nil {
		if w.Body.Len() > 0 {
			return fmt.Errorf("a body is not described")
		}
		return nil
	}
	if content.(object)[kind] == nil {
		return fmt.Errorf("type %q is not described", kind)
	}
	if !strings.Contains(kind, "json") || kind == "application/jsonl" || w.Body.Len() == 0 ||
		w.Header().Get("Content-Encoding") != "" {
		return nil
	}
	return valid(append(pointer, kind, "schema"), w.Body.Bytes())
}

// valid tells what in a JSON text is against the schema at a path in the document.
func valid(pointer []string, text []byte) error {
	is, err := schema(pointer)
	if err != nil {
		return err
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return is.Validate(v)
}

// TestEachRouteIsDescribed, and nothing else is.
func TestEachRouteIsDescribed(t *testing.T) {
	var routes, documented []string
	s := New(Options{Archive: sample()}).(*server)
	err := s.router.Walk(func(route *mux.Route, _ *mux.Router, _ []*mux.Route) error {
		template, err := route.GetPathTemplate()
		if err != nil {
			return err
		}
		methods, err := route.GetMethods()
		for _, method := range methods {
			if method != http.MethodHead { // the document says of all that it is as GET
				routes = append(routes, method+" "+template)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for template, methods := range described()["paths"].(object) {
		for method := range methods.(object) {
			documented = append(documented, strings.ToUpper(method)+" "+template)
		}
	}
	slices.Sort(routes)
	slices.Sort(documented)
	if !slices.Equal(routes, documented) {
		t.Errorf("routes\n%s\ndescribed\n%s", strings.Join(routes, "\n"), strings.Join(documented, "\n"))
	}
}

// operations calls f with each described GET: its path, with examples in it, and its
// parameters in the query.
func operations(t *testing.T, f func(target string, params map[string]object)) {
	t.Helper()
	for template := range described()["paths"].(object) {
		list, _ := at(described(), "paths", template, "get", "parameters")
		target, params := template, map[string]object{}
		items, _ := list.([]any)
		for _, item := range items {
			resolved, _ := at(item)
			p := resolved.(object)
			switch name := p["name"].(string); {
			case p["in"] == "query":
				params[name] = p
			case name == "name":
				target = path.Dir(target) + "/" + path.Base(assetURLs["style.css"])
			default:
				target = strings.Replace(target, "{"+name+"}", fmt.Sprint(p["example"]), 1)
			}
		}
		if op, _ := at(described(), "paths", template, "get"); op != nil {
			f(target, params)
		}
	}
}

// example returns a value of a parameter that the document offers.
func example(p object) string {
	is := p["schema"].(object)
	if items, ok := is["items"].(object); ok {
		is = items
	}
	list, _ := p["example"].([]any)
	enum, _ := is["enum"].([]any)
	examples, _ := is["examples"].([]any)
	list = append(append(list, enum...), examples...)
	switch {
	case p["example"] != nil && len(list) == 0:
		return fmt.Sprint(p["example"])
	case len(list) > 0:
		return fmt.Sprint(list[0])
	case is["default"] != nil:
		return fmt.Sprint(is["default"])
	case is["type"] == "integer":
		return fmt.Sprint(is["minimum"])
	case is["type"] == "boolean":
		return "true"
	default:
		return "x"
	}
}

// TestExamplesAreAnswered asks each route with each of its parameters.
func TestExamplesAreAnswered(t *testing.T) {
	h := New(Options{Archive: sample()})
	operations(t, func(target string, params map[string]object) {
		least := url.Values{}
		for name, p := range params {
			if p["required"] == true {
				least.Set(name, example(p))
			}
		}
		if w := get(t, h, target+"?"+least.Encode()); w.Code != 200 {
			t.Errorf("%s: status %d: %s", target, w.Code, w.Body)
		}
		for name, p := range params {
			if name == "cursor" {
				continue // is given by an answer
			}
			asked := maps.Clone(least)
			asked.Set(name, example(p))
			want := 200
			if strings.HasSuffix(name, ".from") || strings.HasSuffix(name, ".to") || name == "paragraph" {
				want = 303
			}
			if w := get(t, h, target+"?"+asked.Encode()); w.Code != want {
				t.Errorf("%s?%s: status %d: %s", target, asked.Encode(), w.Code, w.Body)
			}
		}
	})
}

// TestEachParameterIsDescribed holds the document to what a refusal says there is.
func TestEachParameterIsDescribed(t *testing.T) {
	h := New(Options{Archive: sample()})
	operations(t, func(target string, params map[string]object) {
		w := get(t, h, target+"?zzz=1")
		if w.Header().Get("Content-Type") != "application/problem+json" {
			return // a page, which takes what the API does, or answers to everything
		}
		var p problem
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		_, list, _ := strings.Cut(p.Detail, "there are: ")
		var known []string
		for name := range strings.SplitSeq(list, ", ") {
			switch {
			case strings.HasPrefix(name, "and "):
				for _, f := range search.Fields {
					known = append(known, string(f), string(f)+"!", "match."+string(f))
				}
			case name != "" && !slices.Contains(search.Fields, search.Field(name)):
				known = append(known, name)
			}
			if strings.HasPrefix(name, "and ") {
				break
			}
		}
		var documented []string
		for name := range params {
			documented = append(documented, name)
		}
		slices.Sort(known)
		slices.Sort(documented)
		if !slices.Equal(known, documented) {
			t.Errorf("%s: takes %q, and %q are described", target, known, documented)
		}
	})
}

// TestExampleBodiesAreRight: what the document shows is what it says.
func TestExampleBodiesAreRight(t *testing.T) {
	seen := 0
	var walk func(v any, pointer []string)
	walk = func(v any, pointer []string) {
		o, ok := v.(object)
		if !ok {
			return
		}
		if o["example"] != nil && o["schema"] != nil {
			text, err := json.Marshal(o["example"])
			if err != nil {
				t.Fatal(err)
			}
			if err := valid(append(slices.Clone(pointer), "schema"), text); err != nil {
				t.Errorf("%v: %v", pointer, err)
			}
			seen++
		}
		for name, part := range o {
			walk(part, append(slices.Clone(pointer), name))
		}
	}
	walk(described(), nil)
	if seen < 5 {
		t.Errorf("%d examples", seen)
	}
}

func TestExampleArticleIsTaken(t *testing.T) {
	example, _ := at(described(), "paths", "/api/v1/articles", "post", "requestBody", "content", "application/json", "example")
	text, err := json.Marshal(example)
	if err != nil {
		t.Fatal(err)
	}
	h := New(Options{Archive: sample(), Writer: shelf{}})
	r := httptest.NewRequestWithContext(t.Context(), "POST", "/api/v1/articles", bytes.NewReader(text))
	r.Host = "localhost"
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	conforms(t, h, r, w)
	if w.Code != 201 {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
}

func TestDocumentIsServed(t *testing.T) {
	body, err := io.ReadAll(get(t, New(Options{Archive: sample()}), "/openapi.json").Body)
	if err != nil || !bytes.Equal(body, openAPIDocument) {
		t.Errorf("%v: %.200s", err, body)
	}
}

// TestDocumentTellsWhatAllAreAskedFor: who is to log in, and not to ask too often, finds that
// described, and it is as the document says.
func TestDocumentTellsWhatAllAreAskedFor(t *testing.T) {
	users := readUsers(t, usersFile(t, hashed(t, "leila", "swan")))
	login := []string{"Authorization", basic("leila", "swan")}
	for _, test := range []struct {
		options Options
		codes   []string
	}{
		{Options{Archive: sample(), Rate: 0.001}, []string{"429"}},
		{Options{Archive: sample(), Users: users}, []string{"401", "429"}},
		{Options{Users: users, Collections: []Collection{{Name: "news", Archive: sample()}}}, []string{"401", "429"}},
	} {
		h, below := New(test.options), ""
		if test.options.Collections != nil {
			below = "/c/news"
		}
		var doc object
		if err := json.Unmarshal(get(t, h, below+"/openapi.json", login...).Body.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
		for template, methods := range doc["paths"].(object) {
			for method := range methods.(object) {
				responses, _ := at(doc, "paths", template, method, "responses")
				for _, code := range []string{"401", "429"} {
					wanted := slices.Contains(test.codes, code) && !isOpenPath(template)
					if (responses.(object)[code] != nil) != wanted {
						t.Errorf("%v: %s %s: %s is described: %t", test.codes, method, template, code, !wanted)
					}
				}
			}
		}
		refused := get(t, h, below+"/api/v1/search")
		for range rateBurst(0.001) {
			if test.options.Users == nil {
				refused = get(t, h, "/api/v1/search")
			}
		}
		content, pointer := at(doc, "paths", "/api/v1/search", "get", "responses", fmt.Sprint(refused.Code), "content")
		kind := refused.Header().Get("Content-Type")
		if content == nil || content.(object)[kind] == nil || fmt.Sprint(refused.Code) != test.codes[0] {
			t.Fatalf("status %d, %s: %v", refused.Code, kind, content)
		}
		if err := valid(append(pointer, kind, "schema"), refused.Body.Bytes()); err != nil {
			t.Error(err)
		}
	}
}
