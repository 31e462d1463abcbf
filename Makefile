# Two commands on a fresh machine: `make demo` and `make test`. Both set up what they need first.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
FRONT  := $(shell find frontend -path frontend/node_modules -prune -o -type f -print)

.PHONY: demo serve test check unit fuzz bench clean system

demo: $(VENV)/.runs src/episodarr/web/static/dist/.built
	$(BIN)/episodarr demo $(ARGS)

serve: $(VENV)/.runs src/episodarr/web/static/dist/.built
	$(BIN)/episodarr serve $(ARGS)

test: check unit

check: $(VENV)/.tests src/episodarr/web/static/dist/.built
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	npm --prefix frontend run --silent check

# The judgement and every pure decision is covered to the last branch.
PURE := episodarr.episode episodarr.downloads.attribute episodarr.downloads.file_name episodarr.downloads.release_name episodarr.downloads.resolve_release episodarr.availability.match episodarr.availability.verdict episodarr.catalogue.listing episodarr.catalogue.movie_join episodarr.catalogue.followed episodarr.catalogue.in_line episodarr.catalogue.ahead episodarr.watching.place_movies episodarr.watching.states episodarr.overview.export episodarr.overview.freshness episodarr.overview.reading episodarr.watching.people episodarr.deletion.rules episodarr.deletion.judge episodarr.deletion.known episodarr.deletion.brief episodarr.deletion.shield episodarr.deletion.mature episodarr.deletion.complete episodarr.deletion.plan episodarr.deletion.make_plan episodarr.deletion.guard episodarr.deletion.limits episodarr.histories.dates episodarr.histories.titles episodarr.histories.match episodarr.histories.marks episodarr.histories.names episodarr.histories.numerals episodarr.histories.folding episodarr.histories.shelf episodarr.histories.unsure episodarr.histories.chosen episodarr.histories.totals episodarr.histories.personal episodarr.histories.library_join episodarr.histories.language episodarr.overview.deletions episodarr.watching.next_up episodarr.web.candidates.draft

# They are measured over their own tests alone: measuring makes a run take twice as long.
PURE_TESTS := $(wildcard tests/episode tests/downloads tests/availability tests/catalogue tests/overview tests/watching tests/deletion tests/histories tests/database/test_ledger.py)
# As many files of tests at a time as keep two cores busy: some wait for real programs. Who shares a process is said in
# tests/conftest.py.
TESTS := $(BIN)/python -m pytest
# These look on in a real browser; the last one watches each step of many, and has the machine to itself.
IN_A_BROWSER := tests/browser
WATCHES := tests/browser/test_story.py

unit: $(VENV)/.tests src/episodarr/web/static/dist/.built system
ifdef ARGS
	$(BIN)/python -m pytest $(ARGS)
else
	@failed=0; set -x; \
	$(TESTS) -n 2 $(PURE_TESTS) $(PURE:%=--cov=%) --cov-branch --cov-report=term:skip-covered --cov-fail-under=100 || failed=1; \
	$(TESTS) -n 3 $(PURE_TESTS:%=--ignore=%) $(IN_A_BROWSER:%=--ignore=%) || failed=1; \
	$(TESTS) -n 2 $(IN_A_BROWSER) --ignore=$(WATCHES) || failed=1; \
	$(TESTS) $(WATCHES) || failed=1; \
	exit $$failed
endif

# Deletion under far more interleavings of faults than CI has time for: an overnight run, of as many as are wanted.
fuzz: $(VENV)/.tests
	EPISODARR_FUZZ_EXAMPLES=$(or $(EXAMPLES),20000) $(BIN)/python -m pytest tests/deletion_fuzz/test_interleavings.py

bench: $(VENV)/.tests src/episodarr/web/static/dist/.built
	$(BIN)/python -m bench $(ARGS)

# What only tests need from the system: a real qBittorrent and a real browser. Installed where we are root and apt is.
system:
	@need=""; \
	command -v qbittorrent-nox >/dev/null || need="$$need qbittorrent-nox"; \
	command -v chromium >/dev/null || need="$$need chromium"; \
	if [ -n "$$need" ]; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$need >/dev/null; \
	  else \
	    echo "Not installed:$$need - the tests that need them will say that they did not run."; \
	  fi; \
	fi

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runs: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.tests: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	@touch $@ $(VENV)/.runs

frontend/node_modules/.installed: frontend/package-lock.json
	@node -e 'process.exit(+(parseInt(process.versions.node) < 20))' || { echo "Node.js 20 or newer is needed."; exit 1; }
	npm --prefix frontend ci --silent --no-audit --no-fund
	@touch $@

src/episodarr/web/static/dist/.built: frontend/node_modules/.installed $(FRONT)
	npm --prefix frontend run --silent build
	@touch $@

clean:
	rm -rf $(VENV) frontend/node_modules src/episodarr/web/static/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
