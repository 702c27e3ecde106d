"""The option that lets golden files be written anew: ``pytest tests/golden --update-golden``."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write what is rendered over what is expected")
