"""The option that lets expectations be written anew: ``pytest tests/diagnostics --update-expected``."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))  # for what these tests share


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-expected", action="store_true", help="write what is found over what is expected")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether expectations are to be written anew."""
    return bool(request.config.getoption("--update-expected", default=False))
