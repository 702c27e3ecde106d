"""``make test-cluster``'s first half: build the real components, or say whether that can be done here."""

import argparse
import sys

import binaries
import crds
import toolchain


def main() -> int:
    """Returns 0 when everything is built, 3 when this machine can't build it."""
    parser = argparse.ArgumentParser(prog="make test-cluster")
    parser.add_argument("--kubernetes", default=binaries.Versions.kubernetes, help="minor version of the API server")
    parser.add_argument("--argo", default=binaries.Versions.argo, help="minor version of the workflow controller")
    parser.add_argument("--can", action="store_true", help="only say whether Go is here and new enough")
    arguments = parser.parse_args()
    versions = binaries.Versions(arguments.kubernetes, arguments.argo)
    try:
        toolchain.require((*versions.modules, crds.MODULE))
        if not arguments.can:
            binaries.ensure(versions)
            crds.ensure()
    except toolchain.Unfit as why:
        print(f"the cluster tests can't run here: {why}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
