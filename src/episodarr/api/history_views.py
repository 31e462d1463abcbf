"""What a user has seen, by their histories and the media servers together; sums; and how lookups go."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from episodarr.api.access import Access
from episodarr.api.history_access import Whose, problems
from episodarr.api.shapes import Cursor, Limit, answer
from episodarr.histories.histories import Histories, Person

_Number = Annotated[int, Query(ge=0, le=2**62)]


class PersonBody(BaseModel):
    """Which viewer of the media servers a user is."""

    model_config = ConfigDict(extra="forbid")

    person: str = Field(
        pattern="^([pv][1-9][0-9]{0,17})?$", description="`token` of /api/v1/people, such as p3; empty: nobody."
    )


def history_view_routes(histories: Histories, whose: Whose, access: Access) -> APIRouter:
    """Their routes."""
    routes = APIRouter()
    Reader = Annotated[Person, Depends(whose.reads())]  # noqa: N806  # a type
    Changer = Annotated[Person, Depends(whose.changes())]  # noqa: N806

    @routes.get("/totals")
    def totals(who: Reader, series_id: Annotated[int, Query(ge=1, le=2**62)]) -> Response:
        """A show of the library in numbers: total_seasons, total_episodes, watched_episodes; null: not known."""
        with problems():
            return answer(histories.totals(who.user_id, series_id))

    @routes.get("/progress")
    def progress(who: Reader, series_id: _Number = 0, show_id: _Number = 0) -> Response:
        """A show as far as the user has seen it, with every episode, and what comes next."""
        if bool(series_id) == bool(show_id):
            raise HTTPException(422, "series_id: name a show of the library, or show_id: one of /histories/shows")
        with problems():
            return answer(histories.seen(who.user_id, series_id=series_id, show_id=show_id))

    @routes.get("/shows")
    def shows(who: Reader, limit: Annotated[int, Query(ge=1, le=200)] = 50, cursor: Cursor = None) -> Response:
        """The shows of the user's imports, those seen last first."""
        with problems():
            items, following = histories.shows(who.user_id, limit, cursor)
        return answer({"items": items, "next": following})

    @routes.get("/films")
    def films(who: Reader, limit: Limit = 50, cursor: Cursor = None) -> Response:
        """The films of the user's imports, those seen last first."""
        with problems():
            items, following = histories.films(who.user_id, limit, cursor)
        return answer({"items": items, "next": following})

    @routes.get("/next")
    def go_on(who: Reader, limit: Annotated[int, Query(ge=1, le=50)] = 20) -> Response:
        """What the user may go on with."""
        return answer({"items": histories.go_on(who.user_id, limit)})

    @routes.get("/person")
    def person(who: Reader) -> Response:
        """Which viewer of the media servers the user is said to be."""
        return answer({"person": histories.person(who.user_id)})

    @routes.put("/person")
    def link(wanted: PersonBody, who: Changer) -> Response:
        """Say so: the plays of that viewer are part of the user's history then."""
        with problems():
            histories.link(who, who.user_id, wanted.person)
        return answer({"person": wanted.person})

    @routes.get("/sums")
    def sums(may_see: Annotated[bool, Depends(access.names)]) -> Response:
        """How much each user has imported; for administrators, without titles."""
        if not may_see:
            raise HTTPException(403, "Sums over all users are for administrators")
        return answer({"items": histories.sums()})

    @routes.get("/lookups", dependencies=[Depends(access.read)])
    def lookups() -> Response:
        """How the lookups of the last day and week went, by service: found, none, failed, cached, and their shares."""
        rates = {
            span: [
                {
                    "service": one.service,
                    "asked": one.asked,
                    "found": one.found,
                    "none": one.none,
                    "failed": one.failed,
                    "cached": one.cached,
                    "milliseconds": one.milliseconds,
                    "success": one.success,
                    "failure": one.failure,
                }
                for one in of
            ]
            for span, of in histories.lookups().items()
        }
        return answer(rates)

    @routes.get("/lookups/log")
    def log(
        may_see: Annotated[bool, Depends(access.names)], limit: Annotated[int, Query(ge=1, le=1000)] = 100
    ) -> Response:
        """The last lookups, newest first; for administrators: titles tell what people watch."""
        if not may_see:
            raise HTTPException(403, "The log of lookups is for administrators")
        return answer({"items": histories.latest_lookups(limit)})

    return routes
