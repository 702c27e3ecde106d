"""What pods mount, and as whom they run: volumes, their sources, service accounts."""

from collections.abc import Iterator, Mapping
from typing import Any

from plimsoll.compiler.diagnostics import Diagnostic, Route
from plimsoll.compiler.validation.manifests import MISSING, Manifest, Manifests
from plimsoll.contract.places import DATA_CLAIM, STATE_CLAIM, TRUST_SECRET

_GIVEN = {"persistentVolumeClaim": ("claimName", {STATE_CLAIM, DATA_CLAIM}), "secret": ("secretName", {TRUST_SECRET})}
"""What a namespace provides, and no release brings: the volume sources with the names that may be asked for."""


def check_pod(one: Manifest, manifests: Manifests, spec: Mapping[str, Any], route: Route) -> Iterator[Diagnostic]:
    """The account, the volumes and the mounts of a pod's spec."""
    yield from check_account(one, manifests, spec, route)
    yield from check_volumes(one, manifests, spec.get("volumes", ()), (*route, "volumes"))
    volumes = {volume["name"] for volume in spec.get("volumes", ())}
    for group in ("initContainers", "containers"):
        for index, container in enumerate(spec.get(group, ())):
            yield from check_mounts(one, container, volumes, (*route, group, index))


def check_account(one: Manifest, manifests: Manifests, spec: Mapping[str, Any], route: Route) -> Iterator[Diagnostic]:
    """The service account that a pod or a workflow runs as."""
    account = spec.get("serviceAccountName", "default")
    if not manifests.has("ServiceAccount", account):
        message = f"the release has no ServiceAccount {account!r}"
        yield one.finding(MISSING, message, *route, "serviceAccountName")


def check_volumes(
    one: Manifest, manifests: Manifests, volumes: Iterator[Any] | tuple[Any, ...], route: Route
) -> Iterator[Diagnostic]:
    """The sources of volumes: the release's ConfigMaps with the keys asked for, and what a namespace provides."""
    for index, volume in enumerate(volumes):
        if "configMap" in volume:
            yield from _config_map(one, manifests, volume["configMap"], (*route, index, "configMap"))
        for source, (key, known) in _GIVEN.items():
            if source in volume and volume[source][key] not in known:
                message = f"no namespace provides the {source} {volume[source][key]!r}"
                yield one.finding(MISSING, message, *route, index, source, key)


def _config_map(one: Manifest, manifests: Manifests, source: Mapping[str, Any], route: Route) -> Iterator[Diagnostic]:
    found = manifests.by_name.get(("ConfigMap", source["name"]))
    if found is None:
        yield one.finding(MISSING, f"the release has no ConfigMap {source['name']!r}", *route, "name")
        return
    keys = {*found.value.get("data", {}), *found.value.get("binaryData", {})}
    for index, item in enumerate(source.get("items", ())):
        if item["key"] not in keys:
            message = f"the ConfigMap {source['name']!r} has no key {item['key']!r}"
            yield one.finding(MISSING, message, *route, "items", index, "key")


def check_mounts(one: Manifest, container: Mapping[str, Any], volumes: set[str], route: Route) -> Iterator[Diagnostic]:
    """The volumes that a container mounts."""
    for index, mount in enumerate(container.get("volumeMounts", ())):
        if mount["name"] not in volumes:
            message = f"no volume is called {mount['name']!r}"
            yield one.finding(MISSING, message, *route, "volumeMounts", index, "name")
