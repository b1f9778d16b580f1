# One line each; `make` lists them. Nothing needs a server or an environment variable.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv/bin
MANAGE := $(VENV)/python manage.py
PIP := $(VENV)/python -m pip install -qq --disable-pip-version-check
LOCK := $(VENV)/uv pip compile --quiet --python-version 3.11 --no-header --no-emit-index-url --annotation-style line

help:  ## list the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## */\1\t/' | expand -t 16

run: .venv/.runtime  ## the whole site in the foreground: broker, web, worker, beat (PORT=8000, Ctrl-C stops)
	@exec $(VENV)/python -m reform_tracker.supervisor --with-parent

demo: .venv/.runtime  ## load the demo into an existing database
	@$(MANAGE) migrate --verbosity 0 && $(MANAGE) load_demo

# Side by side, for two cores; each pass prints what it has to say when it is done.
test: .venv/.dev  ## the suite twice: on SQLite, and on PostgreSQL with a real broker (minutes)
	@echo "testing on SQLite and on PostgreSQL side by side; results follow …"
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target test-sqlite test-postgres

test-sqlite: .venv/.dev  ## the suite on SQLite
	TEST_ON=sqlite $(VENV)/python -m pytest

test-postgres: .venv/.dev  ## the suite on PostgreSQL: DATABASE_URL's, the local one, or an embedded one
	TEST_ON=postgres $(VENV)/python -m pytest

e2e: .venv/.dev  ## the browser tests (as root it installs Chromium and a Chinese font)
	tools/browser
	DJANGO_ALLOW_ASYNC_UNSAFE=true $(VENV)/python -m pytest tests/e2e -m e2e

bench: .venv/.dev  ## what reading a notice costs, and that it grows with its length and no faster
	TEST_ON=sqlite $(VENV)/python -m pytest tests/benchmarks -m benchmark

lint: .venv/.dev  ## style, types, the arrow of imports, migrations, templates
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy
	$(VENV)/lint-imports
	$(MANAGE) makemigrations --check --dry-run
	$(VENV)/djlint --quiet --lint templates

format: .venv/.dev  ## let ruff rewrite the code
	$(VENV)/ruff format . && $(VENV)/ruff check --fix .

lock: .venv/.dev  ## pin requirements.txt and requirements-dev.txt again
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) -c requirements.txt requirements-dev.in -o requirements-dev.txt

vendor:  ## fetch the front-end libraries again
	tools/vendor

clean:  ## remove caches and the environment; var/, with its database, stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

# Stamps: installed again only when the pins change.
.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; PYTHON=… names one")'
	$(PYTHON) -m venv .venv || { rm -rf .venv; echo "On Debian: apt install python3-venv"; exit 1; }

.venv/.runtime: requirements.txt | .venv/bin/python
	@echo "installing what the site needs (about half a minute, once) …"
	$(PIP) -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt | .venv/bin/python
	@echo "installing what the site and its tests need (about a minute, once) …"
	$(PIP) -r requirements-dev.txt
	@touch $@ .venv/.runtime

.DEFAULT_GOAL := help
.PHONY: help run demo test test-sqlite test-postgres e2e bench lint format lock vendor clean
