"""Alerts: every expression is PromQL, asks for what the server really tells, and has the bars of the spec."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import promql_parser
import pytest
from ruamel.yaml import YAML

from plimsoll.compiler.governance.checked import CheckedProject
from plimsoll.compiler.project.cron import longest_pause
from plimsoll.compiler.rendering import promql
from plimsoll.compiler.rendering.release import render

GOLDEN = Path(__file__).parents[2] / "golden"
DAY = 86_400
OF = promql.servers("live", "production")


def rules(case: str, name: str) -> dict[str, dict[str, Any]]:
    path = GOLDEN / case / "expected" / f"prometheusrule-{name}.yaml"
    (group,) = YAML(typ="safe").load(path.read_text())["spec"]["groups"]
    return {rule["alert"]: rule for rule in group["rules"]}


def selectors(expression: str) -> list[Any]:
    """Every vector selector in an expression."""
    found, left = [], [promql_parser.parse(expression)]
    while left:
        one = left.pop()
        if isinstance(one, promql_parser.VectorSelector):
            found.append(one)
        elif isinstance(one, promql_parser.MatrixSelector):
            left.append(one.vector_selector)
        elif isinstance(one, promql_parser.Call):
            left += one.args
        elif isinstance(one, promql_parser.BinaryExpr):
            left += [one.lhs, one.rhs]
        elif isinstance(one, promql_parser.AggregateExpr | promql_parser.ParenExpr):
            left.append(one.expr)
    return found


@pytest.mark.parametrize(("case", "name"), [("enterprise", "repayment-online"), ("linkerd", "bought-online")])
def test_every_expression_is_promql_about_the_deployment(case: str, name: str) -> None:
    for alert, rule in rules(case, name).items():
        found = selectors(rule["expr"])
        assert found, alert
        for selector in found:
            matched = {one.name: one.value for one in selector.matchers.matchers}
            assert matched["deployment"] == name, alert
            assert re.fullmatch(r"up|plimsoll_[a-z_]+", selector.name), alert


def test_bars_and_contacts_are_the_specs() -> None:
    found = rules("enterprise", "repayment-online")
    assert found["PlimsollSlow"]["expr"].endswith(">= 0.2")
    assert found["PlimsollFailing"]["expr"].endswith("> 0.005")
    assert found["PlimsollStaleProfile"]["expr"].endswith(f"> {2 * DAY}")
    assert {one["labels"]["contact"] for one in found.values()} == {"credit-on-call@example.org"}
    assert {one["labels"]["owner"] for one in found.values()} == {"credit@example.org"}
    bought = rules("linkerd", "bought-online")
    assert {one["annotations"]["runbook_url"] for one in bought.values()} == {"https://wiki.example.org/bought"}
    assert "PlimsollDrift" not in bought, "nothing monitors it"


def test_a_contact_that_prometheus_would_read_as_a_template_is_refused(
    tmp_path: Path, checking: Callable[[Path], CheckedProject]
) -> None:
    text = (GOLDEN / "linkerd" / "specs" / "specs.yaml").read_text()
    (tmp_path / "specs.yaml").write_text(text.replace("contact: shop@example.org", 'contact: "{{ query }}"'))
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "train.sh").write_text("exit 0\n")
    outcome = render(checking(tmp_path), "shop")
    assert [found.code for found in outcome.diagnostics] == ["PLM-REN-001"]
    assert outcome.value is None


@pytest.mark.parametrize(
    ("cron", "pause"),
    [
        ("*/15 * * * *", 15 * 60),
        ("0 5 * * *", DAY),
        ("0 8,20 * * *", DAY // 2),
        ("0 8-18 * * *", 14 * 3600),
        ("0 5 * * MON-FRI", 3 * DAY),
        ("0 3 * * 0", 7 * DAY),
        ("0 3 1 * *", 31 * DAY),
        ("0 3 31 * *", 61 * DAY),
        ("0 0 1 1 *", 366 * DAY),
        ("0 0 29 2 *", 1461 * DAY),
        ("0 0 13 * 5", 7 * DAY),
        ("0 0 */2 * MON", 2 * DAY),
        ("0 0 1 * */2", 2 * DAY),
    ],
)
def test_the_longest_pause_of_a_schedule(cron: str, pause: int) -> None:
    assert longest_pause(cron) == pause
