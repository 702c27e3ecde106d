"""A model package: everything that makes a model what it is, in one folder under one signature.

``files/`` holds the model and the evidence of how it came to be; the signature lies beside it. The package's digest is
that of ``files/``, and it is what a deployment pins.
"""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pydantic import Field

from plimsoll.contract.requests import Contract, Digest, Gate, TrainingRequest, left_out

MODEL_BUNDLE = "model.sigstore.json"

SCORE_COLUMN = "prediction"
"""The column under which a model's score is profiled, beside its inputs; of several classes, the most likely one."""


@dataclass(frozen=True)
class Package:
    """The layout of a model package."""

    root: Path

    @property
    def files(self) -> Path:
        """What is signed."""
        return self.root / "files"

    @property
    def bundle(self) -> Path:
        """The signature over ``files``."""
        return self.root / MODEL_BUNDLE

    @property
    def model(self) -> Path:
        """The folder that the training program filled."""
        return self.files / "model"

    @property
    def baseline(self) -> Path:
        """The whylogs profile of the data the model was made from, scores included."""
        return self.files / "profile" / "baseline.bin"

    @property
    def calibration(self) -> Path:
        """The drift thresholds that were calibrated inside the baseline."""
        return self.files / "profile" / "calibration.json"

    @property
    def card(self) -> Path:
        """What the model is and where it came from."""
        return self.files / "card.json"


class DataWindow(Contract):
    """The examples of one window, ``start <= timestamp < end``, and the digest of their table."""

    start: datetime
    end: datetime
    rows: int
    digest: Digest


class Dataset(Contract):
    """What a run retrieved: two windows, and the tables that they were made from."""

    as_of: date
    training: DataWindow
    evaluation: DataWindow
    tables: dict[str, Digest]
    """The digest of every source file and feature table that was read."""
    digest: Digest
    """The digest of all of the above: the data's identity in tags and in traces."""


class GateResult(Contract):
    """A gate and what the metric was, where it was defined. ``scope`` is ``all`` or a slice such as ``origin=JFK``."""

    scope: str
    gate: Gate
    value: float | None
    rows: int
    passed: bool
    reason: str = ""


class ClassResult(Contract):
    """One of several classes on the evaluation window: its examples, and the rows for which it was most likely."""

    name: str
    rows: int
    predicted: int
    right: int
    """Of its examples those for which it was predicted."""


class Evaluation(Contract):
    """How the model did on the evaluation window, and whether that is enough."""

    metrics: dict[str, float]
    results: tuple[GateResult, ...]
    champion: str | None
    """The digest of the served package it was compared with."""
    champion_metrics: dict[str, float]
    classes: tuple[ClassResult, ...] | None = Field(default=None, exclude_if=left_out)
    """Of a model of several classes each, in their order."""

    @property
    def passed(self) -> bool:
        """Whether every gate held."""
        return all(result.passed for result in self.results)


class Card(Contract):
    """The identity of a packaged model: the request it was trained by and the run that made it.

    ``commit`` and ``release`` are what the run was told, and empty where it was told nothing: in a run that a schedule
    or an event started. ``template`` is what it is: the name of its WorkflowTemplate, which ends in the hash of that.
    """

    model: str
    request: TrainingRequest
    dataset: Dataset
    evaluation: Evaluation
    commit: str
    release: str
    workflow: str
    template: str = ""
    """Empty in cards of older versions."""


class Promotion(Contract):
    """A proposal: this version of this model is ready to be pinned. What it says of the run is what the card says."""

    model: str
    version: int
    digest: Digest
    environment: str
    as_of: date
    metrics: dict[str, float]
    commit: str
    release: str
    workflow: str
    template: str = ""
