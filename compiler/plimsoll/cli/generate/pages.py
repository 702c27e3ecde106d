"""Reference pages of the codes and of the command line, made from what the program itself knows."""

import argparse
import importlib
import importlib.util
from collections.abc import Iterator

from plimsoll.cli.main import EXIT_CODES, VERBS, Verb
from plimsoll.cli.views.choose import FORMATS, add_options
from plimsoll.compiler.codes import CODES, Code

_GENERATED = "This page is generated: `make generate` writes it anew."


def codes_page() -> str:
    """Every code that is not a governance rule's, with its meaning, its mending and an example."""
    parts = [
        "# Codes",
        f"{_GENERATED} `plimsoll explain CODE` shows the same. A governance rule's code is `PLM-` and its id; see "
        "[the rules](policies/README.md).",
        "\n".join(["| Code | Title |", "| --- | --- |", *(_code_row(one) for one in CODES.values())]),
    ]
    for one in CODES.values():
        parts += [f"## {one.code}", f"**{one.title}.** {one.meaning}", f"To mend it: {one.mend}.", _block(one.example)]
    return "\n\n".join(parts) + "\n"


def _code_row(one: Code) -> str:
    return f"| [{one.code}](#{one.code.lower()}) | {one.title.replace('|', chr(92) + '|')} |"


def commands_page() -> str:
    """Every verb in the order of a model's life, with its arguments and its example.

    It is made from the parsers and not from ``--help``, which differs from one Python to the next.
    """
    parts = [
        "# The command line",
        f"{_GENERATED} `plimsoll VERB --help` shows the same.",
        "\n".join(["| Verb | What it does |", "| --- | --- |", *(_verb_row(*one) for one in VERBS.items())]),
        f"Every verb takes `--json`, `--format {'|'.join(FORMATS)}` and `--color auto|always|never`.",
        _block(EXIT_CODES),
    ]
    for name, verb in VERBS.items():
        parts += _verb(name, verb)
    return "\n\n".join(parts) + "\n"


def _verb_row(name: str, verb: Verb) -> str:
    return f"| [{name}](#{name}) | {verb.summary} |"


def _verb(name: str, verb: Verb) -> Iterator[str]:
    yield f"## {name}"
    yield f"{verb.summary[0].upper()}{verb.summary[1:]}."
    if importlib.util.find_spec(verb.module) is None:
        yield "It is not part of this version yet."
        return
    own = _parser(name)
    importlib.import_module(verb.module).configure(own)
    yield from _arguments(own)
    for action in own._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, parser in action.choices.items():
                yield f"### {name} {word}"
                yield str(parser.description)
                yield from _arguments(parser)


def _arguments(own: argparse.ArgumentParser) -> Iterator[str]:
    """The arguments of a parser that not every verb has, and its example."""
    looks = _parser("")
    add_options(looks)
    common = {option for action in looks._actions for option in action.option_strings}
    actions = [action for action in own._actions if not common.intersection(action.option_strings)]
    if actions:
        rows = (f"| `{_written(action)}` | {_meaning(action)} |" for action in actions)
        yield "\n".join(["| Argument | Meaning |", "| --- | --- |", *rows])
    if own.epilog:
        yield _block(own.epilog)


def _parser(name: str) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog=f"plimsoll {name}", conflict_handler="resolve")


def _written(action: argparse.Action) -> str:
    """An argument as it is typed; brackets where it may be left out."""
    metavar = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    named = action.choices and not isinstance(action, argparse._SubParsersAction)
    value = "|".join(map(str, action.choices or ())) if named else metavar
    if not action.option_strings:
        value = value if action.metavar or named else action.dest
        return f"[{value}]" if action.nargs == "?" else f"{value} …" if action.nargs == "+" else value
    names = ", ".join(action.option_strings)
    return names if action.nargs == 0 else f"{names} {value}"


def _meaning(action: argparse.Action) -> str:
    text = (action.help or "").replace("|", chr(92) + "|")
    needed = "required" if action.required and action.option_strings else ""
    return "; ".join(filter(None, (text, needed)))


def _block(text: str) -> str:
    return f"```text\n{text.rstrip()}\n```"
