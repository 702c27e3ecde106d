"""Releases that a company's instance signs, and models that the embedded one does: each is believed by its own root."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from git import Repo
from served_sigstore import Served, served
from trainings import PLACE, RELEASE, STATE, leave, lock

from plimsoll.cli.release_folder import open_release
from plimsoll.contract.digests import of_file
from plimsoll.runtime.trust.instance import create_instance

Run = Callable[..., Any]
Edit = Callable[[Path, str, str], None]
Commit = Callable[[Repo, str], None]
LOCAL, TRUST = Path("specs/environments/local.yaml"), Path(".plimsoll/trust")
RELEASER, ISSUER = "release@plimsoll.invalid", "https://plimsoll.invalid/embedded"


@pytest.fixture
def company(
    run: Run, repository: Repo, edit: Edit, commit: Commit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Served]:
    """A company's instance, which the environment names for its releases; the project has its root and no key of it."""
    instance = create_instance(tmp_path / "company")
    assert run("trust", "init").code == 0
    (TRUST / "releases").mkdir()
    shutil.copy(instance.trusted_root, TRUST / "releases")
    pinned = f'releaseInstance: {{issuer: "{ISSUER}", trustedRoot: "{of_file(instance.trusted_root)}"}}'
    edit(LOCAL, "  signers:\n", f"  signers:\n    {pinned}\n")
    commit(repository, "Have the company's instance sign releases")
    assert run("compile").code == 0
    monkeypatch.setenv("SIGSTORE_ID_TOKEN", instance.identities.token(RELEASER))
    with served(instance, tmp_path) as one:
        yield one


@pytest.fixture
def signed(run: Run, company: Served) -> None:
    shown = run("sign", str(RELEASE), "--sigstore", str(company.configuration))
    assert shown.code == 0, shown.err


def test_a_release_is_verified_by_the_root_of_the_instance_that_signs_releases(run: Run, signed: None) -> None:
    assert run("verify", str(RELEASE)).code == 0
    assert open_release(RELEASE, Path("specs")).trust[0] == TRUST.resolve() / "releases" / "trusted_root.json"
    shutil.copy(TRUST / "trusted_root.json", TRUST / "releases")
    refused = run("verify", str(RELEASE))
    assert (refused.code, "is pinned" in refused.err) == (1, True)


def test_a_model_of_the_embedded_instance_is_promoted_and_traced_to_such_a_release(
    run: Run, signed: None, repository: Repo
) -> None:
    shown = run("promote", str(leave()), *PLACE)
    assert shown.code == 0, shown.err
    assert f"Trained-By-Release: {lock()}" in str(repository.head.commit.message)
    assert (STATE.release(lock()) / "release.sigstore.json").is_file()
    traced = run("trace", "parcels-online", "--environment", "local", "--json").document
    holds = {link["name"]: link["holds"] for link in traced["links"]}
    assert (holds["release"], holds["model"], holds["approval"]) == ("verified", "verified", "verified")


def test_the_instance_of_models_signs_no_release(run: Run, company: Served) -> None:
    refused = run("sign", str(RELEASE))
    assert refused.code != 0
    assert "releases" in refused.err
    assert not (RELEASE / "release.sigstore.json").exists()


def test_another_embedded_instance_may_sign_releases(run: Run, company: Served, edit: Edit) -> None:
    """So that whoever trains holds no key that signs a release."""
    shutil.rmtree(TRUST / "releases")
    own = create_instance(TRUST / "releases")
    edit(LOCAL, of_file(company.instance.trusted_root), of_file(own.trusted_root))
    for command in ("compile",), ("sign", str(RELEASE)), ("verify", str(RELEASE)):
        shown = run(*command)
        assert shown.code == 0, shown.err


def test_an_instance_by_another_issuer_than_the_specs_name_signs_nothing(run: Run, company: Served, edit: Edit) -> None:
    shutil.rmtree(TRUST / "releases")
    create_instance(TRUST / "releases")
    edit(LOCAL, f'{{issuer: "{ISSUER}",', '{issuer: "https://login.example.org",')
    edit(LOCAL, f', trustedRoot: "{of_file(company.instance.trusted_root)}"', "")
    assert run("compile").code == 0
    refused = run("sign", str(RELEASE))
    assert (refused.code, f"https://login.example.org must vouch for {RELEASER}" in refused.err) == (1, True)
