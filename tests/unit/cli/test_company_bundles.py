"""Rules that a company shares as a signed bundle: what holds, and what is refused before a byte of it is parsed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from companies import BUNDLE, SETTINGS, SIGNER, bundled, by, codes, put
from git import Repo

from plimsoll.contract.digests import of_bytes

Run = Callable[..., Any]


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


def test_who_signed_a_bundle_of_the_settings_is_said_there_alone(run: Run, bundle: str, project: Path) -> None:
    name, _, digest = bundle.partition("@")
    pinned = f"{{bundle: {name}, digest: '{digest}', signer: {SIGNER}, issuer: 'https://plimsoll.invalid/embedded'}}"
    (project / ".plimsoll.yaml").write_text(f"{SETTINGS}  - {pinned}\n")
    assert codes(run("check", "--policies-trust", ".plimsoll/trust", "--json")) == {"PLM-ACME-01"}
    shown = run("check", "--policies-signer", "somebody@example.org")
    assert (shown.code, "who signed one of the settings is said there" in shown.err) == (1, True)
    assert "PLM-ACME-01" in codes(by(run, bundle, "--json"))


def test_a_root_may_be_named_for_a_bundle_that_a_change_brings(
    run: Run, bundle: str, project: Path, repository: Repo
) -> None:
    trust = ("check", "--base", "main", "--policies-trust", ".plimsoll/trust")
    assert "no bundle is named whose signature" in run(*trust).err
    name, _, digest = bundle.partition("@")
    pinned = f"{{bundle: {name}, digest: '{digest}', signer: {SIGNER}, issuer: 'https://plimsoll.invalid/embedded'}}"
    (project / ".plimsoll.yaml").write_text(f"{SETTINGS}  - {pinned}\n")
    assert run(*trust).code == 0


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
