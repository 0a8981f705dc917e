# Linka: `make help` lists the verbs. On a fresh machine this needs git, make, Python ≥ 3.11 and Node.js ≥ 20.19.

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# The first Python ≥ 3.11 that really runs: a shim of that name may be on PATH and fail.
ifndef PYTHON
PYTHON := $(shell for candidate in python3.13 python3.12 python3.11 python3 python3.14 python; do \
	"$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$candidate" && break; done)
endif

LINKA := .venv/bin/linka
BIN := .venv/bin

.PHONY: help run doctor test check proof chaos bench nlu-eval nlu-report profile format lock clean bootstrap bootstrap-dev

help: ## Show these verbs
	@echo "Linka, the customer line."
	@echo
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-14s%s\n", $$1, $$2}'
	@echo
	@echo "More: .venv/bin/linka --help"

run: bootstrap ## Set everything up and start Linka; Ctrl-C ends it
	@exec $(LINKA) run

doctor: bootstrap ## Check this machine and say what is wrong and how to mend it
	@exec $(LINKA) doctor

test: bootstrap-dev ## Set everything up and pass all tests
	@$(LINKA) prepare --for-tests
	@exec $(BIN)/python tests/suites.py test

check: bootstrap-dev ## The quick loop: format, lint, types, import rules, drift, unit tests
	@$(LINKA) prepare --no-bot
	@exec $(BIN)/python tests/suites.py check

proof: bootstrap-dev ## The long forms of the tests; says which there are
	@$(LINKA) prepare --for-tests
	@exec $(BIN)/python tests/suites.py proof

chaos: bootstrap-dev ## Kill and cut while people write; MINUTES=30 SEED=7 for a long round, ONLY=redis
	@$(LINKA) prepare --no-bot --for-tests
	@exec $(BIN)/python -m tests.faults $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only $(ONLY))

bench: bootstrap-dev ## Measure everything and write docs/performance.md anew (a quarter of an hour)
	@exec $(BIN)/python -m benchmarks

nlu-eval: bootstrap-dev ## Judge what the bot understands; NLU_DATA=folder for Banking77 and CLINC150 as well
	@$(LINKA) prepare
	@cd nlu && PYTHONWARNINGS=ignore TF_CPP_MIN_LOG_LEVEL=3 exec .venv/bin/python -m evaluation

nlu-report: nlu-eval ## Measure what the bot understands and how fast, and write docs/nlu.md anew (half an hour)
	@exec $(BIN)/python -m benchmarks turns hub-share

profile: bootstrap-dev ## Where a hub's time goes under full load, by py-spy: tables and a flame graph in var/profile
	@exec $(BIN)/python -m benchmarks.profile

format: bootstrap-dev ## Bring the Python sources into the common form
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

lock: bootstrap-dev ## Resolve the Python dependencies anew (requirements/*.lock)
	@$(BIN)/python requirements/lock.py

clean: ## Remove environments, builds and caches; what was written at run time (var/) stays
	@rm -rf .venv .tools nlu/.venv nlu/.rasa .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@rm -rf hub/panel/node_modules hub/panel/dist webchat-widget/node_modules webchat-widget/dist test-results
	@find benchmarks bot hub nlu storage tests -type d -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true
	@echo "Clean. Data, models and logs are kept in var/ (or LINKA_DATA)."

bootstrap:
	@$(require-python)
	@"$(PYTHON)" -I hub/launch/bootstrap.py

bootstrap-dev:
	@$(require-python)
	@"$(PYTHON)" -I hub/launch/bootstrap.py --dev

define require-python
if [ -z "$(PYTHON)" ]; then \
	echo "  x No Python 3.11 or newer on PATH: install it (Debian: apt-get install python3 python3-venv)," >&2; \
	echo "    or name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; exit 1; fi
endef
