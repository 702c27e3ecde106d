"""Citations: what they stand for, and how single articles are cited again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.compiler.audit.articles import anchor, articles, compact, order

CITED = {
    "22–23": ("22", "23"),
    "44–46, 49": ("44", "45", "46", "49"),
    "A.5.12–13": ("A.5.12", "A.5.13"),
    "A.5.17, A.8.24": ("A.5.17", "A.8.24"),
    "14, 26(2)": ("14", "26(2)"),
    "Articles 22-23": ("22", "23"),
    "MAP 1.1": ("MAP 1.1",),
    "tenet 1–3": ("tenet 1", "tenet 2", "tenet 3"),
    "tenets 3–4": ("tenet 3", "tenet 4"),
    "all": ("all",),
    "5, 5, 4–6": ("5", "4", "6"),
    "23–22": ("23–22",),
    "1–9999": ("1–9999",),
}


@pytest.mark.parametrize(("text", "single"), CITED.items())
def test_a_citation_stands_for_single_articles(text: str, single: tuple[str, ...]) -> None:
    assert articles(text) == single


def test_neighbours_are_cited_as_a_range() -> None:
    assert compact(["A.5.9", "A.5.12", "A.5.10", "A.5.11", "A.8.1", "A.8.2"]) == "A.5.9–12, A.8.1, A.8.2"


_ARTICLE = st.builds(
    lambda prefix, number, tail: f"{prefix}{number}{tail}",
    st.sampled_from(["", "A.5.", "A.8.", "MAP 1.", "tenet ", "Build L"]),
    st.integers(0, 40),
    st.sampled_from(["", "", "(2)"]),
)


@given(st.lists(_ARTICLE, min_size=1, max_size=30))
def test_what_is_compacted_stands_for_the_same_articles(single: list[str]) -> None:
    assert set(articles(compact(single))) == set(single)
    assert sorted(articles(compact(single)), key=order) == list(articles(compact(single)))


def test_an_anchor_is_made_of_letters_digits_and_dashes() -> None:
    assert anchor("ISO/IEC 27001:2022", "A.5.12") == "iso-iec-27001-2022-a-5-12"
    assert anchor("\u0642\u0627\u0646\u0648\u0646", "\u0662") == "control"
