"""The documents that a spec links to as evidence, with the digest of each file as it was found."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from plimsoll.compiler.audit.judged import Document
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project
from plimsoll.contract.digests import of_file


def linked(project: Project, one: Located[Any], today: date, shown: Callable[[str], str]) -> Iterator[Document]:
    """Every document that a spec names below ``evidence``, by its key."""
    for name, said in sorted((one.said.get("evidence") or {}).items()):
        end = said.get("validUntil")
        expired = end is not None and date.fromisoformat(end) < today
        pinned = said.get("digest")
        if (file := said.get("file")) is None:
            state, place, digest = "not fetched", said["address"], pinned
        else:
            path = project.beside(one, file)
            place = shown((Path(one.unit.path).parent / file).as_posix())
            digest = of_file(path) if path.is_file() else None
            state = "missing" if digest is None else "differs" if pinned not in (None, digest) else "there"
        yield Document(name=name, place=place, digest=digest, valid_until=end, state="expired" if expired else state)
