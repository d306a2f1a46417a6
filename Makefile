# make demo: install, then run the published pipeline on the bundled sample crawl.
# make test: install with the test extras, then run the whole suite against the built wheel.
# make lint: formatting, style, types, direction of imports.

PYTHON ?= $(firstword $(foreach candidate,python3.13 python3.12 python3.11 python3,$(if $(shell $(candidate) -c 'import sys; print(sys.version_info[:2] >= (3, 11) or "")' 2>/dev/null | grep True),$(candidate))))
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
TEST_PLACE := $(VENV)/elsewhere
WORKERS ?= 2

.PHONY: demo test lint clean

demo: $(VENV)/installed
	$(BIN)/corpusforge run fineweb2-style --lang pan

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "corpusforge needs Python 3.11 to 3.13 on the PATH" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || { echo "apt-get install python3-venv" >&2; exit 1; }

$(VENV)/installed: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) install --constraint constraints.txt --editable .
	touch $@

$(VENV)/installed-dev: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) install --constraint constraints.txt --editable '.[dev]'
	touch $@ $(VENV)/installed

# The suite tests the wheel: built, installed over the editable checkout, and imported from another directory.
test: $(VENV)/installed-dev
	rm -rf $(VENV)/wheel && $(BIN)/python -m build --wheel --outdir $(VENV)/wheel . >/dev/null
	$(PIP) install --force-reinstall --no-deps $(VENV)/wheel/*.whl
	rm -rf $(TEST_PLACE) && mkdir -p $(TEST_PLACE)
	cd $(TEST_PLACE) && CORPUSFORGE_SHARED="$${CORPUSFORGE_SHARED:-$(abspath ../shared)}" CORPUSFORGE_REPOSITORY="$(CURDIR)" \
	  ../bin/python -m pytest -c $(CURDIR)/pyproject.toml --rootdir $(CURDIR) -p no:cacheprovider -n $(WORKERS) --dist loadfile $(CURDIR)/tests $(PYTEST); \
	  code=$$?; cd $(CURDIR) && $(PIP) install --no-deps --editable . ; exit $$code

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

clean:
	rm -rf $(VENV) runs dist build
