"""Bundles the front end into wheel and sdist, so that an installed Episodarr needs no Node."""

import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FrontEnd(BuildHookInterface[Any]):
    """Runs the front end's build unless it lies there already; an editable install leaves that to `make`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  # hatchling gives it
        """See hatchling."""
        root = Path(self.root)
        if version == "editable" or (root / "src/episodarr/web/static/dist/app.js").is_file():
            return
        for command in (["npm", "ci", "--no-audit", "--no-fund"], ["npm", "run", "build"]):
            subprocess.run(command, cwd=root / "frontend", check=True)  # noqa: S603  # a fixed command
