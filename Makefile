# make run    serve the workbook: makes everything it needs, asks nothing
# make dev    the same with reload, on a sample journal, for work on the site
# make test   all tests, browser tests included where there is a browser
# make help   the other targets

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
# Tests share the cores, each a part in one piece, so that what a module starts is started once;
# `make test PYTEST="-n0 -x tests/vault"` runs some of them, one by one.
PYTEST ?= -n auto --dist worksteal

# `make run PORT=8080` means the same as `PORT=8080 make run`: make hands both on.
.PHONY: audit dev licenses run test bench soak torture lighthouse check format lock postgres-test help write lint pictures screenshots
.DEFAULT_GOAL := help

run: $(VENV)/.has-requirements
	@exec $(RUN) manage.py serve

# Modules, templates, texts and styles as they are in the working tree; its data stays in var-dev.
dev: $(VENV)/.has-requirements-dev
	@scripts/find-chromium
	@exec $(RUN) scripts/dev.py

test: $(VENV)/.has-requirements-dev
	@scripts/find-chromium
	@$(RUN) -m pytest $(PYTEST)

# Not part of CI: it needs Node and the npm registry, and a quiet machine. docs/accessibility.md has
# the figures.
lighthouse: $(VENV)/.has-requirements-dev
	@$(RUN) bench/lighthouse.py

postgres-test: $(VENV)/.has-requirements-dev
	@scripts/find-chromium
	@scripts/with-postgres $(RUN) -m pytest $(PYTEST)

# Before a release; an hour. What `make test` tries at random a tenth of the way goes all of it, and then
# the faults.
soak: $(VENV)/.has-requirements-dev
	@scripts/find-chromium
	SOAK=1 $(RUN) -m pytest $(PYTEST) -m campaign
	SOAK=1 scripts/with-postgres $(RUN) -m pytest $(PYTEST) -m 'campaign and database and not browser'
	$(MAKE) torture

# Faults on purpose; some minutes. docs/reliability.md holds what came of it.
torture: $(VENV)/.has-requirements-dev
	$(RUN) bench/torture.py all
	scripts/with-postgres $(RUN) bench/torture.py kill

# Alongside beside a bare Django project, and how long its linter takes: a quarter of an hour on a quiet
# machine; writes docs/performance.md and docs/scale.md.
bench: $(VENV)/.has-requirements
	@$(RUN) -m bench.run; missed=$$?; $(RUN) -m bench.linting --write && exit $$missed

# docs/images, drawn anew from a sample site; two minutes.
screenshots: $(VENV)/.has-requirements-dev
	@scripts/find-chromium
	@$(RUN) scripts/screenshots.py

check: $(VENV)/.has-requirements-dev
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check
	$(RUN) -m mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/djlint --quiet templates

write: $(VENV)/.has-requirements
	@exec $(RUN) manage.py write

lint: $(VENV)/.has-requirements
	@$(RUN) manage.py lint_content

# The pictures in docs/authoring.md, after a change to a kind's looks.
pictures: $(VENV)/.has-requirements-dev
	@$(RUN) scripts/picture-kinds

format: $(VENV)/.has-requirements-dev
	$(RUN) -m ruff check --fix-only
	$(RUN) -m ruff format

# Known weaknesses of the pinned packages; asks OSV, and says so where it can't be reached.
audit: $(VENV)/.has-requirements
	@$(RUN) scripts/audit.py

# docs/licenses.md, after `make lock`.
licenses: $(VENV)/.has-requirements-dev
	@$(RUN) scripts/list_licenses.py

# Newer versions within pyproject.toml's bounds: make lock LOCK=--upgrade
LOCK ?=
COMPILE := $(VENV)/bin/uv pip compile pyproject.toml $(LOCK) --quiet --universal \
	--python-version 3.11 --generate-hashes --custom-compile-command "make lock"
lock: $(VENV)/.has-requirements-dev
	$(COMPILE) --output-file requirements.txt
	$(COMPILE) --group dev --constraint requirements.txt --output-file requirements-dev.txt

help:
	@echo "make run            serve the workbook on HOST:PORT (127.0.0.1:8000)"
	@echo "make dev            the site with reload, on a sample journal (var-dev)"
	@echo "make write          open the writing desk, for authors"
	@echo "make lint           read the chapters as a kind editor would"
	@echo "make test           run all tests"
	@echo "make check          lint, types, import contracts, templates"
	@echo "make audit          known weaknesses of the packages we use"
	@echo "make licenses       write docs/licenses.md anew"
	@echo "make soak           what tests try at random, ten times as long, and torture"
	@echo "make torture        faults on purpose: kills, locks, a full disk"
	@echo "make bench          measure it beside a bare Django project"
	@echo "make screenshots    draw docs/images anew, from a sample site"
	@echo "make lighthouse     how the pages fare on a slow phone"
	@echo "make postgres-test  run all tests on a PostgreSQL made for it"
	@echo "make format         format Python"
	@echo "make pictures       draw the pictures of docs/authoring.md anew"
	@echo "make lock           write requirements*.txt anew"

# The tests' requirements hold the site's, so either stamp serves a site.
$(VENV)/.has-requirements: requirements.txt
	@scripts/make-environment $(PYTHON) $(VENV) requirements.txt

$(VENV)/.has-requirements-dev: requirements-dev.txt
	@scripts/make-environment $(PYTHON) $(VENV) requirements-dev.txt
