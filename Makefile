# The targets: build, demo, test, lint, fuzz, bench, microbench, soak, release.

export CGO_ENABLED = 0
FOLDERS = cite cmd corpus export httpapi index mcpserver profile search
FUZZTIME = 30s
PLATFORMS = linux/amd64 linux/arm64 darwin/amd64 darwin/arm64

.PHONY: build demo test lint fuzz bench microbench soak release tools

build:
	go build -trimpath -ldflags=-s -o dateline ./cmd/dateline

# make demo SERVE=1 leaves the server up.
demo: build
	./dateline demo $(if $(SERVE),--serve --listen 127.0.0.1:8080)

# All tests, with the race detector where there is a C compiler for it; accuracy is measured without.
test: tools lint
	@if $(HAS_CC); then \
		set -x; CGO_ENABLED=1 go test -race -timeout 20m ./... && \
		go test ./corpus/enrich/eval; \
	else \
		set -x; go test -timeout 20m ./...; \
	fi
	@! $(HAS_JAVA) || { set -x; go test ./httpapi/browser -run 'TestFlows|TestTasks' -args -cluster; }
	@$(HAS_CC) || echo "not run: the race detector, which needs a C compiler"
	@$(HAS_CHROMIUM) || echo "not run: tests in a browser, which need Chromium"
	@$(HAS_JAVA) || echo "not run: tests on an OpenSearch cluster, which need Java 17 to 23 and Maven"
	@! $(HAS_JAVA) || $(HAS_OPENSEARCH) || echo "not run: tests on an OpenSearch cluster, which Maven could not fetch"
	@test -f dist/axe-core@*.js || echo "not run: axe-core on the pages, which npm could not fetch"
	@test -d ../shared || echo "not run: tests on data that does not come with the project"

lint:
	@unformatted=$$(gofmt -l $(FOLDERS)); test -z "$$unformatted" || { echo "gofmt -w $$unformatted"; exit 1; }
	go vet ./...

# What tests need beside Go: a C compiler, for the race detector alone, Chromium, for those in a browser, and Java
# and Maven, for those on a cluster; what is fetched for these is where index/opensearch/cluster keeps it.
HAS_CC = command -v $${CC:-cc} >/dev/null
HAS_CHROMIUM = command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null
HAS_JAVA = { command -v mvn && "$${JAVA_HOME:+$$JAVA_HOME/bin/}java" -version 2>&1 | grep -Eq 'version "(1[7-9]|2[0-3])'; } >/dev/null
HAS_OPENSEARCH = ls -d $${XDG_CACHE_HOME:-$$HOME/.cache}/dateline/opensearch-*/ /var/cache/dateline/opensearch-*/ 2>/dev/null | grep -q .
tools:
	@missing=; \
	$(HAS_CC) || missing="$$missing gcc libc6-dev"; \
	$(HAS_CHROMIUM) || missing="$$missing chromium chromium-sandbox"; \
	test -n "$$missing" || exit 0; \
	install() { echo "installing$$missing"; mkdir -p dist; \
		{ $$1 apt-get update && $$1 apt-get install -y --no-install-recommends $$missing; } >dist/apt.log 2>&1 || \
		{ tail -n 5 dist/apt.log; echo "not installed, see dist/apt.log"; }; }; \
	if ! command -v apt-get >/dev/null; then echo "to run all tests install a C compiler and Chromium"; \
	elif [ "$$(id -u)" = 0 ]; then install; \
	elif [ -n "$$CI" ] && sudo -n true 2>/dev/null; then install sudo; \
	else echo "to run all tests: sudo apt-get install$$missing"; fi

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

# Faults done to archives, for an hour or two. SOAK="-rows kill -kill 1000" gives flags.
soak:
	go run ./index/archive/faults $(SOAK)

release:
	@mkdir -p dist
	@for p in $(PLATFORMS); do \
		echo "dist/dateline-$${p%/*}-$${p#*/}"; \
		GOOS=$${p%/*} GOARCH=$${p#*/} go build -trimpath -ldflags=-s -o dist/dateline-$${p%/*}-$${p#*/} ./cmd/dateline || exit 1; \
	done
