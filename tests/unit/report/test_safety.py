"""Whatever a value holds, it is text on the page: it opens no element and no attribute, and hides nothing."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError
from page_skeleton import Skeleton

from plimsoll.cli.report.environment import environment
from plimsoll.cli.report.material import Material
from plimsoll.cli.report.page import build_report
from plimsoll.cli.report.words import fit, letters, visible
from plimsoll.compiler.resources import data_root

Make = Callable[[str], Material]
TEMPLATES = sorted((data_root("templates") / "report").iterdir())
HOSTILE = (
    "<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</title></textarea></svg>--><img src=x onerror=alert(1)>",
    "\" onmouseover=alert(1) x=\"' onfocus='alert(1)",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;b&gt;&#x3c;script&#x3e;",
    "]]><![CDATA[<x/>",
    "url(https://evil.example/x) @import '//evil.example'",
    "\u202egnissim\u202c \u2066x\u2069 \u200f\u061c",
    "a\x00b\x07c\x1b[31md\x7f\x9be\r",
    "\ud800 lone",
    "\u2028\u2029\ufeff\u200b",
)


@pytest.fixture(scope="module")
def plain(make: Make) -> Skeleton:
    return Skeleton(build_report(make("plain")))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_value_changes_no_element_and_can_be_read(make: Make, plain: Skeleton, text: str) -> None:
    page = build_report(make(text))
    found = Skeleton(page)
    assert found.shape == plain.shape
    assert any(visible(text) in one for one in found.texts)
    assert all(char.isprintable() or char in "\n\t" for char in page)
    page.encode()


@settings(max_examples=40, deadline=None)
@given(text=st.text(st.characters(codec=None), min_size=1, max_size=30))
def test_any_text_changes_no_element(make: Make, plain: Skeleton, text: str) -> None:
    assert Skeleton(build_report(make(text))).shape == plain.shape


def test_the_page_runs_nothing_and_fetches_nothing(make: Make) -> None:
    page = Skeleton(build_report(make("url(https://evil.example) @import x")))
    tags = {tag for tag, _ in page.shape}
    assert not tags & {"script", "iframe", "object", "embed", "link", "img", "base", "form", "foreignobject", "audio"}
    assert not [name for name, _ in page.attributes if name.startswith("on") or name in ("src", "srcset", "style")]
    addresses = [value for name, value in page.attributes if name.endswith("href")]
    assert addresses
    assert all(re.fullmatch(r"#[a-z-]+", value) for value in addresses)


def test_the_styles_fetch_nothing() -> None:
    for path in TEMPLATES:
        if path.suffix == ".css":
            assert not re.search(r"url\(|@import|@font-face|expression|\{\{|\{%", path.read_text()), path.name


def test_templates_mark_nothing_as_safe_and_quote_every_attribute() -> None:
    for path in TEMPLATES:
        text = path.read_text()
        assert not re.search(r"\|\s*safe|autoescape|Markup|<script|\son[a-z]+=", text), path.name
        assert not re.search(r"=\s*\{[{%]", re.sub(r"\{%.*?%\}", "", text)), path.name


def test_an_unknown_name_or_a_missing_value_is_a_bug_not_an_empty_text() -> None:
    with pytest.raises(UndefinedError):
        environment().from_string("{{ nowhere }}").render()
    with pytest.raises(TypeError, match="None"):
        environment().from_string("{{ x }}").render(x=None)


@given(st.text(st.characters(codec=None)))
def test_what_is_visible_stays_as_it_is(text: str) -> None:
    shown = visible(text)
    assert visible(shown) == shown
    assert (shown == text) == all(char.isprintable() or char in "\n\t" for char in text)


@given(st.text(st.characters(codec=None)), st.integers(2, 40))
def test_what_is_cut_to_fit_fits_even_when_signs_are_written_out(text: str, room: int) -> None:
    assert letters(fit(text, room)) <= room
    assert visible(fit(text, room)) == fit(text, room)
