"""What makes a finding the same finding after its file was edited elsewhere."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator

from plimsoll.cli.views.places import Places
from plimsoll.cli.views.view import Findings
from plimsoll.compiler.diagnostics import Diagnostic


def fingerprints(
    diagnostics: Iterable[Diagnostic], findings: Findings, places: Places
) -> Iterator[tuple[Diagnostic, str]]:
    """Each finding with a fingerprint of its code, file, subject and message, in the order given.

    Lines and columns are no part of it. Findings that say the same of one file are told apart by their number, so that
    no two have the same fingerprint: GitLab drops the second of two.
    """
    seen: Counter[str] = Counter()
    for one in diagnostics:
        path = places.path(findings.file(one.span.path).path)
        identity = "\0".join((one.code, path, one.subject, one.message))
        number = seen[identity]
        seen[identity] += 1
        whole = f"{identity}\0{number}" if number else identity
        yield one, hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()
