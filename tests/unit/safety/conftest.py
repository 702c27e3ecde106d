"""The laws of the front end are written once, beside the fuzz target."""

import sys
from pathlib import Path

import pytest

FUZZ = Path(__file__).parents[2] / "fuzz"
sys.path.insert(0, str(FUZZ))


@pytest.fixture(scope="session")
def front_end(tmp_path_factory: pytest.TempPathFactory):
    """The compiler up to judging, with the starter project around the file that is tried."""
    from front_end import FrontEnd

    return FrontEnd(tmp_path_factory.mktemp("safety") / "project")
