"""Hover, completion, definitions and references, on the reference project."""

from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
MODEL = ROOT / "specs/models/flight-delay.yaml"
ONLINE = ROOT / "specs/deployments/flight-delay-online.yaml"
RECORD = ROOT / "specs/features/carrier-record.yaml"
WAIVER = ROOT / "specs/governance/waivers.yaml"
HEAD = "apiVersion: plimsoll.dev/v1\n"


def place(text: str, words: str, offset: int = 0) -> tuple[int, int]:
    """The line and the character at which some words stand for the first time."""
    before = text[: text.index(words) + offset]
    return before.count("\n"), len(before.rpartition("\n")[2])


def at_bar(text: str) -> tuple[str, int, int]:
    """A text without its bar, and the place of it."""
    line, character = place(text, "|")
    return text.replace("|", "", 1), line, character


def hover(editor: Any, path: Path, words: str, offset: int = 0) -> str:
    said = editor.hover(editor.open(path), *place(path.read_text(), words, offset))
    return said or ""


def test_a_key_says_what_it_is_for_and_what_it_takes(reader: Any) -> None:
    said = hover(reader, ONLINE, "minVolume")
    assert "**minVolume**" in said
    assert "≥ 0" in said
    assert "≤ 1" in said
    assert "below which a window is a data fault" in said
    assert "default `0.25`" in said


def test_a_choice_says_its_words(reader: Any) -> None:
    said = hover(reader, ONLINE, "staleFeatures")
    assert 'one of `serve`, `"null"`, `reject`' in said


def test_a_reference_says_what_it_leads_to(reader: Any) -> None:
    said = hover(reader, MODEL, "set: carrier-record", 6)
    assert "**FeatureSet/carrier-record**" in said
    assert "How punctual a carrier was" in said
    assert "`carrier_late_share_7d`" in said
    assert "`features/carrier-record.yaml:" in said


def test_a_feature_says_its_type_and_meaning(reader: Any) -> None:
    assert "**carrier\\_late" not in hover(reader, MODEL, "[carrier_late_share_7d", 3)
    assert "float — share of arrivals" in hover(reader, MODEL, "[carrier_late_share_7d", 3)


def test_a_value_says_what_each_environment_makes_of_it(reader: Any) -> None:
    said = hover(reader, ONLINE, "max: 2")
    assert "| staging | `4` |" in said
    assert "| production | `8` |" in said
    assert "| local | `2` |" in said
    assert "| environment |" not in hover(reader, ONLINE, "port")


def test_an_environments_own_values_are_documented_as_the_specs(reader: Any) -> None:
    said = hover(reader, ONLINE, "max: 8")
    assert "**max**" in said
    assert "whole number" in said


def test_nothing_is_said_of_comments_and_blanks(reader: Any) -> None:
    uri = reader.open(ROOT / "specs/nothing.yaml", f"{HEAD}# kind\n\n")
    assert reader.hover(uri, 1, 3) is None
    assert reader.hover(uri, 2, 0) is None


def complete(editor: Any, text: str) -> dict[str, str]:
    whole, line, character = at_bar(text)
    found: dict[str, str] = editor.completion(editor.open(ROOT / "specs/typed.yaml", whole), line, character)
    return found


def test_required_keys_come_first_and_those_that_are_there_do_not_come(reader: Any) -> None:
    found = complete(reader, f"{HEAD}kind: FeatureSet\nspec:\n  ttl: 3h\n  |\n  sources: [flights]\n")
    assert {"entity", "transformation", "timestamp", "features"} <= set(list(found)[:4])
    assert not {"ttl", "sources"} & found.keys()
    assert found["entity"] == "entity:\n    "
    assert found["timestamp"] == "timestamp: "


def test_a_text_that_is_no_yaml_is_completed_all_the_same(reader: Any) -> None:
    text = f"{HEAD}kind: Deployment\nspec:\n  model: [\n  online:\n    scaling: {{m|\n"
    assert complete(reader, text) == {"min": "min: ", "max": "max: ", "targetCpu": "targetCpu: "}


