"""Of what an audit is, and who made it when, as its document tells it."""

from plimsoll.compiler.audit.part import Count, Part


class Commit(Part):
    """The commit that was checked out."""

    name: str
    """The full object name."""
    repository: str
    """The URL of `origin`, else the name of the repository's folder."""
    uncommitted: tuple[str, ...]
    """The files below the specs that differ from it."""


class Catalogue(Part):
    """The rules that were asked."""

    digest: str
    """Of all that the rules say: `sha256:` of their canonical JSON by id."""
    rules: Count
    """How many there are."""
    own: tuple[str, ...]
    """The ids of those that the project brings itself."""


class Specs(Part):
    """The specs that were judged."""

    digest: str
    """Of all files: `sha256:` of the canonical JSON of their digests by path."""
    count: Count
    """How many there are in the project."""
    here: Count
    """How many of those that rules judge have to do with this environment."""


class Base(Part):
    """The commit whose policies, bindings and waivers counted, and not those that a change to it brings."""

    name: str
    """The full object name: where the branch left the other."""
    pending: tuple[str, ...]
    """What the change does to them, which counts once it is merged."""


class Baseline(Part):
    """What was known of the whole project before, and how far it is mended. What is known stands open all the same."""

    path: str
    """Its file, from the root of the repository."""
    digest: str
    """Of the file."""
    since: str
    """The day on which it was written first."""
    known: Count
    """How many findings it knows that are still there, in all environments together."""
    mended: Count
    """How many have been mended since."""
    new: Count
    """How many stand that it does not know, of those that it could."""


class Header(Part):
    """Of what the audit is, and who made it when."""

    project: str
    """The repository, or else the folder of the specs."""
    environment: str
    """The environment that everything below is about."""
    jurisdiction: str
    """The law that the environment is declared to be under."""
    jurisdictions: tuple[str, ...]
    """The same with those of the data that is processed there."""
    day: str
    """The day on which waivers were held against their end, and laws against their beginning."""
    by: str
    """Who made it; empty when nobody is known."""
    tool: str
    """Plimsoll's version."""
    commit: Commit | None
    """None outside of a git repository."""
    catalogue: Catalogue
    """The rules."""
    specs: Specs
    """The specs."""
    base: Base | None
    """By which commit's rules, bindings and waivers the specs were judged; none where by their own."""
    baseline: Baseline | None
    """The baseline that findings were held against; none where they were held against none."""
    release: str | None
    """The digest of the release that was rendered and judged; `plimsoll compile` writes the same one."""
    no_release: str
    """Why there is none; empty when there is one."""
    troubles: tuple[str, ...]
    """What stops the specs beside the findings of rules, such as a waiver that its own author approves."""
