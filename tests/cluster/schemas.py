"""The compiler's schemas of custom kinds, derived from the CRDs that the tests install.

``python tests/cluster/schemas.py`` writes them anew, after a change of ``KINDS`` or of a version in ``modules/``.
"""

from collections.abc import Iterable
from pathlib import Path

import binaries
import crds
from ruamel.yaml import YAML

from plimsoll.compiler.validation.crds import ARGO_4_1_FILE, ARGO_KINDS, KINDS, SCHEMA_FILE
from plimsoll.compiler.validation.crds.derive import derive, schema_bytes

_LOADER = YAML(typ="safe")


def derived() -> dict[Path, bytes]:
    """What each file of schemas holds by the CRDs; Linkerd's is not among them, for no Go module carries its CRDs."""
    argo = binaries.ensure(binaries.Versions(argo="4.1")).crds
    folder = crds.ensure()
    return {
        SCHEMA_FILE: _schemas((folder / source.name for source in crds.SOURCES), KINDS),
        ARGO_4_1_FILE: _schemas([argo], ARGO_KINDS),
    }


def _schemas(folders: Iterable[Path], kinds: tuple[str, ...]) -> bytes:
    """The schemas of some kinds by the CRDs in folders; a CRD of no such kind is not even read."""
    names = tuple(f"kind: {kind.rpartition('/')[2]}\n" for kind in kinds)
    texts = (
        text
        for folder in folders
        for file in sorted(folder.glob("*.yaml"))
        for text in file.read_text().split("\n---\n")
    )
    wanted = [text for text in texts if any(name in text for name in names)]
    found = [crd for text in wanted if (crd := _LOADER.load(text)) and crd["kind"] == "CustomResourceDefinition"]
    return schema_bytes(derive(found, kinds))


def main() -> None:
    """Write the files."""
    for path, data in derived().items():
        path.write_bytes(data)
        print(path.name)


if __name__ == "__main__":
    main()
