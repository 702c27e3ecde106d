"""What every kind has in common: the envelope, data labels, resources."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from plimsoll.compiler.kinds.scalars import Cpu, Cron, Memory, Name

API_VERSION = "plimsoll.dev/v1"

Classification = Literal["public", "internal", "confidential", "restricted"]
"""How far data may travel, from freely to need-to-know (ISO/IEC 27001:2022 A.5.12)."""

PersonalData = Literal["none", "pseudonymous", "personal", "special"]
"""Whether data is about people: special is GDPR article 9's and PDPL article 1's sensitive data, health among it."""

ColumnType = Literal["string", "int", "float", "bool", "timestamp"]


class Part(BaseModel):
    """A part of a spec: frozen, strict about keys, camelCase in YAML."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=True,
        protected_namespaces=(),
    )


class Metadata(Part):
    """Who a spec is: its name, who answers for it, what it is for."""

    name: Name
    owner: Annotated[str, Field(min_length=3, max_length=120)] | None = None
    """The team or the person who answers for it."""
    description: Annotated[str, Field(max_length=1000)] = ""
    labels: dict[Name, Annotated[str, Field(pattern=r"^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$")]] = {}
    annotations: dict[str, str] = {}


class Resource(Part):
    """The envelope of every spec."""

    api_version: Literal["plimsoll.dev/v1"]
    metadata: Metadata

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

    count: Annotated[int, Field(ge=1, le=64)]
    type: Name
    """The environment's name for the accelerator, such as h100; it must be in its quota."""


class Resources(Part):
    """What one container gets. CPU and memory are requests; memory is the limit as well."""

    cpu: Cpu = "1"
    memory: Memory = "1Gi"
    gpu: Gpu | None = None


class Schedule(Part):
    """When something runs: five cron fields in a time zone of the IANA database."""

    cron: Cron
    timezone: Annotated[str, Field(pattern=r"^[A-Za-z_]+(/[A-Za-z_+-]+)*$")] = "Etc/UTC"
