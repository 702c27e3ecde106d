"""The Jinja environment of the report: whatever a value holds, it is text on the page and nothing else."""

from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from plimsoll.cli.report import words
from plimsoll.compiler.resources import data_root


def _shown(value: Any) -> Any:
    """A printed value as safe text. Markup is what a macro of ours made, whose own values came through here."""
    if isinstance(value, Markup):
        return value
    if value is None:
        raise TypeError("a template printed a value that is None")
    return words.visible(str(value))


@cache
def environment() -> Environment:
    """The environment over ``templates/report``: values are escaped, unknown names and None are bugs.

    No Python of ours makes markup, and no template marks a value as safe; a test holds the templates to it.
    """
    made = Environment(
        loader=FileSystemLoader(data_root("templates") / "report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(short=words.short, seconds=words.seconds)
    return made
