"""The way back from what is served to where everything of it came from; and what is served, as that way tells it."""

import re
from dataclasses import dataclass
from typing import Any

from plimsoll.cli.report.given import GivenTrace, read_given
from plimsoll.cli.report.section import Section
from plimsoll.cli.report.status import Status

_HOLDS = {"verified": Status.GOOD, "broken": Status.BAD, "changed since": Status.WARN}
_MEANING = {
    "pin": "the commit that pinned this version",
    "model": "the package that is served",
    "approval": "who let it serve",
    "registry": "where it is catalogued",
    "profile": "what its inputs looked like",
    "evaluation": "how it did on data it never saw",
    "release": "the compiled workflow that made it",
    "commit": "the specs that were compiled",
    "data": "what it learnt from",
}


@dataclass(frozen=True)
class ShownLink:
    """A link, what it is about, what it says, whether that holds, and how this was seen."""

    name: str
    meaning: str
    says: str
    status: Status
    word: str
    how: str


@dataclass(frozen=True)
class TraceView:
    """The whole way."""

    deployment: str
    environment: str
    links: tuple[ShownLink, ...]


@dataclass(frozen=True)
class Served:
    """What a deployment serves, as its trace says: version and digest, empty where it does not say."""

    deployment: str
    version: str
    digest: str


def trace_section(document: dict[str, Any] | None) -> Section | None:
    """The section on the trace, where one was followed.

    Raises:
        Refused: when the document is not what ``plimsoll trace --json`` prints.
    """
    if document is None:
        return None
    trace = read_given(GivenTrace, "trace", document)
    links = tuple(
        ShownLink(
            one.name, _MEANING.get(one.name, ""), one.says, _HOLDS.get(one.holds, Status.NONE), one.holds, one.how
        )
        for one in trace.links
    )
    verified = sum(link.status is Status.GOOD for link in links)
    status = Status.BAD if not trace.whole else Status.GOOD if verified == len(links) else Status.WARN
    verdict = f"{verified} of {len(links)} links verified"
    lead = "From the served model back to its commit, its release and its data; every link was verified anew."
    view = TraceView(trace.deployment, trace.environment, links)
    return Section("trace", "Trace", status, verdict, lead, view)


def served(document: dict[str, Any] | None) -> Served | None:
    """What the trace says is served: the version of its link ``pin``, the digest of its link ``model``.

    Raises:
        Refused: when the document is not what ``plimsoll trace --json`` prints.
    """
    if document is None:
        return None
    trace = read_given(GivenTrace, "trace", document)
    says = {link.name: link.says for link in trace.links}
    version = re.search(r"\bversion (\d+)$", says.get("pin", ""))
    digest = re.search(r"\bsha256:[0-9a-f]{64}\b", says.get("model", ""))
    return Served(trace.deployment, version[1] if version else "", digest[0] if digest else "")
