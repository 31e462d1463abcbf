"""Who is who over all servers; for administrators only."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from episodarr.api.access import Access
from episodarr.api.problems import answered
from episodarr.api.shapes import Limit, answer
from episodarr.watching.people import PeopleBook, PeopleView

Key = Annotated[str, Field(min_length=1, max_length=500, description="`key` of an account.")]


class TwoAccounts(BaseModel):
    """Two accounts, by the keys that GET /people tells."""

    first: Key
    second: Key


class OneAccount(BaseModel):
    """An account, by the key that GET /people tells."""

    account: Key


def people_routes(people: PeopleBook, access: Access) -> APIRouter:
    """Routes of people."""
    routes = APIRouter(prefix="/people", tags=["watching"])

    @routes.get("", response_model=PeopleView)
    def view(names: Annotated[bool, Depends(access.names)], limit: Limit = 500) -> Response:
        """Everybody who watches or requests, with all their accounts, and accounts that may belong together."""
        if not names:
            raise HTTPException(403, "Only administrators see who is who")
        return answer(people.people(limit))

    @routes.post("/join", status_code=204, dependencies=[Depends(access.change)])
    def join(wanted: TwoAccounts, request: Request) -> None:
        """Two accounts are one person's."""
        _known(lambda: people.join(wanted.first, wanted.second, request.state.actor))

    @routes.post("/apart", status_code=204, dependencies=[Depends(access.change)])
    def apart(wanted: TwoAccounts, request: Request) -> None:
        """Two accounts are two people's: they are not suggested again."""
        _known(lambda: people.keep_apart(wanted.first, wanted.second, request.state.actor))

    @routes.post("/split", status_code=204, dependencies=[Depends(access.change)])
    def split(wanted: OneAccount, request: Request) -> None:
        """An account is not of the person that it is joined with."""
        _known(lambda: people.split(wanted.account, request.state.actor))

    return routes


def _known(act: Callable[[], None]) -> None:
    with answered({LookupError: 404}):
        act()
