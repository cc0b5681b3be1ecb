# Two commands set everything up by themselves: `make site` and `make test`. They need Python 3.11 or later, make and git.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
SITE := build/site

.PHONY: site test serve check clean

site: $(VENV)/.site  ## Build the site, from nothing, into build/site
	rm -rf $(SITE)
	$(BIN)/sphinx-build -W --keep-going -q -E -d build/doctrees -c . docs $(SITE)
	@echo "Site built: $(SITE)/index.html"

test: $(VENV)/.test site  ## Run every check: format, lint, types, layers, doctrine, tests in both languages, the built site
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo --quiet 2>/dev/null || $(BIN)/lint-imports
	$(BIN)/boussole check
	@scripts/browser $(BIN) > build/browser; \
	BOUSSOLE_SITE=$(SITE) BOUSSOLE_BROWSER="$$(cat build/browser)" $(BIN)/pytest -n auto; code=$$?; \
	if [ ! -s build/browser ]; then \
	  echo "!!! NO BROWSER FOUND: the pages were NOT checked in a browser. Install chromium and run again. !!!"; \
	  if [ -n "$$CI" ]; then exit 1; fi; \
	fi; exit $$code

serve: $(VENV)/.serve  ## Show the site, rebuilt as files change, on http://127.0.0.1:8000
	$(BIN)/sphinx-autobuild -c . --watch src/boussole/doctrines --watch src/boussole/templates --watch src/boussole/theme \
	  --watch src/boussole/static --re-ignore '\.boussole-generated' docs build/serve

check: $(VENV)/.site  ## Check the doctrine alone
	$(BIN)/boussole check

clean:  ## Forget everything built, the environment included
	rm -rf build $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(BIN)/python:
	scripts/venv "$(PYTHON)" $(VENV)

$(VENV)/.%: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable '.[$(if $(filter site,$*),site,site,$*)]'
	@touch $@
