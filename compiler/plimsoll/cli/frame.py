"""What every verb stands in: its parser, its view, and the one place where failures become exit codes."""

import argparse
import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from typing import NoReturn, Protocol

from plimsoll.cli.views.choose import add_options, choose_view
from plimsoll.cli.views.view import View
from plimsoll.contract.exit_codes import ENVIRONMENT, FINDINGS, INTERNAL, INTERRUPTED
from plimsoll.contract.refusal import Refused, Unavailable


class VerbModule(Protocol):
    """What a module in ``plimsoll.cli.verbs`` offers."""

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the verb's arguments, and an example as the epilog."""

    def run(self, args: argparse.Namespace) -> int:
        """Do the work, show it through ``args.view``, and return the exit code."""


class _Parser(argparse.ArgumentParser):
    """A parser that says which option or word was meant."""

    def parse_whole(self, arguments: Sequence[str]) -> argparse.Namespace:
        """Parse, and refuse what is left over."""
        args, rest = self.parse_known_args(arguments)
        if rest:
            self.refuse(rest[0])
        return args

    def refuse(self, word: str) -> NoReturn:
        """Say that a word is not understood, with the nearest option."""
        import difflib

        options = [option for action in self._all_actions() for option in action.option_strings]
        near = difflib.get_close_matches(word.split("=")[0], options, n=1) if word.startswith("-") else []
        self.error(f"{word!r} is not understood" + (f"; did you mean {near[0]!r}?" if near else ""))

    def _check_value(self, action: argparse.Action, value: object) -> None:
        """Say which of the words that may stand there was meant."""
        import difflib

        try:
            super()._check_value(action, value)
        except argparse.ArgumentError as error:
            near = difflib.get_close_matches(str(value), [str(one) for one in action.choices or ()], n=1)
            error.message += f"; did you mean {near[0]!r}?" if near else ""
            raise

    def _all_actions(self) -> Iterator[argparse.Action]:
        """The arguments, and those of the actions of a verb that has some."""
        for action in self._actions:
            yield action
            if isinstance(action, argparse._SubParsersAction):
                yield from (own for parser in action.choices.values() for own in parser._actions)


def execute(verb: str, summary: str, module_name: str, arguments: Sequence[str]) -> int:
    """Run a verb. Refusals, a broken environment and interruptions end in one clear message and an exit code."""
    parser = _Parser(
        prog=f"plimsoll {verb}",
        description=f"{summary[0].upper()}{summary[1:]}.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        conflict_handler="resolve",
    )
    add_options(parser)
    try:
        module: VerbModule = importlib.import_module(module_name)
        module.configure(parser)
        args = parser.parse_whole(arguments)
    except SystemExit as finished:
        return finished.code if isinstance(finished.code, int) else FINDINGS
    except ModuleNotFoundError as error:
        if error.name == module_name:
            sys.stderr.write(f"plimsoll: the verb {verb!r} is not part of this installation\n")
            return ENVIRONMENT
        return _missing(error)
    view = args.view = choose_view(verb, args)
    code = _attempt(module, args, view)
    view.close(code)
    return code


def _attempt(module: VerbModule, args: argparse.Namespace, view: View) -> int:
    try:
        return module.run(args)
    except Refused as refused:
        view.refused(refused)
        return FINDINGS
    except Unavailable as fault:
        view.unavailable(fault)
        return ENVIRONMENT
    except BrokenPipeError:
        raise
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("plimsoll"):
            return _fault_of_ours()
        view.unavailable(_not_installed(error))
        return ENVIRONMENT
    except OSError as error:
        view.unavailable(_of_the_system(error))
        return ENVIRONMENT
    except KeyboardInterrupt:
        view.unavailable(Unavailable("interrupted", "stopped before it was done"))
        return INTERRUPTED
    except Exception:  # noqa: BLE001 -- the outermost frame: whatever arrives here is a bug, and is shown whole
        return _fault_of_ours()


def _of_the_system(error: OSError) -> Unavailable:
    """What the system would not do. Of a file that could not be begun the folder is told: nobody knows its name."""
    from pathlib import Path

    why, place = error.strerror or str(error), str(error.filename or "the system")
    folder = Path(place).parent
    if isinstance(error, IsADirectoryError):
        return Unavailable(str(error.filename2 or place), "it is a folder", "name a file")
    if isinstance(error, NotADirectoryError | FileExistsError):
        file = next((one for one in (Path(place), *Path(place).parents) if one.is_file()), None)
        return Unavailable(str(file or place), "it is a file" if file else why, "name a folder" if file else "")
    if isinstance(error, FileNotFoundError) and error.filename and not folder.exists():
        return Unavailable(str(folder), "there is no such folder", "make it, or name another")
    if isinstance(error, PermissionError) and not os.path.lexists(place) and not os.access(folder, os.W_OK):
        mend = "name another folder, or see to it that this one can be written to"
        return Unavailable(str(folder), f"nothing can be written there: {why}", mend)
    return Unavailable(place, why)


def _fault_of_ours() -> int:
    import traceback

    traceback.print_exc()
    sys.stderr.write("\nplimsoll: this is a fault of plimsoll itself; please report it together with the lines above\n")
    return INTERNAL


def _not_installed(error: ModuleNotFoundError) -> Unavailable:
    mend = "install Plimsoll with its extras: plimsoll[runtime,validate]"
    return Unavailable(f"the Python package {error.name!r}", "is not installed", mend)


def _missing(error: ModuleNotFoundError) -> int:
    if (error.name or "").startswith("plimsoll"):
        return _fault_of_ours()
    sys.stderr.write(f"plimsoll: {_not_installed(error)}\n")
    return ENVIRONMENT
