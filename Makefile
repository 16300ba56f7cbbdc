# Everything runs in .venv, which these targets make and keep up to date by themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
RUN ?= results/latest
BASELINE ?= results/baseline.json
ARGS ?=
# All tests in several sessions at a time, or what ARGS selects in one
TESTS = $(BIN)/python $(if $(ARGS),-m pytest,tools/parallel_tests.py) -m "not slow" $(ARGS)
# After a run, where its command is, unless PATH has it; the exit code stays that of the run.
WHERE = code=$$?; command -v gilbench >/dev/null || \
	echo "gilbench is $(BIN)/gilbench; to call it by its name: . $(BIN)/activate" >&2; exit $$code

.DEFAULT_GOAL := help
.PHONY: help setup fleet fleet-scenario bench bench-glance bench-quick bench-full report baseline regress test sabotage corpus crowded torture selfbench selfbench-quick check workflows dist docs facts pictures clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "gilbench needs Python 3.11 or later; run: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 2; }
	@echo "setting up $(VENV) (once) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

setup: $(READY) ## make the environment

bench: $(READY) ## measure the standard profile (about 6 minutes) and write the report
	@$(BIN)/gilbench run --profile standard $(ARGS); $(WHERE)

bench-glance: $(READY) ## answer what is asked first in about ten seconds
	@$(BIN)/gilbench run --profile glance $(ARGS); $(WHERE)

bench-quick: $(READY) ## measure for a minute: every family, wide intervals
	@$(BIN)/gilbench run --profile quick $(ARGS); $(WHERE)

bench-full: $(READY) ## measure for half an hour: narrow intervals
	@$(BIN)/gilbench run --profile full $(ARGS); $(WHERE)

fleet: $(READY) ## measure a small fleet of two worker processes on this machine, and verify it
	@$(BIN)/gilbench fleet run --local 2 --claim A1 --profile quick --out results/fleets $(ARGS)

fleet-scenario: $(READY) ## measure fleets of four while one host is killed, one is cut off and the scheduler restarts (5 minutes)
	@$(BIN)/python -m pytest tests/fleet/test_scenario.py -m slow -v $(ARGS)

report: $(READY) ## make the report of RUN again (default: results/latest)
	@$(BIN)/gilbench report $(RUN) $(ARGS)

baseline: $(READY) ## keep the portable part of RUN in BASELINE (default: of results/latest in results/baseline.json)
	@$(BIN)/gilbench check --save $(BASELINE) $(RUN)

regress: $(READY) ## measure a quick run and check it against BASELINE
	@$(BIN)/gilbench run --profile quick --quiet
	@$(BIN)/gilbench check --baseline $(BASELINE) $(ARGS)

$(VENV)/.browser-ready: $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[browser]'
	@touch $@

test: $(VENV)/.browser-ready ## run the tests, but for those that measure for minutes
	@$(TESTS)

sabotage: $(READY) ## break the world for every claim and see its verdict turn (half an hour; resumes where it was stopped)
	@$(BIN)/python -m tests.sabotage build/sabotage.jsonl $(ARGS)

corpus: $(READY) ## compare what advise says of a corpus of functions with exhaustive runs (about 20 minutes)
	@$(BIN)/python -m pytest tests/advise/test_corpus.py -m slow -rs $(ARGS)

crowded: $(VENV)/.browser-ready ## look for overlapping letters in figures of eight targets and of 192 cores (a minute)
	@$(BIN)/python -m pytest tests/browser -m slow -rs $(ARGS)

torture: $(READY) ## kill, mutate and misuse it hundreds of times (an hour; resumes where it was stopped)
	@$(BIN)/python -m tests.torture $(ARGS)

selfbench: $(READY) ## measure gilbench next to its peers (about 40 minutes) and write docs/selfbench.md; adds to what was measured
	@$(BIN)/python -m tools.selfbench $(ARGS)

selfbench-quick: $(READY) ## the same in short turns (about 6 minutes)
	@$(BIN)/python -m tools.selfbench --quick --journal results/selfbench-quick.jsonl --out results/selfbench-quick $(ARGS)

check: $(VENV)/.browser-ready ## formatting, lint, types, layers and tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(TESTS)

$(VENV)/.ci-ready: $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[ci]'
	@touch $@

workflows: $(VENV)/.ci-ready ## what may be wrong with the workflows: their security, their schema and their scripts
	@$(BIN)/zizmor --offline --quiet .github
	@$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	@$(BIN)/python tools/workflow_scripts.py .github/workflows/*.yml
	@$(BIN)/shellcheck .ci/run

dist: $(VENV)/.ci-ready ## build the distributions in dist, and check that PyPI can show them
	@rm -rf dist
	@$(BIN)/python -m build --outdir dist . >/dev/null
	@$(BIN)/twine check --strict dist/*

$(VENV)/.docs-ready: $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[docs]'
	@touch $@

docs: $(VENV)/.docs-ready ## build the documentation in build/site, every link checked, nothing fetched from elsewhere
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict
	@$(BIN)/python tools/check_site.py build/site

facts: $(READY) ## write the GIL facts, their figures and the numbers of the FAQ from the journals in docs/facts/runs
	@$(BIN)/python -m tools.facts pages

pictures: $(VENV)/.browser-ready ## take the annotated pictures of docs/read-a-report.md from the example report
	@$(BIN)/python tools/report_pictures.py $(ARGS)

clean: ## remove the environment and caches; results stay
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist
