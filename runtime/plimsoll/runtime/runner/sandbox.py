"""The folder in which one attempt of a container finds what its container would have mounted."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from plimsoll.contract.places import DATA_CLAIM, MOUNT, STATE_CLAIM, TRUST_SECRET, Places
from plimsoll.contract.refusal import Refused
from plimsoll.runtime.runner.files import write_whole
from plimsoll.runtime.runner.manifest import ConfigMap, ConfigMapVolume, KeyToPath, Template, Volume, VolumeMount
from plimsoll.runtime.runner.paths import in_sandbox
from plimsoll.runtime.runner.workflow import LoadedWorkflow


@dataclass(frozen=True)
class Mounts:
    """The folders that stand for the claims of the state and the data, and for the secret of the trust."""

    state: Path
    data: Path
    trust: Path

    def folder(self, volume: Volume) -> Path | None:
        """The folder that stands for a claim or a secret; None for another kind of volume.

        Raises:
            Refused: when there is no such folder, or a file that is asked for is not in it.
        """
        claim = volume.persistent_volume_claim
        name = claim.claim_name if claim else volume.secret.secret_name if volume.secret else None
        if name is None:
            return None
        folder = {STATE_CLAIM: self.state, DATA_CLAIM: self.data, TRUST_SECRET: self.trust}.get(name)
        if folder is None or not folder.is_dir():
            why = "there is no such folder" if folder else "nothing on this machine stands for it"
            raise Refused(f"the volume {volume.name}", str(folder or name), why)
        for item in (volume.secret and volume.secret.items) or ():
            if not (folder / item.key).is_file():
                raise Refused(f"the volume {volume.name}", str(folder / item.key), "there is no such file")
        return folder.resolve()


def check_mounts(workflow: LoadedWorkflow, mounts: Mounts) -> None:
    """Refuse to run a workflow that mounts a claim or a secret for which there is no folder.

    Raises:
        Refused: naming the first such volume.
    """
    for template in workflow.spec.templates:
        volumes = {volume.name: volume for volume in (*workflow.spec.volumes, *template.volumes)}
        for mount in template.container.volume_mounts if template.container else ():
            mounts.folder(volumes[mount.name])


def lay_volumes(workflow: LoadedWorkflow, template: Template, mounts: Mounts, root: Path) -> None:
    """Make a sandbox at ``root``: folders for inputs and outputs, and every mounted volume in its place.

    Claims and secrets are symbolic links, ConfigMaps are read-only files, emptyDirs are new folders.

    Raises:
        Refused: when a claim or a secret has no folder here.
        OSError: when the sandbox can't be written.
    """
    places = Places(root)
    places.inputs.mkdir(parents=True)
    places.outputs.mkdir()
    if template.container is None:
        return
    volumes = {volume.name: volume for volume in (*workflow.spec.volumes, *template.volumes)}
    shared: dict[str, Path] = {}
    for mount in sorted(template.container.volume_mounts, key=lambda m: m.mount_path.count("/")):
        if not f"{mount.mount_path}/".startswith(f"{MOUNT}/"):
            continue
        target = in_sandbox(mount.mount_path, root)
        volume = volumes[mount.name]
        folder = mounts.folder(volume) or shared.get(mount.name)
        if folder is not None and volume.secret and volume.secret.items is not None:
            _link_items(folder, volume.secret.items, target)
        elif folder is not None:
            _link(folder, mount, target)
        elif volume.config_map is not None:
            _write(volume.config_map, workflow.config_maps, mount, target)
        else:
            target.mkdir(parents=True, exist_ok=True)
            shared[mount.name] = target


def _link(folder: Path, mount: VolumeMount, target: Path) -> None:
    source = folder / mount.sub_path
    if mount.sub_path:
        source.mkdir(parents=True, exist_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_dir():
        target.rmdir()
    target.symlink_to(source)


def _link_items(folder: Path, items: tuple[KeyToPath, ...], target: Path) -> None:
    for item in items:
        link = target / item.path
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(folder / item.key)


def _write(volume: ConfigMapVolume, config_maps: Mapping[str, ConfigMap], mount: VolumeMount, target: Path) -> None:
    files = _files(config_maps[volume.name], volume) if volume.name in config_maps else {}
    if mount.sub_path in files:
        files, target = {target.name: files[mount.sub_path]}, target.parent
    target.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        file = target / name
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, content)
        file.chmod(0o444)


def _files(config_map: ConfigMap, volume: ConfigMapVolume) -> dict[str, bytes]:
    binary = {key: base64.b64decode(text) for key, text in config_map.binary_data.items()}
    content = {key: text.encode() for key, text in config_map.data.items()} | binary
    if volume.items is None:
        return content
    for item in volume.items:
        if item.key not in content and not volume.optional:
            raise Refused(
                f"the key {item.key}", f"ConfigMap {volume.name}", "the volume asks for it and it isn't there"
            )
    return {item.path: content[item.key] for item in volume.items if item.key in content}
