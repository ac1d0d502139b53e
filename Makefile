PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
STAMP_RUN := $(VENV)/.installed-run
STAMP_TEST := $(VENV)/.installed-test

.DEFAULT_GOAL := help
.PHONY: help install run test slow faults faults-cut mutants dist baseline bench bench-sweep calibrate validate docs clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

install: $(STAMP_RUN) ## Make .venv and install the pinned packages into it

run: $(STAMP_RUN) ## Simulate the documented baseline and print its headline table
	$(BIN)/muster run scenarios/baseline.yaml

test: $(STAMP_TEST) ## Lint, check types and run the fast tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n 2 -m "not slow and not faults"

slow: $(STAMP_TEST) ## Run the tests that take minutes
	$(BIN)/pytest -n 2 -m "slow and not faults"

faults: $(STAMP_TEST) ## Run the tests that kill workers and damage files
	$(BIN)/pytest -m faults

faults-cut: $(STAMP_TEST) ## Run every kind of them twice
	$(BIN)/pytest -n 2 -m faults tests/faults tests/experiments --first 2

mutants: $(STAMP_TEST) ## Plant faults one at a time and see whether the tests notice
	$(BIN)/python -m tests.mutants

dist: $(STAMP_TEST) ## Build wheel and sdist, and try the wheel outside the tree
	rm -rf build dist
	$(BIN)/python -m build --outdir dist .
	.ci/try_wheel $(BIN)/python dist/*.whl

baseline: $(STAMP_RUN) ## Renew the expected summary of every shipped scenario
	$(BIN)/python -m experiments.documents.expected

bench: $(STAMP_TEST) ## Time one draw at full scale against the reference model
	$(BIN)/python -m experiments.benchmarks.draw model

bench-sweep: $(STAMP_TEST) ## Time a sweep on one and two workers
	$(BIN)/python -m experiments.benchmarks.draw sweep

calibrate: $(STAMP_RUN) ## Fit the posterior to the documents and make it the packaged one
	$(BIN)/muster calibrate --install

validate: $(STAMP_RUN) ## Score simulated against documented figures
	$(BIN)/muster validate

docs: $(STAMP_RUN) ## Rebuild the generated pages
	$(BIN)/python -m experiments.documents.rebuild

clean: ## Remove the environment, caches and build leftovers (results stay)
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	|| { echo "Muster needs Python 3.11 or newer; name one: make PYTHON=python3.11 ..." >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(STAMP_RUN): pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable .
	@touch $@

$(STAMP_TEST): pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable '.[test,page]'
	@touch $@ $(STAMP_RUN)
