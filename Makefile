# Two commands set everything up by themselves: `make site` and `make test`. They need Python 3.11 or later, make and git.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
SITE := build/site

.PHONY: site test serve check pdf epub clean zip publish

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
	$(BIN)/boussole debate check
	@scripts/nu build/nu
	@scripts/pango $(BIN)
	@scripts/browser $(BIN) > build/browser; \
	BOUSSOLE_SITE=$(SITE) BOUSSOLE_BROWSER="$$(cat build/browser)" $(BIN)/pytest -n auto --dist loadgroup; code=$$?; \
	if [ ! -s build/browser ]; then \
	  echo "!!! NO BROWSER FOUND: the pages were NOT checked in a browser. Install chromium and run again. !!!"; \
	  if [ -n "$$CI" ]; then exit 1; fi; \
	fi; exit $$code

zip: site  ## Put the site in one file, which opens without server nor network
	scripts/zip $(SITE) build/boussole-site.zip boussole

publish: pdf epub  ## Build the site with its PDF, its EPUB, itself in one file, each linked from every page, and the printed kit
	rm -rf $(SITE) build/kit
	$(BIN)/sphinx-build -W --keep-going -q -E -d build/doctrees -c . -D boussole_kit=1 \
	  -D boussole_downloads=boussole.pdf,boussole.epub,boussole-site.zip docs $(SITE)
	$(BIN)/boussole kit -o build/kit
	mkdir -p $(SITE)/debattre/kit && cp build/kit/*.pdf $(SITE)/debattre/kit
	scripts/zip build/kit $(SITE)/debattre/kit.zip kit
	cp build/boussole.pdf build/boussole.epub $(SITE)
	scripts/zip $(SITE) build/boussole-site.zip boussole
	cp build/boussole-site.zip $(SITE)
	@echo "Site to publish: $(SITE)"

serve: $(VENV)/.serve  ## Show the site, rebuilt as files change, its faults on the page, on http://127.0.0.1:8000
	$(BIN)/sphinx-autobuild -c . -D boussole_live=1 --watch src/boussole/doctrines --watch src/boussole/templates --watch src/boussole/theme \
	  --watch src/boussole/static --re-ignore '\.boussole-generated' docs build/serve

# The date of the last commit, unless it is given: the same commit makes the same bytes.
pdf epub publish: export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || date +%s)
PRINT := $(BIN)/sphinx-build -W --keep-going -q -E -c . -d build/print/doctrees

pdf: $(VENV)/.print  ## Make build/boussole.pdf, the whole doctrine on paper, with fields to fill
	@scripts/pango $(BIN)
	@$(PRINT) -b singlehtml docs build/print/singlehtml
	@$(BIN)/python -m boussole.printing pdf build/print/singlehtml build/boussole.pdf

epub: $(VENV)/.print  ## Make build/boussole.epub, for readers and phones
	@rm -rf build/print/epub
	@$(PRINT) -b epub -D version=1 -D epub_show_urls=no docs build/print/epub
	@$(BIN)/python -m boussole.printing epub build/print/epub build/boussole.epub

check: $(VENV)/.site  ## Check the doctrine alone
	$(BIN)/boussole check

clean:  ## Forget everything built, the environment included
	rm -rf build $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(BIN)/python:
	scripts/venv "$(PYTHON)" $(VENV)

EXTRAS_site := site
EXTRAS_serve := site,serve
EXTRAS_print := site,print
EXTRAS_test := site,print,terminal,test

$(VENV)/.%: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable '.[$(EXTRAS_$*)]'
	@touch $@
