"""The page of an audit: it says what the audit says, runs nothing, and takes no harm from what specs hold."""

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from page_skeleton import Skeleton

from plimsoll.cli.audit.page import audit_page
from plimsoll.cli.report.words import visible
from plimsoll.compiler.audit.document import Audit
from plimsoll.compiler.audit.judged import Document
from plimsoll.compiler.audit.part import Part

Audited = Callable[..., Audit]
HOSTILE = (
    "</style><script>alert(1)</script>",
    "\" onmouseover=alert(1) x='",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
    "\u202egnissim\u202c a\x00b\x1b[31m \ud800",
)


_FREE = frozenset(
    {"message", "reason", "ticket", "approver", "said", "by", "project", "repository", "no_release", "remedy", "title"}
)
"""The texts that come from specs, from git and from whoever runs the command."""


def _with(value: Any, text: str) -> Any:
    if isinstance(value, Part):
        changed = {name: text if name in _FREE and isinstance(each, str) else _with(each, text) for name, each in value}
        return value.model_copy(update=changed)
    return tuple(_with(each, text) for each in value) if isinstance(value, tuple) else value


@pytest.fixture
def full(audited: Audited, lax: str, waiver: Callable[[str, str], str]) -> Audit:
    """An audit with findings, a waiver and gaps."""
    return audited("no key", "no alerting", "no affinity", more=lax + waiver("SEC-07", "Environment/staging"))


def test_it_says_what_was_found(full: Audit) -> None:
    text = Skeleton(audit_page(full)).text
    assert full.statement in text
    assert full.header.catalogue.digest in text
    assert "waived, would fail" in text
    assert "SEC-1: The move to the key service is under way." in text
    for rule in full.rules:
        assert rule.id in text
        for told in rule.findings:
            assert f"{told.path}:{told.line}" in text
            assert " ".join(told.message.split()) in text
    for control in full.controls:
        if control.state != "not applicable":
            assert f"{control.article} {control.state}" in text


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_value_changes_no_element_and_can_be_read(full: Audit, text: str) -> None:
    page = audit_page(_with(full, text))
    found, plain = Skeleton(page), Skeleton(audit_page(_with(full, "plain")))
    assert found.shape == plain.shape
    assert visible(text) in "".join(found.texts)
    assert all(char.isprintable() or char in "\n\t" for char in page)
    page.encode()


def test_the_page_runs_nothing_and_fetches_nothing(full: Audit) -> None:
    page = Skeleton(audit_page(full))
    tags = {tag for tag, _ in page.shape}
    assert not tags & {"script", "iframe", "object", "embed", "link", "img", "base", "form", "foreignobject", "audio"}
    assert not [name for name, _ in page.attributes if name.startswith("on") or name in ("src", "srcset", "style")]
    addresses = [value for name, value in page.attributes if name.endswith("href")]
    ids = [value for name, value in page.attributes if name == "id"]
    assert all(re.fullmatch(r"#[A-Za-z0-9-]+", value) for value in addresses)
    assert {value.removeprefix("#") for value in addresses} <= {*ids}
    assert len(ids) == len({*ids})


def test_headings_come_in_order_and_tables_have_heads(full: Audit) -> None:
    page = Skeleton(audit_page(full))
    levels = [int(tag[1]) for tag, _ in page.shape if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert [tag for tag, _ in page.shape].count("table") == [tag for tag, _ in page.shape].count("thead")
    assert all("scope" in names for tag, names in page.shape if tag == "th")
    assert ("html", ("lang",)) in page.shape


def test_long_lists_are_cut_and_counted(full: Audit) -> None:
    rules = [
        rule.model_copy(
            update={
                "kept": tuple(f"Model/m-{number}" for number in range(5_000)),
                "findings": tuple(told for told in rule.findings for _ in range(3_000)),
            }
        )
        for rule in full.rules
    ]
    objects = tuple(full.objects[0].model_copy(update={"key": f"Model/m-{number}"}) for number in range(5_000))
    page = audit_page(full.model_copy(update={"rules": tuple(rules), "objects": objects}))
    assert len(page) < 2 * len(audit_page(full)) + 100_000
    text = Skeleton(page).text
    assert "Kept by 5,000" in text
    assert "and 4,988 more, which audit.json lists" in text
    assert "And 2,975 more, which audit.json lists." in text


def test_the_word_is_not_claimed(full: Audit) -> None:
    text = Skeleton(audit_page(full)).text
    assert not re.search(r"complian|complie[sd]", text, re.IGNORECASE)


def test_linked_documents_are_listed_and_cut(full: Audit) -> None:
    digest = f"sha256:{'ab' * 32}"
    one = Document(name="consent", place="docs/consent.md", digest=digest, valid_until="2028-01-01", state="there")
    first, *others = full.objects
    others = [each.model_copy(update={"documents": ()}) for each in others]
    many = first.model_copy(update={"documents": (one,) * 250})
    text = Skeleton(audit_page(full.model_copy(update={"objects": (many, *others)}))).text
    assert (text.count("docs/consent.md"), text.count(digest)) == (200, 200)
    assert "And 50 more, which audit.json lists." in text
    bare = (first.model_copy(update={"documents": ()}), *others)
    assert "Linked evidence" not in Skeleton(audit_page(full.model_copy(update={"objects": bare}))).text
