# The checks of .ci/run, one by one. README.md needs none of this.

GOLANGCI_LINT = go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
FUZZTIME ?= 30s
N ?= 20000
IMPORT_ROWS ?= 100000
BREAK ?= .

.PHONY: all generate lint fix test fuzz prove import breaks bench bench-check bench-scale bench-gogc bench-hold ci

all: generate lint test

generate: ## check the schema, make the tables and the executor
	go generate ./...

lint:
	$(GOLANGCI_LINT) run --allow-parallel-runners ./...

fix: ## format the code
	$(GOLANGCI_LINT) fmt ./...

test:
	go test -race -shuffle=on -timeout 20m ./...

fuzz: ## each fuzz target for FUZZTIME; the test program of a package is built once
	@mkdir -p .data; for pkg in $$(go list -f '{{.ImportPath}}:{{.Dir}}' ./...); do \
	    dir=$${pkg#*:}; pkg=$${pkg%%:*}; grep -qs '^func Fuzz' $$dir/*_test.go || continue; \
	    go test -c -fuzz . -o $(CURDIR)/.data/fuzz.test $$pkg || exit 1; \
	    for target in $$(cd $$dir && $(CURDIR)/.data/fuzz.test -test.list '^Fuzz' | grep '^Fuzz'); do \
	        echo "$$pkg $$target"; \
	        (cd $$dir && $(CURDIR)/.data/fuzz.test -test.run '^$$' -test.fuzz "^$$target\$$" -test.fuzztime $(FUZZTIME) \
	            -test.fuzzcachedir "$$(go env GOCACHE)/fuzz/$$pkg") || exit 1; \
	    done; \
	done

prove: ## N generated operations, half as many pairs of twins and as many by both paths, N / 400 histories of consent; goes on where it was interrupted
	@mkdir -p .data
	GOGC=400 PROVE=$(N) PROVE_STATE=$(CURDIR)/.data/prove-state.json PROVE_REPORT=$(CURDIR)/.data/prove-report.json \
	    go test -count=1 -timeout 0 -v -run 'TestNothingLeaks|TestTwinsAnswerAlike|TestWriterAnswersAsReference|TestHistoriesOfConsent|TestConsentIsLinearizable' ./internal/proof -rapid.nofailfile

import: ## the time that an import of IMPORT_ROWS results takes
	IMPORT_ROWS=$(IMPORT_ROWS) go test -count=1 -timeout 0 -v -run 'TestImportOfMany' .

breaks: ## break the enforcement, one way at a time, and see that a test fails; BREAK=NAME for those of that name
	@mkdir -p .data/breaks
	BREAKS='$(BREAK)' BREAKS_DIR=$(CURDIR)/.data/breaks \
	    go test -count=1 -timeout 0 -v -run TestEveryBreakIsCaught ./internal/proof/mutant

bench: bench/peers/node_modules ## compare with other servers: docs/performance.md; half an hour
	cd bench && go run .

bench-check: ## whether the ratios of the last benchmark are within their bounds
	cd bench && go run . -check

bench-scale: ## 20,000, 200,000 and 2,000,000 people
	cd bench && go run . -scale 20000,200000,2000000

bench-gogc: ## settings of the garbage collector
	cd bench && go run . -gogc 100,200,400,800

bench-hold: ## a load of five minutes, and one beyond what can be answered
	cd bench && go run . -hold 5m

bench/peers/node_modules: bench/peers/package-lock.json
	npm ci --prefix bench/peers --no-audit --no-fund
	touch $@

ci:
	.ci/run
