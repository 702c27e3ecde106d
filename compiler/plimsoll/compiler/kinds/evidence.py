"""Evidence: documents that rules ask for. Plimsoll sees to it that they are there, and does not know what they say."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from plimsoll.compiler.kinds.common import Part
from plimsoll.compiler.kinds.scalars import Country, Day, Digest, HttpsAddress, Line, RelativePath


class Document(Part):
    """A document: a file in the repository, or a page elsewhere."""

    file: RelativePath | None = None
    """The file, relative to the spec; it must be there. Give this or ``address``."""
    address: HttpsAddress | None = None
    """The page, which is never fetched. Give this or ``file``."""
    valid_until: Day | None = None
    """The last day on which it counts; left out, it has no end."""
    digest: Digest | None = None
    """The digest of the file; a file that differs is a finding. Of a page it is a note for whoever opens it."""

    @model_validator(mode="after")
    def _one_place(self) -> "Document":
        if (self.file is None) == (self.address is None):
            raise ValueError("give either file or address")
        return self


Documented = Document | None


class Evidence(Part):
    """Documents by what they are about."""

    def documents(self) -> Iterator[tuple[str, Document]]:
        """Every document that is given, with its key."""
        for name, field in type(self).model_fields.items():
            document: Documented = getattr(self, name)
            if document is not None:
                yield field.alias or name, document


class DataEvidence(Evidence):
    """Documents about data."""

    consent: Documented = None
    """What people consented to, and how that is recorded and withdrawn (GDPR 7, PDPL 6)."""
    processing_record: Documented = None
    """The entry in the record of processing activities (GDPR 30)."""
    provenance: Documented = None
    """How the data were collected and prepared (EU AI Act 10)."""


class ModelEvidence(Evidence):
    """Documents about a model."""

    model_card: Documented = None
    """What the model is, how it was made and measured, and where it fails (EU AI Act 11)."""
    risk_management: Documented = None
    """The risk-management file: known risks, and what is done about each (EU AI Act 9)."""
    bias_examination: Documented = None
    """The examination of data and model for bias (EU AI Act 10)."""
    impact_assessment: Documented = None
    """The data-protection impact assessment (GDPR 35, PDPL 21)."""
    bill_of_materials: Documented = None
    """The software bill of materials of the training image, as SPDX or CycloneDX."""
    registration: Documented = None
    """The entry in the register of systems that a regulator asks for (DIFC Data Protection Regulation 10)."""


class Dependency(Part):
    """A service of somebody else's that is asked while a model is trained or serves."""

    name: Line
    """What it is called."""
    address: HttpsAddress
    """Where it is asked."""
    processor: Line | None = None
    """Who runs it, and processes what it is sent."""
    country: Country | None = None
    """The country in which it does so."""
    safeguard: Line | None = None
    """The contract or the clauses that protect what it is sent, by reference."""


Dependencies = Annotated[tuple[Dependency, ...], Field(min_length=1, max_length=50)]
