"""``plimsoll flow``: where data comes from and where it goes, with its labels at each step."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from plimsoll.cli.flow.chart import Chart, as_data, asked_for, chart
from plimsoll.cli.flow.drawing import dot, svg
from plimsoll.cli.flow.tree import tree
from plimsoll.cli.object_named import object_named
from plimsoll.cli.project_files import add_path, spec_folder
from plimsoll.cli.resolving import resolved
from plimsoll.cli.views.view import Line, View
from plimsoll.compiler.kinds import KINDS
from plimsoll.compiler.rendering.naming import require_environment
from plimsoll.contract.exit_codes import CLEAN, FINDINGS
from plimsoll.contract.refusal import Refused

EXAMPLE = """\
example:
  plimsoll flow datasource/flights
  plimsoll flow deployment/flight-delay-online --environment production
  plimsoll flow datasource/flights --to environment/production --svg > flights.svg
  plimsoll flow --record > processing-activities.md

A label says how data is classified, how much it is about people and what it reveals, under which laws and licences it
is, what it may be used for and for how long it may be kept. Labels begin at data sources and flow with the data; what a
feature set changes stands between two lines, in yellow. Whether data may be where it comes to is what plimsoll check
judges.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``flow``."""
    parser.epilog = EXAMPLE
    parser.add_argument("object", metavar="KIND/NAME", nargs="?", help="such as datasource/flights; else all sources")
    add_path(parser)
    parser.add_argument("--to", metavar="KIND/NAME", help="only ways that lead there")
    parser.add_argument("--environment", "-e", metavar="E", help="only what is in one environment")
    parser.add_argument("--forwards", action="store_true", help="where data goes; so it is for sources, unless said")
    parser.add_argument("--backwards", action="store_true", help="where data comes from; for deployments, unless said")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--svg", action="store_true", help="draw it: an SVG without scripts on standard output")
    shape.add_argument("--dot", action="store_true", help="the same as a graph for Graphviz")
    shape.add_argument(
        "--record", action="store_true", help="the record of processing activities (GDPR 30), in Markdown or as JSON"
    )


def run(args: argparse.Namespace) -> int:
    """Load the specs, and show the ways of their data."""
    view: View = args.view
    _path_instead_of_object(args)
    if args.record:
        _refuse_part_of_record(args)
    folder = spec_folder(args)
    read = resolved(folder)
    project = read.sound
    if project is None:
        view.findings(read.findings())
        return FINDINGS
    if args.environment is not None:
        require_environment(project, args.environment)
    whole = chart(project, args.environment)
    if args.record:
        _show_record(args, whole)
        return CLEAN
    _show(args, whole)
    return CLEAN


def _path_instead_of_object(args: argparse.Namespace) -> None:
    """A first argument that is a folder is the path of the specs."""
    given = args.object
    if given is not None and args.path is None and given.partition("/")[0].lower() not in map(str.lower, KINDS):
        if not Path(given).exists():
            raise Refused("object", given, "is neither KIND/NAME nor a folder", "such as datasource/flights")
        args.object, args.path = None, Path(given)


def _refuse_part_of_record(args: argparse.Namespace) -> None:
    shown = {"--to": args.to, "--forwards": args.forwards, "--backwards": args.backwards}
    given = args.object or next((option for option, value in shown.items() if value), None)
    if given is not None:
        why = "it is of all ways of data, and of no part of them"
        raise Refused("record", given, why, "leave that out; --environment leaves out what is elsewhere")


def _show_record(args: argparse.Namespace, whole: Chart) -> None:
    from plimsoll.cli.flow.record import markdown, record

    found = record(whole)
    args.view.result(found, markdown(found).splitlines())


def _show(args: argparse.Namespace, whole: Chart) -> None:
    view: View = args.view
    focus, kind = _points(whole, args.object)
    forwards = args.forwards or (not args.backwards and kind in (None, "DataSource", "FeatureSet", "Model"))
    backwards = args.backwards or (not args.forwards and kind not in (None, "DataSource"))
    to = _points(whole, args.to)[0] if args.to else []
    sources = _sources(whole, args.object) if forwards else None
    part = asked_for(whole, focus, to, forwards=forwards, backwards=backwards, sources=sources)
    if not part.points:
        raise Refused(
            "way", args.object or "", f"no data comes from there to {args.to}", "leave --to out to see where it goes"
        )
    lines: list[Line] = []
    if args.svg or args.dot:
        lines += (svg(part) if args.svg else dot(part)).splitlines()
    else:
        lines += _forwards(part, focus) if forwards else ()
        lines += [""] if forwards and backwards else ()
        lines += tree(part, focus, forwards=False) if backwards else ()
    view.result({"object": args.object, "environment": args.environment, **as_data(part)}, lines)


def _forwards(part: Chart, focus: list[str]) -> Iterator[Line]:
    """A tree from each of some points; from a source, with the labels of its own data alone."""
    for id_ in focus:
        point = part.points.get(id_)
        sources = frozenset({point.nodes[0].name}) if point and point.kind == "DataSource" else part.sources
        yield from tree(part.only(part.points, sources), [id_], forwards=True)


def _points(whole: Chart, asked: str | None) -> tuple[list[str], str | None]:
    """The points that a spec stands for, and its kind; without a spec, all sources."""
    if asked is None:
        return [point.id for point in whole.points.values() if point.kind == "DataSource"], None
    key = object_named(whole.project, asked).key
    if key in whole.points:
        return [key], key.partition("/")[0]
    found = [point.id for point in whole.points.values() if point.owner == key]
    if not found:
        raise Refused("object", key, "no data comes to it", "leave --environment out, or name what data comes to")
    return found, key.partition("/")[0]


def _sources(whole: Chart, asked: str | None) -> frozenset[str] | None:
    """The sources whose data goes through a spec: labels further on are told of their data alone."""
    if asked is None:
        return None
    focus = _points(whole, asked)[0]
    return frozenset(source for id_ in focus for source, _ in whole.arrivals(whole.points[id_]))
