"""The text of the fixtures' estate, changed here and there so that it breaks a rule."""

from collections.abc import Mapping

from plimsoll.compiler.resources import data_root

Changes = Mapping[str, tuple[str, str]]
"""What is replaced by what, by a name."""

BREAKS: Changes = {
    "no key": (
        'mlops.svc:5000", encryptedWith: "kms://uae/hospital"}\n  quota: {cpu: "16"',
        'mlops.svc:5000"}\n  quota: {cpu: "16"',
    ),
    "no alerting": (
        "  alerting: {contact: on-call@example.org}\n  timeout: 30m\n  environments: {production",
        "  timeout: 30m\n  environments: {production",
    ),
    "no erasure": ("  erasure: anonymise\n", ""),
    "one replica": ("{scaling: {min: 2, max: 4}}", "{scaling: {min: 1, max: 4}}"),
}
"""SEC-07 (critical) in staging, OPS-04 (medium) in production, PRV-08 (high) for a data source that reaches both,
OPS-01 in an overlay."""


def changed_estate(changes: Changes) -> str:
    """The estate with some changes, each of a text that stands in it once."""
    text = (data_root("policies") / "fixtures" / "estate.yaml").read_text()
    for name, (old, new) in changes.items():
        assert text.count(old) == 1, name
        text = text.replace(old, new)
    return text
