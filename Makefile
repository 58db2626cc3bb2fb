# make run    start everything on this machine        make demo   play the story against it
# make test   install and run every check             make check  the checks without the tests
PYTHON ?= python3
PORT ?=
FOLDER ?= .local
MEMBERS ?=
PYTEST_ARGS ?=

MODULES ?=
DOORS ?= conformance-doors.json
ROUNDS ?= 10

.PHONY: setup run demo demo-shop test test-full check audit soak bench bench-stack cost conformance mutate

setup:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Cannot set up: Python 3.11 or newer is needed as '$(PYTHON)'; name another with PYTHON=/path/to/python3." >&2; exit 1; }
	@"$(PYTHON)" infra/bootstrap.py

run: setup
	@.venv/bin/python -m infra.run $(if $(PORT),--port $(PORT)) --folder "$(FOLDER)"

demo-shop: setup
	@.venv/bin/python -m infra.demo_shop --folder "$(FOLDER)" $(if $(MEMBERS),--members $(MEMBERS))

demo: setup
	@.venv/bin/python -m infra.demo --folder "$(FOLDER)"

check: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

# Known holes of what is shipped, committed keys, a bill of materials (docs/security.md)
audit: setup
	@.venv/bin/python -m infra.audit

# With branch coverage, which takes a third longer: make test PYTEST_ARGS="--cov --cov-report=term"
test: check
	.venv/bin/python -m pytest -n 3 --dist loadfile $(PYTEST_ARGS)

# The same, and all that the long suites can try: many more random stories, every choice of repeats
test-full: export TESTS = full
test-full: test

# Millions of random steps against the naive model: make soak STEPS=5000000
soak: setup
	.venv/bin/python -m tests.support.soak $(STEPS)

# Ratios in one run: deciding, committing, starting, signing and pushing, beside others
bench: setup
	.venv/bin/python -m benchmarks

# What a million sales cost, of the units that the functions really use and a table of prices
cost: setup
	@COST=write .venv/bin/python -m pytest -q -n 0 tests/functions/test_cost.py
	@.venv/bin/python -m benchmarks.cost

# The whole stack on this machine, with as many pushes as you like beside the sales: make bench-stack PUSHES=50000
bench-stack: setup
	.venv/bin/python -m benchmarks.stack $(PUSHES)

# Every vendor's story, shuffled and with losses, against a deployment (docs/tills/conformance.md);
# without BASE against the stack of `make run`
conformance: setup
	@.venv/bin/python -m infra.conformance $(if $(BASE),run --base "$(BASE)" --doors "$(DOORS)",local --folder "$(FOLDER)") --rounds $(ROUNDS)

# Seeded bugs, one at a time, in the modules that decide: survivors are listed in docs/mutation.md
mutate: setup
	.venv/bin/python -m tests.support.mutate $(MODULES)
