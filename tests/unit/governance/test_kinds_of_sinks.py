"""To which kinds of sinks a rule of flows can apply, told from its ``when``."""

from types import SimpleNamespace
from typing import Any

import pytest

from plimsoll.compiler.governance.reading import kinds_of

KNOWN = ("logs", "replica", "server")


@pytest.mark.parametrize(
    ("when", "kinds"),
    [
        (None, KNOWN),
        ("object.sink.kind == 'logs'", ("logs",)),
        ('object.sink.kind in ["logs", "replica"] && object.sink.kind == "replica"', ("replica",)),
        ("object.sink.kind == 'unknown'", ()),
        ("object.sink.kind == 'logs' || object.data == 'x'", KNOWN),
        ("object.sink.kind == true", KNOWN),
        ("object.sink.kind in ['logs', 1]", KNOWN),
        (r"object.sink.kind == 'lo\u0067s'", KNOWN),
        ("object.sink.kind == r'logs'", KNOWN),
    ],
)
def test_a_rule_is_kept_from_those_kinds_alone_that_it_surely_leaves_out(
    when: str | None, kinds: tuple[str, ...]
) -> None:
    rule: Any = SimpleNamespace(when=when)
    assert kinds_of(rule, KNOWN) == set(kinds)
