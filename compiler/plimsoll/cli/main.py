"""``plimsoll``: choose a verb and hand over to it. Nothing heavier than a table is imported before that."""

import contextlib
import gc
import os
import sys
from collections.abc import Sequence
from typing import NamedTuple

from plimsoll.contract.exit_codes import CLEAN, INTERRUPTED, USAGE
from plimsoll.contract.streams import heard, print_utf8
from plimsoll.contract.version import VERSION


class Verb(NamedTuple):
    """What ``plimsoll --help`` says of a verb, and the module that is imported when it is chosen."""

    summary: str
    module: str


def _verb(module: str, summary: str) -> Verb:
    return Verb(summary, f"plimsoll.cli.verbs.{module}")


VERBS: dict[str, Verb] = {
    "init": _verb("init", "write a small project that passes every check"),
    "check": _verb("check", "hold specs against their kinds and the governance policies"),
    "show": _verb("show", "show a spec as it is in an environment, and where each value comes from"),
    "flow": _verb("flow", "show where data comes from and where it goes, with its labels at each step"),
    "plan": _verb("plan", "say what a change does, what it costs, which risk it carries"),
    "data": _verb("data", "hold the data itself against the specs"),
    "compile": _verb("compile", "render the release of each environment"),
    "audit": _verb("audit", "say which controls of laws and standards the checks support, on which objects"),
    "sign": _verb("sign", "sign releases and audits, with the commit they were made from"),
    "verify": _verb("verify", "hold releases and audits against their signatures"),
    "run": _verb("run", "run a release's workflow on this machine"),
    "promote": _verb("promote", "pin a model version in a deployment, by a commit and a signed approval"),
    "serve": _verb("serve", "serve the pinned model of a deployment"),
    "replay": _verb("replay", "send past examples to a served model, and watch it"),
    "monitor": _verb("monitor", "hold what was served against the model's baseline"),
    "trace": _verb("trace", "lead from a served model back to data, code and commit"),
    "report": _verb("report", "gather checks, plans, runs and monitors on one page"),
    "explain": _verb("explain", "explain a code such as PLM-REF-002, and how to mend it"),
    "policy": _verb("policy", "list, explain, try and test the governance rules"),
    "migrate": _verb("migrate", "rewrite specs of an older apiVersion, with comments and order kept"),
    "lsp": _verb("lsp", "serve editors: diagnostics, hover, completion, definitions, renaming"),
    "demo": _verb("demo", "live through a model's life, on real data"),
    "trust": _verb("trust", "make or show the keys and roots that signatures rest on"),
}
"""Every verb, in the order in which a model's life asks for them."""

EXIT_CODES = """exit codes:
  0  clean
  1  findings: a diagnostic at error level, a refusal, a signature that does not hold
  2  usage: a wrong option or argument
  3  environment: no git repository, a missing file, a full disk
  70 a fault of plimsoll itself   130 interrupted"""


PURE = frozenset({"check", "flow", "plan", "show", "explain"})
"""The verbs that leave nothing to tidy up: no thread, no server, no temporary folder."""


def program() -> int:
    """What the ``plimsoll`` command runs: one command line, in a process that is its own."""
    # A command's values mostly stay until it ends: to look for cycles among them as often as usual finds none.
    gc.set_threshold(100_000, 20, 20)
    # Pydantic looks through all installed packages for plugins, which takes longer than to read a spec.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    print_utf8()
    try:
        code = main()
    except KeyboardInterrupt:
        # While a verb is being loaded nothing has begun that would tell of it.
        sys.stderr.write("error: interrupted: stopped before it was begun\n")
        code = INTERRUPTED
    if PURE.intersection(sys.argv[1:2]):
        # To free a project of ten thousand specs piece by piece would take a tenth of the whole command.
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError):
                stream.flush()
        os._exit(code)
    return code


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line, without the program's name, and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    return heard(lambda: _obey(given))


def _obey(given: list[str]) -> int:
    if not given or given[0] in ("-h", "--help", "help"):
        if len(given) > 1:
            return _obey([given[1], "--help"]) if given[1] in VERBS else _unknown(given[1])
        _print_help(to_error=not given)
        return CLEAN if given else USAGE
    if given[0] in ("-V", "--version"):
        sys.stdout.write(f"plimsoll {VERSION}\n")
        return CLEAN
    if given[0] not in VERBS:
        return _unknown(given[0])
    from plimsoll.cli.frame import execute

    return execute(given[0], VERBS[given[0]].summary, VERBS[given[0]].module, given[1:])


def _print_help(*, to_error: bool) -> None:
    width = max(map(len, VERBS))
    verbs = "\n".join(f"  {name:<{width}}  {verb.summary}" for name, verb in VERBS.items())
    (sys.stderr if to_error else sys.stdout).write(
        f"usage: plimsoll VERB [options]\n\n"
        f"Specs in git become governed, signed, monitored machine learning on Kubernetes.\n\n"
        f"verbs:\n{verbs}\n\n"
        f"options:\n  -h, --help     this text; plimsoll VERB --help explains a verb\n  -V, --version  the version\n\n"
        f"{EXIT_CODES}\n\n"
        f"example:\n  plimsoll check && plimsoll plan && plimsoll compile\n"
    )


def _unknown(word: str) -> int:
    import difflib

    near = difflib.get_close_matches(word, [*VERBS, "--help", "--version"], n=1)
    hint = f"did you mean {near[0]!r}?" if near else "plimsoll --help lists the verbs"
    kind = "option" if word.startswith("-") else "verb"
    sys.stderr.write(f"plimsoll: {word!r} is not {'an' if kind == 'option' else 'a'} {kind}; {hint}\n")
    return USAGE


if __name__ == "__main__":
    sys.exit(program())
