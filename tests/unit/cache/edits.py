"""Single edits of a folder of specs, each by chance."""

import copy
import hashlib
import os
import shutil
from collections.abc import Callable
from typing import Any

from governing_edits import VALUES, bind, ignore, ignore_no_more, own_policy, waive
from spec_folder import Spec, SpecFolder

Edit = Callable[[SpecFolder], None]
Route = tuple[str | int, ...]


def _routes(value: Any, above: Route = ()) -> list[Route]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [route for key, item in items for route in ((*above, key), *_routes(item, (*above, key)))]


def _at(value: Any, route: Route) -> Any:
    for part in route:
        value = value[part]
    return value


def set_a_value(folder: SpecFolder) -> None:
    if (picked := folder.any_spec()) is None:
        return
    path, position, spec = picked
    routes = [route for route in _routes(spec) if route[-1] in VALUES]
    if routes:
        route = folder.chance.choice(routes)
        _at(spec, route[:-1])[route[-1]] = folder.chance.choice(VALUES[str(route[-1])])
        folder.replace(path, position, spec)


def take_over_from_another(folder: SpecFolder) -> None:
    """A part of a spec as another of its kind has it: references, environments, columns, features…"""
    if (picked := folder.any_spec()) is None:
        return
    path, position, spec = picked
    others = [other for _, _, other in folder.specs(str(spec.get("kind"))) if other is not spec]
    other = folder.chance.choice(others)
    routes = [one for one in _routes(spec) if one in set(_routes(other)) and one[0] == "spec" and len(one) > 1]
    if routes:
        route = folder.chance.choice(routes)
        _at(spec, route[:-1])[route[-1]] = copy.deepcopy(_at(other, route))
        folder.replace(path, position, spec)


def leave_something_out(folder: SpecFolder) -> None:
    if (picked := folder.any_spec()) is None:
        return
    path, position, spec = picked
    routes = [route for route in _routes(spec) if len(route) > 1]
    if routes:
        route = folder.chance.choice(routes)
        del _at(spec, route[:-1])[route[-1]]
        folder.replace(path, position, spec)


def touch(folder: SpecFolder) -> None:
    for path in folder.chance.choices(folder.files(), k=3):
        os.utime(path)


def move_lines(folder: SpecFolder) -> None:
    path = folder.any_file()
    path.write_bytes(b"# a comment\n" * folder.chance.randint(1, 3) + path.read_bytes())


def delete(folder: SpecFolder) -> None:
    if len(folder.files()) > 3:
        folder.any_file().unlink()


def rename_file(folder: SpecFolder) -> None:
    path = folder.any_file()
    path.rename(path.with_name(f"n{folder.chance.randint(0, 99)}.yaml"))


def move_file(folder: SpecFolder) -> None:
    """Into another folder: what it names beside itself may not be there."""
    path, other = folder.any_file(), folder.any_file()
    path.rename(other.parent / f"m{folder.chance.randint(0, 99)}.yaml")


def join_files(folder: SpecFolder) -> None:
    path, other = folder.any_file(), folder.any_file()
    if path != other:
        path.write_bytes(path.read_bytes() + b"\n---\n" + other.read_bytes())
        other.unlink()


def split_file(folder: SpecFolder) -> None:
    path = folder.any_file()
    for number, spec in enumerate(specs := folder.read(path)):
        if len(specs) > 1:
            folder.write(path.with_name(f"s{number}-{folder.chance.randint(0, 99)}.yaml"), [spec])
    if len(specs) > 1:
        path.unlink()


def rename_spec(folder: SpecFolder) -> None:
    """With or without those that refer to it."""
    if (picked := folder.any_spec()) is None:
        return
    path, position, spec = picked
    name = str(spec.get("metadata", {}).get("name", ""))
    if name and folder.chance.random() < 0.6:
        new = f"new-{folder.chance.randint(0, 9)}"
        for file in folder.files():
            data = file.read_bytes()
            if name.encode() in data:
                file.write_bytes(data.replace(name.encode(), new.encode()))
    elif name:
        spec["metadata"]["name"] = f"{name[:-1]}x"
        folder.replace(path, position, spec)


def copy_spec(folder: SpecFolder) -> None:
    """Under another name, mostly."""
    if (picked := folder.any_spec()) is None:
        return
    path, _, spec = picked
    if folder.chance.random() < 0.8 and isinstance(spec.get("metadata"), dict):
        spec["metadata"]["name"] = f"copy-{folder.chance.randint(0, 30)}"
    folder.write(path.with_name(f"c{folder.chance.randint(0, 99)}.yaml"), [spec])


def break_yaml(folder: SpecFolder) -> None:
    path = folder.any_file()
    worse = folder.chance.choice([b"\n: [", b"\n\tkey: 1\n", b"\n\xff\n", b"\n---\n- 1\n", b"\nspec: {}\n"])
    path.write_bytes(path.read_bytes() + worse)


