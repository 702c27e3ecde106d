"""in-toto statements: what a signature is about (https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md)."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from plimsoll.contract.digests import canonical_json
from plimsoll.contract.refusal import Refused, first_fault

PAYLOAD_TYPE = "application/vnd.in-toto+json"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class DigestSet(_Part):
    """A subject's digest: SHA-256 and nothing beside it, so that no two verifiers look at different ones."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Subject(_Part):
    """A named thing that the statement is about."""

    name: Annotated[str, Field(min_length=1)]
    digest: DigestSet


class Statement(_Part):
    """Subjects, and a predicate that says something about them."""

    type: Literal["https://in-toto.io/Statement/v1"] = Field(default="https://in-toto.io/Statement/v1", alias="_type")
    subject: Annotated[tuple[Subject, ...], Field(min_length=1)]
    predicate_type: str = Field(alias="predicateType")
    predicate: dict[str, Any]

    @property
    def digests(self) -> dict[str, str]:
        """Each subject's digest in our form, by name."""
        return {subject.name: f"sha256:{subject.digest.sha256}" for subject in self.subject}


def statement(subjects: dict[str, str], predicate_type: str, predicate: dict[str, Any]) -> bytes:
    """The bytes of a statement about subjects, given as digests (``sha256:…``) by name.

    Law: equal arguments give equal bytes, whatever the order of the subjects.
    """
    listed = tuple(
        Subject(name=name, digest=DigestSet(sha256=digest.removeprefix("sha256:")))
        for name, digest in sorted(subjects.items())
    )
    whole = Statement(subject=listed, predicate_type=predicate_type, predicate=predicate)
    return canonical_json(whole.model_dump(mode="json", by_alias=True))


def parse_statement(payload: bytes, where: str) -> Statement:
    """A statement from its bytes; ``where`` is what a refusal names.

    Raises:
        Refused: when the bytes are no statement, or two subjects bear one name.
    """
    try:
        parsed = Statement.model_validate_json(payload)
    except ValidationError as error:
        raise Refused("signed statement", where, first_fault(error)) from error
    if len(parsed.digests) != len(parsed.subject):
        raise Refused("signed statement", where, "two subjects bear one name")
    return parsed
