# phiward: `make demo` runs the main job, `make test` every test, `make check` lint and types.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-live test check format bench docs dist lock clean

help:  ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

setup: $(STAMP)  ## Make the environment in .venv from the committed lock

$(STAMP): requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

demo: setup  ## Scan the example clinic and verify the signed evidence
	@mkdir -p build
	PATH="$(CURDIR)/$(BIN):$$PATH" sh examples/demo.sh

demo-live: setup  ## The same clinic as a live (simulated) AWS account
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python examples/demo_live.py

test: setup  ## Run every test, the live ones too
	$(BIN)/python -m pytest -n auto --dist loadgroup

check: setup  ## Lint, format, types, import layers, controls
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=engine:collectors $(BIN)/lint-imports --no-cache

format: setup  ## Format the code
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

bench: setup  ## Measure against the targets, and against Checkov and Prowler (installed under build/); prints ratios
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/engine.py
	$(BIN)/python benchmarks/terraform.py
	$(BIN)/python benchmarks/aws.py
	$(BIN)/python benchmarks/aws_prowler.py
	$(BIN)/python benchmarks/aws_growth.py
	$(BIN)/python benchmarks/aws_latency.py

docs: setup  ## Renew the reference pages, the published schemas and the list of AWS calls
	$(BIN)/python tests/aws_survey.py
	$(BIN)/python docs/generate.py
	$(BIN)/python -m phiward.evidence.schemas docs/reference/schemas

dist: setup  ## Build the wheel and the source archive into dist/
	$(BIN)/python -m build --no-isolation --outdir dist .

lock: setup  ## Renew requirements/dev.txt and ci/requirements.txt from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
		--no-emit-index-url --custom-compile-command "make lock" --all-extras --group dev pyproject.toml -o requirements/dev.txt
	echo "hatchling" | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
		--no-emit-index-url --custom-compile-command "make lock" --constraint requirements/dev.txt pyproject.toml - -o ci/requirements.txt

clean:  ## Remove what was built
	rm -rf build dist $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
