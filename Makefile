# Every target sets itself up. Needs Python 3.11 or newer with venv, make and git; nothing else.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 3000
export PORT
# Without byte code, which Python makes of what it imports: a third of the time.
PIP_INSTALL := pip install --quiet --disable-pip-version-check --no-compile
# So Python has to keep it, also where the image forbids that: tests start a hundred processes, each a second sooner.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: serve test test-as-installed check sbom bench benchmark faults fuzz gallery pictures calibration weights requirements clean

serve: .venv/runtime
	$(BIN)/faqbot migrate
	$(BIN)/faqbot serve

test: .venv/tests .venv/chromium test-as-installed
	$(BIN)/pytest $(addprefix --ignore=tests/,$(AS_INSTALLED))

# Files, server and start with what operators install and pytest alone: the tests' tools bring lxml and defusedxml,
# which change how openpyxl handles a workbook. `pytest` by itself runs them too.
AS_INSTALLED := as_installed.py test_connections.py test_workbooks.py test_excel_cells.py test_spreadsheet_imports.py \
  test_partial_spreadsheets.py test_file_bombs.py test_yaml_failures.py test_yaml_files.py test_yaml_hazards.py \
  test_yaml_import.py test_yaml_writer.py
test-as-installed: .venv/as-installed/ready
	PYTHONPATH=.venv/pytest .venv/as-installed/bin/python -m pytest -o addopts= -p no:cacheprovider $(addprefix tests/,$(AS_INSTALLED))

check: .venv/tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/faqbot check
	$(BIN)/python -m tests.audit

# What the bot is made of, for whoever has to know: sbom.json in CycloneDX's format.
sbom: .venv/tests
	$(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible -o sbom.json requirements.txt

# Prints the figures of index/README.md; each program also runs alone (python -m tests.benchmarks.NAME).
bench: .venv/tests
	$(BIN)/python -m tests.benchmarks.first_answer
	$(BIN)/python -m tests.benchmarks.acknowledgement
	$(BIN)/python -m tests.benchmarks.bm25_speed
	$(BIN)/python -m tests.benchmarks.second_stage
	$(BIN)/python -m tests.benchmarks.build_speed
	$(BIN)/python -m tests.benchmarks.editing_speed
	$(BIN)/python -m tests.benchmarks.scale
	$(BIN)/python -m tests.benchmarks.privacy
	$(BIN)/python -m tests.benchmarks.knowledge_bases
	$(BIN)/python -m tests.benchmarks.clusters
	$(BIN)/python -m tests.benchmarks.gaps
	$(BIN)/python -m tests.benchmarks.message_path
	$(BIN)/python -m tests.benchmarks.load

# Writes BENCHMARKS.md: retrieval beside other engines. BENCH=DIR adds the public sets in DIR, a folder each.
BENCH ?=
benchmark: .venv/tests
	$(BIN)/python -m tests.benchmarks.engines $(if $(BENCH),--bench $(BENCH))

# Two processes on PostgreSQL, killed in turn while the database stops and Slack fails: nothing lost, nothing twice.
# Then slow clients, and a person who writes without end: nobody else waits. Then publishing, killed a hundred times.
faults: .venv/tests
	$(BIN)/python -m tests.faults
	$(BIN)/python -m tests.faults.slow_clients
	$(BIN)/python -m tests.faults.flood
	$(BIN)/python -m tests.faults.killed_publish

# Looks for inputs that break the bot; SEED=N repeats a run.
SECONDS ?= 60
fuzz: .venv/tests
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS) $(if $(SEED),--seed $(SEED))

# Every message, modal and page as people see it: gallery/index.html, and a picture of each.
gallery: .venv/tests .venv/chromium
	$(BIN)/python -m tests.gallery

# The two pictures of the README.
pictures: .venv/tests .venv/chromium
	$(BIN)/python -m tests.gallery.readme_pictures

# After a change of entries, synonyms, judged queries or the code in index/.
calibration: .venv/tests
	$(BIN)/python -m index.evaluation.training calibrate

# After a change of the signals or a large one of the entries.
weights: .venv/tests
	$(BIN)/python -m index.evaluation.training tests/knowledge_bases

# After a change of the dependencies in pyproject.toml or tests/requirements.in.
requirements: .venv/tests
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header --no-annotate --extra semantic --extra evaluation pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header --no-annotate -c requirements.txt tests/requirements.in -o tests/requirements.txt

.venv/pyvenv.cfg:
	$(PYTHON) -m venv .venv

.venv/runtime: requirements.txt pyproject.toml | .venv/pyvenv.cfg
	$(BIN)/$(PIP_INSTALL) --require-hashes -r requirements.txt
	$(BIN)/$(PIP_INSTALL) --no-deps -e .
	touch $@

.venv/tests: .venv/runtime tests/requirements.txt
	$(BIN)/$(PIP_INSTALL) --require-hashes -r tests/requirements.txt
	touch $@

.venv/as-installed/ready: requirements.txt tests/requirements.txt | .venv/pyvenv.cfg
	rm -rf .venv/as-installed .venv/pytest
	$(PYTHON) -m venv .venv/as-installed
	.venv/as-installed/bin/$(PIP_INSTALL) --require-hashes -r requirements.txt
	awk '/^[a-z]/ {keep = /^(pytest|iniconfig|packaging|pluggy|pygments)==/} keep' tests/requirements.txt > .venv/pytest.txt
	.venv/as-installed/bin/$(PIP_INSTALL) --require-hashes --no-deps \
	  --target .venv/pytest -r .venv/pytest.txt
	touch $@

# The browser of the tests: the machine's own, else Debian's where we may install it, else Playwright's.
.venv/chromium: .venv/tests
	command -v chromium || command -v chromium-browser || test -n "$$CHROMIUM" || \
	  { test "$$(id -u)" = 0 && command -v apt-get && apt-get update -qq && apt-get install -y -qq chromium fonts-noto-cjk; } || \
	  $(BIN)/playwright install chromium
	touch $@

clean:
	rm -rf .venv var *.egg-info
