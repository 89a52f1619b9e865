# The one list of commands: people, pre-commit and CI call these.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIP := $(BIN)/python -m pip --disable-pip-version-check
LLAMA := llama-cpp-python==0.3.36

# A native build of llama.cpp crashes on some processors, so the instruction sets are named.
LLAMA_FLAGS := -DLLAVA_BUILD=OFF -DGGML_NATIVE=OFF
ifneq ($(filter x86_64 amd64,$(shell uname -m)),)
LLAMA_FLAGS += -DGGML_AVX=ON -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON -DGGML_BMI2=ON
endif
INSTALL := CMAKE_ARGS="$(LLAMA_FLAGS)" $(PIP) install -c constraints.txt --no-binary llama-cpp-python

.PHONY: help setup demo test check bench docs vscode test-vscode
.DEFAULT_GOAL := help

help:  ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

setup: $(READY)  ## Create .venv with everything in it; ten minutes the first time, then nothing

$(READY): pyproject.toml constraints.txt Makefile
	@$(PYTHON) -c 'import sys; sys.exit(None if (3, 11) <= sys.version_info < (3, 14) else \
	    "batdoc needs Python 3.11, 3.12 or 3.13; run: make setup PYTHON=python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet -c constraints.txt pip
	$(INSTALL) -e '.[train,qlora,http,hub]' --group dev
	$(BIN)/python -m batdoc.models.probe || $(MAKE) --no-print-directory rebuild-llama
	touch $@

# pip keeps the wheel of an earlier build, whatever its flags were.
.PHONY: rebuild-llama
rebuild-llama:
	$(INSTALL) --no-cache-dir --force-reinstall --no-deps $(LLAMA)
	$(BIN)/python -m batdoc.models.probe

demo: setup  ## Train on an installed package, then document it (under ten minutes)
	$(BIN)/python -m batdoc.trainer.demo

test: setup  ## Run the tests
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q

check: setup  ## Lint, types, layers, docstrings and generated help
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/batdoc check cli lsp_server models source trainer
	$(BIN)/python docs/generate.py --check

# batcoder.py and drift.py work on what they are given, for long; results.py writes for the others.
BENCHES = $(filter-out %/batcoder.py %/drift.py %/results.py,$(wildcard benchmarks/*.py))

bench: setup  ## Run every benchmark but those of training and drift; each prints one line of JSON
	@for script in $(BENCHES); do $(BIN)/python "$$script" || exit 1; done

docs: setup  ## Write the command line's help into docs/cli.md
	$(BIN)/python docs/generate.py

VSCODE := editors/vscode

vscode:  ## Package the VS Code extension as editors/vscode/batdoc.vsix; needs Node 20
	cd $(VSCODE) && npm ci --no-audit --no-fund && npm run package

# code-server brings a Node of its own; it is built with the one that is there.
test-vscode: setup vscode  ## Drive the extension in real VS Code; needs Chromium and libkrb5-dev
	cd $(VSCODE)/test && npm install --no-audit --no-fund
	$(VSCODE)/test/node_modules/node/bin/node $(VSCODE)/test/run.mjs $(BIN)/batdoc docs/pictures

test-vscode: export FORCE_NODE_VERSION = $(shell node -p 'process.versions.node.split(".")[0]')
