"""GitHub workflows, for zizmor: pinned, with least permissions, so that nothing is found in them."""

from collections.abc import Iterator

_CHECK_OUT = """\
      - name: check out
        uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
        with:
          persist-credentials: false"""

_WORKFLOW = """\
name: build service-{number}
on:
  push:
    branches: [main]
  pull_request:
permissions: {{}}
concurrency:
  group: ${{{{ github.workflow }}}}-${{{{ github.ref }}}}
  cancel-in-progress: true
jobs:
  test:
    name: test
    runs-on: ubuntu-24.04
    timeout-minutes: {minutes}
    permissions:
      contents: read
    strategy:
      matrix:
        python: ["3.11", "3.12", "3.13"]
    steps:
{check_out}
      - name: install
        run: make setup
      - name: test
        env:
          PYTHON: ${{{{ matrix.python }}}}
          SERVICE: service-{number}
        run: make test PYTHON="${{PYTHON}}" SERVICE="${{SERVICE}}"
  lint:
    name: lint
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    permissions:
      contents: read
    steps:
{check_out}
      - name: lint
        run: make check
"""


def files(count: int) -> Iterator[tuple[str, str]]:
    """Paths below a repository, and texts."""
    for number in range(1, count + 1):
        text = _WORKFLOW.format(number=number, minutes=10 + number % 20, check_out=_CHECK_OUT)
        yield f".github/workflows/service-{number}.yaml", text
