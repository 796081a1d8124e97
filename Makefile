# How TrialRun is built and tested. Every verb makes what it needs; nothing but the setup verbs touches the system.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

JOBS ?= 2
ARGS ?=

# An environment is current while pyproject.toml, its constraints and the place of the checkout are what they were.
key = $(shell { pwd; cat pyproject.toml $(1); } | cksum | tr ' ' '-')
RUN_READY   := .venv/.ready-$(call key,constraints.txt)
TEST_READY  := .venv-test/.ready-$(call key,constraints.txt)
BENCH_READY := .venv-bench/.ready-$(call key,constraints-bench.txt)
DOCS_READY  := .venv-docs/.ready-$(call key,constraints-docs.txt)
RUN_PYTHON   := .venv/bin/python
TEST_PYTHON  := .venv-test/bin/python
BENCH_PYTHON := .venv-bench/bin/python

CORE_VERSION := 0.17.1

.PHONY: help run test test-slow test-long lint format types contract bench docs wheel clean setup-browser setup-r setup-core

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(firstword $(MAKEFILE_LIST)) | sed -E 's/:.*## /\t/' | awk -F '\t' '{printf "make %-14s %s\n", $$1, $$2}'

run: $(RUN_READY)  ## the demonstration (ARGS="--participants 12 --no-serve")
	@.venv/bin/trialrun demo $(ARGS)

test: $(TEST_READY)  ## the quick tests, two at a time (JOBS=4, ARGS="-k journey")
	@$(call pytest,-m 'not slow and not long' -n $(JOBS) --dist loadfile)

test-slow: $(TEST_READY)  ## the slow tests
	@$(call pytest,-m 'slow and not long' -n $(JOBS) --dist loadfile --timeout 1800)

test-long: $(TEST_READY) setup-browser setup-r setup-core  ## the tests that take an hour: every small fault of the executors must be noticed
	@$(call pytest,-m long)

lint: $(TEST_READY)  ## ruff: rules and format
	@$(TEST_PYTHON) -m ruff check .
	@$(TEST_PYTHON) -m ruff format --check .

format: $(TEST_READY)  ## ruff: put rules and format right
	@$(TEST_PYTHON) -m ruff check --fix .
	@$(TEST_PYTHON) -m ruff format .

types: $(TEST_READY)  ## mypy on src
	@$(TEST_PYTHON) -m mypy

contract: $(TEST_READY)  ## which room may import which
	@.venv-test/bin/lint-imports

bench: $(BENCH_READY)  ## the measurements, beside lifelines and scikit-survival
	@$(BENCH_PYTHON) -m bench $(ARGS)

docs: $(DOCS_READY)  ## the documentation as a site in site/
	@NO_MKDOCS_2_WARNING=1 .venv-docs/bin/mkdocs build --quiet --strict --clean $(ARGS)
	@echo "The documentation is there: site/index.html"

wheel: $(TEST_READY)  ## a wheel in dist/
	@$(TEST_PYTHON) -m build --wheel --no-isolation --outdir dist

clean:  ## remove environments, caches and built things
	@rm -rf .venv .venv-test .venv-bench .venv-docs .venv-core dist build site .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

setup-browser:  ## Chromium for the browser tests (Debian, apt-get)
	@if command -v chromium >/dev/null; then echo "Chromium is there: $$(command -v chromium)"; else $(call apt,chromium fonts-dejavu-core); fi

setup-r:  ## R with survival, cmprsk, nlme and rpact for the comparisons (Debian, apt-get)
	@if dpkg -s r-base-core r-cran-survival r-cran-cmprsk r-cran-nlme r-cran-rpact >/dev/null 2>&1; then echo "R and its packages are there."; \
	else $(call apt,r-base-core r-cran-survival r-cran-cmprsk r-cran-nlme r-cran-rpact); fi

setup-core:  ## CDISC CORE for conformance checks, where Python 3.12 is found
	@if [ -e .venv-core/.ready-$(CORE_VERSION) ]; then echo "CDISC CORE $(CORE_VERSION) is there: .venv-core"; exit 0; fi; \
	for python in python3.12 "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/3.12*/bin/python3.12; do \
	  "$$python" -c 'import sys, venv; sys.exit(sys.version_info[:2] != (3, 12))' 2>/dev/null || continue; \
	  if "$$python" -m venv --clear .venv-core && $(call install,.venv-core) cdisc-rules-engine==$(CORE_VERSION); then \
	    touch .venv-core/.ready-$(CORE_VERSION); echo "CDISC CORE $(CORE_VERSION) is ready: .venv-core"; exit 0; \
	  fi; \
	  rm -rf .venv-core; \
	  echo "CDISC CORE is not available: cdisc-rules-engine $(CORE_VERSION) could not be installed; see the lines above and run make setup-core again."; \
	  exit 0; \
	done; \
	echo "CDISC CORE is not available: it needs Python 3.12, which was not found; install python3.12 (with venv) and run make setup-core again."

$(RUN_READY):
	@$(call environment,.venv,.,constraints.txt)

$(TEST_READY):
	@$(call environment,.venv-test,.[report$(comma)pandas$(comma)dev],constraints.txt)

$(BENCH_READY):
	@$(call environment,.venv-bench,.[pandas$(comma)bench],constraints-bench.txt)

$(DOCS_READY):
	@$(call environment,.venv-docs,.[docs],constraints-docs.txt)

comma := ,

install = $(1)/bin/python -m pip install --quiet --disable-pip-version-check

# $(1) folder, $(2) what to install, $(3) the exact versions. A folder without a stamp was never finished and is made anew.
define environment
if ! { ls $(1)/.ready-* && $(1)/bin/python -c 'import pip'; } >/dev/null 2>&1; then \
  for python in $(if $(PYTHON),"$(PYTHON)",python3 python3.13 python3.12 python3.11); do \
    if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found="$$python"; break; fi; \
  done; \
  if [ -z "$${found:-}" ]; then echo "Python 3.11 or later was not found: name one with make PYTHON=/path/to/python3.11"; exit 1; fi; \
  echo "Making $(1) (a minute or two, once) ..."; \
  "$$found" -m venv --clear $(1); \
fi; \
rm -f $(1)/.ready-*; \
PIP_CONSTRAINT=$(3) $(call install,$(1)) --editable "$(2)"; \
touch $@
endef

# pytest says 5 when no test was selected: told, not a failure.
define pytest
status=0; $(TEST_PYTHON) -m pytest $(1) $(ARGS) || status=$$?; \
if [ $$status -eq 5 ]; then echo "make $@: no test is marked for this yet, so none was run."; else exit $$status; fi
endef

define apt
if ! command -v apt-get >/dev/null; then echo "apt-get was not found: install $(1) the way your system does."; exit 1; fi; \
sudo=""; if [ "$$(id -u)" -ne 0 ]; then sudo=sudo; fi; \
$$sudo apt-get -o Acquire::Retries=3 update -qq; \
$$sudo env DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=3 install -y -qq --no-install-recommends $(1) >/dev/null; \
echo "Installed: $(1)"
endef
