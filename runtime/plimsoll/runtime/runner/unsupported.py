"""What a workflow asks for that this engine doesn't honour, each by name.

``manifest`` is the list of what is honoured. Every key beyond it is found here: either it has no effect on the results
of a run on one machine and is ignored, or the workflow is refused. A key nobody thought of is refused.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from plimsoll.contract.guard import REGION_FIELD, REGION_VARIABLE
from plimsoll.contract.places import DATA_CLAIM, MOUNT, STATE_CLAIM, TRUST_SECRET
from plimsoll.contract.refusal import Refused
from plimsoll.runtime.runner import manifest
from plimsoll.runtime.runner.ignorable import HONOURED_RESOURCES, IGNORABLE
from plimsoll.runtime.runner.workflow import LoadedWorkflow

Route = tuple[str | int, ...]


@dataclass(frozen=True)
class Unsupported:
    """A part of the manifest that isn't honoured: where it stands, why, and whether the run is refused for it."""

    route: Route
    why: str
    effect: Literal["ignored", "refused"]

    @property
    def place(self) -> str:
        """The route as text, such as ``spec.templates.train.nodeSelector``."""
        return ".".join(str(step) for step in self.route)


def unsupported(workflow: LoadedWorkflow) -> tuple[Unsupported, ...]:
    """Everything in a workflow that this engine doesn't honour, in the manifest's order; mounts last."""
    return (*_walk(workflow.spec, ("spec",)), *_mounts(workflow))


def refuse_unsupported(workflow: LoadedWorkflow) -> None:
    """Refuse a workflow whose results would differ here.

    Raises:
        Refused: naming the first such part, and how many more there are.
    """
    refused = [part for part in unsupported(workflow) if part.effect == "refused"]
    if refused:
        more = f", and {len(refused) - 1} more" if len(refused) > 1 else ""
        why = f"{refused[0].why}{more}"
        where = workflow.where(refused[0].place)
        raise Refused("the embedded runner", where, why, "run the workflow on Argo, or leave that part out")


def _walk(part: BaseModel, route: Route) -> Iterator[Unsupported]:
    for key in part.model_extra or {}:
        yield _extra(type(part), key, (*route, key))
    yield from _particular(part, route)
    for name, field in type(part).model_fields.items():
        yield from _values(getattr(part, name), (*route, field.alias or name))


def _values(value: Any, route: Route) -> Iterator[Unsupported]:
    if isinstance(value, BaseModel):
        yield from _walk(value, route)
    elif isinstance(value, Mapping):
        for key, below in value.items():
            yield from _values(below, (*route, key))
    elif isinstance(value, tuple):
        for number, below in enumerate(value):
            yield from _values(below, (*route, getattr(below, "name", number)))


def _extra(kind: type[BaseModel], key: str, route: Route) -> Unsupported:
    for base in kind.__mro__:
        why = IGNORABLE.get(base, {}).get(key)
        if why is not None:
            return Unsupported(route, why, "ignored")
    return Unsupported(route, "it isn't known to this engine", "refused")


def _particular(part: BaseModel, route: Route) -> Iterator[Unsupported]:
    """What is unsupported because of a value, not a key."""
    match part:
        case manifest.Resources():
            for name in sorted(set(part.limits | part.requests) - HONOURED_RESOURCES):
                yield Unsupported((*route, name), "the program uses what this machine has of it", "ignored")
            if "memory" in part.limits:
                yield Unsupported((*route, "limits", "memory"), "memory isn't limited here", "ignored")
        case manifest.Spec():
            for name in sorted(set(part.hooks) - {"exit"}):
                yield Unsupported((*route, "hooks", name), "only the exit hook is run here", "refused")
        case manifest.Volume():
            yield from _volume(part, route)
        case manifest.EnvVar(value_from=manifest.EnvSource(field_ref=manifest.FieldRef() as field)):
            if (part.name, field.field_path) == (REGION_VARIABLE, REGION_FIELD):
                why = f"there is no node; {REGION_VARIABLE} says where this machine is, where it is set"
                yield Unsupported((*route, "valueFrom"), why, "ignored")
            else:
                yield Unsupported((*route, "valueFrom"), "there is no pod that has this field", "refused")


def _volume(volume: manifest.Volume, route: Route) -> Iterator[Unsupported]:
    claim, secret = volume.persistent_volume_claim, volume.secret
    if claim is not None and claim.claim_name not in {STATE_CLAIM, DATA_CLAIM}:
        yield Unsupported(route, f"nothing on this machine stands for the claim {claim.claim_name}", "refused")
    elif secret is not None and secret.secret_name != TRUST_SECRET:
        yield Unsupported(route, f"nothing on this machine stands for the secret {secret.secret_name}", "refused")
    elif (volume.config_map, claim, secret, volume.empty_dir) == (None, None, None, None):
        yield Unsupported(route, "a volume of this kind has no counterpart here", "refused")


def _mounts(workflow: LoadedWorkflow) -> Iterator[Unsupported]:
    """What is unsupported because of where a volume is mounted."""
    for template in workflow.spec.templates:
        volumes = {volume.name: volume for volume in (*workflow.spec.volumes, *template.volumes)}
        mounts = template.container.volume_mounts if template.container else ()
        linked = [m.mount_path for m in mounts if _is_linked(volumes[m.name])]
        for mount in mounts:
            route = ("spec", "templates", template.name, "container", "volumeMounts", mount.name)
            if any(mount.mount_path.startswith(f"{path}/") for path in linked):
                yield Unsupported(route, "a volume can't be laid over a part of a claim or a secret here", "refused")
            elif not f"{mount.mount_path}/".startswith(f"{MOUNT}/"):
                effect: Literal["ignored", "refused"] = (
                    "refused" if volumes[mount.name].empty_dir is None else "ignored"
                )
                yield Unsupported(route, f"the program sees this machine's own {mount.mount_path}", effect)
            elif mount.read_only and mount.mount_path in linked:
                yield Unsupported(
                    (*route, "readOnly"), "a folder can't be made read-only for one program here", "ignored"
                )


def _is_linked(volume: manifest.Volume) -> bool:
    return volume.persistent_volume_claim is not None or volume.secret is not None
