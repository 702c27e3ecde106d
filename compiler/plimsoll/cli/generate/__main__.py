"""``python -m plimsoll.cli.generate``: write the generated files, or with ``--check`` say which are out of step."""

import argparse
import sys
from collections.abc import Sequence

from plimsoll.cli.generate.table import CHECKOUT, differences, make_all, write
from plimsoll.contract.exit_codes import CLEAN, ENVIRONMENT, FINDINGS


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check, and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m plimsoll.cli.generate", description="Keep generated files in step."
    )
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 when a file is out of step")
    args = parser.parse_args(arguments)
    if not (CHECKOUT / "pyproject.toml").is_file():
        sys.stderr.write("generated files belong to a checkout, and this is an installed package\n")
        return ENVIRONMENT
    made = make_all()
    found = differences(CHECKOUT, made) if args.check else write(CHECKOUT, made)
    for one in found:
        sys.stdout.write(f"{one}\n")
    if args.check and found:
        sys.stderr.write("these files are not what the checkout generates; run: make generate\n")
        return FINDINGS
    return CLEAN


if __name__ == "__main__":
    sys.exit(main())