def test_the_words_of_a_choice_are_quoted_where_they_must_be(reader: Any) -> None:
    found = complete(reader, f"{HEAD}kind: Deployment\nspec:\n  online:\n    staleFeatures: |\n")
    assert found == {"serve": "serve", "null": '"null"', "reject": "reject"}
    assert complete(reader, f'{HEAD}kind: Deployment\nspec:\n  online:\n    staleFeatures: "|"')["null"] == "null"


def test_a_value_that_would_stick_to_its_colon_gets_a_blank(reader: Any) -> None:
    assert complete(reader, f"{HEAD}kind: Model\nspec:\n  automatedDecision:|")["true"] == " true"


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("kind: Deployment\nspec:\n  model: |", {"flight-delay"}),
        ("kind: FeatureSet\nspec:\n  sources: [flights, |]", {"weather", "carrier-record", "origin-weather"}),
        ("kind: Model\nspec:\n  features:\n    - set: |", {"carrier-record", "origin-weather"}),
        ("kind: Deployment\nspec:\n  environments:\n    local: {}\n    |", {"staging", "production"}),
        ("kind: PolicyBinding\nspec:\n  environments: [|]", {"local", "staging", "production"}),
        ("kind: |", {"DataSource", "FeatureSet", "Model", "Deployment", "Environment", "Policy", "Waiver"}),
        ("kind: Waiver\nspec:\n  object: |", {"Environment/staging", "Model/flight-delay"}),
        ("kind: Waiver\nspec:\n  policy: |", {"SEC-07", "RES-01"}),
        ("kind: Model\nspec:\n  examples:\n    source: weather\n    timestamp: |", {"observed_at", "origin"}),
        ("kind: DataSource\nspec:\n  columns: {name: string, seen: timestamp}\n  timestamp: |", {"name", "seen"}),
        ("kind: DataSource\nspec:\n  columns: {name: string}\n  identifiers:\n    |", {"name"}),
        (
            "kind: Model\nspec:\n  features:\n    - set: carrier-record\n      use: [carrier_flights_7d, |]",
            {"carrier_late_share_7d", "carrier_mean_delay_7d", "carrier_cancelled_share_7d"},
        ),
    ],
)
def test_names_are_offered_where_they_are_meant(reader: Any, text: str, offered: set[str]) -> None:
    assert offered <= complete(reader, HEAD + text).keys()


def test_what_is_in_a_list_is_not_offered_again(reader: Any) -> None:
    assert "flights" not in complete(reader, f"{HEAD}kind: FeatureSet\nspec:\n  sources: [flights, |]")
    text = f"{HEAD}kind: Model\nspec:\n  features:\n    - {{set: carrier-record, use: [carrier_flights_7d, |]}}"
    assert "carrier_flights_7d" not in complete(reader, text)


def test_an_environment_lays_over_what_the_spec_has_and_not_the_model(reader: Any) -> None:
    found = complete(reader, f"{HEAD}kind: Deployment\nspec:\n  environments:\n    local:\n      |")
    assert {"online", "resources", "timeout"} <= found.keys()
    assert not {"model", "environments"} & found.keys()


def test_an_empty_file_begins_with_the_envelope(reader: Any) -> None:
    assert list(complete(reader, "|")) == ["apiVersion", "kind", "metadata", "spec"]


def leads(editor: Any, path: Path, words: str, offset: int = 0) -> tuple[str, str]:
    """The file that a definition leads to, and the rest of its line from there."""
    found = editor.definition(editor.open(path), *place(path.read_text(), words, offset))
    assert found is not None
    target = Path(found.uri.removeprefix("file://"))
    line = target.read_text().splitlines()[found.range.start.line]
    return target.name, line[found.range.start.character : found.range.end.character or None]


