# Two commands do everything: `make demo` and `make test`. Both prepare the environment first; nothing else is needed
# than Python 3.11, git, make and the package registries.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
UV_VERSION := 0.13.9
UV := .venv-uv/bin/uv
VENV := .venv
STAMP := $(VENV)/.complete
JOBS ?= auto
INPUTS ?= 100000
KUBERNETES ?= 1.36
ARGO ?= 4.1

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-cluster test-pods check format generate clean bench-startup bench-compiler bench-rendering bench-policies fuzz fuzz-rendering

help: ## show this text
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

setup: $(STAMP) ## prepare the environment of the other commands

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; say PYTHON=…" >&2; exit 3; }
	$(PYTHON) -m venv .venv-uv
	.venv-uv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(STAMP): $(UV) pyproject.toml uv.lock hatch_build.py
	UV_PROJECT_ENVIRONMENT=$(VENV) $(UV) sync --locked --compile-bytecode --python $(PYTHON) --quiet
	@touch $(STAMP)

demo: $(STAMP) ## live the whole life of a model, on real data
	@$(VENV)/bin/plimsoll demo

test: $(STAMP) ## pass every test that needs no cluster
	$(VENV)/bin/pytest -n $(JOBS)

test-cluster: $(STAMP) ## pass the tests on a real API server and Argo controller, which Go builds first: ARGO=4.0 KUBERNETES=1.35
	$(VENV)/bin/python tests/cluster/build.py --kubernetes $(KUBERNETES) --argo $(ARGO)
	$(VENV)/bin/pytest tests/cluster -p no:xdist --kubernetes $(KUBERNETES) --argo $(ARGO)

test-pods: $(STAMP) ## pass the tests in real pods, on a node of their own: as root, with Go, containerd and debootstrap
	@UV_PROJECT_ENVIRONMENT=$(VENV) $(UV) sync --locked --group pods --python $(PYTHON) --quiet
	@$(VENV)/bin/python tests/pods/run.py --kubernetes $(KUBERNETES) --argo $(ARGO)

check: $(STAMP) ## format, lint, types, import rules, generated files
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/python -m plimsoll.cli.generate --check
	$(VENV)/bin/plimsoll check specs

generate: $(STAMP) ## write the generated files anew
	$(VENV)/bin/python -m plimsoll.cli.generate

format: $(STAMP) ## format the code
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

bench-startup: $(STAMP) ## measure the shortest commands, and the peers' beside them
	@$(VENV)/bin/python -m benchmarks.startup

bench-compiler: $(STAMP) ## measure check and compile from 1 to 50,000 specs, and the peers beside them
	@$(VENV)/bin/python -m benchmarks.compiler

bench-rendering: $(STAMP) ## measure compile up to 10,000 specs, and helm, kustomize, KFP and Hera beside it
	@$(VENV)/bin/python -m benchmarks.rendering

bench-policies: $(STAMP) ## measure rules on specs, and other engines of policies beside ours
	@$(VENV)/bin/python -m benchmarks.policies

fuzz: $(STAMP) ## try random specs on the compiler: make fuzz INPUTS=1000000
	@UV_PROJECT_ENVIRONMENT=$(VENV) $(UV) sync --locked --group fuzz --compile-bytecode --python $(PYTHON) --quiet
	@$(VENV)/bin/python tests/fuzz/run.py --inputs $(INPUTS)

fuzz-rendering: $(STAMP) ## try hostile texts on what is rendered: make fuzz-rendering INPUTS=10000
	@$(VENV)/bin/python tests/fuzz/strings.py --inputs $(INPUTS)

clean: ## remove what the other commands made
	rm -rf $(VENV) .venv-uv .plimsoll release .mypy_cache .ruff_cache .pytest_cache .hypothesis
