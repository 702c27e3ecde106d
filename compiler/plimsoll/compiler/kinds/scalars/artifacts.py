"""Images, digests and files: what is named by its content or by its place."""

from ipaddress import ip_network
from typing import Annotated

from plimsoll.compiler.kinds.scalars.spelling import Spelling

_DIGEST = "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"


def _below(value: str) -> str:
    if ".." in value.split("/"):
        raise ValueError("a path is relative and stays below its folder: '..' may not stand in it")
    return value


Digest = Annotated[
    str,
    Spelling(r"^sha256:[0-9a-f]{64}$", 71, "a digest is sha256: and 64 hexadecimal digits in lower case", (_DIGEST,)),
]

Image = Annotated[
    str,
    Spelling(
        r"^[a-z0-9][a-z0-9._-]*(:[0-9]{1,5})?(/[a-z0-9][a-z0-9._-]*)*(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?"
        r"(@sha256:[0-9a-f]{64})?$",
        500,
        "an image is registry/name@sha256:<64 hex digits> or registry/name:tag, its name in lower case",
        (f"registry.example.org/train@{_DIGEST}", "registry.example.org/train:1.2"),
    ),
]

Registry = Annotated[
    str,
    Spelling(
        r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:[0-9]{1,5})?(/[a-z0-9][-a-z0-9._]*)*$",
        255,
        "a registry is a host, with a port or a path where it has one",
        ("registry.example.org", "registry.example.org:5000/team"),
    ),
]

RelativePath = Annotated[
    str,
    Spelling(
        r"^[A-Za-z0-9._-][A-Za-z0-9._/-]*$",
        255,
        "a path is relative and stays below its folder: letters, digits, dots, dashes and slashes",
        ("flight-delay/train.py",),
        _below,
    ),
]

Address = Annotated[
    str,
    Spelling(
        r"^[a-z][a-z0-9+.-]{0,30}://[!-z|~]*$",
        500,
        "an address is a scheme, :// and the rest, without blanks",
        ("https://mlflow.example.org", "sqlite:////plimsoll/state/mlflow/mlflow.db"),
    ),
]

HttpsAddress = Annotated[
    str, Spelling(r"^https://[!-z|~]+$", 500, "an issuer is an https address", ("https://issuer.example.org",))
]


def _range(value: str) -> str:
    """A range of addresses, as it was written.

    Raises:
        ValueError: when it is none, or its address lies inside of it and not at its beginning.
    """
    ip_network(value)
    return value


Cidr = Annotated[
    str,
    Spelling(
        r"^[0-9a-f.:]{2,39}/[0-9]{1,3}$",
        43,
        "a range of addresses is its first address and the length of its prefix",
        ("10.20.0.0/16", "fd00:20::/48"),
        _range,
    ),
]
