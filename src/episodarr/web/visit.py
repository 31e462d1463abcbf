"""Who looks at a page, from where, and whether they may: the guard in front of every page that is not for everyone.

Every route behind the guard needs a session. Every request that is not GET or HEAD also needs the session's form token
and must come from our own pages. The token is derived from the session's secret, so it lives and dies with it.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from typing import Annotated
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import Depends, HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from episodarr.accounts.model import SESSION_COOKIE
from episodarr.web.form import Form, posted
from episodarr.web.ports import Accounts, User
from episodarr.web.upload import Upload, read_upload

FORM_COOKIE = "episodarr_form"
ZONE_COOKIE = "episodarr_zone"
THEME_COOKIE = "episodarr_theme"
SESSION_DAYS = 30

_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+\-]*(/[A-Za-z0-9_+\-]+){0,2}")
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SignInNeeded(Exception):
    """The page wants somebody signed in; `back` is where they wanted to go."""

    def __init__(self, back: str) -> None:
        super().__init__("sign in first")
        self.back = back


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of one person (`user` None: on a page for everybody)."""

    user: User | None
    form_token: str
    zone: tzinfo
    zone_name: str
    theme: str
    """auto, dark or light."""
    partial: bool
    """Asked by the script for a piece of a page."""
    live_since: str = ""
    """Where the event stream was before anything of the page was read."""

    @property
    def admin(self) -> bool:
        """Whether they may change things."""
        return self.user is not None and self.user.role == "admin"


def form_token_of(session: str) -> str:
    """The form token of a session; tells nothing about the session's own secret."""
    return hmac.new(session.encode(), b"episodarr form token", hashlib.sha256).hexdigest()


def local_path(wanted: str, fallback: str) -> str:
    """`wanted` when it is a path on this very server, otherwise `fallback` (no `//host`, `\\host`, scheme, blanks)."""
    parts = urlsplit(wanted) if wanted.isprintable() else None
    local = (
        parts is not None
        and not parts.scheme
        and not parts.netloc
        and wanted.startswith("/")
        and not wanted.startswith("//")
        and "\\" not in wanted
        and " " not in wanted
    )
    return wanted if local else fallback


def visit_of(request: Request) -> Visit:
    """The visit that the guard (or `Gate.anybody`) has put on the request."""
    found = request.state.visit
    assert isinstance(found, Visit)  # noqa: S101  # every router of ours has a gate
    return found


def upload_of(request: Request) -> Upload:
    """The form with its file that `Gate.person_with_file` has put on the request."""
    found = request.state.upload
    assert isinstance(found, Upload)  # noqa: S101  # see visit_of
    return found


