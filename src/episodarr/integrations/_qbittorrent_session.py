"""How a qBittorrent is asked and told: signed in where it wants that, once for all calls."""

import asyncio
import re
import time
from collections.abc import Callable, Collection, Mapping

import aiohttp

from episodarr.connections.failures import Broken, Refused, WrongApp, WrongPath
from episodarr.connections.model import Checked
from episodarr.integrations._http import Answer, HttpService

_VERSION = re.compile(r"v?\d{1,4}(\.\d{1,4}){1,3}([a-z]+\d*)?", re.ASCII | re.IGNORECASE)
_MOST_COOKIES = 8
_BAN_SECONDS = 3600
"""How long qBittorrent bans an address by default."""


class QBittorrentSession:
    """One qBittorrent, on which the parts of its client build.

    A refused sign-in is remembered and repeated without asking again: each further try would count towards a ban.
    """

    def __init__(
        self,
        name: str,
        url: str,
        username: str,
        password: str,
        session: aiohttp.ClientSession,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`name` is how failures call it; no user name and password: the client must let this host in. No request."""
        self.http = HttpService(name, url, session, secrets=[password])
        self._username = username.strip()
        self._password = password
        self._clock = clock
        self._cookies: dict[str, str] = {}
        self._signing_in = asyncio.Lock()
        self._sign_ins = 0
        self._refusal: str = ""
        self._refused_until = 0.0

    async def check(self) -> Checked:
        """Whether a qBittorrent answers and lets us in."""
        api = await self._version("/api/v2/app/webapiVersion")
        application = await self._version("/api/v2/app/version")
        return Checked("qBittorrent", application.removeprefix("v"), f"Web API {api}")

    async def _version(self, path: str) -> str:
        answer = await self._ask(path, accept={404, 409})
        if answer.status == 404:
            raise WrongPath(self.http.service, "no qBittorrent is at this address (HTTP 404)")
        if "X-Transmission-Session-Id" in answer.headers:
            raise WrongApp(self.http.service, "Transmission answers there, not qBittorrent")
        text = answer.text.strip()
        if answer.is_html:
            raise WrongPath(self.http.service, "a web page came back instead of a version")
        if not text:
            raise Broken(self.http.service, "the answer is empty")
        if _VERSION.fullmatch(text) is None:
            raise WrongApp(self.http.service, "another application answers there, not qBittorrent")
        return text

    async def _ask(
        self,
        path: str,
        params: Mapping[str, str | int] | None = None,
        *,
        bulk: bool = False,
        accept: set[int] | None = None,
    ) -> Answer:
        """GET with the session; signs in, once, when the client asks for it."""
        sign_ins = self._sign_ins
        answer = await self._get(path, params, bulk, {403, *(accept or ())})
        if answer.status == 403:
            await self._sign_in(sign_ins)
            answer = await self._get(path, params, bulk, accept or set())
        return answer

    async def _order(self, path: str, form: Mapping[str, str]) -> None:
        """POST a form with the session; signs in, once, when the client asks for it. An empty answer is a success."""
        sign_ins = self._sign_ins
        answer = await self._exchange("POST", path, {403}, form=form)
        if answer.status == 403:
            await self._sign_in(sign_ins)
            await self._exchange("POST", path, set(), form=form)

    async def _get(
        self, path: str, params: Mapping[str, str | int] | None, bulk: bool, accept: Collection[int]
    ) -> Answer:
        return await self._exchange("GET", path, accept, params=params, bulk=bulk)

    async def _exchange(
        self,
        method: str,
        path: str,
        accept: Collection[int],
        *,
        params: Mapping[str, str | int] | None = None,
        form: Mapping[str, str] | None = None,
        bulk: bool = False,
    ) -> Answer:
        answer = await self.http.ask(
            method, path, params=params, form=form, headers=self._cookie_header(), bulk=bulk, accept={401, *accept}
        )
        if answer.status == 401:
            raise Refused(
                self.http.service,
                "it refuses the request itself (HTTP 401)",
                fix="In qBittorrent, Web UI: is the host of this address among the allowed “server domains”?",
            )
        self._cookies = dict([*(self._cookies | answer.cookies).items()][-_MOST_COOKIES:])
        return answer

    def _cookie_header(self) -> dict[str, str]:
        return (
            {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())} if self._cookies else {}
        )

    async def _sign_in(self, seen: int) -> None:
        """Sign in, unless another call did so since `seen` sign-ins."""
        async with self._signing_in:
            if self._sign_ins != seen:
                return
            if self._refusal and self._clock() < self._refused_until:
                raise Refused(self.http.service, self._refusal)
            if not self._username and not self._password:
                raise Refused(
                    self.http.service,
                    "it asks for a user name and password",
                    fix="Give both, or have qBittorrent let Episodarr's address in without them.",
                )
            self._cookies = {}
            answer = await self.http.ask(
                "POST",
                "/api/v2/auth/login",
                form={"username": self._username, "password": self._password},
                accept={401, 403},
            )
            said = answer.text.strip()
            if answer.status == 403 and (answer.is_html or said in {"", "Forbidden"}):
                raise Refused(self.http.service, "something in front of it refuses the sign-in (HTTP 403)")
            if answer.status == 403:
                # In the language of its pages, so that the words cannot be relied upon.
                self._refuse("it has banned this address after too many failed sign-ins", _BAN_SECONDS)
            if answer.status == 401 or said == "Fails.":
                self._refuse("user name or password is wrong")
            if answer.status != 204 and said != "Ok.":
                raise WrongApp(self.http.service, "another application answers there, not qBittorrent")
            self._cookies = dict(answer.cookies)
            self._sign_ins += 1

    def _refuse(self, why: str, seconds: float = float("inf")) -> None:
        self._refusal = why
        self._refused_until = self._clock() + seconds
        raise Refused(self.http.service, why)
