"""From ``kind/name`` on a command line to the spec."""

from typing import Any

from plimsoll.compiler.hints import did_you_mean
from plimsoll.compiler.kinds import KINDS
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project
from plimsoll.contract.refusal import Refused


def object_named(project: Project, asked: str) -> Located[Any]:
    """The spec that is asked for by ``kind/name``; the kind in any case.

    Raises:
        Refused: when there is none, with the one that may have been meant.
    """
    kind, slash, name = asked.partition("/")
    kinds = {known.lower(): known for known in KINDS}
    known = {one.key: one for one in project.located()}
    one = known.get(f"{kinds.get(kind.lower(), kind)}/{name}")
    if one is not None:
        return one
    named = [key for key in known if key.partition("/")[2] == (name if slash else kind)]
    near = {key.lower(): key for key in known}
    hint = f"did you mean {named[0]!r}?" if named else did_you_mean(asked.lower(), near)
    raise Refused("object", str(project.root), f"the specs have no {asked!r}", hint)
