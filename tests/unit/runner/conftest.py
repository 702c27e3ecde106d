import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from plimsoll.runtime.runner import Event, LoadedWorkflow, Mounts, RunRecord, load_workflow, run, run_folder


@dataclass
class Bench:
    """A release folder with one workflow, and what is needed to run it."""

    base: Path
    events: list[Event] = field(default_factory=list)

    @property
    def release(self) -> Path:
        return self.base / "release"

    @property
    def mounts(self) -> Mounts:
        mounts = Mounts(*(self.base / name for name in ("state", "data", "trust")))
        for folder in (mounts.state, mounts.data, mounts.trust):
            folder.mkdir(exist_ok=True)
        return mounts

    def write(self, file: str, content: dict[str, Any]) -> None:
        self.release.mkdir(exist_ok=True)
        (self.release / file).write_text(json.dumps(content))

    def load(self, templates: list[dict[str, Any]], **spec: Any) -> LoadedWorkflow:
        whole = {"entrypoint": "main", "templates": templates, **spec}
        self.write("workflow.yaml", {"kind": "WorkflowTemplate", "metadata": {"name": "w"}, "spec": whole})
        return load_workflow(self.release, "w")

    def run(
        self, workflow: LoadedWorkflow, parameters: dict[str, str] | None = None, max_parallel: int = 8
    ) -> RunRecord:
        return run(
            workflow,
            parameters=parameters or {},
            workdir=self.base,
            mounts=self.mounts,
            listener=self.events.append,
            max_parallel=max_parallel,
        )

    def launch(
        self, templates: list[dict[str, Any]], parameters: dict[str, str] | None = None, **spec: Any
    ) -> RunRecord:
        return self.run(self.load(templates, **spec), parameters)

    def folder(self, record: RunRecord) -> Path:
        return run_folder(self.base, record.name)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture
def make_bench(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Bench]:
    return lambda: Bench(tmp_path_factory.mktemp("bench"))


@pytest.fixture
def shell() -> Callable[..., dict[str, Any]]:
    """A container template that runs a shell script."""

    def template(name: str, script: str, **more: Any) -> dict[str, Any]:
        container = {"command": ["sh", "-euc", script], **more.pop("container", {})}
        return {"name": name, "container": container, **more}

    return template
