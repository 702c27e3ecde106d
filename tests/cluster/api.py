"""What the tests ask of the API server, in plain HTTP: no client of ours or another's stands between."""

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from pki import Authority, Pair

Object = dict[str, Any]
MANAGER = "plimsoll"
APPLY = "application/apply-patch+yaml"
MERGE = "application/merge-patch+json"


class Rejected(AssertionError):
    """The API server said no."""

    def __init__(self, answer: httpx.Response, what: str) -> None:
        self.code = answer.status_code
        try:
            message = answer.json().get("message", answer.text)
        except ValueError:
            message = answer.text
        super().__init__(f"{what}: {answer.status_code} {message}")


@dataclass
class Api:
    """An API server, as one user."""

    http: httpx.Client
    _resources: dict[tuple[str, str], tuple[str, bool]] = field(default_factory=dict)

    @classmethod
    def by_certificate(cls, url: str, authority: Authority, user: Pair) -> "Api":
        """As the user of a client certificate."""
        context = ssl.create_default_context(cafile=str(authority.certificate))
        context.load_cert_chain(user.certificate, user.key)
        return cls(httpx.Client(base_url=url, verify=context, timeout=60, trust_env=False))

    @classmethod
    def by_token(cls, url: str, authority: Authority, token: str) -> "Api":
        """As the service account of a token."""
        context = ssl.create_default_context(cafile=str(authority.certificate))
        headers = {"Authorization": f"Bearer {token}"}
        return cls(httpx.Client(base_url=url, verify=context, headers=headers, timeout=60, trust_env=False))

    def apply(
        self, content: Mapping[str, Any], *, text: str | None = None, dry_run: bool = False, manager: str = MANAGER
    ) -> Object:
        """Server-side apply, as Argo CD and Flux do it: conflicts are forced, unknown fields are refused.

        The object may be sent as a text of YAML; ``content`` then only names it.
        """
        query = {"fieldManager": manager, "force": "true", "fieldValidation": "Strict"}
        if dry_run:
            query["dryRun"] = "All"
        body = content if text is None else text
        return self._send("PATCH", self.path_of(content), query, body, APPLY)

    def tried(self, content: Mapping[str, Any]) -> httpx.Response:
        """What the API server answers when an object is applied without being stored: also that it says no."""
        query = {"fieldManager": MANAGER, "force": "true", "fieldValidation": "Strict", "dryRun": "All"}
        return self.http.patch(
            self.path_of(content), params=query, content=json.dumps(content), headers={"Content-Type": APPLY}
        )

    def create(self, content: Mapping[str, Any]) -> Object:
        """Create an object, whose name may be left to the server."""
        return self._send("POST", self.path_of(content, named=False), {"fieldValidation": "Strict"}, content)

    def get(self, content: Mapping[str, Any]) -> Object:
        """The object as it is stored, by kind and name."""
        return self._send("GET", self.path_of(content))

    def list(self, api_version: str, kind: str, namespace: str, **query: str) -> list[Object]:
        """All objects of a kind in a namespace. The server leaves out what they have in common; here each says it."""
        path = self.path_of(reference(api_version, kind, namespace, ""), named=False)
        items: list[Object] = self._send("GET", path, query)["items"]
        return [{"apiVersion": api_version, "kind": kind, **item} for item in items]

    def merge(self, content: Mapping[str, Any], change: Mapping[str, Any], subresource: str = "") -> Object:
        """Change some fields of an object, or of its status."""
        path = self.path_of(content) + (f"/{subresource}" if subresource else "")
        return self._send("PATCH", path, {}, change, MERGE)

    def remove(self, content: Mapping[str, Any]) -> None:
        """Delete an object at once, whatever is to be done before: nobody is here who would do it."""
        self.merge(content, {"metadata": {"finalizers": None}})
        self._send("DELETE", self.path_of(content), {"gracePeriodSeconds": "0"})

    def token(self, namespace: str, service_account: str) -> str:
        """A new token of a service account."""
        path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{service_account}/token"
        body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
        token: str = self._send("POST", path, {}, body)["status"]["token"]
        return token

    def path_of(self, content: Mapping[str, Any], *, named: bool = True) -> str:
        """The path of an object, or of the collection that it belongs to."""
        version, metadata = content["apiVersion"], content["metadata"]
        plural, namespaced = self._resource(version, content["kind"])
        scope = f"/namespaces/{metadata['namespace']}" if namespaced else ""
        return f"{_root(version)}{scope}/{plural}" + (f"/{metadata['name']}" if named else "")

    def _resource(self, version: str, kind: str) -> tuple[str, bool]:
        if (version, kind) not in self._resources:
            for found in self._send("GET", _root(version))["resources"]:
                if "/" not in found["name"]:
                    self._resources[version, found["kind"]] = (found["name"], found["namespaced"])
        if (version, kind) not in self._resources:
            raise AssertionError(f"the API server knows no {kind} in {version}")
        return self._resources[version, kind]

    def _send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | str | None = None,
        media: str = "application/json",
    ) -> Object:
        headers = {"Content-Type": media} if body is not None else {}
        data = body if isinstance(body, str) else json.dumps(body) if body is not None else None
        answer = self.http.request(method, path, params=dict(query or {}), content=data, headers=headers)
        if answer.is_error:
            raise Rejected(answer, f"{method} {path}")
        content: Object = answer.json()
        return content


def _root(version: str) -> str:
    return f"/apis/{version}" if "/" in version else f"/api/{version}"


def reference(api_version: str, kind: str, namespace: str, name: str) -> Object:
    """The least that names an object."""
    return {"apiVersion": api_version, "kind": kind, "metadata": {"namespace": namespace, "name": name}}
