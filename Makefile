# Two commands matter: `make run` opens the app, `make test` runs every test. Both create what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCHMARK := .venv-benchmark
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: run test lint audit benchmark sample docs pages pictures clean

run: $(VENV)/run.stamp $(VENV)/kernels.stamp
	$(BIN)/python -m streamlit run app.py

test: $(VENV)/test.stamp
	$(BIN)/python -m tests.browser.chromium
	$(BIN)/lint-imports
	$(BIN)/python -m pytest

lint: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

audit: $(VENV)/test.stamp
	$(BIN)/python -m tests.hosting.dependencies

benchmark: $(BENCHMARK)/benchmark.stamp
	$(BENCHMARK)/bin/python -m benchmarks --write

sample: $(VENV)/run.stamp
	$(BIN)/python sample_data/generate.py

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet -r requirements.txt
	@touch $@

$(VENV)/docs.stamp: requirements.txt requirements-docs.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet -r requirements-docs.txt
	@touch $@ $(VENV)/run.stamp

$(VENV)/test.stamp: requirements.txt requirements-docs.txt requirements-dev.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	@touch $@ $(VENV)/run.stamp $(VENV)/docs.stamp

docs: $(VENV)/docs.stamp
	$(BIN)/python -m sphinx -q -W --keep-going -b html docs docs/_build
	@echo "The documentation is built: open docs/_build/index.html"

pages: $(VENV)/docs.stamp
	$(BIN)/python -m docs.making

# Compiled ahead, so that the first visit does not wait for it.
$(VENV)/kernels.stamp: $(VENV)/run.stamp $(shell find analysis -name '*kernel.py')
	$(BIN)/python -m ui.warm_up
	@touch $@

# An environment of its own: pandas would compute with another library's sums where that library is installed.
$(BENCHMARK)/benchmark.stamp: requirements.txt requirements-docs.txt requirements-dev.txt requirements-benchmark.txt
	$(PYTHON) -m venv $(BENCHMARK)
	$(BENCHMARK)/bin/python -m pip install --quiet -r requirements-benchmark.txt
	@touch $@

pictures: $(VENV)/test.stamp
	$(BIN)/python docs/take_pictures.py

clean:
	rm -rf $(VENV) $(BENCHMARK) docs/_build results .pytest_cache .hypothesis .ruff_cache .mypy_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
