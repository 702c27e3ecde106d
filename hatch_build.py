"""Ship the top-level data folders inside the wheel, never in an editable install.

`force-include` in pyproject.toml would also leave a stale copy in an editable install, so that editing a template in
the checkout changed nothing.
"""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class DataFolders(BuildHookInterface):  # type: ignore[misc]
    """Map templates/ and policies/ under the import package for real wheels."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the folders unless this build is an editable one."""
        if version != "editable":
            for folder in ("templates", "policies"):
                build_data["force_include"][folder] = f"plimsoll/_data/{folder}"
