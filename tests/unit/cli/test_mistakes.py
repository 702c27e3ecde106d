"""What a hand slips on is said with the word that was meant, or with what to do instead."""

import argparse
import ctypes
import importlib
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from plimsoll.cli.main import VERBS, main
from plimsoll.cli.verbs.policy import ACTIONS

Run = Callable[..., Any]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("help", "chekc"), "'chekc' is not a verb; did you mean 'check'?"),
        (("--verison",), "'--verison' is not an option; did you mean '--version'?"),
        (("policy", "lst"), "did you mean 'list'?"),
        (("check", "--format", "jsn"), "did you mean 'json'?"),
        (("trust", "shwo"), "did you mean 'show'?"),
        (("replay", "online", "--release", "r", "--from", "2026-5-1", "--to", "x"), "'2026-5-1' is not a day, such as"),
        (("monitor", "online", "--release", "r", "--as-of", "yesterday"), "'yesterday' is not a day, such as"),
        (
            ("replay", "online", "--release", "r", "--from", "2026-05-01", "--to", "2026-06-01", "--every", "0"),
            "'0' is no nu",
        ),
        (("audit", "--today", "2026-13-01"), "'2026-13-01' is not a day, such as"),
        (("serve", "online", "--release", "r", "--port", "99999"), "'99999' is no port, from 0 to 65535"),
    ],
)
def test_a_slip_of_usage(run: Run, project: Path, arguments: tuple[str, ...], said: str) -> None:
    shown = run(*arguments)
    assert (shown.code, shown.out) == (2, "")
    assert said in shown.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (
            ("compile", "--out", "README.md"),
            3,
            "README.md: it is not a folder\n   = help: choose a folder of its own",
        ),
        (
            ("trust", "show", "--trust", "keys"),
            1,
            "sigstore instance: there is none\n  --> keys\n   = help: create one",
        ),
        (("report", "nowhere"), 3, "nowhere: there is no such folder"),
        (("report", "README.md"), 3, "README.md: it is a file\n   = help: plimsoll demo leaves one"),
        (("verify", "README.md"), 3, "README.md: it is a file\n   = help: plimsoll compile writes releases"),
        (("verify", "release/local", "--specs", "nowhere"), 3, "nowhere: there is no such folder"),
        (
            ("promote", "--deployment", "x", "--environment", "y", "--specs", "nowhere"),
            3,
            "nowhere: there is no such folder",
        ),
        (("promote", "--deployment", "x", "--environment", "y", "--specs", "README.md"), 3, "README.md: it is a file"),
        (("policy", "test", "README.md"), 3, "README.md: it is a file\n   = help: name a folder of rules"),
        (("policy", "test", "--only", "XXX"), 1, "no rule here is called so\n  --> XXX\n   = help: such as SEC-07"),
        (("check", "--baseline", "specs"), 3, "specs: it is a folder\n   = help: plimsoll check --write-baseline FILE"),
        (("check", "--policies", "nowhere"), 3, "nowhere: there is no such folder"),
        (
            ("audit", "--out", "README.md"),
            3,
            "README.md: it is not a folder\n   = help: choose a folder of its own for au",
        ),
        (
            ("compile", "--out", "README.md/x"),
            3,
            "README.md: it is not a folder\n   = help: choose a folder of its own",
        ),
        (
            ("trust", "init", "--trust", "README.md"),
            3,
            "README.md: it is not a folder\n   = help: name a folder of its",
        ),
        (("explain", "model"), 1, "there is none of that name\n  --> model\n   = help: plimsoll explain lists all"),
        (("explain", "PLM-REF-9999"), 1, "did you mean PLM-REF-0"),
        (
            ("run", "parcels-train", "--release", "nowhere"),
            3,
            "nowhere: there is no such folder\n   = help: plimsoll comp",
        ),
        (("trace", "parcel-online", "--environment", "local"), 1, "did you mean 'parcels-online'?"),
        (("trace", "parcels-online", "--environment", "locl"), 1, "it does not run in 'locl'"),
        (("trace", "parcels-online", "--environment", "locl"), 1, "help: it runs in local"),
    ],
)
def test_a_wrong_place(run: Run, project: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    shown = run(*arguments)
    assert (shown.code, shown.out) == (code, "")
    assert said in shown.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "--add-new"), "baseline: no baseline is written\n  --> --add-new\n   = help: name its file by"),
        (("check", "--baseline", "known.json", "--add-new"), "no baseline is written\n  --> --add-new"),
        (("check", "--diff", "--write-baseline", "known.json"), "nothing is written where --diff shows what"),
        (("check", "--policies-signer", "a@example.org"), "no bundle is named on the command line"),
        (("compile", "--policies-issuer", "https://a.invalid"), "no bundle is named on the command line"),
        (("policy", "list", "--policies", "policies", "--policies-signer", "a@example.org"), "no bundle is named on"),
        (("check", "--policies-trust", "trust"), "no bundle is named whose signature would be verified"),
        (
            ("audit", "-e", "local", "--control", "GDPR 6", "--format", "html"),
            "it is shown at a terminal, and html holds all",
        ),
        (("audit", "--out", "audit", "--format", "oscal"), "format: a folder holds an audit in every form"),
        (("flow", "datasource/parcels", "--record"), "it is of all ways of data, and of no part of them"),
        (("flow", "--record", "--to", "environment/local"), "record: it is of all ways of data, and of no part of"),
        (
            ("policy", "test", "--at-least", "50"),
            "none are made\n  --> --at-least\n   = help: ask for them by --mutate",
        ),
    ],
)
def test_an_option_of_which_nothing_would_come_is_refused(
    run: Run, project: Path, arguments: tuple[str, ...], said: str
) -> None:
    (project / "policies").mkdir()
    shown = run(*arguments)
    assert (shown.code, shown.out) == (1, "")
    assert said in shown.err
    assert not (project / "known.json").exists()


