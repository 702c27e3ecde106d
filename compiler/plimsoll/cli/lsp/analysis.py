"""The findings of a whole project, governance's among them: what ``plimsoll check`` would say of these files."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from plimsoll.cli.lsp.disk import Files
from plimsoll.cli.lsp.text import without_mark
from plimsoll.compiler.diagnostics import Diagnostic, Outcome, in_order
from plimsoll.compiler.governance.catalogue import Catalogue, load_catalogue
from plimsoll.compiler.governance.judge import judge
from plimsoll.compiler.loading.sources import SourceFile
from plimsoll.compiler.project.resolve import load_project
from plimsoll.compiler.resources import data_root


@dataclass(frozen=True)
class Analysis:
    """What was found, and the files it was found in."""

    diagnostics: tuple[Diagnostic, ...]
    sources: dict[str, SourceFile]

    def holds_for(self, path: str, text: str) -> bool:
        """Whether a file still has the text in which its findings were found."""
        return path in self.sources and self.sources[path].text == without_mark(text)


@cache
def catalogue() -> Outcome[Catalogue]:
    """The rules that Plimsoll brings; read once."""
    return load_catalogue(data_root("policies"))


def analyse(files: Files, today: date) -> Analysis:
    """Load and judge; as in ``plimsoll check``, governance is asked once nothing else blocks."""
    loaded = load_project(files.sources)
    found = [*files.diagnostics, *loaded.diagnostics]
    if loaded.value is not None and not any(one.blocks for one in found):
        rules = catalogue()
        found += rules.diagnostics
        if rules.value is not None:
            found += judge(loaded.value, catalogue=rules.value, today=today).diagnostics
    return Analysis(in_order(found), {one.path: one for one in files.sources.files})
