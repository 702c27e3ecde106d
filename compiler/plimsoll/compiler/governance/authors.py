"""Who wrote a waiver: the authors of the commits that last touched its lines, as git has them and .mailmap names them.

White space and comments count for nothing. What is not committed was written by whoever git says would commit it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from plimsoll.compiler.git import GitSaysNo, Repository, ask, cut_short, repository_of
from plimsoll.compiler.governance.terms import Written
from plimsoll.compiler.loading.documents import Document

_COMMIT = re.compile(r"([0-9a-f]{40,64}) \d+ (\d+)")
_AS_THEY_LIE: Mapping[Path, str] = MappingProxyType({})
_IDENT = re.compile(r"(.*) <(.*)> \d+ [-+]\d+")


class Lines(NamedTuple):
    """The lines of a document in its file, counted from 1, the last one included."""

    path: Path
    first: int
    last: int


def lines_of(root: Path, document: Document) -> Lines:
    """The lines of a document in its file below a folder."""
    start, end = document.node.start_mark, document.node.end_mark
    last = end.line + 1 if end.column else end.line
    return Lines(root / document.source.path, start.line + 1, max(start.line + 1, last))


def written(
    lines: Iterable[Lines], commit: str | None = None, texts: Mapping[Path, str] = _AS_THEY_LIE
) -> dict[Lines, Written]:
    """Who wrote which lines, of the files as they lie there or as a commit has them. Each file is asked for once.

    ``texts`` are files that are asked for as they would be with another text: an editor's that was not saved yet.
    """
    by_path: dict[Path, list[Lines]] = {}
    for one in lines:
        by_path.setdefault(one.path, []).append(one)
    found: dict[Lines, Written] = {}
    for path, some in by_path.items():
        found |= _of_file(path, some, commit, texts.get(path))
    return found


def _of_file(path: Path, lines: list[Lines], commit: str | None, text: str | None) -> dict[Lines, Written]:
    repository = repository_of(path.parent)
    if repository is None:
        return dict.fromkeys(lines, Written())
    try:
        blamed = _blame(path, repository, lines, commit) if text is None else _blame_of(text, path, lines)
        boundary = cut_short(repository.git_dir)
        return {one: _together(blamed, one, boundary, repository) for one in lines}
    except GitSaysNo as error:
        return dict.fromkeys(lines, Written(unknown=f"git says: {(str(error).splitlines() or ['nothing'])[0]}"))


class _Blamed(NamedTuple):
    """Who wrote a line last; nobody yet where it is not committed."""

    commit: str
    names: frozenset[str]


def _blame(path: Path, repository: Repository, lines: list[Lines], commit: str | None) -> dict[int, _Blamed]:
    arguments = _arguments(lines)
    if commit is None:
        said = _of_head(path, arguments)
    else:
        # What a change says in .mailmap must not decide who wrote what: a bare repository is read at the commit.
        below = path.resolve().relative_to(repository.top).as_posix()
        bare = (f"--git-dir={repository.git_dir}", "-c", "core.bare=true", "-c", f"mailmap.blob={commit}:.mailmap")
        said = ask(repository.git_dir, *bare, *arguments, commit, "--", below)
    return dict(_read(said.decode(errors="replace")))


def _blame_of(text: str, path: Path, lines: list[Lines]) -> dict[int, _Blamed]:
    """The same of a file if it had another text."""
    said = _of_head(path, [*_arguments(lines), "--contents", "-"], text.encode(errors="surrogatepass"))
    return dict(_read(said.decode(errors="replace")))


def _arguments(lines: list[Lines]) -> list[str]:
    return ["blame", "-w", "--porcelain", *(word for one in lines for word in ("-L", f"{one.first},{one.last}"))]


def _of_head(path: Path, arguments: list[str], feed: bytes = b"") -> bytes:
    """What git says of a file in its folder; nothing where nothing of the file was ever committed."""
    try:
        return ask(path.parent, *arguments, "--", path.name, feed=feed)
    except GitSaysNo as error:
        if "no such path" not in str(error) and "no such ref" not in str(error):
            raise
        return b""


def _read(porcelain: str) -> Iterator[tuple[int, _Blamed]]:
    """Every line that says something, from what ``git blame --porcelain`` prints."""
    authors: dict[str, set[str]] = {}
    commit, number = "", 0
    for line in porcelain.split("\n"):
        if (match := _COMMIT.match(line)) is not None:
            commit, number = match[1], int(match[2])
        elif line.startswith("author "):
            authors.setdefault(commit, set()).add(line.removeprefix("author "))
        elif line.startswith("author-mail "):
            authors.setdefault(commit, set()).add(line.removeprefix("author-mail ").strip("<>"))
        elif line.startswith("\t") and line.strip() and not line.strip().startswith("#"):
            yield number, _Blamed(commit, frozenset(one.casefold() for one in authors.get(commit, ())))


def _together(blamed: dict[int, _Blamed], one: Lines, boundary: frozenset[str], at: Repository) -> Written:
    names, uncommitted = set[str](), not blamed
    for number in range(one.first, one.last + 1):
        line = blamed.get(number)
        if line is None:
            continue
        if line.commit in boundary:
            return Written(unknown="the clone is shallow")
        if set(line.commit) == {"0"}:
            uncommitted = True
        else:
            names |= line.names
    return Written(frozenset(names | (_myself(at.top) if uncommitted else set())), settled=not uncommitted)


def _myself(top: Path) -> set[str]:
    """Who would commit now; nobody where git does not know."""
    try:
        match = _IDENT.match(ask(top, "var", "GIT_AUTHOR_IDENT").decode(errors="replace"))
    except GitSaysNo:
        return set()
    return {match[1].casefold(), match[2].casefold()} if match else set()