@pytest.mark.parametrize(
    ("path", "words", "offset", "name", "text"),
    [
        (ONLINE, "model: flight-delay", 9, "flight-delay.yaml", "flight-delay"),
        (ONLINE, "staging:", 2, "staging.yaml", "staging"),
        (MODEL, "source: flights", 10, "flights.yaml", "flights"),
        (MODEL, "timestamp: scheduled_departure", 13, "flights.yaml", "scheduled_departure"),
        (MODEL, "carrier_late_share_7d", 3, "carrier-record.yaml", "carrier_late_share_7d"),
        (MODEL, "code: flight-delay", 8, "train.py", None),
        (MODEL, "train.py", 2, "train.py", None),
        (RECORD, "carrier-record.sql", 2, "carrier-record.sql", None),
        (WAIVER, "Environment/staging", 14, "staging.yaml", "staging"),
        (WAIVER, "SEC-07", 2, "policy.yaml", "SEC-07"),
    ],
)
def test_a_name_leads_to_where_it_is_declared(
    reader: Any, path: Path, words: str, offset: int, name: str, text: str | None
) -> None:
    found = leads(reader, path, words, offset)
    assert found[0] == name
    assert text is None or found[1] == text


def test_a_reference_in_a_text_that_is_no_yaml_leads_on(reader: Any) -> None:
    text, line, character = at_bar(f"{HEAD}kind: Deployment\nspec:\n  model: fl|ight-delay\n  online: [\n")
    found = reader.definition(reader.open(ROOT / "specs/typed.yaml", text), line, character)
    assert found.uri.endswith("models/flight-delay.yaml")


def test_every_place_that_names_a_spec_is_found(reader: Any) -> None:
    path = ROOT / "specs/environments/staging.yaml"
    uri, here = reader.open(path), place(path.read_text(), "name: staging", 7)
    found = reader.references(uri, *here)
    files = sorted(one.uri.rpartition("/")[2] for one in found)
    assert files == ["bindings.yaml", "flight-delay-online.yaml", "staging.yaml", "waivers.yaml", "waivers.yaml"]
    used = reader.references(uri, *here, declaration=False)
    assert len(used) == 4


def test_an_outline_has_the_specs_and_their_parts(reader: Any) -> None:
    from lsprotocol import types

    params = types.DocumentSymbolParams(types.TextDocumentIdentifier(reader.open(RECORD)))
    [outline] = reader.wait(reader.client.text_document_document_symbol_async(params))
    assert (outline.name, outline.detail) == ("carrier-record", "FeatureSet")
    spec = next(one for one in outline.children if one.name == "spec")
    features = next(one for one in spec.children if one.name == "features")
    assert "carrier_flights_7d" in [one.name for one in features.children]
    within(outline)


def within(symbol: Any) -> None:
    """What an editor asks of an outline: a name is inside of its symbol."""

    def key(position: Any) -> tuple[int, int]:
        return position.line, position.character

    assert key(symbol.range.start) <= key(symbol.selection_range.start)
    assert key(symbol.selection_range.end) <= key(symbol.range.end)
    for one in symbol.children:
        within(one)


def test_specs_are_found_by_some_letters_of_their_name(reader: Any) -> None:
    from lsprotocol import types

    found = reader.wait(reader.client.workspace_symbol_async(types.WorkspaceSymbolParams("modfldel")))
    assert [one.name for one in found] == ["flight-delay"]


def test_every_reference_that_the_compiler_knows_is_known_by_its_place() -> None:
    from plimsoll.cli.lsp.names import named_by_key, named_by_value
    from plimsoll.compiler.loading.sources import find_sources
    from plimsoll.compiler.project.links import links
    from plimsoll.compiler.project.resolve import load_project

    sources = find_sources(ROOT / "specs").value
    assert sources is not None
    project = load_project(sources).value
    assert project is not None
    seen = 0
    for one in project.located():
        for link in links(one.spec):
            named = named_by_value(one.kind, link.route) or named_by_key(one.kind, link.route[:-1])
            assert named is not None, (one.key, link)
            assert set(link.kinds) <= set(named.kinds)
            seen += 1
    assert seen > 15
