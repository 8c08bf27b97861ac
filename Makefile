# quydinh: `make` lists the targets. Nothing here needs more than Debian's python3 (3.11 or newer), make and PyPI.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test unit check crawl index bench elasticsearch pin clean

PORT ?= 8000
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
DEVELOPMENT := $(VENV)/.development

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-14s %s\n", $$1, $$2}'

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "quydinh needs Python 3.11 or newer; found: $$($(PYTHON) --version)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing. Install it, then run make again:"; echo "  sudo apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

$(RUNTIME): requirements.txt | $(BIN)/uv
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python -r requirements.txt
	@touch $@

$(DEVELOPMENT): requirements.txt requirements-dev.txt | $(RUNTIME)
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python -r requirements.txt -r requirements-dev.txt
	@touch $@

setup: $(RUNTIME) ## install what the portal needs into .venv
setup-dev: $(DEVELOPMENT) ## install what developing needs too

run: $(RUNTIME) ## set everything up and serve the site (PORT=8000)
	@$(BIN)/python -m compileall -q schemas crawler indexer webapp # starts stay quick where Python may not write
	@exec $(BIN)/python -m webapp run --port $(PORT)

# An empty PYTHONDONTWRITEBYTECODE counts as none: compiling every test again takes longer than running most.
test: $(DEVELOPMENT) ## set everything up and run the tests
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 2 $(PYTEST_ARGS)

unit: $(DEVELOPMENT) ## only the unit tests: no process, no server, no walk over the whole site
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 2 --dist loadfile -m "not integration" --ignore tests/browser \
	  -p no:schemathesis -p no:anyio --hypothesis-profile unit $(PYTEST_ARGS)

check: $(DEVELOPMENT) ## formatting, types, imports, documentation, tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(MAKE) --no-print-directory test

crawl: $(RUNTIME) ## crawl an official site (SOURCE="vbpl dichvucong", ARGS="--limit 100")
	@exec $(BIN)/python -m crawler crawl $(or $(SOURCE),vbpl dichvucong) $(ARGS)

index: $(RUNTIME) ## build a new index generation
	@exec $(BIN)/python -m indexer build $(ARGS)

bench: $(DEVELOPMENT) ## measure a claim again (NAME="latency", ARGS="…"); without NAME: what there is
	@exec $(BIN)/python -m bench $(NAME) $(ARGS)

pin: $(DEVELOPMENT) ## compile requirements*.in into requirements*.txt
	@for f in requirements requirements-dev; do \
	  $(BIN)/uv pip compile --quiet --no-emit-index-url --no-header --python-version 3.11 --upgrade $$f.in -o $$f.txt || exit 1; done

clean: ## remove .venv and caches; var/ (database, archive, index) stays
	@rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache

NODES ?= 1
elasticsearch: $(DEVELOPMENT) ## a real Elasticsearch on this machine (NODES=1), for trying and testing
	@exec $(BIN)/python -m tests.services.elasticsearch --nodes $(NODES)
