# Everything a person needs: `make demo`, `make test`. Both set up a project-local environment first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO_PACK := late_work_policies
OUT ?= torusnb-out

.PHONY: help setup demo test lint wheel lab clean

help: ## Say what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(READY) ## Make the environment in .venv (with uv where it is installed, otherwise pip)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "torusnb needs Python 3.11 or newer; set PYTHON=... to one")'
	@if command -v uv >/dev/null 2>&1; then \
	  echo "setting up .venv with uv"; \
	  uv venv --quiet --allow-existing --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" $(VENV) && \
	  uv pip install --quiet --compile-bytecode --python $(BIN)/python --constraint constraints.txt --editable . --group dev; \
	else \
	  echo "setting up .venv with pip (a minute or two)"; \
	  { $(PYTHON) -m venv $(VENV) || { echo "venv failed; on Debian: apt-get install python3-venv"; exit 1; }; } && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1" && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable . --group dev; \
	fi
	@touch $(READY)

demo: setup ## Run the four notebooks over a spec pack of the miniature Torus
	@$(BIN)/torusnb run --torus data/sample_torus --out $(OUT) $(DEMO_PACK)

test: setup ## Run the tests
	@$(BIN)/python -m pytest -q -n auto

lint: setup ## Format check, linters, types, import rules
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

wheel: setup ## Build the wheel in dist/
	@$(BIN)/python -m build --wheel --no-isolation --outdir dist .

lab: setup ## Open JupyterLab on the notebooks, over the miniature Torus
	@$(BIN)/torusnb lab --torus data/sample_torus --pack $(DEMO_PACK) --out $(OUT)

clean: ## Remove the environment and what the demo wrote
	rm -rf $(VENV) torusnb-out torusnb-notebooks dist
