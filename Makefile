# Two commands matter: `make run` and `make test`. Each step leaves a stamp in .venv/done/
# and is skipped while its inputs are the same. Python 3.11 or newer and make are enough.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.NOTPARALLEL:

PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= 2
DONE := .venv/done
ASSETS := app/web/static/vendor/manifest.json
STEP := bash .ci/setup.sh
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Another active environment must not receive our packages; and without compiled modules
# every process that starts would compile two thousand of them first.
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE

.PHONY: help run demo setup setup-test test check fix bench soak accept doctor clean

help: ## Show what can be made
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1|\2/p' Makefile | while IFS='|' read -r name text; do
		printf '  make %-10s %s\n' "$$name" "$$text"
	done

# HOST is a variable of some shells: only the one named after `make run` counts.
run: setup ## Set up, start and serve everything (PORT=8001, DEMO=0, HOST=…)
	@exec $(BIN)/envelope serve --setup $(if $(filter command,$(origin HOST)),--host $(HOST)) $(if $(PORT),--port $(PORT)) $(if $(DEMO),--demo $(DEMO))

demo: setup ## Build the demo world in an empty database
	@$(BIN)/envelope demo $(if $(filter command,$(origin DAY)),--day $(DAY))

doctor: setup ## Look at every part of this installation
	@$(BIN)/envelope doctor

test: setup-test check ## All checks and all tests, browser journeys included
	@$(BIN)/pytest -n $(WORKERS) --dist loadgroup -m "not soak" $(ARGS)

check: $(DONE)/dev ## Formatting, lint, types, import directions
	@$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

fix: $(DONE)/dev ## Repair what can be repaired
	@$(BIN)/ruff check --fix --exit-zero .
	$(BIN)/ruff format .

bench: setup-test ## Measure; figures and ratios, never a gate
	@$(BIN)/python -m tests.benchmarks

soak: setup-test ## Long proofs with random seeds
	@$(BIN)/pytest -n $(WORKERS) --dist load -m soak --hypothesis-profile=default $(ARGS)

accept: setup-test ## Accept the texts that documents and pages have now
	@$(BIN)/python -m tests.house.accept
	ACCEPT=1 $(BIN)/pytest -n $(WORKERS) tests/documents tests/web $(ARGS)

clean: ## Remove what was set up; data in var/ stays
	@rm -rf .venv node_modules app/web/static/vendor reports/_house/fonts

setup: $(DONE)/run $(DONE)/libraries $(ASSETS) ## Set everything up, start nothing

setup-test: setup $(DONE)/dev $(DONE)/tools $(DONE)/assets-dev
	@:

# --- steps: each says what it does and is done once for the same inputs -------------

# A virtual environment does not survive being moved: then begin again.
ifneq ("$(shell cat .venv/done/place 2>/dev/null)","$(CURDIR)")
$(DONE)/venv: FORCE
endif
FORCE:

$(DONE)/venv:
	@if [[ -d $(DONE) ]]; then rm -rf .venv; fi
	$(STEP) venv "$(PYTHON)"
	mkdir -p $(DONE)
	printf '%s' "$(CURDIR)" > $(DONE)/place
	touch $@

$(DONE)/uv: .ci/uv.lock $(DONE)/venv
	@$(STEP) uv && touch $@

# The lock of developers holds the one for running: packages are never taken away again.
$(DONE)/run: requirements.lock pyproject.toml $(DONE)/uv
	@if [[ -f $(DONE)/dev ]]; then $(MAKE) $(DONE)/dev; else $(STEP) packages requirements.lock; fi
	touch $@

$(DONE)/dev: requirements-dev.lock pyproject.toml $(DONE)/uv
	@$(STEP) packages requirements-dev.lock && touch $@ $(DONE)/run

$(DONE)/libraries: $(DONE)/run
	@$(STEP) libraries && touch $@

$(ASSETS): package-lock.json .npmrc .ci/node.lock app/commands/assets.py $(DONE)/run
	@$(STEP) assets && touch $@

$(DONE)/assets-dev: package-lock.json $(ASSETS)
	@$(STEP) assets-dev && touch $@

$(DONE)/tools: .ci/setup.sh
	@$(STEP) tools && touch $@
