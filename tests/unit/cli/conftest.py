"""A command line, run in this process, inside a git repository with a project of one's own."""

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from git import Actor, Repo

from plimsoll.cli.main import main
from plimsoll.cli.starter_project import write_project

sys.path.append(str(Path(__file__).parent))  # for what these tests share

from companies import bundled, put
from ran import Ran

PERSON = Actor("Somebody", "somebody@example.org")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    def command(*arguments: str) -> Ran:
        code = main(list(arguments))
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return command


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's folder, which is the current one."""
    folder = tmp_path / "parcels"
    write_project(folder, "parcels")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def commit() -> Callable[[Repo, str], None]:
    """Commits everything."""

    def everything(repository: Repo, message: str) -> None:
        repository.git.add(all=True)
        repository.index.commit(message, author=PERSON, committer=PERSON)

    return everything


@pytest.fixture
def repository(project: Path, commit: Callable[[Repo, str], None]) -> Repo:
    """The same, with everything committed on the branch main."""
    made = Repo.init(project, initial_branch="main")
    commit(made, "A first model")
    return made


@pytest.fixture
def edit() -> Callable[[Path, str, str], None]:
    """Replaces a text that stands in a file once."""

    def replace(path: Path, old: str, new: str) -> None:
        text = path.read_text()
        assert text.count(old) == 1
        path.write_text(text.replace(old, new))

    return replace


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
def bundle(run: Callable[..., Ran], company: Path, project: Path, instance: Path) -> str:
    """The same as a signed bundle, pinned by its digest."""
    (project / ".git").mkdir()
    shutil.copytree(instance, project / ".plimsoll" / "trust")
    return bundled(run, company)


@pytest.fixture
def changed_files() -> Callable[[Path], Iterator[Path]]:
    """Goes through the files of a folder: each has one other byte while it is looked at."""

    def one_by_one(folder: Path) -> Iterator[Path]:
        for path in sorted(folder.iterdir()):
            whole = path.read_bytes()
            middle = len(whole) // 2
            path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
            yield path
            path.write_bytes(whole)

    return one_by_one
