"""How every adapter speaks HTTP: one place bounds it, counts it, and says what went wrong.

    connection, name, time-out             Offline
    401, 403                               Refused
    redirect, HTML, 404                    WrongPath
    429, 503                               Busy
    other errors, cut off, unreadable      Broken

No redirect is followed: credentials go to the address that was given and nowhere else.
"""

import asyncio
import base64
from collections.abc import Collection, Coroutine, Iterable, Mapping
from contextlib import nullcontext
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import aiohttp
import msgspec
from aiohttp.http import HttpProcessingError
from yarl import URL

from episodarr.connections.failures import Broken, Busy, Offline, Refused, ServiceFailure, WrongApp, WrongPath
from episodarr.connections.pace import LeftAlone, Pace
from episodarr.integrations._redaction import Redaction
from episodarr.integrations._session import ForbiddenAddress, make_session

__all__ = ["UNREADABLE", "Answer", "HttpService", "Timeouts", "TooLarge", "all_of", "make_session"]

T = TypeVar("T")

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoding a foreign body may raise; the last one for a body that is nested without end."""

MEGABYTE = 1024 * 1024
_ERROR_BODY = 64 * 1024
_LONGEST_PAUSE = 3600.0


class Timeouts(msgspec.Struct, frozen=True):
    """How long one request may take, in seconds. `bulk` is for whole listings."""

    connect: float = 5
    total: float = 30
    bulk: float = 120


class Answer(msgspec.Struct, frozen=True):
    """One complete answer."""

    status: int
    body: bytes
    content_type: str
    headers: Mapping[str, str]
    cookies: dict[str, str]

    @property
    def text(self) -> str:
        """The body as text; bytes that are no UTF-8 are replaced."""
        return self.body.decode("utf-8", "replace")

    @property
    def is_html(self) -> bool:
        """Whether it is a page for people instead of an answer for programs."""
        return "html" in self.content_type or self.body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"

    @property
    def is_json(self) -> bool:
        """Whether it says, or looks as if, it were JSON."""
        return "json" in self.content_type or self.body[:1] in {b"{", b"["}


class TooLarge(Broken):
    """The answer is larger than this kind of answer may be."""


class HttpService:
    """One outside service behind HTTP. Raises nothing but ServiceFailure.

    `requests` and `bytes` count what was asked and received (after decompression), for the reports of jobs.
    """

    def __init__(
        self,
        service: str,
        url: str,
        session: aiohttp.ClientSession,
        *,
        headers: Mapping[str, str] | None = None,
        secrets: Iterable[str] = (),
        concurrency: int = 6,
    ) -> None:
        """`url` as people gave it, URL base included; `secrets` are kept out of every message."""
        self.service = service
        self.requests = 0
        self.bytes = 0
        self.timeouts = Timeouts()
        self.pace: Pace | None = None
        self.limit = 16 * MEGABYTE
        self.bulk_limit = 256 * MEGABYTE
        self._session = session
        self._slots = asyncio.Semaphore(concurrency)
        self._headers = dict(headers or {})
        self._base, user, password = _split_address(url)
        self._redacted = Redaction([*secrets, user, password])
        if (user or password) and "Authorization" not in self._headers:
            pair = base64.b64encode(f"{user}:{password}".encode()).decode()
            self._headers["Authorization"] = f"Basic {pair}"

    def __repr__(self) -> str:
        return f"HttpService({self.service!r}, {str(self._base)!r})"

    async def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        content: object = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        bulk: bool = False,
        limit: int | None = None,
        accept: Collection[int] = (),
    ) -> Answer:
        """Send one request and return its complete answer: 2xx, or one of the statuses in `accept`.

        `headers` go over those of the service; an empty one leaves the service's out. `content` is sent as JSON, `form`
        as a form. `limit` bounds the body in bytes.
        """
        url = self._url(path)
        sent = {name: value for name, value in {**self._headers, **(headers or {})}.items() if value}
        if any(not value.isprintable() for value in sent.values()):
            raise Refused(self.service, "the key holds characters that no key has (a line break?)")
        data: bytes | aiohttp.FormData | None = None
        if content is not None:
            data = msgspec.json.encode(content)
            sent["Content-Type"] = "application/json"
        elif form is not None:
            data = aiohttp.FormData(dict(form))
        within = aiohttp.ClientTimeout(
            total=self.timeouts.bulk if bulk else self.timeouts.total, sock_connect=self.timeouts.connect
        )
        limit = limit if limit is not None else self.bulk_limit if bulk else self.limit
        options = {"params": params, "data": data, "headers": sent, "allow_redirects": False, "timeout": within}
        async with self._slots:
            answer = await self._in_turn(method, url, limit, options)
        self._judge(path, answer, accept)
        return answer

    async def json(
        self, path: str, decoder: msgspec.json.Decoder[T], params: Mapping[str, str | int] | None = None
    ) -> T:
        """GET `path` and decode the answer."""
        return self.decode(await self.ask("GET", path, params=params), decoder)

    def decode(self, answer: Answer, decoder: msgspec.json.Decoder[T]) -> T:
        """The typed content of an answer. Raises Broken when it is unreadable or of another shape."""
        if not answer.body.strip():
            raise Broken(self.service, "the answer is empty")
        unreadable: str
        try:
            return decoder.decode(answer.body)
        except msgspec.ValidationError as error:
            unreadable = f"the answer has an unexpected shape: {self.redacted(str(error))}"
        except UNREADABLE:
            unreadable = "the answer is no complete JSON"
        raise Broken(self.service, unreadable)

    def redacted(self, text: str) -> str:
        """Words of the service, fit for a message."""
        return self._redacted(text)

    def _url(self, path: str) -> URL:
        if self._base is None:
            raise Offline(
                self.service, "the address is no http:// or https:// address", fix="Write it as http://host:port"
            )
        return URL(str(self._base) + path)

    async def _in_turn(self, method: str, url: URL, limit: int, options: dict[str, Any]) -> Answer:
        """The answer, asked for when the service may be asked; what it says about that is kept to by everybody."""
        pause: float
        try:
            async with self.pace.turn() if self.pace is not None else nullcontext():
                answer = await self._exchange(method, url, limit, **options)
        except LeftAlone as left:
            pause = left.seconds
        else:
            if self.pace is not None and answer.status in {429, 503}:
                await self.pace.leave_alone(_seconds(answer.headers.get("Retry-After", "")))
            return answer
        raise Busy(self.service, f"it may not be asked for another {pause:.0f} s", retry_after=pause)

    async def _exchange(self, method: str, url: URL, limit: int, **options: Any) -> Answer:
        self.requests += 1
        failure: ServiceFailure
        try:
            async with self._session.request(method, url, **options) as response:
                return await self._received(response, limit)
        except (aiohttp.ClientError, HttpProcessingError, OSError) as error:
            failure = self._no_answer(error, options["timeout"].total)
        # Raised outside of the handler: the library's exception holds the sent headers, and would travel along.
        raise failure

    async def _received(self, response: aiohttp.ClientResponse, limit: int) -> Answer:
        is_error = response.status >= 300
        limit = min(limit, _ERROR_BODY) if is_error else limit
        parts: list[bytes] = []
        size = 0
        async for part in response.content.iter_any():
            size += len(part)
            if size > limit:
                response.close()
                if is_error:
                    break
                raise TooLarge(self.service, f"the answer is larger than {limit // MEGABYTE} MB")
            parts.append(part)
        self.bytes += size
        return Answer(
            status=response.status,
            body=b"".join(parts),
            content_type=response.headers.get("Content-Type", "").lower(),
            headers=response.headers,
            cookies={name: morsel.coded_value for name, morsel in response.cookies.items()},
        )

    def _no_answer(self, error: Exception, total: float | None) -> ServiceFailure:
        where = f"{self._base.host}:{self._base.port}" if self._base else "the address"
        match error:
            case aiohttp.ConnectionTimeoutError():
                return Offline(self.service, f"no connection to {where} within {self.timeouts.connect:g} s")
            case TimeoutError():
                return Offline(self.service, f"no answer from {where} within {total or 0:g} s")
            case aiohttp.ClientConnectorCertificateError():
                return Offline(
                    self.service,
                    f"the certificate of {where} is not trusted",
                    fix="Use http, or a trusted certificate.",
                )
            case aiohttp.ClientSSLError():
                return Offline(self.service, f"{where} does not speak https", fix="Check http or https in the address.")
            case aiohttp.ClientConnectorDNSError():
                return Offline(self.service, f"the name {self._base.host if self._base else ''!s} is not known")
            case aiohttp.ClientConnectorError(os_error=ForbiddenAddress()):
                return Offline(self.service, f"{where} is an address where no media service lives")
            case aiohttp.ClientResponseError(message=said) if "Expected HTTP" in said or "status line" in said:
                return WrongApp(self.service, f"{where} does not answer as a web server")
            case aiohttp.ClientPayloadError() | aiohttp.ClientResponseError() | HttpProcessingError():
                return Broken(self.service, "the answer was cut off or is damaged")
            case aiohttp.InvalidURL():
                return Offline(self.service, "the address is not usable", fix="Write it as http://host:port")
            case _:
                return Offline(self.service, f"no connection to {where}")

    def _judge(self, path: str, answer: Answer, accept: Collection[int]) -> None:
        """Raise what the status means, unless it is a success or one of `accept`."""
        status = answer.status
        if status in accept:
            return
        if 300 <= status < 400:
            raise self._redirected(path, answer)
        if status in {401, 403}:
            raise Refused(self.service, f"it refuses the credentials (HTTP {status})")
        if status in {429, 503}:
            raise Busy(
                self.service,
                f"it asks to be left alone for now (HTTP {status})",
                retry_after=_seconds(answer.headers.get("Retry-After", "")),
            )
        if status == 404 and not (answer.is_json and not answer.is_html):
            raise WrongPath(self.service, f"nothing is at {path} (HTTP 404)")
        if answer.is_html and status < 500:
            raise WrongPath(
                self.service, "a web page came back instead of data: sign-in proxy in front, or URL base missing?"
            )
        if status >= 400 or status < 200:
            said = self._said(answer)
            raise Broken(self.service, f"HTTP {status} for {path}" + (f": {said}" if said else ""))

    def _redirected(self, path: str, answer: Answer) -> WrongPath:
        fix = None
        try:
            target = URL(answer.headers.get("Location", ""))
        except ValueError:
            return WrongPath(self.service, f"it redirects from {path} (HTTP {answer.status})")
        own = self._base or URL()
        target_path = self.redacted(target.path)
        elsewhere = target.host is not None and target.host != own.host
        if not elsewhere and target.path.endswith(path) and target.path != own.path.rstrip("/") + path:
            base = target.path.removesuffix(path)
            fix = f"The URL base seems to be {self.redacted(base)}: add it to the end of the address."
        elif not elsewhere and target.scheme == "https" and own.scheme == "http":
            fix = "Write the address with https://."
        shown = self.redacted(f"{target.scheme}://{target.host}{target.path}") if elsewhere else target_path
        return WrongPath(self.service, f"it redirects to {shown or 'nowhere'} (HTTP {answer.status})", fix=fix)

    def _said(self, answer: Answer) -> str:
        """The service's own words about an error: the `message` of an object, or the first of a list of such."""
        try:
            told = msgspec.json.decode(answer.body) if answer.is_json else None
        except UNREADABLE:
            return ""
        if isinstance(told, list) and told:
            told = told[0]
        if not isinstance(told, dict):
            return ""
        words = told.get("message") or told.get("errorMessage") or told.get("status_message") or told.get("title")
        return self.redacted(words) if isinstance(words, str) else ""


async def all_of(calls: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """The results of calls that run side by side, in order. The first ServiceFailure stops the others."""
    failures: list[Exception] = []
    tasks: list[asyncio.Task[T]] = []
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(call) for call in calls]
    except* ServiceFailure as several:
        failures.extend(several.exceptions)
    if failures:
        raise failures[0]
    return [task.result() for task in tasks]


def _split_address(url: str) -> tuple[URL | None, str, str]:
    """The address without user, password, query, fragment and trailing slash; None when it is no web address."""
    try:
        given = URL(url.strip())
        usable = given.scheme in {"http", "https"} and given.host is not None and given.port is not None
    except ValueError:
        return None, "", ""
    if not usable:
        return None, "", ""
    user, password = given.user or "", given.password or ""
    bare = given.with_user(None).with_query(None).with_fragment(None)
    return URL(str(bare).rstrip("/")), user, password


def _seconds(retry_after: str) -> float | None:
    """A Retry-After header in seconds, at most an hour; None when it says nothing readable."""
    if retry_after.strip().isdecimal():
        return min(float(retry_after), _LONGEST_PAUSE)
    try:
        at = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return min(max((at - datetime.now(UTC)).total_seconds(), 0.0), _LONGEST_PAUSE)