def test_a_name_with_a_space_can_be_copied_from_what_comes_next(run: Run, tmp_path: Path) -> None:
    assert f"next: cd '{tmp_path}/Parcel Delay' && plimsoll check" in run("init", f"{tmp_path}/Parcel Delay").out


def test_a_port_on_which_something_listens_is_named_before_anything_is_verified(run: Run, project: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        shown = run("serve", "parcels-online", "--release", "release/local", "--port", str(port))
    assert (shown.code, f"error: port {port}: Address already in use\n   = help: name another" in shown.err) == (
        3,
        True,
    )
    shown = run("serve", "parcels-online", "--release", "release/local", "--port", str(port))
    assert "release/local: there is no such folder" in shown.err


@pytest.mark.parametrize("verb", [("flow",), ("show", "model/parcels"), ("policy", "list"), ("check",)])
def test_a_file_that_can_not_be_read_is_named_and_nothing_is_told_of_what_it_holds(
    run: Run, project: Path, verb: tuple[str, ...]
) -> None:
    (project / "specs" / "models" / "parcels.yaml").write_bytes(b"kind: \xff\n")
    shown = run(*verb)
    assert (shown.code, shown.out.count("error[")) == (1, 1)
    assert "--> specs/models/parcels.yaml:1" in shown.out


def _without_power() -> None:
    """Have a process be refused what the modes of files refuse, root's as well: prctl(PR_CAPBSET_DROP, capability)."""
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)


@pytest.mark.parametrize(
    ("arguments", "folder"),
    [
        (("compile", "--out", "closed/release"), "closed"),
        (("check", "--write-baseline", "closed/known.json"), "closed"),
        (("policy", "export", "--to", "vap", "-e", "local", "--out", "closed/admission"), "closed"),
        (("init", "closed/mine"), "closed"),
    ],
)
def test_a_folder_that_can_not_be_written_to_is_named(project: Path, arguments: tuple[str, ...], folder: str) -> None:
    (project / "closed").mkdir(mode=0o555)
    command = (sys.executable, "-m", "plimsoll.cli.main", *arguments)
    ended = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=_without_power)
    assert ended.returncode == 3, ended.stderr
    assert f"error: {folder}: nothing can be written there: Permission denied\n   = help: name another" in ended.stderr
    assert list((project / "closed").iterdir()) == []


