"""Whether patched objects are still such as the servers take."""

from collections.abc import Iterator, Sequence

from plimsoll.compiler.diagnostics import Diagnostic, Severity
from plimsoll.compiler.kinds.platform import Platform
from plimsoll.compiler.rendering.objects import RenderedObject


def check_patched(objects: Sequence[RenderedObject], platform: Platform) -> Iterator[Diagnostic]:
    """What the offline oracles have against objects of which some were patched, at the patch.

    The objects may be a part of a release: a name that leads nowhere with the patch and without it is not the patch's.
    Nothing is done, and nothing imported, for a release without a patch.

    Raises:
        ModuleNotFoundError: when the ``validate`` extra is not installed.
    """
    patched = {one.file: one for one in objects if one.patches}
    if not patched:
        return
    from plimsoll.compiler.validation.references import check_references
    from plimsoll.compiler.validation.schemas import check_schemas

    known = {_said(one) for one in check_references({one.file: (*one.before, one.data)[0] for one in objects})}
    found = [one for one in check_references({one.file: one.data for one in objects}) if _said(one) not in known]
    found += check_schemas({name: one.data for name, one in patched.items()}, platform)
    for one in found:
        blamed = patched.get(one.span.path) or next(iter(patched.values()))
        message = f"{one.subject or one.span.path}: {one.message}"
        yield Diagnostic(
            "PLM-PAT-004", Severity.ERROR, message, blamed.patches[-1], note=f"found by {one.code} after the patch"
        )


def _said(one: Diagnostic) -> tuple[str, str, str]:
    return one.code, one.subject, one.message
