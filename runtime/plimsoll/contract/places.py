"""Where things lie inside a step's container, and where a step finds them when it runs without one.

Rendered manifests name absolute paths below ``/plimsoll``. The embedded runner has no mount namespace, so it sets
``PLIMSOLL_ROOT`` to a folder of the step's own and rewrites that prefix wherever a manifest passes it to a program.
"""

import os
from dataclasses import dataclass
from pathlib import Path

MOUNT = "/plimsoll"
"""The prefix of every path in a rendered container."""

ROOT_VARIABLE = "PLIMSOLL_ROOT"
"""The environment variable that says where ``MOUNT`` really lies."""

REQUEST_FILE = "request.json"
"""The key of the step request in its ConfigMap."""

STATE_CLAIM = "plimsoll-state"
DATA_CLAIM = "plimsoll-data"
TRUST_SECRET = "plimsoll-trust"  # noqa: S105 -- the name of a Secret object, not a secret


@dataclass(frozen=True)
class Places:
    """The folders of one step.

    Law: ``Places(Path(MOUNT))`` are the paths that the templates write, so that a template never spells one itself.
    """

    root: Path

    @classmethod
    def here(cls) -> "Places":
        """The places of the running process."""
        return cls(Path(os.environ.get(ROOT_VARIABLE, MOUNT)))

    def local(self, text: str) -> str:
        """A path or URI that names ``MOUNT``, as it is for the running process."""
        return text.replace(MOUNT, self.root.as_posix(), 1) if f"{MOUNT}/" in text else text

    @property
    def request(self) -> Path:
        """The step request, one JSON file."""
        return self.root / "request" / REQUEST_FILE

    @property
    def code(self) -> Path:
        """The user's training code, as committed."""
        return self.root / "code"

    @property
    def inputs(self) -> Path:
        """Artifacts that earlier steps left."""
        return self.root / "in"

    @property
    def outputs(self) -> Path:
        """Artifacts and parameters that this step leaves."""
        return self.root / "out"

    @property
    def state(self) -> Path:
        """The environment's durable state: feature store, tracking, model store, profiles."""
        return self.root / "state"

    @property
    def data(self) -> Path:
        """The environment's data root; a file DataSource's path is relative to it."""
        return self.root / "data"

    @property
    def trust(self) -> Path:
        """Trusted root, and what signs: the embedded instance or a client configuration."""
        return self.root / "trust"


@dataclass(frozen=True)
class State:
    """The layout below an environment's state folder."""

    root: Path

    @property
    def tracking_artifacts(self) -> Path:
        """MLflow's artifact root."""
        return self.root / "mlflow" / "artifacts"

    @property
    def feast(self) -> Path:
        """Feast's registry and embedded online store."""
        return self.root / "feast"

    def refreshed(self, feature_set: str) -> Path:
        """By which definition of a feature set, and up to when, the online store was brought last."""
        return self.feast / "refreshed" / f"{feature_set}.json"

    def feature_table(self, feature_set: str) -> Path:
        """The parquet file a feature set's transformation wrote."""
        return self.root / "features" / f"{feature_set}.parquet"

    def model_package(self, model: str, digest: str) -> Path:
        """A published, signed model package: ``files/`` and ``model.sigstore.json``."""
        return self.root / "models" / model / digest.removeprefix("sha256:")

    def predictions(self, deployment: str) -> Path:
        """The prediction log of a deployment, one parquet file for each flush."""
        return self.root / "predictions" / deployment

    def live_profiles(self, deployment: str, digest: str) -> Path:
        """The whylogs profiles of what a version served there, one for each day: ``YYYY-MM-DD.bin``."""
        return self.root / "profiles" / deployment / digest.removeprefix("sha256:")

    def monitoring(self, deployment: str) -> Path:
        """Monitor reports of a deployment."""
        return self.root / "monitoring" / deployment

    def training(self, workflow: str) -> Path:
        """What a training on several machines shares: ``dataset`` and ``model``. One runs at a time."""
        return self.root / "trainings" / workflow

    def event(self, identity: str) -> Path:
        """The record of a CloudEvent, and of whether it was sent."""
        return self.root / "events" / f"{identity}.json"

    def batch(self, deployment: str, run: str) -> Path:
        """The parts of a batch that a run scores in partitions, until they are gathered."""
        return self.root / "batches" / deployment / run

    def runs(self) -> Path:
        """Records of finished workflow runs."""
        return self.root / "runs"

    @property
    def transparency_log(self) -> Path:
        """The log of what is signed here, where the sigstore instance comes in a Secret, which nothing can write to."""
        return self.root / "transparency-log"

    @property
    def releases(self) -> Path:
        """What is kept of releases for the trace, each in a folder of its own."""
        return self.root / "releases"

    def release(self, digest: str) -> Path:
        """The lock and the signature of a release that was run here, and the files by which a model was trained."""
        return self.releases / digest.removeprefix("sha256:")

    def approval(self, digest: str, environment: str) -> Path:
        """The signed approval by which a model package was promoted to an environment."""
        return self.root / "approvals" / environment / f"{digest.removeprefix('sha256:')}.sigstore.json"