def test_keys_that_can_not_be_read_are_not_said_to_be_missing(project: Path) -> None:
    assert main(["trust", "init", "--trust", "trust"]) == 0
    for path in (project / "trust" / "keys").iterdir():
        path.chmod(0)
    command = (sys.executable, "-m", "plimsoll.cli.main", "trust", "show", "--trust", "trust")
    ended = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=_without_power)
    assert ended.returncode == 3, ended.stderr
    assert ".pem: Permission denied" in ended.stderr
    assert "trust init" not in ended.stderr


@pytest.mark.parametrize("verb", [("serve",), ("monitor",), ("replay", "--from", "2013-07-01", "--to", "2013-07-02")])
def test_a_misspelt_deployment_is_told_before_the_release_is_looked_at(
    run: Run, project: Path, verb: tuple[str, ...]
) -> None:
    assert run("compile").code == 0
    shown = run(verb[0], "parcels-onlin", "--release", "release/local", *verb[1:])
    assert shown.code == 1
    assert (
        "Deployment/parcels-onlin: there is none\n  --> specs\n   = help: did you mean 'parcels-online'?" in shown.err
    )


@pytest.mark.parametrize(("end", "code"), [("2026-04-20", 1), ("2026-04-30", 1), ("2026-05-01", 3)])
def test_a_replay_that_its_monitor_would_not_see_is_refused(run: Run, project: Path, end: str, code: int) -> None:
    days = ["--from", "2026-04-10", "--to", end]
    shown = run("replay", "parcels-online", "--release", "nowhere", *days, "--monitor")
    assert (shown.code, "none ends here" in shown.err) == (code, code == 1)
    assert run("replay", "parcels-online", "--release", "nowhere", *days).code == 3


@pytest.mark.parametrize("kind", ["folder", "link to nothing"])
def test_settings_that_are_no_file_are_not_passed_over(run: Run, project: Path, kind: str) -> None:
    """A company's rules stand in them."""
    settings = project / ".plimsoll.yaml"
    settings.mkdir() if kind == "folder" else settings.symlink_to("nowhere")
    shown = run("check")
    assert (shown.code, "error: settings:" in shown.err, ".plimsoll.yaml" in shown.err) == (1, True, True)


def test_a_folder_of_ones_own_is_no_scratch_folder(run: Run, repository: Any, tmp_path: Path) -> None:
    """Every run of the demonstration removes it first."""
    kept = tmp_path / "work" / "thesis.txt"
    kept.parent.mkdir()
    kept.write_text("years of it")
    shown = run("demo", "--scratch", str(kept.parent))
    assert (shown.code, "it holds what no demonstration left there" in shown.err) == (1, True)
    assert kept.read_text() == "years of it"
    shown = run("demo", "--scratch", "README.md")
    assert (shown.code, "README.md: it is not a folder\n   = help: name a folder of its own" in shown.err) == (3, True)


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("specs", "error: specs: it is a folder\n   = help: name a file"),
        ("README.md/x.html", "error: README.md: it is a file\n   = help: name a folder"),
    ],
)
def test_what_the_system_will_not_write_to_is_told_with_what_to_name(
    run: Run, project: Path, place: str, said: str
) -> None:
    Path("told").mkdir()
    Path("told/findings.json").write_text(run("check", "--json").out)
    shown = run("report", "told", "--out", place)
    assert (shown.code, said in shown.err) == (3, True)


def _parsers() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for name, verb in VERBS.items():
        parser = argparse.ArgumentParser(name, conflict_handler="resolve")
        importlib.import_module(verb.module).configure(parser)
        yield name, parser
    for name, action in ACTIONS.items():
        parser = argparse.ArgumentParser(name, conflict_handler="resolve")
        importlib.import_module(action.module).configure(parser)
        yield f"policy {name}", parser


def test_every_argument_of_every_verb_is_explained() -> None:
    bare = [f"{name} {one.dest}" for name, parser in _parsers() for one in parser._actions if not one.help]
    assert bare == []
