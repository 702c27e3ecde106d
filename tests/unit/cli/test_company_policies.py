"""Rules that a company shares: from a folder or a signed bundle, by an option or by the settings of the repository."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from git import Repo

from plimsoll.contract.digests import of_bytes

Run = Callable[..., Any]
Commit = Callable[[Repo, str], None]
SIGNER = "policies@example.org"
BUNDLE = ("policy", "bundle", "--out", "company.policies", "--trust", ".plimsoll/trust")
LONG = "size(object.metadata.description) >= 300 || object.metadata.name == 'bed-count'"
"""The estate's second model keeps it."""

RULE = """\
apiVersion: plimsoll.dev/v1
kind: Policy
metadata: {name: %(name)s, owner: compliance@example.org}
spec:
  id: %(id)s
  title: A model is described at length
  severity: high
  evidence: declared
  judges: Model
  rules:
    - expression: %(expression)s
      message: "{object.metadata.name} is described in few words"
      blame: {route: metadata.description}
  rationale: Who reviews a model must know what it is for.
  remedy: say more
"""
PASS = f"cases:\n- case: many words\n  patch: {{Model/readmission: {{metadata.description: {'x' * 300}}}}}\n"
FAIL = """\
cases:
- case: no word
  expect:
    - {object: Model/readmission, at: metadata.description, message: readmission is described in few words}
"""
SETTINGS = "apiVersion: plimsoll.dev/v1\nkind: Settings\npolicies:\n"


def put(folder: Path, id_: str = "ACME-01", expression: str = LONG) -> Path:
    """Write a rule with its cases into a folder of rules."""
    place = folder / "acme" / id_
    place.mkdir(parents=True, exist_ok=True)
    (place / "policy.yaml").write_text(RULE % {"name": id_.lower(), "id": id_, "expression": expression})
    (place / "pass.yaml").write_text(PASS)
    (place / "fail.yaml").write_text(FAIL)
    return place


