"""The Jinja environment: what a template can do, and how whatever it prints is written."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, Template
from jinja2.runtime import Context

from plimsoll.compiler.rendering.blocks import Block
from plimsoll.compiler.rendering.scalars import as_yaml
from plimsoll.compiler.rendering.whole import WholeLoader
from plimsoll.compiler.resources import data_root


@cache
def environment(folder: Path | None = None) -> Environment:
    """The environment over a folder of templates, Plimsoll's own when none is given.

    Values stand in ``[[ ]]``, statements in ``[% %]``, comments in ``[# #]``, so that Argo's ``{{ }}`` is plain text.
    Every expression passes ``as_yaml``, after all filters: there is none that a value could get around it by.
    """
    made = _Plain(
        loader=WholeLoader(folder or data_root("templates")),
        variable_start_string="[[",
        variable_end_string="]]",
        block_start_string="[%",
        block_end_string="%]",
        comment_start_string="[#",
        comment_end_string="#]",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
        undefined=StrictUndefined,
        finalize=as_yaml,
        auto_reload=False,
    )
    made.filters |= {"outdent": _outdent, "block": Block}
    made.context_class = _Given
    made.globals.clear()
    return made


class _Plain(Environment):
    """An environment whose values are plain data."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """What Jinja finds; it asks a mapping for an attribute first, and most mean a key."""
        if type(obj) is dict and attribute in obj and not hasattr(dict, attribute):
            return obj[attribute]
        return super().getattr(obj, attribute)


_FOR_MARKED = ("_loop_vars", "_block_vars")


class _Given(Context):
    """The values of a template. What it calls are methods of those, none of which wants to know the template."""

    def call(self, called: Callable[..., Any], /, *args: Any, **named: Any) -> Any:
        """Call without Jinja's looking for marks on what is called, and without what it has for those that bear one."""
        return called(*args, **{name: value for name, value in named.items() if name not in _FOR_MARKED})


def _outdent(text: str, columns: int) -> str:
    """Rendered lines moved to the left, by as many blanks as each of them begins with at the least."""
    return text.replace("\n" + " " * columns, "\n").removeprefix(" " * columns)


@cache
def template(name: str) -> Template:
    """One of Plimsoll's templates, compiled once a process."""
    return environment().get_template(f"{name}.yaml.j2")


def fill(name: str, context: dict[str, Any]) -> str:
    """The text of a template with its values in place.

    Law: it is what ``Template.render`` gives, which takes twice as long for a small one: it copies the values two
    times, with globals that no template of ours has.
    """
    made = template(name)
    return "".join(made.root_render_func(_Given(made.environment, context, name, made.blocks)))
