"""CRDs of the projects whose kinds are rendered: the API server serves every one."""

from pathlib import Path

import crds
import pytest
from cluster import Cluster, install_crds
from schemas import derived


@pytest.mark.parametrize("module", [source.module for source in crds.SOURCES])
def test_every_crd_is_served(running: Cluster, other_crds: dict[str, list[Path]], module: str) -> None:
    assert install_crds(running.admin, other_crds[module])


def test_the_compilers_schemas_are_those_of_the_crds() -> None:
    """``python tests/cluster/schemas.py`` writes them anew."""
    assert [path.name for path, data in derived().items() if path.read_bytes() != data] == []
