"""Training in several processes: what Kubeflow Trainer is told of the machines, and of what runs on them."""

from typing import Any

from plimsoll.compiler.kinds import Model
from plimsoll.compiler.rendering.objects import RenderedObject, hashed_object
from plimsoll.compiler.rendering.owner import Owner


def distributed(model: Model) -> dict[str, Any] | None:
    """The shape of a training on several machines; None for one on one machine.

    Each machine starts ``torchrun``, which the image must hold. It finds the others by the variables that Trainer sets
    (``PET_…``), and starts the program with RANK, LOCAL_RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT.
    """
    training = model.spec.training
    given = training.distributed
    if given is None:
        return None
    variables = {
        "PLIMSOLL_TRAINING_DATA": "/plimsoll/in/dataset/train.parquet",
        "PLIMSOLL_PARAMETERS": "/plimsoll/request/parameters.json",
        "PLIMSOLL_INPUTS": "/plimsoll/request/inputs.json",
        "PLIMSOLL_MODEL": "/plimsoll/out/model",
        "PLIMSOLL_BACKEND": given.backend,
    }
    return {
        "nodes": given.nodes,
        "processesPerNode": given.processes_per_node,
        "command": ["torchrun", "--no-python", *training.command],
        "env": [{"name": name, "value": value} for name, value in variables.items()],
    }


def training_runtime(stem: str, context: dict[str, Any], owner: Owner) -> RenderedObject:
    """What each machine is; its name changes with its content, as the workflow's that asks for it."""
    return hashed_object("TrainingRuntime", stem, "trainingruntime", context, owner)
