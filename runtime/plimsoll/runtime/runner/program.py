"""A container's command as a program of this machine: its arguments and its environment."""

import math
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from plimsoll.contract.guard import REGION_VARIABLE
from plimsoll.contract.places import ROOT_VARIABLE
from plimsoll.runtime.runner.manifest import Container
from plimsoll.runtime.runner.paths import rewrite
from plimsoll.runtime.runner.substitution import substitute

_VARIABLE = re.compile(r"\$\$|\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)")
PROGRESS_VARIABLE = "ARGO_PROGRESS_FILE"


@dataclass(frozen=True)
class Program:
    """What is started: arguments, environment and folder, all of this machine."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path


def program_of(container: Container, values: Mapping[str, str], root: Path, progress: Path, where: str) -> Program:
    """The program of a container, in the sandbox at ``root``.

    Tags are replaced first, then ``$(VARIABLE)`` as Kubernetes does, then ``/plimsoll`` becomes the sandbox. The
    environment holds PATH (this Python's folder first), HOME (a folder of the attempt's own), LANG, TZ=UTC, the
    sandbox's root, the progress file, the region that this machine is said to be in, the container's own variables,
    and for OpenMP as many threads as the container asks for CPUs, which do not spin while they wait: steps share this
    machine.

    Raises:
        Refused: when a tag has no value.
    """
    declared: dict[str, str] = {}
    for variable in container.env:
        if variable.value_from is not None:
            continue  # Of a node that is not there; ``_base`` has what this machine is said to be in.
        text = substitute(variable.value, values, f"{where}.env.{variable.name}")
        declared[variable.name] = rewrite(_expand(text, declared), root)
    arguments = tuple(
        rewrite(_expand(substitute(text, values, where), declared), root)
        for text in (*container.command, *container.args)
    )
    folder = Path(rewrite(substitute(container.working_dir or str(root), values, where), root))
    return Program(arguments, {**_base(container, root, progress), **declared}, folder)


def _base(container: Container, root: Path, progress: Path) -> dict[str, str]:
    """The environment that every program gets."""
    own = str(Path(sys.executable).parent)
    cpus = container.resources.limits.get("cpu") or container.resources.requests.get("cpu")
    return {
        "PATH": os.pathsep.join((own, os.environ.get("PATH", os.defpath))),
        "HOME": str(root.parent / "home"),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        ROOT_VARIABLE: str(root),
        PROGRESS_VARIABLE: str(progress),
        "OMP_WAIT_POLICY": "passive",
        **({REGION_VARIABLE: os.environ[REGION_VARIABLE]} if REGION_VARIABLE in os.environ else {}),
        **({"OMP_NUM_THREADS": str(threads(cpus))} if cpus else {}),
    }


def threads(cpus: str) -> int:
    """Whole threads for a CPU quantity such as ``2``, ``1.5`` or ``500m``; at least one."""
    amount = float(cpus[:-1]) / 1000 if cpus.endswith("m") else float(cpus)
    return max(1, math.ceil(amount))


def _expand(text: str, variables: Mapping[str, str]) -> str:
    """``$(NAME)`` replaced by the container's variable of that name, ``$$`` by ``$``; an unknown name is left as it is.

    (Kubernetes core/v1, Container.command.)
    """

    def replace(match: re.Match[str]) -> str:
        return "$" if match[1] is None else variables.get(match[1], match[0])

    return _VARIABLE.sub(replace, text)
