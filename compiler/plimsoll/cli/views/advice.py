"""How to mend a finding, in words."""

from plimsoll.compiler.diagnostics import Diagnostic


def advice(one: Diagnostic) -> str:
    """The help of a finding, with the command that does it where there is one; empty when nothing helps."""
    if one.fix is None:
        return one.help
    name = "" if one.fix.safe else f" {one.fix.name}"
    return f"{one.help or one.fix.title} (fixed by plimsoll check --fix{name})"
