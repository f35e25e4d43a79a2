# The targets: build, demo, test, lint, fuzz, bench, microbench, release.

export CGO_ENABLED = 0
FOLDERS = cmd corpus httpapi index search
FUZZTIME = 30s
PLATFORMS = linux/amd64 linux/arm64 darwin/amd64 darwin/arm64

.PHONY: build demo test lint fuzz bench microbench release tools

build:
	go build -trimpath -ldflags=-s -o dateline ./cmd/dateline

# make demo SERVE=1 leaves the server up.
demo: build
	./dateline demo $(if $(SERVE),--serve --listen 127.0.0.1:8080)

# All tests, with the race detector where there is a C compiler for it; accuracy is measured without.
test: tools lint
	@if command -v $${CC:-cc} >/dev/null; then \
		set -x; CGO_ENABLED=1 go test -race -timeout 20m ./... && \
		go test ./corpus/enrich/eval; \
	else \
		set -x; go test -timeout 20m ./...; \
	fi
	@command -v $${CC:-cc} >/dev/null || echo "not run: the race detector, which needs a C compiler"
	@test -d ../shared || echo "not run: tests on data that does not come with the project"

lint:
	@unformatted=$$(gofmt -l $(FOLDERS)); test -z "$$unformatted" || { echo "gofmt -w $$unformatted"; exit 1; }
	go vet ./...

# What tests need beside Go: a C compiler, for the race detector alone.
TOOLS = gcc libc6-dev
tools:
	@command -v $${CC:-cc} >/dev/null || { \
		if ! command -v apt-get >/dev/null; then echo "install a C compiler to run the race detector"; \
		elif [ "$$(id -u)" = 0 ]; then apt-get update -q && apt-get install -qy $(TOOLS); \
		elif [ -n "$$CI" ] && sudo -n true; then sudo apt-get update -q && sudo apt-get install -qy $(TOOLS); \
		else echo "to run the race detector: sudo apt-get install $(TOOLS)"; fi; }

# Every fuzz test for FUZZTIME.
fuzz:
	@for pkg in $$(go list ./...); do \
		for f in $$(go test -list '^Fuzz' $$pkg | grep ^Fuzz); do \
			echo "$$pkg $$f"; go test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
		done; \
	done

# The engine beside others, see README. BENCH="-articles 10000,100000" gives flags, PEERS=1 measures further engines.
bench:
	go run ./index/bench $(BENCH)

# The inner loops.
microbench:
	go test -run '^$$' -bench . -benchmem ./...

release:
	@mkdir -p dist
	@for p in $(PLATFORMS); do \
		echo "dist/dateline-$${p%/*}-$${p#*/}"; \
		GOOS=$${p%/*} GOARCH=$${p#*/} go build -trimpath -ldflags=-s -o dist/dateline-$${p%/*}-$${p#*/} ./cmd/dateline || exit 1; \
	done
