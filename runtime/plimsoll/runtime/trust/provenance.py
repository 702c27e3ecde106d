"""Where a release came from, as SLSA provenance v1 (https://slsa.dev/spec/v1.0/provenance)."""

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from plimsoll.contract.refusal import Refused, first_fault
from plimsoll.contract.release import LOCK_FILE, ReleaseLock, lock_bytes, release_digest
from plimsoll.runtime.trust.statements import statement
from plimsoll.runtime.trust.verifier import VerifiedStatement

PROVENANCE_TYPE = "https://slsa.dev/provenance/v1"

_COMMIT_PATTERN = r"^([0-9a-f]{40}|[0-9a-f]{64})$"


@dataclass(frozen=True)
class Provenance:
    """The commit of the specs that a release was compiled from, and the release's serial in its environment."""

    commit: str
    """The full git object name: 40 or 64 hexadecimal digits."""
    repository: str
    """The repository's URL or path."""
    serial: int
    """At least 1, and higher than that of every earlier release of the environment; see ``serials``."""
    invocation: str = ""
    """The run that compiled it, such as a CI job's URL."""

    def __post_init__(self) -> None:
        if not re.fullmatch(_COMMIT_PATTERN, self.commit) or not self.repository or self.serial < 1:
            raise ValueError(f"a release comes from a full commit of a repository and has a serial from 1 on: {self}")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class _Parameters(_Part):
    environment: str
    serial: Annotated[int, Field(ge=1, strict=True)]


class _Commit(_Part):
    git_commit: Annotated[str, Field(pattern=_COMMIT_PATTERN)]


class _Repository(_Part):
    uri: Annotated[str, Field(pattern=r"^git\+.")]
    digest: _Commit


class _BuildDefinition(_Part):
    build_type: Literal["https://plimsoll.dev/release/v1"] = "https://plimsoll.dev/release/v1"
    external_parameters: _Parameters
    resolved_dependencies: tuple[_Repository]


class _Builder(_Part):
    id: Literal["https://plimsoll.dev/compiler"] = "https://plimsoll.dev/compiler"
    version: dict[Literal["plimsoll"], str]


class _Metadata(_Part):
    invocation_id: str


class _RunDetails(_Part):
    builder: _Builder
    metadata: _Metadata


class _Predicate(_Part):
    build_definition: _BuildDefinition
    run_details: _RunDetails


def release_statement(lock: ReleaseLock, provenance: Provenance) -> bytes:
    """The statement about a release: its subjects are every file and the lock.

    Law: it depends on its arguments alone. It holds no time; the signature's timestamp does.
    """
    repository = _Repository(uri=f"git+{provenance.repository}", digest=_Commit(git_commit=provenance.commit))
    predicate = _Predicate(
        build_definition=_BuildDefinition(
            external_parameters=_Parameters(environment=lock.environment, serial=provenance.serial),
            resolved_dependencies=(repository,),
        ),
        run_details=_RunDetails(
            builder=_Builder(version={"plimsoll": lock.compiler}),
            metadata=_Metadata(invocation_id=provenance.invocation),
        ),
    )
    subjects = {**lock.files, LOCK_FILE: release_digest(lock_bytes(lock))}
    return statement(subjects, PROVENANCE_TYPE, predicate.model_dump(mode="json", by_alias=True))


def read_provenance(verified: VerifiedStatement, where: str) -> tuple[str, Provenance]:
    """The environment and the provenance that a verified statement gives.

    Raises:
        Refused: when the predicate is not one that ``release_statement`` writes.
    """
    try:
        predicate = _Predicate.model_validate(verified.statement.predicate)
    except ValidationError as error:
        raise Refused("release provenance", where, first_fault(error), "sign the release with Plimsoll") from error
    definition = predicate.build_definition
    (repository,) = definition.resolved_dependencies
    provenance = Provenance(
        commit=repository.digest.git_commit,
        repository=repository.uri.removeprefix("git+"),
        serial=definition.external_parameters.serial,
        invocation=predicate.run_details.metadata.invocation_id,
    )
    return definition.external_parameters.environment, provenance
