"""What is arriving: a lane per transfer, split into its episodes."""

from urllib.parse import urlencode

from fastapi import HTTPException, Request
from starlette.responses import Response

from episodarr.connections.integration import Integration
from episodarr.downloads.ports import TransferClient
from episodarr.overview.answers import Page, TransferLane
from episodarr.web.downloads.correction import wanted_episodes
from episodarr.web.downloads.lanes import Lane, lane_of
from episodarr.web.form import FormOf
from episodarr.web.parts import Doors, Parts
from episodarr.web.states import FAILING
from episodarr.web.visit import visit_of

STEP = 50
MOST = 500


class DownloadPages:
    """Routes of the downloads."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        doors.people("GET", "/downloads", self.page)
        doors.people("GET", "/downloads/lanes", self.lanes)
        doors.people("GET", "/downloads/files", self.files)
        doors.admins("POST", "/downloads/files", self.correct)

    def page(self, request: Request, show: str = "active", limit: int = STEP) -> Response:
        """The page."""
        return self._answer(request, "downloads/page.html", show, limit)

    def lanes(self, request: Request, show: str = "active", limit: int = STEP) -> Response:
        """Its list of lanes."""
        return self._answer(request, "downloads/lanes.html", show, limit)

    def files(self, request: Request, lane: str = "") -> Response:
        """The files of one transfer, with the reason for each match."""
        found = self._parts.board.lane(lane[:300])
        if found is None:
            raise HTTPException(404)
        visit = visit_of(request)
        template = "downloads/files.html" if visit.partial else "downloads/files_page.html"
        return self._parts.render.answer(visit, template, nav="downloads", lane=found, folder=shared_folder(found))

    def correct(self, request: Request, form: FormOf) -> Response:
        """Say which episodes a file holds, or take that back."""
        visit, lane, index = visit_of(request), form.text("lane")[:300], form.text("index")
        back = f"/downloads/files?{urlencode({'lane': lane})}"
        if not index.isdecimal() or len(index) > 9:
            raise HTTPException(404)
        try:
            if form.text("act") == "back":
                self._parts.correct.take_back(lane, int(index))
                said = "Its name counts again."
            else:
                none = form.text("act") == "none"
                said_of = [] if none else wanted_episodes(self._parts, lane, form.text("show"), form.text("episodes"))
                self._parts.correct.say(lane, int(index), said_of, visit.user.name if visit.user else "")
                said = "Remembered."
        except LookupError as gone:
            raise HTTPException(404, str(gone)) from gone
        except ValueError as problem:
            fix = "Write episodes as S02E05, S02E05-E06, or several with commas."
            return self._parts.render.failed(visit, str(problem), fix, back, status=422)
        part = self.files(request, lane) if visit.partial else None
        return self._parts.render.done(visit, part, said, back)

    def _answer(self, request: Request, template: str, show: str, limit: int) -> Response:
        limit = max(STEP, min(limit, MOST))
        show = show if show in {"active", "all"} else "active"
        page = self._parts.board.lanes(show == "active", limit, None)
        kinds = {one.kind for one in self._parts.connections.integrations() if _arrives_by(one)}
        clients = [view for view in self._parts.connections.views() if view.kind in kinds and view.enabled]
        return self._parts.render.answer(
            visit_of(request),
            template,
            nav="downloads",
            page=page,
            lanes=drawn(self._parts, page),
            show=show,
            limit=limit,
            step=STEP,
            clients=clients,
            failing_clients=[view for view in clients if view.status in FAILING],
            speed=sum(lane.speed for lane in page.items),
        )


def shared_folder(lane: TransferLane) -> str:
    """The folder that all files of a transfer are in, with its slash; empty when there is none."""
    first = lane.files[0].name.partition("/") if lane.files else ("", "", "")
    folder = f"{first[0]}/" if first[1] else ""
    return folder if folder and all(file.name.startswith(folder) for file in lane.files) else ""


def drawn(parts: Parts, page: Page[TransferLane]) -> list[Lane]:
    """The lanes of a page; those of a client that does not answer are marked as its last word."""
    silent = {view.id for view in parts.connections.views() if view.status in FAILING}
    return [lane_of(lane, stale=lane.connection_id in silent) for lane in page.items]


def _arrives_by(integration: Integration) -> bool:
    """Whether the integration is a download client: it says what its transfers do."""
    return TransferClient in integration.ports
