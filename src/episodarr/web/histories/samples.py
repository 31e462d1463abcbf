"""Files to try an import with, where somebody offers any: taken as if they were uploaded, or downloaded."""

from collections.abc import Mapping
from pathlib import Path

from fastapi import HTTPException, Request
from starlette.responses import FileResponse, RedirectResponse, Response

from episodarr.histories.histories import Histories
from episodarr.histories.import_model import Choices
from episodarr.web.histories.acting import PATH, Refused, person_of, told
from episodarr.web.parts import Doors, Parts
from episodarr.web.visit import visit_of

SAMPLES = f"{PATH}/samples"


class SamplePages:
    """Routes of these files; nobody reaches another one by a name."""

    def __init__(self, parts: Parts, histories: Histories, samples: Mapping[Path, str]) -> None:
        """`samples`: each file and what it is."""
        self._parts = parts
        self._histories = histories
        self._files = {file.name: file for file in samples}

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        doors.people("GET", f"{SAMPLES}/{{name}}", self.download)
        doors.people("POST", f"{SAMPLES}/{{name}}", self.take)

    def download(self, name: str) -> Response:
        """The file itself."""
        return FileResponse(self._of(name), media_type="text/csv", filename=name)

    def take(self, request: Request, name: str) -> Response:
        """Go to what is understood of it. Nothing is imported by it."""
        visit, file = visit_of(request), self._of(name)
        zone = visit.zone_name if visit.zone_name != "UTC" else ""
        try:
            with file.open("rb") as content, told():
                preview = self._histories.upload(person_of(visit), name, content, Choices(zone=zone))
        except Refused as wrong:
            return self._parts.render.failed(visit, str(wrong), "", PATH, status=wrong.status)
        return RedirectResponse(f"{self._parts.base}{PATH}/imports/{preview.import_id}", status_code=303)

    def _of(self, name: str) -> Path:
        if name not in self._files:
            raise HTTPException(404, "There is no such file.")
        return self._files[name]
