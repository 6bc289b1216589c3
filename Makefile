# Storyhold: `make help` lists the targets.

HOST = 127.0.0.1
PORT = 8000
ARGS =
PROOF_SCALE ?= 100

VENV := .venv
PYTHON := $(VENV)/bin/python
PIP := $(PYTHON) -m pip -qq --disable-pip-version-check --no-input
RUNTIME := $(VENV)/.storyhold-installed
DEVELOPMENT := $(VENV)/.storyhold-development-installed
BROWSERS := chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable
DRIVER := $(VENV)/lib/python*/site-packages/playwright/driver/node
BROWSER_PACKAGES := chromium fonts-liberation libatomic1
FINDS_PANGO := 'import ctypes, sys; sys.platform == "linux" and ctypes.CDLL("libpangoft2-1.0.so.0") or __import__("weasyprint")'
VALIDATOR = $(VENV)/share/vnu-$(shell sed -n 's/^VERSION = "\(.*\)"/\1/p' tests/validator.py).jar
PAPER_PACKAGES := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 poppler-utils

.DEFAULT_GOAL := help
.PHONY: serve test proof setup check bench help
MAKEFLAGS += --no-print-directory

serve: $(RUNTIME) ## Open the archive on http://127.0.0.1:8000 (make serve PORT=8001 for another port)
	@$(VENV)/bin/storyhold serve --host $(HOST) --port $(PORT) $(ARGS)

# The tests start some hundred programs of it: none of them compiles again what another has compiled. Their archives
# wait at each save until the disk has it: in memory, where there is room for them, that takes no time.
ROOM_IN_MEMORY = test "$$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1)" -gt 4000000 2>/dev/null
test proof: export PYTHONDONTWRITEBYTECODE :=
test: export PYTEST_DEBUG_TEMPROOT = $(shell $(ROOM_IN_MEMORY) && echo /dev/shm)
test: $(DEVELOPMENT) ## Run the tests, a browser included (make test ARGS="tests/frame -x" for some of them)
	@$(need_browser)
	@$(need_paper)
	@$(need_validator)
	@$(PYTHON) -m pytest -n 4 --dist worksteal $(ARGS)

proof: $(DEVELOPMENT) ## Run the long proofs at full size and write their figures into docs/
	@$(need_browser)
	@$(need_paper)
	@PROOF_SCALE=$(PROOF_SCALE) $(PYTHON) -m pytest -m proof $(ARGS)

setup: $(RUNTIME) ## Set up alone: the virtual environment, the locked packages, .venv/bin/storyhold
	@echo "$(VENV)/bin/storyhold is ready"

check: $(DEVELOPMENT) ## Check lint, format, types and the import contract
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports

bench: $(DEVELOPMENT) ## Run every benchmark and print its figures
	@for program in $$(grep -l __main__ benchmarks/*.py); do \
	  echo "== $$program"; \
	  $(PYTHON) -m benchmarks.$$(basename $$program .py) $(ARGS) || exit 1; \
	done

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' Makefile | while IFS='|' read -r target does; do \
	  printf '%-12s %s\n' "$$target" "$$does"; \
	done

# Everything below prepares what the targets need, and does nothing when it is there.

$(PYTHON):
	@for candidate in python3.13 python3.12 python3.11 python3 python; do \
	  $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  enough=$$candidate; \
	  $$candidate -c 'import ensurepip, venv' 2>/dev/null || continue; \
	  echo "Preparing $(VENV) with $$($$candidate --version)" >&2; \
	  exec $$candidate -m venv --clear $(VENV); \
	done; \
	if [ -n "$$enough" ]; then \
	  echo "$$enough has no venv module. Install it: sudo apt-get install python3-venv" >&2; \
	else \
	  echo "Storyhold needs Python 3.11 or later. Install it: sudo apt-get install python3 python3-venv" >&2; \
	fi; exit 1

$(RUNTIME): requirements.txt pyproject.toml | $(PYTHON)
	@$(PYTHON) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m ensurepip >/dev/null
	@echo "Installing the locked packages (a minute, the first time)" >&2
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(DEVELOPMENT): requirements-dev.txt $(RUNTIME)
	@echo "Installing what the tests need" >&2
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

# Playwright's driver does not start without libatomic, which a bare Debian has not.
define need_browser
for browser in $(BROWSERS); do \
  command -v $$browser >/dev/null && $(DRIVER) --version >/dev/null 2>&1 && exit 0; \
done; \
if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
  echo "Installing a browser for the tests" >&2; \
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
    apt-get install -qq -y --no-install-recommends $(BROWSER_PACKAGES); } </dev/null >/dev/null; \
else \
  echo "The tests need a browser. Run: sudo apt-get install $(BROWSER_PACKAGES)" >&2; exit 1; \
fi
endef

# WeasyPrint lays sheets out with Pango; Poppler's programs look into the files that it makes.
define need_paper
$(PYTHON) -c $(FINDS_PANGO) 2>/dev/null && command -v pdftotext >/dev/null && exit 0; \
if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
  echo "Installing what PDF files are made and tested with" >&2; \
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
    apt-get install -qq -y --no-install-recommends $(PAPER_PACKAGES); } </dev/null >/dev/null; \
else \
  echo "The tests need what makes PDF files. Run: sudo apt-get install $(PAPER_PACKAGES)" >&2; exit 1; \
fi
endef

# Pages are read by the Nu Html Checker. Without Java, npm or a network its test skips itself, and says so.
define need_validator
test -e $(VALIDATOR) || test -n "$$VNU_JAR" || ! { command -v java && command -v npm; } >/dev/null || \
  { echo "Fetching what reads the pages as HTML" >&2; $(PYTHON) -m tests.validator; }
endef