class Gate:
    """Makes the dependencies that stand in front of the routers."""

    def __init__(
        self, accounts: Accounts, url_base: str, live_position: Callable[[], str], *, secure_cookies: bool
    ) -> None:
        self._accounts = accounts
        self._live_position = live_position
        self._base = url_base
        self._secure = secure_cookies
        self._set_up = False

    def person(self) -> Callable[..., None]:
        """A dependency that lets signed-in people pass; changes need the form token."""

        def person(request: Request, form: Annotated[Form, Depends(posted)]) -> None:
            user, session = self._signed_in(request)
            if request.method not in _SAFE:
                refuse_foreign(request)
                _check_token(request, form, session)
            request.state.visit = self._visit(request, user, session)

        return person

    def person_with_file(self, most: Callable[[], int]) -> Callable[..., Awaitable[None]]:
        """A dependency like `person` for a posted form with a file of at most `most` bytes; see `upload_of`.

        Nothing of it is read before it is certain that somebody signed in sends it from our own pages.
        """

        async def person_with_file(request: Request) -> None:
            user, session = await run_in_threadpool(self._signed_in, request)
            refuse_foreign(request)
            request.state.visit = self._visit(request, user, session)
            upload = await read_upload(request, most())
            try:
                _check_token(request, upload.form, session)
            except HTTPException:
                if upload.content is not None:
                    upload.content.close()
                raise
            request.state.upload = upload

        return person_with_file

    def _visit(self, request: Request, user: User, session: str) -> Visit:
        visit = plain_visit(request, user, session)
        return visit if visit.partial else replace(visit, live_since=self._live_position())

    def _signed_in(self, request: Request) -> tuple[User, str]:
        session = request.cookies.get(SESSION_COOKIE, "")
        user = self._accounts.of_session(session) if session else None
        if user is None:
            raise SignInNeeded(_asked_for(request))
        return user, session

    def admin(self) -> Callable[..., None]:
        """A dependency for after `person`: only admins pass."""

        def admin(request: Request) -> None:
            if not visit_of(request).admin:
                raise HTTPException(403, "Only an admin may do this.")

        return admin

    def anybody(self) -> Callable[..., None]:
        """A dependency for pages before sign-in; their forms carry a token that must equal its cookie."""

        def anybody(request: Request, form: Annotated[Form, Depends(posted)]) -> None:
            cookie = request.cookies.get(FORM_COOKIE, "")
            if request.method not in _SAFE:
                refuse_foreign(request)
                given = form.raw("form_token")
                if len(cookie) < 32 or not hmac.compare_digest(given.encode(), cookie.encode()):
                    raise HTTPException(403, "This form is out of date. Go back, reload the page and try again.")
            token = cookie if len(cookie) >= 32 else secrets.token_hex(16)
            request.state.visit = replace(plain_visit(request), form_token=token)

        return anybody

    def set_up(self) -> bool:
        """Whether there is an account (remembered once there is: accounts are never all removed)."""
        self._set_up = self._set_up or self._accounts.any_user()
        return self._set_up

    @property
    def cookie_path(self) -> str:
        """Where our cookies are sent to."""
        return self._base or "/"

    def give_session(self, response: Response, token: str) -> None:
        """Set the session cookie: out of reach of scripts and of other sites' forms."""
        response.set_cookie(
            SESSION_COOKIE,
            token,
            max_age=SESSION_DAYS * 86400,
            path=self.cookie_path,
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )
        response.delete_cookie(FORM_COOKIE, path=self.cookie_path)

    def end_session(self, response: Response) -> None:
        """Take the session cookie back."""
        response.delete_cookie(
            SESSION_COOKIE, path=self.cookie_path, secure=self._secure, httponly=True, samesite="lax"
        )

    def give_form_cookie(self, request: Request, response: Response) -> None:
        """Set the cookie that the hidden field of a form before sign-in must equal."""
        response.set_cookie(
            FORM_COOKIE,
            visit_of(request).form_token,
            path=self.cookie_path,
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )


def _check_token(request: Request, form: Form, session: str) -> None:
    given = request.headers.get("x-csrf-token") or form.raw("form_token")
    if not hmac.compare_digest(given.encode(), form_token_of(session).encode()):
        raise HTTPException(403, "This page is out of date. Reload it and try again.")


def refuse_foreign(request: Request) -> None:
    """Raise 403 when a browser says that the request comes from another site's page."""
    fetch_site = request.headers.get("sec-fetch-site")
    if fetch_site is not None:
        if fetch_site not in {"same-origin", "none"}:
            raise HTTPException(403, "This request comes from another site.")
        return
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host", ""):
        raise HTTPException(403, "This request comes from another site.")


def sign_in_path(url_base: str, back: str) -> str:
    """The sign-in page that leads back to `back`."""
    return f"{url_base}/sign-in?next={quote(back, safe='/')}"


def _asked_for(request: Request) -> str:
    """Where to go after sign-in: the page itself, or for a piece or a change the page it was asked from."""
    url = request.url
    if request.method == "GET" and "hx-request" not in request.headers and "x-part" not in request.headers:
        return url.path + (f"?{url.query}" if url.query else "")
    came_from = urlsplit(request.headers.get("hx-current-url") or request.headers.get("referer") or "")
    return came_from.path + (f"?{came_from.query}" if came_from.query else "")


def plain_visit(request: Request, user: User | None = None, session: str = "") -> Visit:
    """What a request tells by itself; `user` and `session` as far as somebody has checked them."""
    zone_name, zone = _zone(request.cookies.get(ZONE_COOKIE, ""))
    theme = request.cookies.get(THEME_COOKIE, "auto")
    return Visit(
        user=user,
        form_token=form_token_of(session) if user else "",
        zone=zone,
        zone_name=zone_name,
        theme=theme if theme in {"dark", "light"} else "auto",
        partial="hx-request" in request.headers or "x-part" in request.headers,
    )


def _zone(name: str) -> tuple[str, tzinfo]:
    """The viewer's time zone, as their browser told it in a cookie; UTC when it did not or it is unknown here."""
    if 0 < len(name) <= 64 and _ZONE.fullmatch(name):
        try:
            return name, ZoneInfo(name)
        except (ZoneInfoNotFoundError, OSError, ValueError):
            return "UTC", UTC
    return "UTC", UTC
