"""How a model is trained: any program in any image, on one machine or on several."""

from typing import Annotated, Literal

from pydantic import Field

from plimsoll.compiler.kinds.common import ColumnType, Part, Resources, left_out
from plimsoll.compiler.kinds.scalars import Column, Image, Parameter, RelativePath, Timeout, Whole


class Distributed(Part):
    """A training program that runs as several processes, which find one another by the variables of torchrun.

    ``MASTER_ADDR``, ``MASTER_PORT``, ``WORLD_SIZE``, ``RANK`` and ``LOCAL_RANK`` are set as PyTorch's elastic launcher
    has them; a program of another framework reads the same.
    """

    nodes: Annotated[Whole, Field(ge=1, le=256, json_schema_extra={"x-unit": "machines"})]
    """Machines; each gets the resources of the training."""
    processes_per_node: Annotated[Whole, Field(ge=1, le=64, json_schema_extra={"x-unit": "processes"})] = 1
    """Processes on each; with GPUs, one for each GPU."""
    backend: Literal["nccl", "gloo", "mpi"] = "nccl"
    """How the processes exchange tensors: nccl between GPUs, gloo between CPUs."""


class Training(Part):
    """A training program: any command in any image; it owes Plimsoll nothing but files."""

    image: Image
    """The image that the program runs in, whatever its framework; pinned by digest."""
    code: RelativePath
    """The folder of the program, relative to the spec."""
    command: Annotated[tuple[Annotated[str, Field(max_length=100_000)], ...], Field(min_length=1, max_length=100)]
    """The program and its arguments, run in the folder of the code."""
    parameters: Annotated[dict[Column, Parameter], Field(max_length=200)] = Field(default_factory=dict)
    """What the program is told, as JSON in the file that ``PLIMSOLL_PARAMETERS`` names."""
    input_types: Annotated[tuple[ColumnType, ...], Field(min_length=1, max_length=5)] | None = Field(
        default=None, exclude_if=left_out
    )
    """The types of column that the program takes; an input or a feature of another is a finding. Left out: all."""
    resources: Resources = Resources()
    """What each machine of the training gets."""
    distributed: Distributed | None = Field(default=None, exclude_if=left_out)
    """More than one process; left out, the program is one."""
    timeout: Timeout = 3600
    """When a run is given up."""
    retries: Annotated[Whole, Field(ge=0, le=10, json_schema_extra={"x-unit": "times"})] = 2
    """How often a run is tried again when its machine, not the program, failed."""
