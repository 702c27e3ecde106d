"""The rules that hold for a project beside its own: the catalogue's with those of companies, as ``check`` takes them.

They are read again when the settings, a rule or a bundle changed on the disk; until then nothing but that is asked.
"""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from plimsoll.cli.policies_given import (
    SIGNATURE,
    policies_given,
    sources_given,
    spec_exclusions,
    trusted_root,
)
from plimsoll.compiler.diagnostics import Diagnostic, Outcome, Severity, Span
from plimsoll.compiler.governance.catalogue import Catalogue, load_catalogue
from plimsoll.compiler.governance.companies import with_companies
from plimsoll.compiler.loading.listing import list_files
from plimsoll.compiler.resources import data_root
from plimsoll.compiler.settings import settings_file
from plimsoll.contract.refusal import Refused, Unavailable

NOTHING_GIVEN = argparse.Namespace(policies=[], policies_signer=None, policies_issuer=None, policies_trust=None)
"""The options of a server that was told of no rules."""


@cache
def catalogue() -> Outcome[Catalogue]:
    """The rules that Plimsoll brings; read once."""
    return load_catalogue(data_root("policies"))


@dataclass(frozen=True)
class Rules:
    """The rules as they lie there, and what comes with them."""

    outcome: Outcome[Catalogue]
    left_out: tuple[str, ...] = ()
    """The folders below the specs that hold rules of a company, and therefore no specs."""
    unsaid: str = ""
    """What is in the way of which no file speaks that an editor could show."""
    places: Mapping[str, Path] = field(default_factory=dict)
    """Where that lies which stands at the front of a company's paths: a folder, a bundle, or the settings."""


@dataclass
class CompanyRules:
    """The rules for one folder of specs."""

    root: Path
    options: argparse.Namespace = field(default_factory=lambda: NOTHING_GIVEN)
    _watched: tuple[Path, ...] = ()
    """The folders and files that the rules were read from."""
    _marks: tuple[object, object] | None = None
    """By which a change of the settings, and of those, shows."""
    _known: Rules | None = None

    @property
    def known(self) -> Rules:
        """The rules as they were when they were last looked at."""
        return self._known or Rules(catalogue())

    def now(self) -> Rules:
        """The rules; of those that were read before nothing is read again unless something about them changed.

        What is in the way, such as settings that can't be read, is a finding, and then there are no rules: a project
        that is held against fewer of them than ``check`` asks would look sound.
        """
        settings = self._settings()
        if self._known is None or self._marks != (settings, self._stamps()):
            self._watched = tuple(map(Path, self.options.policies))
            self._marks = (settings, self._stamps())
            try:
                self._known = self._read(settings)
            except (Refused, Unavailable) as error:
                self._known = self._fault(error)
        return self._known

    def _read(self, settings: object) -> Rules:
        sources = sources_given(self.options, self.root)
        named = {
            place.shown(name): (place.root / name).absolute()
            for one, place in sources
            if (name := one.folder or one.bundle) is not None
        }
        signed = [Path(f"{named[place.shown(one.bundle)]}{SIGNATURE}") for one, place in sources if one.bundle]
        self._watched = (
            *self._watched,
            *named.values(),
            *signed,
            *((trusted_root(self.options, self.root),) if signed else ()),
        )
        self._marks = (settings, self._stamps())  # From before they are read: what changes meanwhile is seen next time.
        shared = policies_given(self.options, self.root).shared
        outside = spec_exclusions(self.root, self.options.policies)
        known = catalogue()
        if known.value is None or not shared:
            return Rules(known, outside)
        return Rules(with_companies(known.value, shared), outside, places=named)

    def _fault(self, error: Refused | Unavailable) -> Rules:
        """What keeps the rules from being read; it is said of the settings, at the line that is at fault."""
        settings = settings_file(self.root)
        path = settings.as_posix() if settings is not None else "."
        line = 1
        if isinstance(error, Refused):
            place, _, number = error.where.rpartition(":")
            line = int(number) if place == path and number.isdigit() else 1
        place = f" {error.where}" if isinstance(error, Refused) and not error.where.startswith(path) else ""
        message = f"{error.what}{place}: {error.why}"
        found = Diagnostic("PLM-GOV-001", Severity.ERROR, message, Span(path, line, 1, 1), help=error.mend)
        if settings is None:
            return Rules(Outcome(None, (found,)), unsaid=str(error))
        return Rules(Outcome(None, (found,)), places={path: settings})

    def _settings(self) -> object:
        settings = settings_file(self.root)
        return settings, _stamp(settings) if settings is not None else None

    def _stamps(self) -> object:
        return tuple(
            tuple((each.path, each.stamp) for each in list_files(one)) if one.is_dir() else _stamp(one)
            for one in self._watched
        )


def _stamp(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino
