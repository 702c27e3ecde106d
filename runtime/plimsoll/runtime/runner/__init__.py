"""The embedded runner: the compiled WorkflowTemplate, executed on one machine without containers or network.

``load`` reads and checks a release folder, ``unsupported`` names what isn't honoured here, ``order`` lays the tasks out
in waves, and ``run`` executes them: ``engine`` calls templates, ``dag`` follows dependencies, ``attempt`` runs one
program in a sandbox, ``recorder`` keeps the record.
"""

from plimsoll.runtime.runner.events import Event
from plimsoll.runtime.runner.load import load_workflow
from plimsoll.runtime.runner.order import PlannedTask, plan_order
from plimsoll.runtime.runner.record import ArtifactRecord, NodeRecord, RunRecord, read_record, run_folder
from plimsoll.runtime.runner.run import run
from plimsoll.runtime.runner.sandbox import Mounts
from plimsoll.runtime.runner.unsupported import Unsupported, unsupported
from plimsoll.runtime.runner.workflow import LoadedWorkflow

__all__ = [
    "ArtifactRecord",
    "Event",
    "LoadedWorkflow",
    "Mounts",
    "NodeRecord",
    "PlannedTask",
    "RunRecord",
    "Unsupported",
    "load_workflow",
    "plan_order",
    "read_record",
    "run",
    "run_folder",
    "unsupported",
]
