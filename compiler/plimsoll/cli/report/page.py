"""The whole page."""

from dataclasses import dataclass

from plimsoll.cli.report.change import plan_section
from plimsoll.cli.report.controls import controls_section
from plimsoll.cli.report.drift import drift_section
from plimsoll.cli.report.environment import environment
from plimsoll.cli.report.findings import findings_section
from plimsoll.cli.report.parts import Material
from plimsoll.cli.report.phases import ShownPhase, phases_section, shown_phases
from plimsoll.cli.report.runs import runs_section
from plimsoll.cli.report.section import Section
from plimsoll.cli.report.status import Status, worst
from plimsoll.cli.report.trace import Served, served, trace_section
from plimsoll.cli.report.trained import metrics_section
from plimsoll.cli.report.words import seconds

_SAID = {
    Status.GOOD: "Everything that was judged holds.",
    Status.WARN: "Nothing is broken; a person should look at",
    Status.BAD: "What does not hold:",
    Status.NONE: "Nothing was judged.",
}


@dataclass(frozen=True)
class Page:
    """What stands at the head of the page, and its sections."""

    title: str
    environment: str
    status: Status
    said: str
    served: Served | None
    time: str
    phases: tuple[ShownPhase, ...]
    sections: tuple[Section, ...]
    missing: tuple[str, ...]
    """What nothing was given for, in words."""


def build_report(material: Material) -> str:
    """One HTML document without scripts, links elsewhere or anything fetched; a value in it is text, whatever it holds.

    Law: equal materials give equal documents.

    Raises:
        Refused: when the JSON of a verb is not what that verb prints.
    """
    parts: dict[str, Section | None] = {
        "a plan": plan_section(material.plan),
        "findings": findings_section(material.findings),
        "an audit": controls_section(material.audit),
        "runs": runs_section(material.runs),
        "evaluations": metrics_section(material.evaluations),
        "monitoring": drift_section(material.monitors),
        "a trace": trace_section(material.trace),
        "phases": phases_section(material.phases),
    }
    sections = tuple(section for section in parts.values() if section is not None)
    status = worst(section.status for section in sections)
    page = Page(
        title=material.title,
        environment=material.environment,
        status=status,
        said=_said(status, sections),
        served=served(material.trace),
        time=seconds(sum(phase.seconds for phase in material.phases)) if material.phases else "",
        phases=shown_phases(material.phases),
        sections=sections,
        missing=tuple(name for name, section in parts.items() if section is None),
    )
    return environment().get_template("page.html.j2").render(page=page)


def _said(status: Status, sections: tuple[Section, ...]) -> str:
    """How all of it stands, in a sentence that names the sections at fault."""
    if status not in (Status.WARN, Status.BAD):
        return _SAID[status]
    named = [section.title[0].lower() + section.title[1:] for section in sections if section.status is status]
    return f"{_SAID[status]} {', '.join(named)}."
