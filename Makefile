# The checks of .ci/run, one by one. README.md needs none of this.

GOLANGCI_LINT = go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
FUZZTIME ?= 30s
N ?= 20000

.PHONY: all generate lint fix test fuzz prove bench bench-check bench-scale bench-hold ci

all: generate lint test

generate: ## check the schema, make the tables and the executor
	go generate ./...

lint:
	$(GOLANGCI_LINT) run --allow-parallel-runners ./...

fix: ## format the code
	$(GOLANGCI_LINT) fmt ./...

test:
	go test -race -shuffle=on ./...

fuzz: ## each fuzz target for FUZZTIME
	@for pkg in $$(go list ./...); do \
	    for target in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	        echo "$$pkg $$target"; \
	        go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
	    done; \
	done

prove: ## N generated operations and half as many pairs of twins; goes on where it was interrupted
	GOGC=400 PROVE=$(N) PROVE_STATE=$(CURDIR)/.data/prove-state.json PROVE_REPORT=$(CURDIR)/.data/prove-report.json \
	    go test -count=1 -timeout 0 -v -run 'TestNothingLeaks|TestTwinsAnswerAlike' ./internal/proof -rapid.nofailfile

bench: bench/peers/node_modules ## compare with other servers: docs/performance.md; half an hour
	cd bench && go run .

bench-check: ## whether the ratios of the last benchmark are within their bounds
	cd bench && go run . -check

bench-scale: ## 20,000, 200,000 and 2,000,000 people
	cd bench && go run . -scale 20000,200000,2000000

bench-hold: ## a load of five minutes, and one beyond what can be answered
	cd bench && go run . -hold 5m

bench/peers/node_modules: bench/peers/package-lock.json
	npm ci --prefix bench/peers --no-audit --no-fund
	touch $@

ci:
	.ci/run
