package httpapi

import (
	_ "embed"
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
	return &reply{kind: "application/json", body: openAPIDocument}, nil
}