def refer_elsewhere(folder: SpecFolder) -> None:
    picked = folder.any_spec("FeatureSet", "Model", "Deployment", "PolicyBinding", "Waiver")
    if picked is None:
        return
    path, position, whole = picked
    try:
        _refer(folder, str(whole["kind"]), whole["spec"])
    except (KeyError, TypeError, AttributeError, IndexError):
        return
    folder.replace(path, position, whole)


def _refer(folder: SpecFolder, kind: str, spec: Spec) -> None:
    match kind:
        case "FeatureSet":
            spec["sources"].append(folder.name_of(folder.chance.choice(["FeatureSet", "DataSource"])))
        case "Model":
            spec["features"].append({"set": folder.name_of("FeatureSet"), "use": ["no_feature"]})
        case "Deployment" if folder.chance.random() < 0.5:
            spec["model"] = folder.name_of("Model")
        case "Deployment" | "PolicyBinding" | "Waiver":
            name, places = folder.name_of("Environment"), spec["environments"]
            if isinstance(places, dict):
                places[name] = {}
            else:
                places.append(name)


def make_a_cycle(folder: SpecFolder) -> None:
    sets = list(folder.specs("FeatureSet"))
    for path, position, spec in folder.chance.sample(sets, k=min(2, len(sets))):
        if isinstance(spec.get("spec", {}).get("sources"), list):
            spec["spec"]["sources"].append(folder.name_of("FeatureSet"))
            folder.replace(path, position, spec)


def join_more(folder: SpecFolder) -> None:
    """Let a model use another set, soundly: all that the set names is taken from it."""
    model, used = folder.any_spec("Model"), folder.any_spec("FeatureSet")
    if model is None or used is None:
        return
    path, position, spec = model
    try:
        first = next(iter(used[2]["spec"]["features"]))
        spec["spec"]["features"].append({"set": used[2]["metadata"]["name"], "use": [first]})
    except (KeyError, TypeError, AttributeError, StopIteration):
        return
    folder.replace(path, position, spec)


def harm_what_lies_beside(folder: SpecFolder) -> None:
    beside = [path for path in folder.root.rglob("*") if path.name == "code" or path.suffix == ".sql"]
    if beside:
        path = folder.chance.choice(sorted(beside))
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
            if folder.chance.random() < 0.3:
                path.write_text("a file")
        else:
            path.unlink()
            if folder.chance.random() < 0.5:
                path.mkdir()


def restore_what_lies_beside(folder: SpecFolder) -> None:
    for path, _, spec in folder.specs("Model", "FeatureSet"):
        try:
            code = path.parent / spec["spec"]["training"]["code"]
        except (KeyError, TypeError):
            continue
        if not code.exists():
            code.mkdir(parents=True)
            return


def link(folder: SpecFolder) -> None:
    target = folder.chance.choice(
        [folder.any_file(), folder.root / "governance", folder.root.parent, folder.root / "no"]
    )
    place = folder.root / "governance" / f"link{folder.chance.randint(0, 2)}.yaml"
    if place.is_symlink():
        place.unlink()
    elif not place.exists():
        place.parent.mkdir(exist_ok=True)
        place.symlink_to(target)


def name_evidence(folder: SpecFolder) -> None:
    """A document that is there or not, with its digest, another one, or none; one that was there is written anew."""
    picked = folder.any_spec("DataSource", "Model")
    if picked is None or not isinstance(picked[2].get("spec"), dict):
        return
    path, position, spec = picked
    said, card = f"as of {folder.chance.randint(0, 3)}\n".encode(), path.with_name("card.md")
    if folder.chance.random() < 0.7:
        card.write_bytes(said)
    document: dict[str, Any] = {"file": "card.md", "validUntil": folder.chance.choice(VALUES["validUntil"])}
    if folder.chance.random() < 0.7:
        document["digest"] = f"sha256:{hashlib.sha256(said).hexdigest()}"
    spec["spec"]["evidence"] = {"modelCard" if spec["kind"] == "Model" else "processingRecord": document}
    folder.replace(path, position, spec)


EDITS: dict[Edit, int] = {
    set_a_value: 10,
    take_over_from_another: 8,
    leave_something_out: 2,
    touch: 1,
    move_lines: 3,
    delete: 1,
    rename_file: 2,
    move_file: 2,
    join_files: 2,
    split_file: 1,
    rename_spec: 3,
    copy_spec: 3,
    break_yaml: 1,
    refer_elsewhere: 3,
    make_a_cycle: 1,
    join_more: 3,
    waive: 3,
    bind: 2,
    own_policy: 3,
    harm_what_lies_beside: 1,
    restore_what_lies_beside: 1,
    name_evidence: 3,
    ignore: 2,
    ignore_no_more: 1,
    link: 1,
    SpecFolder.pass_days: 1,
    SpecFolder.restore: 5,
}
"""Every edit, and how often it comes."""


def edit(folder: SpecFolder) -> str:
    """Make one edit by chance, and say which."""
    chosen = folder.chance.choices(list(EDITS), list(EDITS.values()))[0]
    chosen(folder)
    return chosen.__name__
