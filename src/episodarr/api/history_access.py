"""Whose history a request is about, uploads that never fill memory or disk, and what is said when it goes wrong."""

from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import Annotated, BinaryIO, NamedTuple, cast

from fastapi import Depends, HTTPException, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from episodarr.accounts.accounts import Accounts
from episodarr.accounts.model import SESSION_COOKIE
from episodarr.api.access import Access
from episodarr.histories.histories import Histories, MetadataUnknown, NotAllowed, NotNow, Person
from episodarr.histories.model import InvalidFile

_IN_MEMORY = 1 << 20
_ASIDE = 1 << 16
"""What a multipart body may have besides the file."""
_User = Annotated[
    str, Query(alias="user", max_length=100, description="Whose history, for admin keys; who is signed in: their own.")
]


class Whose:
    """Makes the dependencies that say whose history it is."""

    def __init__(self, access: Access, accounts: Accounts) -> None:
        self._access = access
        self._accounts = accounts

    def reads(self) -> Callable[..., object]:
        """Who is signed in reads their own; an admin key that of the user it names."""

        async def person(
            request: Request, admin: Annotated[bool, Depends(self._access.names)], user: _User = ""
        ) -> Person:
            if not _has_key(request):
                found = await run_in_threadpool(self._accounts.of_session, request.cookies.get(SESSION_COOKIE, ""))
                if found is None:
                    raise HTTPException(401, "The session has ended; sign in")
                if user and user.casefold() != found.name.casefold():
                    raise HTTPException(403, "user: everybody sees their own history only")
                return Person(found.id, found.name, found.is_admin)
            if not admin:
                raise HTTPException(403, "A history is read by its user, or with an admin API key")
            return await run_in_threadpool(self._named, user, request.state.actor)

        return person

    def changes(self) -> Callable[..., object]:
        """An admin key acts for the user it names."""

        async def person(
            request: Request, _: Annotated[None, Depends(self._access.change)], user: _User = ""
        ) -> Person:
            return await run_in_threadpool(self._named, user, request.state.actor)

        return person

    def _named(self, user: str, by: str) -> Person:
        if not user:
            raise HTTPException(422, "user: name the user whose history it is, such as ?user=ada")
        try:
            return Person(self._find(user), by, is_admin=True)
        except LookupError as problem:
            raise HTTPException(404, str(problem)) from problem

    def _find(self, user: str) -> int:
        for one in self._accounts.users():
            if one.name.casefold() == user.strip().casefold():
                return one.id
        raise LookupError(f"There is no user named {user[:60]}")


def seen_by(
    histories: Histories | None, accounts: Accounts
) -> Callable[[Request, list[int]], Mapping[int, int] | None]:
    """How many episodes of shows of the library who is signed in has seen; None for programs, which are nobody."""

    def seen(request: Request, series: list[int]) -> Mapping[int, int] | None:
        token = request.cookies.get(SESSION_COOKIE, "")
        if histories is None or not token or _has_key(request) or (user := accounts.of_session(token)) is None:
            return None
        return histories.counts(user.id, series)

    return seen


def _has_key(request: Request) -> bool:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return bool(request.headers.get("x-api-key")) or (scheme.lower() == "bearer" and bool(key.strip()))


class Uploaded(NamedTuple):
    """A file as it came, at its start."""

    name: str
    content: BinaryIO


async def uploaded(request: Request, name: str, most: int) -> Uploaded:
    """The body of a request, or the one file of a multipart form; at most `most` bytes are ever taken."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > most + _ASIDE:
        raise _too_large(most)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _file_of_form(request, name, most)
    if kind == "application/x-www-form-urlencoded":
        raise HTTPException(415, "file: send the file as the body, or as multipart/form-data")
    content = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  # the caller reads it
    async for chunk in _bounded(request, most):
        await run_in_threadpool(content.write, chunk)
    content.seek(0)
    return Uploaded(name or "history", cast("BinaryIO", content))


async def _file_of_form(request: Request, name: str, most: int) -> Uploaded:
    try:
        form = await MultiPartParser(
            request.headers, _bounded(request, most + _ASIDE), max_files=1, max_fields=20, max_part_size=_ASIDE
        ).parse()
    except MultiPartException as problem:
        raise HTTPException(400, f"file: the form cannot be read: {problem.message}") from problem
    file = next((one for one in form.values() if isinstance(one, UploadFile)), None)
    if file is None:
        raise HTTPException(422, "file: the form has no file")
    return Uploaded(name or file.filename or "history", file.file)


async def _bounded(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    taken = 0
    async for chunk in request.stream():
        taken += len(chunk)
        if taken > most:
            raise _too_large(most)
        yield chunk


def _too_large(most: int) -> HTTPException:
    return HTTPException(413, f"file: it has more than {most >> 20} MB; EPISODARR_HISTORY_LARGEST_MB allows more")


@contextmanager
def problems() -> Iterator[None]:
    """What goes wrong becomes an answer that names the field and the mend."""
    try:
        yield
    except InvalidFile as problem:
        raise HTTPException(422, _field(str(problem), "file")) from problem
    except NotNow as problem:
        raise HTTPException(409, str(problem)) from problem
    except NotAllowed as problem:
        raise HTTPException(403, str(problem)) from problem
    except MetadataUnknown as problem:
        raise HTTPException(503, str(problem)) from problem
    except ValueError as problem:
        raise HTTPException(422, str(problem)) from problem
    except LookupError as problem:
        if type(problem) is not LookupError:
            raise  # a KeyError or IndexError is a mistake of ours, not an answer
        raise HTTPException(404, str(problem)) from problem


def _field(text: str, field: str) -> str:
    head = text.partition(":")[0]
    return text if head.isidentifier() and head.islower() else f"{field}: {text}"
