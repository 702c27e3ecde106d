"""The OpenSSF model signing format, v1.0: a statement that lists every file of a model folder with its SHA-256.

Written from the manifest of the ``model-signing`` library, so that its own verifier accepts what is signed here; read
without the library, whose verifier passes over files that have to do with git. The format is described in its
``Payload`` class: https://github.com/sigstore/model-transparency.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from plimsoll.contract.digests import of_bytes
from plimsoll.contract.refusal import Refused, first_fault
from plimsoll.runtime.trust.statements import Statement, statement

MODEL_SIGNATURE_TYPE = "https://model_signing/signature/v1.0"

_PASSED_OVER = frozenset({".git", ".gitattributes", ".github", ".gitignore"})


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Serialization(_Part):
    method: Literal["files"]
    hash_type: Literal["sha256"]
    allow_symlinks: Literal[False]
    ignore_paths: tuple[()] = ()


class _Resource(_Part):
    name: Annotated[str, Field(min_length=1)]
    algorithm: Literal["sha256"]
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Predicate(_Part):
    serialization: _Serialization
    resources: Annotated[tuple[_Resource, ...], Field(min_length=1)]


def model_statement(files: Path) -> bytes:
    """The statement about a model folder.

    Raises:
        Refused: when a file has to do with git: the library's verifier would not look at it.
    """
    from model_signing.hashing import Config  # here, since who only verifies need not pay for it

    for name in sorted(_PASSED_OVER):
        if (files / name).exists():
            why = "verifiers of the OpenSSF format pass over this name"
            raise Refused("model package", str(files / name), why, "leave it out of the model")
    config = Config()  # type: ignore[no-untyped-call]
    manifest = config.set_ignored_paths(paths=[], ignore_git_paths=False).hash(files)
    resources = [
        {"name": item.identifier, "algorithm": item.digest.algorithm, "digest": item.digest.digest_hex}
        for item in manifest.resource_descriptors()
    ]
    predicate = {"serialization": manifest.serialization_type, "resources": resources}
    return statement({manifest.model_name: _whole(resources)}, MODEL_SIGNATURE_TYPE, predicate)


def signed_files(signed: Statement, where: str) -> dict[str, str]:
    """The files that a model's statement lists, in order: digests (``sha256:…``) by relative POSIX path.

    Raises:
        Refused: when it passes over files, allows links, lists a file twice, or contradicts its own subject.
    """
    try:
        predicate = _Predicate.model_validate(signed.predicate)
    except ValidationError as error:
        raise Refused("model signature", where, first_fault(error), "sign the model with Plimsoll") from error
    digests = dict(sorted((resource.name, f"sha256:{resource.digest}") for resource in predicate.resources))
    if len(digests) != len(predicate.resources):
        raise Refused("model signature", where, "it lists one file twice")
    whole = _whole([resource.model_dump() for resource in predicate.resources])
    if list(signed.digests.values()) != [whole]:
        raise Refused("model signature", where, "its subject is not the model that it lists")
    return digests


def _whole(resources: list[dict[str, str]]) -> str:
    """The digest of a model in this format: of its files' digests, one after the other, as they are listed."""
    return of_bytes(b"".join(bytes.fromhex(resource["digest"]) for resource in resources))
