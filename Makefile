# newsbeam: `make demo` shows it, `make check` is what CI runs.
.PHONY: setup demo test check format bench docs site lock clean
V := .venv/bin

setup: .venv/.done

.venv/.done: requirements-dev.lock pyproject.toml
	"$$(sh scripts/python.sh)" -m venv .venv
	$(V)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all: -r requirements-dev.lock
	PATH="$$PWD/$(V):$$PATH" $(V)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	touch $@

demo: setup
	$(V)/newsbeam ingest seeds --run-date 2026-11-23
	@echo; cat examples/demo.sql
	@$(V)/newsbeam sql --file examples/demo.sql

test: setup
	@sh scripts/minio.sh path > /dev/null || echo "the tests on S3 run without MinIO"
	@$(V)/python -c "from pipelines.prism import find_prism; find_prism()" 2> /dev/null || echo "the tests of Prism are skipped"
	$(V)/python -m pytest --numprocesses 2 --dist loadfile

check: setup
	$(V)/ruff format --check .
	$(V)/ruff check .
	$(V)/mypy
	$(V)/lint-imports
	$(V)/python -m pip check --quiet
	$(V)/python scripts/generate_docs.py --check
	$(V)/python scripts/generate_politeness.py --check
	$(MAKE) site
	$(MAKE) test

format: setup
	$(V)/ruff format .
	$(V)/ruff check --fix .

bench: setup
	$(V)/python -m benchmarks

docs: setup
	$(V)/python scripts/generate_docs.py
	$(V)/python scripts/generate_politeness.py

site: setup
	NO_MKDOCS_2_WARNING=1 $(V)/python -m mkdocs build --quiet --strict

lock:
	$(V)/uv pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -o requirements.lock
	$(V)/uv pip compile -q pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -o requirements-dev.lock

clean:
	rm -rf .venv data
