"""``plimsoll-step NAME``: run one step of a workflow, in a container or under the embedded runner."""

import argparse
import sys
from importlib import import_module

from plimsoll.contract import exit_codes
from plimsoll.contract.places import Places
from plimsoll.contract.refusal import Refused
from plimsoll.contract.streams import print_utf8

STEPS = {
    "build-features": "make a feature set's table from its sources",
    "retrieve": "join features to examples as they were known, and cut the windows",
    "validate": "hold the data against what its columns are expected to be",
    "stage": "lay a run's data where all machines of a training find them",
    "collect": "take the model that a training on several machines left",
    "check-format": "hold the model's files against the declared format",
    "evaluate": "measure the model on the later window and hold it against its gates",
    "profile": "profile the baseline and calibrate drift thresholds inside it",
    "sign-model": "put model and evidence into a package and sign it",
    "register": "register the signed package as a version",
    "propose": "propose the version for promotion",
    "record": "record how the workflow ended",
    "notify": "tell the environment's sink of a failure, or of what was done about a finding",
    "verify-model": "verify the pinned package before a server starts",
    "serve": "verify, load and serve the pinned package",
    "refresh-features": "bring the online store to the newest features",
    "partition": "list the parts in which a window of examples is scored",
    "score": "score a window of examples, or one part of it",
    "gather": "join the parts of a scored window, in the order of its examples",
    "tell-scored": "tell the environment's sink that a window was scored, and where its predictions lie",
    "monitor": "hold what was served against the baseline and decide",
}


def main(argv: list[str] | None = None) -> int:
    """Run a step and say by the exit code whether it may be tried again."""
    print_utf8()
    parser = argparse.ArgumentParser("plimsoll-step", description="Run one step of a workflow.")
    commands = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    chosen = next((word for word in (sys.argv[1:] if argv is None else argv) if word in STEPS), None)
    for name, summary in STEPS.items():
        step = commands.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        if name == chosen:
            module = import_module(f"plimsoll.runtime.steps.{name.replace('-', '_')}")
            module.configure(step)
            step.set_defaults(run=module.run)
    arguments = parser.parse_args(argv)
    try:
        arguments.run(Places.here(), arguments)
    except Refused as refusal:
        print(f"refused: {refusal}", file=sys.stderr)  # noqa: T201
        return exit_codes.REFUSED
    except (ConnectionError, TimeoutError) as error:
        print(f"transient: {error}", file=sys.stderr)  # noqa: T201
        return exit_codes.TRANSIENT
    except OSError as error:
        print(f"environment: {error}", file=sys.stderr)  # noqa: T201
        return exit_codes.ENVIRONMENT
    return exit_codes.CLEAN


if __name__ == "__main__":
    sys.exit(main())
