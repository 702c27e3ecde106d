"""``plimsoll policy export``: the rules as the API server of an environment can hold them."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plimsoll.cli.cache_options import add_cache_options, explain
from plimsoll.cli.judging import judge_folder
from plimsoll.cli.policies_given import add_policies, policies_given
from plimsoll.cli.project_files import add_path, spec_folder
from plimsoll.cli.views.paint import Style, Styled
from plimsoll.cli.views.view import Line, View
from plimsoll.contract.exit_codes import CLEAN, FINDINGS
from plimsoll.contract.refusal import Refused

if TYPE_CHECKING:
    from plimsoll.compiler.rendering.admission import Exported, Withheld
    from plimsoll.compiler.rendering.objects import RenderedObject

EXAMPLE = """\
example:
  plimsoll policy export --to vap --environment production --out admission
  plimsoll policy export --to vap --environment production | kubectl apply --server-side --filename -
  plimsoll policy export --to vap --environment production --policies company-policies --json

Each rule that can be held so, of the catalogue, of a company or of the project, becomes a ValidatingAdmissionPolicy and
a binding to the environment's namespace, which denies, warns or audits as the project's bindings say. With --out the
report says of every rule whether it was exported, or why not; without it, the manifests are printed. The policies know
the environment's values and the waivers that count today: export them anew when either changes, and when a waiver ends.
"""

_OURS = "validatingadmissionpolicy"
"""What the names of the files begin with that an export writes."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``policy export``."""
    parser.epilog = EXAMPLE
    add_path(parser)
    parser.add_argument("--to", choices=["vap"], required=True, help="vap: ValidatingAdmissionPolicies of Kubernetes")
    parser.add_argument("--environment", "-e", required=True, metavar="E", help="whose values and waivers hold")
    parser.add_argument("--out", type=Path, metavar="DIR", help="one file an object; default: print them all")
    add_policies(parser)
    add_cache_options(parser)


def run(args: argparse.Namespace) -> int:
    """Export the rules of a project that governance lets pass."""
    view: View = args.view
    folder = spec_folder(args)
    given = policies_given(args, folder, cached=args.cached)
    judged = judge_folder(folder, cached=args.cached, jobs=args.jobs, given=given)
    explain(args, judged.told)
    if judged.checked is None:
        view.findings(judged.findings)
        return FINDINGS
    from plimsoll.compiler.rendering.admission import Admission
    from plimsoll.compiler.rendering.naming import require_environment

    require_environment(judged.checked.project, args.environment)
    admission = Admission(judged.checked.gate, args.environment)
    objects = list(admission.objects)
    if args.out is not None:
        _write(args.out, objects)
    told = _told(args, admission.rules, len(objects)) if args.out is not None else _documents(objects)
    view.result(_data(args, admission.rules, objects), told)
    return CLEAN


def _write(folder: Path, objects: Sequence["RenderedObject"]) -> None:
    """Have a folder hold these objects and nothing else.

    Raises:
        Refused: when it holds what no export put there.
    """
    if folder.exists() and not folder.is_dir():
        raise Refused("output", str(folder), "it is not a folder", "choose a folder of its own")
    there = {path.name for path in folder.iterdir()} if folder.is_dir() else set[str]()
    if foreign := sorted(name for name in there if not (name.startswith(_OURS) and name.endswith(".yaml"))):
        why = f"it holds what no export put there: {', '.join(foreign[:5])}"
        raise Refused("output", str(folder), why, "choose an empty or new folder")
    folder.mkdir(parents=True, exist_ok=True)
    for one in objects:
        (folder / one.file).write_bytes(one.data)
    for name in there - {one.file for one in objects}:
        (folder / name).unlink()


def _data(
    args: argparse.Namespace, rules: Sequence["Exported | Withheld"], objects: Sequence["RenderedObject"]
) -> dict[str, Any]:
    found: dict[str, Any] = {"environment": args.environment, "rules": [_rule(one) for one in rules]}
    if args.out is not None:
        return {**found, "folder": args.out.as_posix(), "files": sorted(one.file for one in objects)}
    from plimsoll.compiler.loading.objects import read_object

    return {**found, "objects": [read_object(one.data) for one in objects]}


def _rule(one: "Exported | Withheld") -> dict[str, Any]:
    from plimsoll.compiler.rendering.admission import Exported

    told = {"id": one.rule.id, "title": one.rule.values["title"]}
    if not isinstance(one, Exported):
        return {**told, "exported": False, "why": one.why}
    waivers = [waiver.values["spec"] for waiver in one.waivers]
    return {
        **told,
        "exported": True,
        "mode": one.mode,
        "kinds": list(one.kinds),
        "leftOut": dict(one.left_out),
        "policies": list(dict.fromkeys(each.name for each in one.objects)),
        "waived": [{said: waiver[said] for said in ("object", "expires", "approver")} for waiver in waivers],
    }


def _documents(objects: Sequence["RenderedObject"]) -> Iterator[Line]:
    for number, one in enumerate(objects):
        yield from ["---"] if number else []
        yield from one.data.decode().removesuffix("\n").split("\n")


def _told(args: argparse.Namespace, rules: Sequence["Exported | Withheld"], count: int) -> Iterator[Line]:
    from plimsoll.compiler.rendering.admission import Exported

    exported = [one for one in rules if isinstance(one, Exported)]
    for one in exported:
        yield [Styled(f"{one.rule.id:<8}", Style.STRONG), Styled(f"{one.mode:<6}", Style.GOOD), ", ".join(one.kinds)]
        yield from ([Styled(f"{'':<8}not {kind}: {why}", Style.DIM)] for kind, why in one.left_out.items())
        for waiver in one.waivers:
            said = waiver.values["spec"]
            told = f"{'':<8}lets {said['object']} pass; export anew after {said['expires']}, for it has no clock"
            yield [Styled(told, Style.WARNING)]
    for other in rules:
        if not isinstance(other, Exported):
            yield [Styled(f"{other.rule.id:<8}", Style.STRONG), Styled(f"{'no':<6}", Style.DIM), other.why]
    yield f"{len(exported)} of {len(rules)} rules exported: {count} objects in {args.out.as_posix()}"
