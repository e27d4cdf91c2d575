# The checks of .ci/run, one by one. README.md needs none of this.

GOLANGCI_LINT = go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
FUZZTIME ?= 30s
N ?= 20000

.PHONY: all generate lint fix test fuzz prove ci

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

prove: ## N generated operations, half as many pairs of twins and as many by both paths; goes on where it was interrupted
	GOGC=400 PROVE=$(N) PROVE_STATE=$(CURDIR)/.data/prove-state.json PROVE_REPORT=$(CURDIR)/.data/prove-report.json \
	    go test -count=1 -timeout 0 -v -run 'TestNothingLeaks|TestTwinsAnswerAlike|TestWriterAnswersAsReference' ./internal/proof -rapid.nofailfile

ci:
	.ci/run
