"""What ``.plimsoll.yaml`` says: what holds for a repository whatever a command is told."""

from pathlib import Path, PurePosixPath
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from plimsoll.compiler.kinds.common import Part
from plimsoll.compiler.loading.documents import parse
from plimsoll.compiler.loading.sources import SourceFile, decode, read_source
from plimsoll.contract.refusal import Refused


class PolicySource(Part):
    """Where rules of a company are: a folder, or a bundle pinned by its digest and its signer."""

    folder: str | None = None
    bundle: str | None = None
    digest: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")] | None = None
    signer: Annotated[str, Field(min_length=3)] | None = None
    """Who must have signed the bundle: the exact subject of the certificate."""
    issuer: Annotated[str, Field(min_length=3)] | None = None
    """Who vouched for the signer."""
    trusted_root: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")] | None = None
    """The digest of the only trusted root that is believed."""

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.folder is None) == (self.bundle is None):
            raise ValueError("name either a folder or a bundle")
        if self.bundle is not None and None in (self.digest, self.signer, self.issuer):
            raise ValueError("a bundle has a digest, a signer and an issuer")
        if PurePosixPath(self.folder or self.bundle or "").is_absolute():
            raise ValueError("a path begins where this file lies")
        return self


_FORM = (
    "it has apiVersion: plimsoll.dev/v1, kind: Settings, and policies: a list of {folder: …}"
    " or {bundle: …, digest: …, signer: …, issuer: …}"
)
"""What a file of settings looks like, for whoever wrote one that is not understood."""


class Settings(Part):
    """The file's content."""

    api_version: Literal["plimsoll.dev/v1"]
    kind: Literal["Settings"]
    policies: Annotated[tuple[PolicySource, ...], Field(max_length=50)] = ()


def read_settings(path: Path) -> Settings:
    """What a file of settings says.

    Raises:
        Refused: when it can't be read, or says what is not understood.
    """
    read = read_source(path, path.as_posix(), path.parent)
    if read.value is None:
        raise Refused("settings", path.as_posix(), read.diagnostics[0].message, _FORM)
    return _settings(read.value)


def settings_of(data: bytes, shown: str) -> Settings:
    """The same of some bytes."""
    read = decode(data, shown)
    if read.value is None:
        raise Refused("settings", shown, read.diagnostics[0].message, _FORM)
    return _settings(read.value)


def _settings(source: SourceFile) -> Settings:
    parsed = parse(source)
    if any(one.blocks for one in parsed.diagnostics) or len(parsed.value or ()) != 1:
        first = next((one for one in parsed.diagnostics if one.blocks), None)
        where = f"{source.path}:{first.span.line}" if first else source.path
        raise Refused("settings", where, first.message if first else "holds other than one document", _FORM)
    (document,) = parsed.value or ()
    try:
        return Settings.model_validate(document.value, by_alias=True, by_name=False)
    except ValidationError as error:
        fault = error.errors()[0]
        route = tuple(part for part in fault["loc"] if isinstance(part, str | int))
        where = f"{source.path}:{document.span(route).line}"
        why = f"{'.'.join(map(str, route))}: {fault['msg'].removeprefix('Value error, ')}"
        raise Refused("settings", where, why.removeprefix(": "), _FORM) from None
