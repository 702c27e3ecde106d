"""Whether an environment's cluster keeps what its network declares."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from plimsoll.compiler.diagnostics import Diagnostic, Label, Route
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.references.findings import error, warning

if TYPE_CHECKING:
    from plimsoll.compiler.kinds import Environment

_MESH: Route = ("spec", "platform", "mesh")
_DECLARED: Route = ("spec", "network", "mutualTls")


def check(one: Located["Environment"]) -> Iterator[Diagnostic]:
    """Mutual TLS is declared by default; where a platform is described, it is seen whether anything enforces it."""
    spec = one.spec.spec
    if spec.platform is None:
        return
    written = "network" in one.facts.written["spec"] and "mutualTls" in one.facts.written["spec"]["network"]
    labels = (Label(one.span(*_DECLARED), "declared here"),) if written else ()
    if spec.platform.mesh == "none" and spec.network.mutual_tls:
        route = _MESH if "mesh" in one.facts.written["spec"]["platform"] else _MESH[:-1]
        message = "network.mutualTls is declared, and nothing that is rendered enforces it: the platform has no mesh"
        help_ = "name the mesh in platform.mesh; where the network itself encrypts and authenticates, ignore this"
        yield warning("PLM-REF-019", one, route, message, *labels, help_=help_)
    if spec.platform.mesh != "none" and not spec.network.mutual_tls:
        message = f"{spec.platform.mesh} is there to encrypt and to authenticate, and network.mutualTls says no"
        yield error("PLM-REF-020", one, _MESH, message, *labels, help_="leave mutualTls out, or write mesh: none")
