"""Rules that a company shares: from a folder, by an option or by the settings of the repository."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from companies import SETTINGS, codes, put
from git import Repo

Run = Callable[..., Any]
Commit = Callable[[Repo, str], None]


def test_a_folder_adds_to_the_catalogue(run: Run, company: Path) -> None:
    assert run("check").code == 0
    for verb in ("check", "compile"):
        shown = run(verb, "--policies", str(company), "--json")
        assert (shown.code, codes(shown)) == (1, {"PLM-ACME-01"}), verb
    listed = run("policy", "list", "--policies", str(company), "--json")
    rules = {one["id"]: one for one in listed.document["result"]["rules"]}
    assert rules["ACME-01"]["origin"] == {
        "from": "company",
        "path": f"{company}/acme/ACME-01/policy.yaml",
        "line": 5,
        "overrides": False,
    }
    assert len(rules) > 50
    assert run("policy", "explain", "ACME-01", "--policies", str(company)).code == 0
    assert run("policy", "try", "ACME-01", "--on", "model/parcels", "--policies", str(company)).code == 1


def test_an_override_says_so_with_its_place(run: Run, company: Path, tmp_path: Path) -> None:
    put(company, "SEC-07", "1 == 1")
    shown = run("check", "--policies", str(company), "--json")
    (note,) = [one for one in shown.document["findings"] if one["code"] == "PLM-GOV-009"]
    assert (note["path"], note["line"]) == (f"{company}/acme/SEC-07/policy.yaml", 5)
    assert "takes the place of the catalogue's SEC-07" in note["message"]
    other = tmp_path / "other"
    put(other, expression="1 == 1")
    shown = run("check", "--policies", str(company), "--policies", str(other), "--json")
    assert (shown.code, codes(shown)) == (0, {"PLM-GOV-009"}), "the later one counts"
    shown = run("check", "--policies", str(company))
    assert "acme/SEC-07/policy.yaml:5:7" in shown.out
    assert "id: SEC-07" in shown.out


def test_the_rules_of_a_company_are_bound_and_waived_as_any(run: Run, company: Path, project: Path) -> None:
    (project / "specs" / "own.yaml").write_text("""\
apiVersion: plimsoll.dev/v1
kind: PolicyBinding
metadata: {name: acme, owner: compliance@example.org}
spec: {policies: ["ACME-*"], mode: warn}
""")
    assert run("check").code == 1, "without the company the binding names no rule"
    shown = run("check", "--policies", str(company), "--json")
    assert (shown.code, codes(shown)) == (0, {"PLM-ACME-01"})


def test_a_rule_that_can_not_be_used_is_found_at_its_place(run: Run, company: Path) -> None:
    put(company, expression="object.spec.nope")
    for _ in range(2):
        shown = run("check", "--policies", str(company))
        assert (shown.code, "acme/ACME-01/policy.yaml:11" in shown.out) == (1, True)
        assert "object.spec.nope" in shown.out
    put(company)
    assert codes(run("check", "--policies", str(company), "--json")) == {"PLM-ACME-01"}
    assert run("policy", "list", "--policies", str(put(company, expression="1").parents[1])).code == 1


def test_an_empty_folder_is_no_company(run: Run, project: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    shown = run("check", "--policies", str(tmp_path / "empty"))
    assert (shown.code, "holds no rule" in shown.out) == (1, True)
    shown = run("check", "--policies", str(tmp_path / "nowhere"))
    assert (shown.code, "there is no such folder" in shown.err) == (3, True)


def test_a_folder_below_the_specs_is_none_of_them(run: Run, project: Path) -> None:
    put(project / "specs" / "company")
    assert run("check").code == 1, "cases are no specs"
    shown = run("check", "--policies", "specs/company", "--json")
    assert codes(shown) == {"PLM-ACME-01"}
    (project / ".plimsoll.yaml").write_text(f"{SETTINGS}  - folder: specs/company\n")
    assert codes(run("check", "--json")) == {"PLM-ACME-01"}
    assert run("show", "model/parcels").code == 0
    assert run("policy", "list").code == 0


def test_settings_make_it_stick(run: Run, project: Path) -> None:
    put(project / "rules")
    (project / ".plimsoll.yaml").write_text(f"{SETTINGS}  - folder: rules\n")
    for arguments in (("check",), ("compile",), ("check", "--no-cache")):
        assert codes(run(*arguments, "--json")) == {"PLM-ACME-01"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind: [", ".plimsoll.yaml:1"),
        (f"{SETTINGS}  - {{folder: a, bundle: b}}\n", "either a folder or a bundle"),
        (f"{SETTINGS}  - {{bundle: b}}\n", "a bundle has a digest, a signer and an issuer"),
        (f"{SETTINGS}  - {{folder: /etc}}\n", "a path begins where this file lies"),
        (f"{SETTINGS}  - {{fodler: a}}\n", "fodler"),
        ("apiVersion: plimsoll.dev/v1\nkind: Model\n", "kind"),
    ],
)
def test_settings_that_are_not_understood_are_refused(run: Run, project: Path, text: str, said: str) -> None:
    (project / ".plimsoll.yaml").write_text(text)
    shown = run("check")
    assert (shown.code, said in shown.err) == (1, True), shown.err
    assert "kind: Settings" in shown.err


def test_with_a_base_the_settings_and_the_folder_are_those_of_the_base(
    run: Run, project: Path, repository: Repo, commit: Commit
) -> None:
    put(project / "rules")
    (project / ".plimsoll.yaml").write_text(f"{SETTINGS}  - folder: rules\n")
    commit(repository, "The company's rules")
    repository.git.checkout("-b", "change")
    put(project / "rules", expression="1 == 1")
    assert run("check").code == 0
    assert codes(run("check", "--base", "main", "--json")) == {"PLM-ACME-01"}
    (project / ".plimsoll.yaml").write_text(SETTINGS.replace("policies:\n", ""))
    assert run("check").code == 0
    shown = run("check", "--base", "main", "--json")
    assert codes(shown) == {"PLM-ACME-01"}
    assert ".plimsoll.yaml is changed: as it was it counts until the change is merged" in shown.err
    (project / ".plimsoll.yaml").unlink()
    assert codes(run("check", "--base", "main", "--json")) == {"PLM-ACME-01"}


def test_with_a_base_new_settings_wait(run: Run, project: Path, repository: Repo) -> None:
    put(project / "rules")
    (project / ".plimsoll.yaml").write_text(f"{SETTINGS}  - folder: rules\n")
    assert run("check").code == 1
    shown = run("check", "--base", "main")
    assert (shown.code, ".plimsoll.yaml is changed" in shown.err) == (0, True)
