"""What an audit is made from, as the command line has it: the judged project, its commit, its base and its baseline."""

import argparse
from dataclasses import replace
from datetime import date
from pathlib import Path

from plimsoll.cli.baseline import compare
from plimsoll.cli.baselining import baseline_given
from plimsoll.cli.judging import Judged
from plimsoll.cli.provenance import commit_of, person_of
from plimsoll.cli.views.places import Places
from plimsoll.compiler.audit.build import Given, shown_below
from plimsoll.compiler.audit.frameworks import load_frameworks
from plimsoll.compiler.audit.header import Base, Baseline, Commit
from plimsoll.compiler.audit.results import Shown
from plimsoll.compiler.git import merge_base, repository_of
from plimsoll.compiler.governance.base import CHANGED
from plimsoll.compiler.planning.history import open_repository
from plimsoll.compiler.resources import data_root
from plimsoll.compiler.workers import default_jobs
from plimsoll.contract.digests import of_bytes
from plimsoll.contract.refusal import Unavailable


def given_for(args: argparse.Namespace, judged: Judged, folder: Path, today: date) -> Given:
    """What the audits of a command are made from: one project, one day, one commit."""
    assert judged.project is not None
    commit, root = _commit(folder)
    shown = shown_below(root, folder)
    given = Given(
        project=judged.project,
        terms=judged.terms,
        checked=judged.checked,
        rules=judged.rules,
        found=judged.outcome.diagnostics,
        frameworks=load_frameworks(data_root("policies")),
        today=today,
        by=person_of(folder) if args.by is None else args.by,
        commit=commit,
        name=commit.repository if commit else folder.resolve().name,
        shown=shown,
        jobs=args.jobs or default_jobs(),
        base=_base(args, judged, folder, shown),
    )
    return given if args.baseline is None else _held(given, args, judged, folder)


def _base(args: argparse.Namespace, judged: Judged, folder: Path, shown: Shown) -> Base | None:
    """The commit by which the specs were judged, and what the change does to what governs there."""
    if args.base is None:
        return None
    repository = repository_of(folder)
    assert repository is not None, "the project was judged by its base"
    told = (one for one in judged.findings.diagnostics if one.code == CHANGED)
    pending = tuple(f"{shown(one.span.path)}:{one.span.line}: {one.message}" for one in told)
    return Base(name=merge_base(repository, args.base), pending=pending)


def _held(given: Given, args: argparse.Namespace, judged: Judged, folder: Path) -> Given:
    """The same held against a baseline, which is of the whole project and not of one environment."""
    path: Path = args.baseline
    baseline, data = baseline_given(path, folder, args.base)
    compared = compare(baseline, judged.findings, given.today)
    told = Baseline(
        path=Places().path(path.as_posix()),
        digest=of_bytes(data),
        since=baseline.since.isoformat(),
        known=len(compared.still),
        mended=compared.mended,
        new=len(compared.new),
    )
    return replace(given, found=compared.diagnostics, baseline=told)


def _commit(folder: Path) -> tuple[Commit | None, Path]:
    """The commit that is checked out, and the root of its repository; none, and the folder, outside of one."""
    try:
        found, root = commit_of(folder), Path(open_repository(folder).working_dir)
    except Unavailable:
        return None, folder
    return Commit(name=found.name, repository=found.repository, uncommitted=found.uncommitted), root