@pytest.fixture
def company(project: Path, tmp_path: Path) -> Path:
    """A company's folder of one rule, which the project breaks."""
    folder = tmp_path / "company"
    put(folder)
    return folder


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a sigstore instance."""
    from plimsoll.runtime.trust.instance import create_instance

    folder = tmp_path_factory.mktemp("sigstore") / "trust"
    create_instance(folder)
    return folder


@pytest.fixture
def bundle(run: Run, company: Path, project: Path, instance: Path) -> str:
    """The same as a signed bundle, pinned by its digest."""
    (project / ".git").mkdir()
    shutil.copytree(instance, project / ".plimsoll" / "trust")
    return bundled(run, company)


def bundled(run: Run, company: Path, signer: str = SIGNER) -> str:
    made = run(*BUNDLE, str(company), "--signer", signer, "--json")
    assert made.code == 0, made.out + made.err
    return f"company.policies@{made.document['result']['digest']}"


def codes(shown: Any) -> set[str]:
    return {one["code"] for one in shown.document["findings"] or ()}


def by(run: Run, bundle: str, *options: str, signer: str = SIGNER) -> Any:
    """Check with a bundle."""
    return run("check", "--policies", bundle, "--policies-signer", signer, *options)


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


def test_the_same_rules_make_the_same_bundle(run: Run, bundle: str, company: Path, project: Path) -> None:
    before = (project / "company.policies").read_bytes()
    signature = (project / "company.policies.sigstore.json").read_bytes()
    assert bundled(run, company) == bundle
    assert (project / "company.policies").read_bytes() == before
    assert (project / "company.policies.sigstore.json").read_bytes() != signature


def test_rules_whose_cases_fail_are_not_bundled(run: Run, bundle: str, company: Path, project: Path) -> None:
    (project / "company.policies").unlink()
    put(company, expression="1 == 1")
    made = run(*BUNDLE, str(company), "--signer", SIGNER)
    assert (made.code, "PLM-TST-001" in made.out) == (1, True)
    assert not (project / "company.policies").exists()


def test_a_signed_and_pinned_bundle_holds(run: Run, bundle: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = by(run, bundle, "--json")
    assert codes(shown) == {"PLM-ACME-01"}

    def again(*_: Any, **__: Any) -> None:
        raise AssertionError("what held once holds")

    monkeypatch.setattr("plimsoll.runtime.trust.policies.verify_policies", again)
    assert codes(by(run, bundle, "--json")) == {"PLM-ACME-01"}
    assert by(run, bundle, "--no-cache").code == 70, "without a cache it is verified each time"


def test_the_settings_pin_a_bundle(run: Run, bundle: str, project: Path) -> None:
    name, _, digest = bundle.partition("@")
    pinned = f"{{bundle: {name}, digest: '{digest}', signer: {SIGNER}, issuer: 'https://plimsoll.invalid/embedded'}}"
    (project / ".plimsoll.yaml").write_text(f"{SETTINGS}  - {pinned}\n")
    assert codes(run("check", "--json")) == {"PLM-ACME-01"}
    root = of_bytes((project / ".plimsoll" / "trust" / "trusted_root.json").read_bytes())
    for one, code in ((root, set[str]()), (f"sha256:{'0' * 64}", None)):
        (project / ".plimsoll.yaml").write_text(f"{SETTINGS}  - {pinned[:-1]}, trustedRoot: '{one}'}}\n")
        shown = run("check", "--json")
        assert (shown.document["error"] is None) is (code is not None)


def _not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    def parsed(*_: Any) -> None:
        raise AssertionError("what does not hold is not looked into")

    monkeypatch.setattr("plimsoll.compiler.governance.archive.unpack", parsed)


def test_a_wrong_digest_is_refused_before_anything_is_parsed(
    run: Run, bundle: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _not_parsed(monkeypatch)
    path = project / "company.policies"
    path.write_bytes(path.read_bytes().replace(b">= 300", b">= 000"))
    shown = by(run, bundle)
    assert (shown.code, "is pinned" in shown.err) == (1, True)


def test_a_missing_signature_is_refused(run: Run, bundle: str, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _not_parsed(monkeypatch)
    (project / "company.policies.sigstore.json").unlink()
    shown = by(run, bundle)
    assert (shown.code, "company.policies.sigstore.json" in shown.err) == (3, True)


def test_a_wrong_signature_is_refused(
    run: Run, bundle: str, project: Path, company: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, signature = project / "company.policies", project / "company.policies.sigstore.json"
    right = path.read_bytes()
    put(company, "ACME-02")
    bundled(run, company)
    path.write_bytes(right)
    _not_parsed(monkeypatch)
    shown = by(run, bundle)
    assert (shown.code, "about something else" in shown.err) == (1, True)
    signature.write_text("{}")
    assert by(run, bundle).code == 1


def test_another_signer_is_refused(run: Run, bundle: str, company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _not_parsed(monkeypatch)
    assert by(run, bundle, signer="somebody@example.org").code == 1
    shown = run("check", "--policies", bundle)
    assert (shown.code, "--policies-signer" in shown.err) == (1, True)
    assert by(run, bundle, "--policies-issuer", "https://elsewhere.invalid").code == 1


def test_a_bundle_that_is_not_pinned_is_refused(run: Run, bundle: str) -> None:
    shown = run("check", "--policies", "company.policies")
    assert (shown.code, bundle in shown.err) == (1, True)


def test_a_signed_archive_that_is_none_of_ours_is_refused(run: Run, bundle: str, project: Path, instance: Path) -> None:
    from plimsoll.runtime.trust.instance import open_instance
    from plimsoll.runtime.trust.policies import sign_policies
    from plimsoll.runtime.trust.signer import Signer

    data = (project / "company.policies").read_bytes() + b"\0" * 512
    with Signer(open_instance(project / ".plimsoll" / "trust"), SIGNER) as signer:
        signature = sign_policies(data, signer)
    (project / "company.policies").write_bytes(data)
    (project / "company.policies.sigstore.json").write_text(signature)
    shown = by(run, f"company.policies@{of_bytes(data)}")
    assert (shown.code, "is not the archive" in shown.err) == (1, True)


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
