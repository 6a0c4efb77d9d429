# Everything a person does with this project. `make help` prints itself from the lines with two #.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.ready

# What the browser gets is bundled from these.
WEB    := tools/bundle_web.py web/build.mjs web/package-lock.json $(wildcard web/src/* web/translations/*/*/*.po)

# What needs no process, no socket and no speech engine.
FAST   := tests/unit tests/flows tests/test_house.py \
          --ignore tests/unit/media --ignore tests/unit/cli --ignore tests/unit/simulator

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench proof features sounds clean

help: ## what can be made here
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: $(STAMP) ## set up: a virtual environment, the product in it, the system packages where we may

$(STAMP): setup.py pyproject.toml constraints.txt tools/system_packages.sh $(WEB)
	sh tools/system_packages.sh
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -qq --upgrade pip --constraint constraints.txt
	$(BIN)/python -m pip install -qq --editable '.[test]' --constraint constraints.txt
	$(BIN)/python tools/bundle_web.py
	@touch $@

run: setup ## start the product: FreeSWITCH if it is installed, else the built-in stand-in; Ctrl-C ends it
	$(BIN)/switchboard up

test: setup ## all tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest

check: setup ## lint, types, imports and the fast tests, in under a minute
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest --quiet $(FAST)

# A peer wants an older rich than our tools do, so the peers live in an environment of their own.
bench: ## speed, growth and memory against the named peers
	$(PYTHON) -m venv $(VENV)-bench
	grep -v '^rich==' constraints.txt >$(VENV)-bench/constraints.txt
	$(VENV)-bench/bin/python -m pip install -qq --editable '.[bench]' --constraint $(VENV)-bench/constraints.txt
	$(VENV)-bench/bin/python -m benchmarks

proof: setup ## what does not fit into `make test`: every test, and every randomised one at full length
	SWITCHBOARD_PROOF=1 $(BIN)/pytest

features: setup ## the required features and the tests that prove them
	$(BIN)/pytest -q -p tests.features --features

sounds: setup ## speak the texts of the flows that ship; after a text there has changed
	$(BIN)/python tools/speak_shipped.py

clean: ## remove what setup and runs have made here (not your data in var/)
	rm -rf $(VENV) $(VENV)-bench web/dist web/node_modules build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
