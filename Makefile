# Two commands matter: `make demo` runs the main job, `make test` the tests. Both set up what is missing.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
DEMO   ?= demo
# A shell's own pip or uv settings must not reach the locks.
PIP    := $(BIN)/python -m pip --disable-pip-version-check
# Some packages bring files that are no Python of this version: what compiles is enough.
COMPILE := $(BIN)/python -m compileall -q -j 0 $(VENV)/lib >/dev/null || true
# A line keeps its extras: else pip, told to look at hashes, takes another version for them than the pinned one.
LOCK   := env -u UV_INDEX -u UV_INDEX_URL -u UV_DEFAULT_INDEX -u UV_EXTRA_INDEX_URL $(BIN)/uv pip compile \
          --universal --generate-hashes --no-strip-extras --python-version 3.11 --quiet --no-annotate --no-header \
          --no-emit-package loyaltylib

ROWS   ?= 1 10
PEERS  := .bench

.PHONY: help demo test test-all bench check lab lock build font pictures clean
help:
	@echo "make demo      a class of 30, from the chapter's text to marks, feedback and the class report"
	@echo "make test      the tests, long ones as seeded samples      make test-all   everything at full length"
	@echo "make lab       JupyterLab on the learner's notebooks       make check      style, types, drift"
	@echo "make bench     speed and memory beside the same result by hand; ROWS=\"1 10 50\" million transactions; marking"
	@echo "make build     notebooks from course/                      make lock       resolve the locks anew"

demo: $(VENV)/.kit
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/loyalty demo $(DEMO)

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not long"

test-all: $(VENV)/.long check
	$(BIN)/python -m pytest -n 2 --dist loadfile --hypothesis-profile=whole --timeout=900

# What the library is measured against lives in an environment of its own: it is heavy, and no test needs it.
bench: $(VENV)/.dev $(PEERS)/.done
	$(BIN)/python tests/benchmarks/bench.py --peers $(PEERS)/bin/python --rows $(ROWS)
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python tests/benchmarks/marking.py
	PYTHONPATH=. $(BIN)/python tests/benchmarks/simulators.py

$(PEERS)/.done: bench.lock
	$(PYTHON) -m venv $(PEERS)
	@echo "Installing what the library is measured against, some minutes ..."
	$(PEERS)/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes --requirement bench.lock
	@touch $@

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/loyalty build --check

lab: $(VENV)/.kit
	$(BIN)/loyalty lab

build: $(VENV)/.kit
	$(BIN)/loyalty build

font: $(VENV)/.dev
	$(BIN)/python -m loyaltylib.fonts.make

pictures: $(VENV)/.dev
	LOYALTY_SCREENSHOTS=notebooks/pictures $(BIN)/python -m pytest -q tests/browser/test_present.py -k a_picture_of_every_simulator
	LOYALTY_SCREENSHOTS=notebooks/pictures $(BIN)/python -m pytest -q tests/browser/test_walkthrough_pictures.py

# Kit and learner take their versions from dev, so that the three never disagree.
lock: $(VENV)/.dev
	$(LOCK) pyproject.toml autograders/pyproject.toml --extra learner --group dev --output-file dev.lock
	$(LOCK) pyproject.toml autograders/pyproject.toml --extra learner --constraint dev.lock --output-file kit.lock
	$(LOCK) pyproject.toml --extra learner --constraint dev.lock --output-file learner.lock
	$(LOCK) --group long --constraint dev.lock --output-file long.lock
	$(LOCK) --group bench --output-file bench.lock

# Two steps each: pip refuses a local path in one command with hashes. dev contains kit. Compiled afterwards on
# all cores; not at the first import, which in a sandbox cannot write down what it compiled.
$(VENV)/.kit: kit.lock pyproject.toml autograders/pyproject.toml | $(VENV)/bin/python
	@test -e $(VENV)/.dev -a ! kit.lock -nt $(VENV)/.dev || { echo "Installing the locked requirements, about a minute ..."; \
	  $(PIP) install --no-compile --require-hashes --requirement kit.lock || exit 1; $(COMPILE); }
	$(PIP) install --quiet --no-deps --no-build-isolation --editable . --editable autograders
	@touch $@

$(VENV)/.dev: dev.lock pyproject.toml autograders/pyproject.toml | $(VENV)/bin/python
	@echo "Installing the locked requirements, about a minute ..."
	$(PIP) install --no-compile --require-hashes --requirement dev.lock
	$(COMPILE)
	$(PIP) install --quiet --no-deps --no-build-isolation --editable . --editable autograders
	@touch $@

# Spark is as large as all the rest together; only the full length asks for what is here.
$(VENV)/.long: long.lock | $(VENV)/.dev
	@echo "Installing PySpark and a fuzzer, some minutes ..."
	$(PIP) install --quiet --require-hashes --requirement long.lock
	@touch $@

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "The kit needs Python 3.11 or newer; '$(PYTHON)' is older. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

clean:
	rm -rf $(DEMO) .mypy_cache .ruff_cache .pytest_cache .hypothesis
