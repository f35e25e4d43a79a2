package httpapi

import (
	_ "embed"
	"encoding/json"
	"net/http"
)

// openAPIDocument describes every route (OpenAPI 3.1). Tests hold it to the handlers.
//
//go:embed openapi.json
var openAPIDocument []byte

func (s *server) openAPI(r *http.Request) (*reply, error) {
	if err := noParams(r); err != nil {
		return nil, err
	}
	return &reply{kind: "application/json", body: s.described}, nil
}

// describe returns the document with what this server asks of all: to log in, and not to ask
// too often.
func (o *Options) describe() []byte {
	if o.Users == nil && o.Rate == 0 {
		return openAPIDocument
	}
	var doc map[string]any
	if err := json.Unmarshal(openAPIDocument, &doc); err != nil {
		panic(err) // it is embedded
	}
	for path, operations := range doc["paths"].(map[string]any) {
		if isOpenPath(path) {
			continue
		}
		for _, operation := range operations.(map[string]any) {
			operation := operation.(map[string]any)
			responses := operation["responses"].(map[string]any)
			responses["429"] = map[string]string{"$ref": "#/components/responses/TooMany"}
			if o.Users != nil {
				operation["security"] = []any{map[string]any{"login": []string{}}}
				responses["401"] = map[string]string{"$ref": "#/components/responses/NotLoggedIn"}
			}
		}
	}
	body, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		panic(err) // it was JSON
	}
	return body
}
