"""How tests are dealt to workers, and where what they remember goes."""

import os
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

LIFE = "tests/e2e/life/"


class OneWorkerForTheLife(LoadScopeScheduling):
    """Deals each test by itself, but all that share a life to one worker: it is lived once, and then harmed.

    The largest scope is dealt first, so that the life begins at once while the other workers do the rest. xdist's own
    ``loadgroup`` loses its groups under pytest 9.2: https://github.com/pytest-dev/pytest-xdist/issues/1386
    """

    def _split_scope(self, nodeid: str) -> str:
        return LIFE if nodeid.startswith(LIFE) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneWorkerForTheLife:
    return OneWorkerForTheLife(config, log)


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or fills the cache of whoever runs it."""
    os.environ["PLIMSOLL_CACHE"] = str(tmp_path_factory.mktemp("cache"))
