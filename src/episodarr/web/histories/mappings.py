"""What was said of titles: the list, taking something back, and carrying it to another Episodarr."""

import msgspec
from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from episodarr.histories.histories import Histories
from episodarr.histories.import_model import Choice, MappingWire
from episodarr.web.form import FormOf
from episodarr.web.histories.acting import PATH, Refused, known_id, person_of, told
from episodarr.web.histories.review import REVIEW, SOURCES
from episodarr.web.parts import Doors, Parts
from episodarr.web.visit import Visit, upload_of, visit_of
from episodarr.web.words import many

MAPPINGS = f"{PATH}/mappings"
SHOWN = 200
LARGEST = 4 << 20
CHOICES = {Choice.SHOW: "Show", Choice.FILM: "Film", Choice.IGNORE: "Left out"}


class _File(msgspec.Struct):
    """What is exported, and taken over."""

    mappings: list[MappingWire]


class MappingPages:
    """Routes of mappings: everybody their own, and those for all."""

    def __init__(self, parts: Parts, histories: Histories) -> None:
        self._parts = parts
        self._histories = histories

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        doors.people("GET", MAPPINGS, self.page)
        doors.people("GET", f"{MAPPINGS}.json", self.export)
        doors.uploads(f"{MAPPINGS}/import", self.take_over, lambda: LARGEST)
        doors.people("POST", f"{MAPPINGS}/{{mapping_id}}/remove", self.remove)

    def page(self, request: Request, q: str = "") -> Response:
        """The page; for the script only its list."""
        return self._page(visit_of(request), q.strip()[:100])

    def _page(
        self,
        visit: Visit,
        search: str = "",
        problem: str = "",
        taken: str = "",
        refused: list[str] | None = None,
        status: int = 200,
    ) -> Response:
        held = self._histories.deciding.mappings(person_of(visit).user_id)
        wanted = search.casefold()
        found = [one for one in held if wanted in one.name.casefold() or wanted in one.show_title.casefold()]
        return self._parts.render.answer(
            visit,
            "histories/mapping_list.html" if visit.partial else "histories/mappings.html",
            status=status,
            nav="watching",
            here="histories",
            tab="mappings",
            waits=bool(self._histories.review(person_of(visit).user_id, 1)[0]),
            mappings=found[:SHOWN],
            total=len(found),
            of=len(held),
            search=search,
            choices=CHOICES,
            sources=SOURCES,
            problem=problem,
            taken=taken,
            refused=(refused or [])[:20],
            largest=LARGEST,
        )

    def export(self, request: Request) -> Response:
        """All of them as a file."""
        found = self._histories.deciding.exported(person_of(visit_of(request)).user_id)
        body = msgspec.json.format(msgspec.json.encode(_File(found)), indent=2)
        headers = {
            "content-disposition": 'attachment; filename="episodarr-mappings.json"',
            "cache-control": "private, no-store",
        }
        return Response(body, media_type="application/json", headers=headers)

    async def take_over(self, request: Request) -> Response:
        """Take over what another Episodarr exported."""
        visit, upload = visit_of(request), upload_of(request)
        if upload.content is None:
            return await self._wrong(visit, "Choose a file first.", 422)
        with upload.content:
            content = await run_in_threadpool(upload.content.read)
        try:
            given = msgspec.json.decode(content, type=_File).mappings
        except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
            return await self._wrong(visit, f"This is no file of mappings: {problem}.", 422)
        try:
            with told():
                refused = await self._histories.deciding.take_over(person_of(visit), given)
        except Refused as wrong:
            return await self._wrong(visit, str(wrong), wrong.status)
        words = f"{many(len(given) - len(refused), 'mapping')} taken over."
        return await run_in_threadpool(self._page, visit, taken=words, refused=refused)

    async def _wrong(self, visit: Visit, problem: str, status: int) -> Response:
        return await run_in_threadpool(self._page, visit, problem=problem, status=status)

    async def remove(self, request: Request, mapping_id: int, form: FormOf) -> Response:
        """Forget what was said of a title: its rows are looked at anew."""
        visit = visit_of(request)
        reviewing = form.text("from") == "review"
        try:
            with told():
                await self._histories.deciding.remove(person_of(visit), known_id(mapping_id))
        except Refused as wrong:
            return await run_in_threadpool(
                self._parts.render.failed, visit, str(wrong), "", MAPPINGS, status=wrong.status
            )
        if not visit.partial:
            return RedirectResponse(f"{self._parts.base}{REVIEW if reviewing else MAPPINGS}", status_code=303)
        if reviewing:
            return self._parts.render.answer(visit, "histories/taken_back.html")
        return self._parts.render.done(
            visit, await run_in_threadpool(self._page, visit), "Forgotten: its rows are looked at anew.", MAPPINGS
        )
