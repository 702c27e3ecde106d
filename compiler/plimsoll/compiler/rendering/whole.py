"""Templates with what they include put in its place, so that a template is one function and not twenty."""

import re
from collections.abc import Callable

from jinja2 import Environment, FileSystemLoader

_INCLUDE = re.compile(r'^[ \t]*\[% include "([^"]+)" %\]\n', re.MULTILINE)
"""An include on a line of its own."""


class WholeLoader(FileSystemLoader):
    """Loads templates whole. Jinja's own include looks its template up, and copies the context, each time it is met.

    Law: a template renders to the same text as with Jinja's own include.
    """

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """The text of a template, of those that it includes, and of those that they include."""
        text, file, current = super().get_source(environment, template)
        return _INCLUDE.sub(lambda found: self.get_source(environment, found[1])[0], text), file, current
