"""What every kind has in common: the envelope, data labels, resources, schedules."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from plimsoll.compiler.kinds.scalars import (
    Accelerator,
    AnnotationKey,
    Contact,
    Cpu,
    Cron,
    LabelValue,
    Memory,
    Name,
    SemanticVersion,
    TimeZone,
    Whole,
    Words,
)

API_VERSION = "plimsoll.dev/v1"

Classification = Literal["public", "internal", "confidential", "restricted"]
"""How far data may travel, from freely to need-to-know (ISO/IEC 27001:2022 A.5.12)."""

PersonalData = Literal["none", "pseudonymous", "personal", "special"]
"""Whether data is about people: special is GDPR article 9's and PDPL article 1's sensitive data, health among it."""

Category = Literal[
    "health", "biometric", "genetic", "origin", "belief", "politics", "union", "sexuality", "criminal", "family"
]
"""What personal data reveals that asks for more care: GDPR articles 9 and 10, PDPL article 1."""

ColumnType = Literal["string", "int", "float", "bool", "timestamp"]
"""What a model and a feature set may read and make."""

SourceType = Literal["string", "int", "float", "bool", "timestamp", "date"]
"""What a column of a source may be: a date is a day without a time, and SQL makes something else of it."""

NO_DATE = (
    "only a source has dates; make a number of one in SQL or in the file, such as the days since 1970:"
    " date_diff('day', DATE '1970-01-01', due_on)"
)
"""What to do where a date cannot be read."""


class Part(BaseModel):
    """A part of a spec: frozen, strict about keys, camelCase in YAML."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=True,
        protected_namespaces=(),
    )


def left_out(value: Any) -> bool:
    """For ``exclude_if``: a field that came later leaves no trace where it is not used.

    Digests of specs are taken of their values with defaults. Without this, a new option would change the digest of
    every spec that knows nothing of it, and an upgrade of Plimsoll would restart every server.
    """
    return value is None


class Metadata(Part):
    """Who a spec is: its name, who answers for it, what it is for."""

    name: Name
    """The name by which other specs refer to it, unique among those of its kind."""
    owner: Contact | None = None
    """The team or the person who answers for it."""
    description: Words = ""
    """What it is for, in a sentence or two."""
    labels: Annotated[dict[Name, LabelValue], Field(max_length=30)] = {}
    """Words to group and find objects by; every rendered object bears them."""
    annotations: Annotated[dict[AnnotationKey, Annotated[str, Field(max_length=4000)]], Field(max_length=50)] = {}
    """Notes for people and other programs; Plimsoll reads none of them."""


class VersionedMetadata(Metadata):
    """Who a spec is, and which version of its shape it has."""

    version: SemanticVersion | None = Field(default=None, exclude_if=left_out)
    """The version of what it offers: raise MAJOR when a column goes or changes its meaning."""


class Resource(Part):
    """The envelope of every spec."""

    api_version: Literal["plimsoll.dev/v1"]
    """The version of the spec language."""
    metadata: Metadata
    """Who the spec is."""

    @property
    def kind_name(self) -> str:
        """The kind as it stands in the spec."""
        return type(self).__name__

    @property
    def key(self) -> str:
        """``Kind/name``, unique in a project."""
        return f"{self.kind_name}/{self.metadata.name}"


class Gpu(Part):
    """GPUs of one type, whole ones."""

    count: Annotated[Whole, Field(ge=1, le=64, json_schema_extra={"x-unit": "GPUs"})]
    """How many each container gets."""
    type: Accelerator
    """The environment's name for the accelerator, such as h100; it must be in its quota."""


class Resources(Part):
    """What one container gets. CPU and memory are requests; memory is the limit as well."""

    cpu: Cpu = "1"
    """Cores, or thousandths with m."""
    memory: Memory = "1Gi"
    """A whole number of Ki, Mi, Gi or Ti."""
    gpu: Gpu | None = None
    """GPUs, where the program can use them."""


class Schedule(Part):
    """When something runs: five cron fields in a time zone of the IANA database."""

    cron: Cron
    """Minute, hour, day of the month, month, day of the week."""
    timezone: TimeZone = "Etc/UTC"
    """The zone whose clock the fields are read by; daylight saving follows it."""
