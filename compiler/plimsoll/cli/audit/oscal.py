"""An audit as OSCAL assessment results, 1.1.3 (https://pages.nist.gov/OSCAL-Reference/models/v1.1.3/assessment-results/).

OSCAL says of an objective that it is satisfied or not. What is said here as satisfied means that checks support it and
nothing stands against it; all else, a gap or a waiver among it, is said as not satisfied. The remarks say so too.
"""

from collections.abc import Iterator
from urllib.parse import quote

from plimsoll.cli.audit.oscal_results import Results
from plimsoll.cli.audit.oscal_scope import Scope
from plimsoll.cli.audit.oscal_values import Values, line, listed, props, token
from plimsoll.cli.views.json_text import json_text
from plimsoll.compiler.audit.document import Audit, audit_bytes
from plimsoll.compiler.audit.header import Header
from plimsoll.contract.digests import of_bytes

VERSION = "1.1.3"
_DEPTH = 6


def oscal_text(audit: Audit) -> str:
    """The document. Law: equal audits give equal texts."""
    return json_text({"assessment-results": _Document(Scope(audit)).values}, _DEPTH)


class _Document:
    """The document around the results."""

    def __init__(self, scope: Scope) -> None:
        self._scope, self._audit = scope, scope.audit

    @property
    def values(self) -> Values:
        return {
            "uuid": self._scope.id("document", of_bytes(audit_bytes(self._audit))),
            "metadata": self._metadata(),
            "import-ap": {
                "href": f"#{self._scope.id('plan')}",
                "remarks": "There is no separate plan: the governance rules say what is assessed, and how.",
            },
            "results": [self._result()],
            "back-matter": {"resources": self._resources()},
        }

    def _metadata(self) -> Values:
        header = self._audit.header
        party = {"uuid": self._scope.id("party", header.by), "type": "person", "name": line(header.by)}
        return {
            "title": f"Audit of {header.environment}, {header.project}",
            "last-modified": self._scope.when,
            "version": header.commit.name if header.commit else header.day,
            "oscal-version": VERSION,
            "props": props(
                ("environment", header.environment),
                ("jurisdictions", ", ".join(header.jurisdictions)),
                ("release", header.release or ""),
                ("no-release", header.no_release),
                ("catalogue", header.catalogue.digest),
                ("specs", header.specs.digest),
                *(("trouble", one) for one in header.troubles),
                *_judged_by(header),
                ("uncommitted", ", ".join(header.commit.uncommitted) if header.commit else ""),
            ),
            **({"parties": [party]} if header.by else {}),
            "remarks": self._audit.statement,
        }

    def _result(self) -> Values:
        results = Results(self._scope)
        place, rules = self._audit.header.environment, len(self._audit.rules)
        counts = ((name, str(count)) for name, count in self._audit.totals.model_dump(by_alias=True).items())
        return {
            "uuid": self._scope.id("result"),
            "title": f"What governance rules say of {place}",
            "description": f"{rules} rules were held against the specs of {place} and what is rendered from them.",
            "start": self._scope.when,
            "end": self._scope.when,
            "props": props(*counts),
            "local-definitions": self._definitions(),
            "reviewed-controls": self._reviewed(),
            **listed("observations", results.observations()),
            **listed("risks", (results.risk(*one) for one in self._scope.told())),
            **listed("findings", map(results.finding, self._scope.controls)),
            "remarks": self._audit.statement,
        }

    def _definitions(self) -> Values:
        tool = self._scope.id("tool")
        component = {
            "uuid": tool,
            "type": "software",
            "title": "Plimsoll",
            "description": "The compiler that judges the specs and what it renders from them.",
            "props": props(("version", self._audit.header.tool)),
            "status": {"state": "operational"},
        }
        platform = {
            "uuid": self._scope.id("platform"),
            "title": "Plimsoll",
            "uses-components": [{"component-uuid": tool}],
        }
        return {
            **listed("inventory-items", self._items()),
            "assessment-assets": {"components": [component], "assessment-platforms": [platform]},
        }

    def _items(self) -> Iterator[Values]:
        for one in self._audit.objects:
            place = ("path", one.path), ("line", str(one.line))
            yield {
                "uuid": self._scope.id("object", one.key),
                "description": f"The spec {one.key}",
                "props": props(*place),
            }
        for made in self._audit.rendered:
            facts = ("file", made.file), ("digest", made.digest), ("spec", made.spec)
            said = f"The rendered object {made.key}"
            yield {"uuid": self._scope.id("object", made.file), "description": said, "props": props(*facts)}

    def _reviewed(self) -> Values:
        selections = []
        for framework in self._audit.frameworks:
            named = [one for one in self._scope.controls if one.framework == framework.name]
            if named:
                included = [{"control-id": token(one.id)} for one in named]
                selections.append({"description": framework.title, "include-controls": included})
        return {"control-selections": selections or [{"description": "No rule names a control that binds here."}]}

    def _resources(self) -> list[Values]:
        catalogue = self._audit.header.catalogue
        plan = {
            "uuid": self._scope.id("plan"),
            "title": "Governance rules",
            "description": f"{catalogue.rules} rules; the digest is that of all they say.",
            "props": props(("digest", catalogue.digest), ("own", ", ".join(catalogue.own))),
        }
        paths = sorted({finding.path for _, finding in self._scope.told()})
        sources = ({"uuid": self._scope.id("source", path), "title": path} for path in paths)
        return [plan, *sources, *self._documents()]

    def _documents(self) -> Iterator[Values]:
        """The documents that specs link to, each once for every spec."""
        for one in self._audit.objects:
            for document in one.documents:
                link: Values = {"href": quote(document.place, safe="/:?=&%~+@,;!$'()*")}
                if document.digest:
                    link["hashes"] = [{"algorithm": "SHA-256", "value": document.digest.removeprefix("sha256:")}]
                facts = ("spec", one.key), ("state", document.state), ("valid-until", document.valid_until or "")
                yield {
                    "uuid": self._scope.id("document", one.key, document.name),
                    "title": f"{document.name} of {one.key}",
                    "description": "Linked evidence; what it says was not looked at.",
                    "props": props(*facts),
                    "rlinks": [link],
                }


def _judged_by(header: Header) -> Iterator[tuple[str, str]]:
    """The base that governed, and how far what a baseline knows is mended."""
    if header.base:
        yield "base", header.base.name
        yield from (("pending", one) for one in header.base.pending)
    if header.baseline:
        told = header.baseline.model_dump(by_alias=True)
        yield from ((f"baseline-{name}", str(value)) for name, value in told.items())
