"""Who may call what: every route needs a key or a session, except those named here."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import APIKeyHeader

from episodarr.accounts.accounts import Accounts
from episodarr.accounts.model import SESSION_COOKIE, ApiKey, Scope

PERSON_HEADER = "X-Episodarr-Person"
"""With the value 1 a program says that a person is behind this very call."""
_header = APIKeyHeader(name="X-Api-Key", auto_error=False, description="An API key from System > Users.")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls."""

    id: str
    """Of the key or the user, for counting calls."""
    admin: bool
    person: str | None
    """Their name; None: a machine, as far as anybody says."""


class Access:
    """Checks keys and sessions. A session may only read: what changes things over the API needs a key."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    async def read(self, request: Request, key: Annotated[str | None, Depends(_header)] = None) -> None:
        """Anybody who is known."""
        if key := key or _bearer(request):
            if await self._key(key) is None:
                raise HTTPException(401, "The API key is not valid; make one under System > Users")
            return
        token = request.cookies.get(SESSION_COOKIE, "")
        if await run_in_threadpool(self._accounts.of_session, token) is None:
            raise HTTPException(401, "Send an API key in the header X-Api-Key, or sign in")

    async def names(self, request: Request, key: Annotated[str | None, Depends(_header)] = None) -> bool:
        """Anybody who is known; whether they may see who watched what: administrators may."""
        await self.read(request, key)
        if key := key or _bearer(request):
            found = await self._key(key)
            request.state.actor = _actor(found) if found is not None else ""
            return found is not None and found.scope == Scope.ADMIN.value
        user = await run_in_threadpool(self._accounts.of_session, request.cookies.get(SESSION_COOKIE, ""))
        request.state.actor = user.name if user is not None else ""
        return user is not None and user.is_admin

    async def caller(self, request: Request, key: Annotated[str | None, Depends(_header)] = None) -> Caller:
        """Anybody who is known, and whether a person: who is signed in, or whose program says so."""
        await self.read(request, key)
        if key := key or _bearer(request):
            found = await self._key(key)
            if found is None:
                raise HTTPException(401, "The API key is not valid any more")
            person = _actor(found) if request.headers.get(PERSON_HEADER, "").strip() == "1" else None
            return Caller(f"key {found.id}", found.scope == Scope.ADMIN.value, person)
        user = await run_in_threadpool(self._accounts.of_session, request.cookies.get(SESSION_COOKIE, ""))
        if user is None:
            raise HTTPException(401, "The session has ended; sign in")
        return Caller(f"user {user.id}", user.is_admin, user.name)

    async def change(self, request: Request, key: Annotated[str | None, Depends(_header)] = None) -> None:
        """Programs with an admin key."""
        key = key or _bearer(request)
        found = await self._key(key) if key else None
        if found is None:
            raise HTTPException(401, "Send an admin API key in the header X-Api-Key")
        if found.scope != Scope.ADMIN.value:
            raise HTTPException(403, "This key may only read; make one with the scope admin under System > Users")
        request.state.actor = _actor(found)

    async def _key(self, text: str) -> ApiKey | None:
        """A key that was seen a moment ago costs no thread."""
        return self._accounts.remembered_key(text) or await run_in_threadpool(self._accounts.of_key, text)


def _actor(key: ApiKey) -> str:
    """Who acts, for those who read of it later."""
    return f"the API key {key.name}"


def _bearer(request: Request) -> str | None:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" and key.strip() else None
