"""Releases, audits and bundles of rules that an instance signs which answers over HTTP; verified by who and by what."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from companies import SIGNER, codes
from git import Repo
from served_sigstore import Served, served

from plimsoll.runtime.trust.instance import EmbeddedInstance, create_instance

Run = Callable[..., Any]
RELEASE, AUDIT, TRUST = Path("release/local"), Path("audit/local"), Path("trust")
RELEASER, ISSUER = "release@plimsoll.invalid", "https://plimsoll.invalid/embedded"


@pytest.fixture(scope="module")
def company_instance(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedInstance:
    return create_instance(tmp_path_factory.mktemp("company") / "instance")


@pytest.fixture
def remote(company_instance: EmbeddedInstance, project: Path, tmp_path: Path) -> Iterator[Served]:
    """A company's instance. Of it the project holds what is public, and no key."""
    (project / TRUST).mkdir()
    shutil.copy(company_instance.trusted_root, project / TRUST)
    with served(company_instance, tmp_path) as one:
        yield one


@pytest.fixture
def token(remote: Served, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Be somebody, as the identity provider says."""
    return lambda subject: monkeypatch.setenv("SIGSTORE_ID_TOKEN", remote.instance.identities.token(subject))


@pytest.fixture
def made(run: Run, repository: Repo) -> None:
    assert run("compile").code == 0
    assert run("audit", "-e", "local", "--out", "audit").code == 0


def signed(run: Run, remote: Served, *options: str) -> Any:
    return run("sign", str(RELEASE), str(AUDIT), "--sigstore", str(remote.configuration), "--trust", "trust", *options)


def test_a_release_and_its_audit_are_signed_and_verified(run: Run, made: None, remote: Served, token: Any) -> None:
    token(RELEASER)
    shown = signed(run, remote, "--json")
    assert shown.code == 0, shown.err
    assert [one["serial"] for one in shown.document["result"]["signed"]] == [1]
    assert remote.asked == ["/api/v2/signingCert", "/api/v1/timestamp", "/api/v2/log/entries"] * 2
    assert run("verify", str(RELEASE), str(AUDIT), "--trust", "trust").code == 0
    assert signed(run, remote, "--json").document["result"]["signed"][0]["serial"] == 2
    with (AUDIT / "audit.json").open("ab") as file:
        file.write(b" ")
    refused = run("verify", str(AUDIT), "--trust", "trust")
    assert (refused.code, "audit.json" in refused.err) == (1, True)


def test_another_instance_does_not_verify_it(run: Run, made: None, remote: Served, token: Any, tmp_path: Path) -> None:
    token(RELEASER)
    assert signed(run, remote).code == 0
    create_instance(tmp_path / "other")
    assert run("verify", str(AUDIT), "--trust", str(tmp_path / "other")).code == 1


@pytest.mark.parametrize("subject", ["somebody@plimsoll.invalid", "https://ci.example.org/build"])
def test_somebody_elses_token_is_not_shown_to_the_instance(
    run: Run, made: None, remote: Served, token: Any, subject: str
) -> None:
    token(subject)
    shown = signed(run, remote)
    assert (shown.code, remote.asked) == (1, [])
    assert f"it is of {subject} by {ISSUER}, and {RELEASER} by {ISSUER} must sign" in shown.err
    assert not (AUDIT / "audit.sigstore.json").exists()


def test_what_the_instance_returns_must_be_what_verifiers_believe(
    run: Run, made: None, remote: Served, token: Any, tmp_path: Path
) -> None:
    token(RELEASER)
    shutil.copy(create_instance(tmp_path / "other").trusted_root, TRUST / "trusted_root.json")
    shown = signed(run, remote)
    assert (shown.code, "it does not hold" in shown.err) == (1, True)
    assert not (RELEASE / "release.sigstore.json").exists()


def test_a_pinned_root_that_is_another_is_refused_before_anything_is_logged(
    run: Run, repository: Repo, remote: Served, token: Any
) -> None:
    local = Path("specs/environments/local.yaml")
    local.write_text(local.read_text().replace("signers:", f"signers:\n    trustedRoot: 'sha256:{'0' * 64}'", 1))
    repository.index.add([str(local)])
    repository.index.commit("Pin another")
    assert run("compile").code == 0
    assert run("audit", "-e", "local", "--out", "audit").code == 0
    token(RELEASER)
    shown = signed(run, remote)
    assert (shown.code, "is pinned" in shown.err, remote.asked) == (1, True, [])


def test_without_a_token_nobody_signs(run: Run, made: None, remote: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SIGSTORE_ID_TOKEN", "GITHUB_ACTIONS", "GITLAB_CI", "CIRCLECI", "BUILDKITE"):
        monkeypatch.delenv(name, raising=False)
    shown = signed(run, remote)
    assert (shown.code, "put one into SIGSTORE_ID_TOKEN" in shown.err) == (3, True)
    monkeypatch.setenv("SIGSTORE_ID_TOKEN", "no token")
    assert signed(run, remote).code == 1


def test_an_instance_that_is_gone_is_a_fault_of_the_surroundings(
    run: Run, made: None, remote: Served, token: Any, tmp_path: Path
) -> None:
    token(RELEASER)
    text = remote.configuration.read_text()
    remote.configuration.write_text(text.replace("http://127.0.0.1:", "http://127.0.0.1:1"))
    shown = signed(run, remote)
    assert (shown.code, "did not sign" in shown.err) == (3, True)
    for content, code in (("{}", 1), (None, 3)):
        remote.configuration.unlink() if content is None else remote.configuration.write_text(content)
        assert signed(run, remote).code == code


def test_a_bundle_of_rules_is_signed_and_held_by_digest_and_identity(
    run: Run, company: Path, remote: Served, token: Any, project: Path
) -> None:
    token(SIGNER)
    by = ("--sigstore", str(remote.configuration), "--trust", "trust", "--signer", SIGNER)
    bundled = run("policy", "bundle", str(company), "--out", "company.policies", *by, "--json")
    assert bundled.code == 0, bundled.out + bundled.err
    pinned = f"company.policies@{bundled.document['result']['digest']}"
    held = ("check", "--policies", pinned, "--policies-trust", "trust", "--no-cache", "--json")
    assert codes(run(*held, "--policies-signer", SIGNER)) == {"PLM-ACME-01"}
    assert run(*held, "--policies-signer", "other@example.org").document["error"]
    (project / "company.policies").write_bytes((project / "company.policies").read_bytes() + b"\0")
    assert "is pinned" in str(run(*held, "--policies-signer", SIGNER).document["error"])


def test_a_program_is_seen_in_its_certificate_and_no_other_bundle_is_left(
    run: Run, company: Path, remote: Served, token: Any, project: Path
) -> None:
    pipeline, other = "https://ci.example.org/build@main", "https://ci.example.org/build@fork"
    by = ("--sigstore", str(remote.configuration), "--trust", "trust", "--signer", pipeline)
    token(other)
    shown = run("policy", "bundle", str(company), "--out", "company.policies", *by)
    assert (shown.code, "it does not hold" in shown.err) == (1, True)
    assert not (project / "company.policies").exists()
    assert not (project / "company.policies.sigstore.json").exists()
    token(pipeline)
    assert run("policy", "bundle", str(company), "--out", "company.policies", *by).code == 0


def test_the_embedded_instance_vouches_for_itself_alone(run: Run, company: Path, project: Path) -> None:
    shown = run(
        "policy", "bundle", str(company), "--out", "x", "--signer", SIGNER, "--issuer", "https://login.example.org"
    )
    assert (shown.code, "name the instance by --sigstore" in shown.err) == (1, True)
