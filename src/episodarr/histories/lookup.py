"""Looking shows up: each question once, answers kept for all workers, and a failure never taken for "none".

A positive answer is good for seven days, a negative one for one. When a service cannot be asked, an older positive
answer has to do and says so; without one the answer is Unknown.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from copy import copy
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from unicodedata import category
from uuid import uuid4
from weakref import WeakValueDictionary

import msgspec

from episodarr.connections.connect import Connections
from episodarr.connections.failures import Busy, ServiceFailure
from episodarr.connections.model import Connection
from episodarr.histories.asking import (
    Answer,
    Entry,
    Kept,
    Kind,
    Known,
    LookupStore,
    Outcome,
    Question,
    Rates,
    Unknown,
)
from episodarr.histories.metadata import FoundShow, KnownShow, MetadataSource, ShowRef
from episodarr.histories.seasons_read import merged, missing_of

T = TypeVar("T")

POSITIVE = timedelta(days=7)
NEGATIVE = timedelta(days=1)
PREFERRED = ("tmdb", "tvmaze")
"""The order in which services are asked."""
_LABELS = {"tmdb": "TMDB", "tvmaze": "TVmaze"}
_ANSWERS_FOR = timedelta(days=180)
"""TMDB's terms: nothing is kept for longer than six months."""
_LOG_FOR = timedelta(days=30)
_ASKING = timedelta(seconds=180)
"""Whoever asks for longer than that is gone."""
_LOOK_AGAIN = 0.2
"""Seconds between two looks at whether another worker has its answer."""
_AGAIN = timedelta(minutes=10)
"""How long a question is left alone that a service cannot answer though it answers others."""
_REMEMBERED = 512
_LONGEST_TITLE = 200


class _Held(msgspec.Struct, frozen=True):
    """What is kept of a show: with the seasons that were asked for, among them those that brought no list."""

    show: KnownShow | None
    asked: tuple[int, ...] | None
    """None: all of them."""


class _Asking(msgspec.Struct, Generic[T], frozen=True):
    """A question, and how it is asked."""

    question: Question
    decoder: msgspec.json.Decoder[T]
    ask: Callable[[MetadataSource, T | None], Awaitable[T]]
    """Of the service, given the answer that is fresh but not enough."""
    found: Callable[[T], bool]
    enough: Callable[[T], bool] = lambda _: True


_shows = msgspec.json.Decoder(list[FoundShow])
_ref = msgspec.json.Decoder(ShowRef | None)
_held = msgspec.json.Decoder(_Held)


class Lookups:
    """Everything that is looked up goes through here."""

    def __init__(
        self,
        connections: Connections,
        store: LookupStore,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        preferred: Sequence[str] = PREFERRED,
    ) -> None:
        self._connections = connections
        self._store = store
        self._clock = clock
        self._sleep = sleep
        self._preferred = preferred
        self._asks = True
        self._worker = uuid4().hex
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._remembered: OrderedDict[str, tuple[Any, datetime]] = OrderedDict()
        """What is kept, decoded: thousands of rows ask for the same show, and that is one lookup."""
        self._left_alone: OrderedDict[str, Unknown] = OrderedDict()
        """Why questions are not asked for a while."""

    def held(self) -> "Lookups":
        """The same without asking anybody: to it is unknown what is not kept, or not fresh any more."""
        quiet = copy(self)
        quiet._asks = False
        return quiet

    # ------------------------------------------------------------------ questions

    async def search(self, title: str, year: int = 0, language: str = "") -> Answer[list[FoundShow]]:
        """What a title finds at the first service that finds anything; empty: all of them certainly know none."""
        title = _plain(title)[:_LONGEST_TITLE].strip()
        if not title:
            return Known([])
        answers: list[Answer[list[FoundShow]]] = []
        for service in self._connected():
            answer = await self._answer(_search(service, title, year, language))
            if isinstance(answer, Known) and answer.value:
                return answer
            answers.append(answer)
        return self._of_none(answers, [])

    async def show(
        self, ref: ShowRef, language: str = "", seasons: Sequence[int] | None = None
    ) -> Answer[KnownShow | None]:
        """A show with at least the episodes of `seasons` (None: of all); None: its service has no such show."""
        wanted = None if seasons is None else tuple(sorted(set(seasons)))
        answer = await self._answer(_show(ref, language, wanted, self._clock))
        if isinstance(answer, Unknown):
            return answer
        return Known(answer.value.show, answer.service, answer.at, answer.stale)

    async def by_id(self, *, tvdb_id: int = 0, imdb_id: str = "", tmdb_id: int = 0) -> Answer[ShowRef | None]:
        """The show that an id names; None: the services certainly know none of that id."""
        connected, imdb_id = self._connected(), _plain(imdb_id)
        if tmdb_id and "tmdb" in connected:
            return Known(ShowRef("tmdb", tmdb_id))
        answers: list[Answer[ShowRef | None]] = []
        for service in connected if tvdb_id or imdb_id else ():
            answer = await self._answer(_find(service, tvdb_id, imdb_id))
            if isinstance(answer, Known) and answer.value is not None:
                return answer
            answers.append(answer)
        if not answers and tmdb_id and connected:
            return Unknown("TMDB is not connected, and it alone knows this id", fix="Connect TMDB.")
        return self._of_none(answers, None)

    def rates(self) -> dict[str, list[Rates]]:
        """How the lookups went in the last `day` and the last `week`, by service."""
        now = self._clock()
        return {
            "day": self._store.rates(now - timedelta(days=1)),
            "week": self._store.rates(now - timedelta(days=7)),
        }

    def latest(self, limit: int = 100) -> list[Entry]:
        """The last lookups, newest first."""
        return self._store.latest(limit)

    def begin(self) -> None:
        """Let go of what others were asking: for the service at its start, which nobody else is beside.

        Whoever was killed while it asked would be waited for, and a command that asks now asks once more.
        """
        self._store.release_others(self._worker)

    def tidy(self) -> int:
        """Forget what is too old to be kept; how much it was. For a daily task."""
        now = self._clock()
        return self._store.tidy(now - _ANSWERS_FOR, now - _LOG_FOR)

    # ------------------------------------------------------------------ answering

    def _connected(self) -> list[str]:
        kinds = {connection.kind for connection, _, _ in self._connections.offering(MetadataSource)}
        return [service for service in self._preferred if service in kinds]

    def _of_none(self, answers: Sequence[Answer[T]], none: T) -> Answer[T]:
        """What it means that no service found anything: "none" only when each of them said so."""
        if not answers:
            return Unknown("no metadata service is connected", fix="Connect TMDB or TVmaze.")
        unknown = [one for one in answers if isinstance(one, Unknown)]
        if not unknown:
            return Known(none, answers[0].service if isinstance(answers[0], Known) else "", self._clock())
        times = [one.retry_at for one in unknown if one.retry_at is not None]
        return Unknown(unknown[0].reason, min(times) if len(times) == len(unknown) else None, unknown[0].fix)

    async def _answer(self, asking: _Asking[T]) -> Answer[T]:
        """The answer of memory, of the database, of another worker, or of the service, in this order."""
        question = asking.question
        key = question.key
        lock = self._locks.setdefault(key, asyncio.Lock())
        async with lock:
            held = self._remembered.get(key)
            if held is not None and self._will_do(asking, *held):
                self._remembered.move_to_end(key)
                return Known(held[0], question.service, held[1])
            while True:
                last = await self._last(asking)
                if last is not None and self._will_do(asking, *last):
                    return await self._cached(asking, last)
                if not self._asks:
                    return Unknown("it was not asked for yet")
                service = self._askable(question)
                if isinstance(service, Unknown):
                    return await self._without(asking, last, service, asked=False)
                now = self._clock()
                if await asyncio.to_thread(self._store.claim, question, self._worker, now, now + _ASKING):
                    return await self._ask(asking, *service)
                await self._sleep(_LOOK_AGAIN)

    async def _ask(self, asking: _Asking[T], connection: Connection, source: MetadataSource) -> Answer[T]:
        """Ask the service: only one worker does at a time, and this one has the claim to it."""
        question = asking.question
        began = self._clock()
        last, kept = None, False
        try:
            # Another worker may have answered between the look that found nothing and the claim.
            last = await self._last(asking)
            if last is not None and self._will_do(asking, *last):
                return await self._cached(asking, last)
            fresh = last if last is not None and self._is_fresh(asking, *last) else None
            value = await asking.ask(source, fresh[0] if fresh is not None else None)
            self._connections.fine(connection)
            # What was merged is as old as its oldest part.
            at = fresh[1] if fresh is not None else self._clock()
            answer = Kept(msgspec.json.encode(value), asking.found(value), at)
            await asyncio.to_thread(self._store.keep, question, answer)
            kept = True
        except ServiceFailure as failure:
            took = self._clock() - began
            return await self._without(asking, last, await self._judged(question, connection, failure), took=took)
        finally:
            if not kept:
                await asyncio.to_thread(self._store.release, question, self._worker)
        outcome = Outcome.FOUND if asking.found(value) else Outcome.NONE
        await self._note(asking, outcome, took=self._clock() - began)
        self._remember(question.key, (value, at))
        return Known(value, question.service, at)

    async def _judged(self, question: Question, connection: Connection, failure: ServiceFailure) -> Unknown:
        """Whose failure it is: the service's, which is left alone then, or that of this one question.

        A title at which a service stumbles would else have it left alone each time, and all behind it wait for ever.
        """
        if isinstance(failure, Busy) or not await self._answers_at_all(connection):
            self._connections.failed(connection, failure)
            return Unknown(str(failure), self._connections.health(connection.id).retry_at, failure.advice)
        reason = Unknown(str(failure), self._clock() + _AGAIN, failure.advice)
        self._left_alone[question.key] = reason
        while len(self._left_alone) > _REMEMBERED:
            self._left_alone.popitem(last=False)
        return reason

    async def _answers_at_all(self, connection: Connection) -> bool:
        found = (one for one in self._connections.offering(MetadataSource) if one[0].id == connection.id)
        for _, integration, source in found:
            try:
                await integration.check(source)
            except ServiceFailure:
                return False
            self._connections.fine(connection)
            return True
        return False  # it was removed meanwhile

    async def look_for_lost(self) -> None:
        """Ask services that failed how they fare: it may be days until somebody has a question for them."""
        for connection, integration, source in self._connections.offering(MetadataSource):
            if self._connections.health(connection.id).failures and self._connections.may_ask(connection.id):
                with suppress(ServiceFailure):
                    await self._connections.ask(connection, integration.check(source))

    async def _cached(self, asking: _Asking[T], last: tuple[T, datetime]) -> Answer[T]:
        await self._note(asking, Outcome.CACHED)
        self._remember(asking.question.key, last)
        return Known(last[0], asking.question.service, last[1])

    async def _without(
        self,
        asking: _Asking[T],
        last: tuple[T, datetime] | None,
        reason: Unknown,
        *,
        asked: bool = True,
        took: timedelta = timedelta(),
    ) -> Answer[T]:
        """The answer when the service cannot be asked: an older positive one, or that it is unknown."""
        if asked:
            await self._note(asking, Outcome.FAILED, took=took, problem=reason.reason)
        if last is None or not asking.found(last[0]) or not asking.enough(last[0]):
            return reason
        if not asked:
            await self._note(asking, Outcome.CACHED, problem=reason.reason)
        return Known(last[0], asking.question.service, last[1], reason.reason)

    def _askable(self, question: Question) -> tuple[Connection, MetadataSource] | Unknown:
        """The service to ask, or why it is not asked now."""
        service, alone = question.service, self._left_alone.get(question.key)
        offered = self._connections.offering(MetadataSource)
        found = next(((connection, source) for connection, _, source in offered if connection.kind == service), None)
        if found is None:
            label = _LABELS.get(service, service)
            return Unknown(f"{label} is not connected", fix=f"Connect {label}.")
        if not self._connections.may_ask(found[0].id):
            health = self._connections.health(found[0].id)
            return Unknown(f"{found[0].name}: {health.message}", health.retry_at, health.fix)
        if alone is not None and alone.retry_at is not None and self._clock() < alone.retry_at:
            return alone
        return found

    async def _last(self, asking: _Asking[T]) -> tuple[T, datetime] | None:
        kept = await asyncio.to_thread(self._store.kept, asking.question)
        if kept is None:
            return None
        try:
            return asking.decoder.decode(kept.answer), kept.at
        except msgspec.MsgspecError:
            return None  # another version of the program wrote it: ask again

    def _is_fresh(self, asking: _Asking[T], value: T, at: datetime) -> bool:
        return self._clock() - at < (POSITIVE if asking.found(value) else NEGATIVE)

    def _will_do(self, asking: _Asking[T], value: T, at: datetime) -> bool:
        """Whether nobody has to be asked."""
        return self._is_fresh(asking, value, at) and asking.enough(value)

    def _remember(self, key: str, held: tuple[Any, datetime]) -> None:
        self._remembered[key] = held
        self._remembered.move_to_end(key)
        while len(self._remembered) > _REMEMBERED:
            self._remembered.popitem(last=False)

    async def _note(
        self, asking: _Asking[T], outcome: Outcome, *, took: timedelta = timedelta(), problem: str = ""
    ) -> None:
        question = asking.question
        milliseconds = round(took / timedelta(milliseconds=1))
        entry = Entry(
            self._clock(), question.service, question.kind, question.term[:200], outcome, milliseconds, problem[:500]
        )
        await asyncio.to_thread(self._store.note, entry)


def _plain(text: str) -> str:
    """On one line, without what no address and no database takes: files hold control characters and halves of such."""
    return "".join(" " if category(one) in {"Cc", "Cs"} else one for one in text).strip()


def _search(service: str, title: str, year: int, language: str) -> _Asking[list[FoundShow]]:
    async def ask(source: MetadataSource, _: list[FoundShow] | None) -> list[FoundShow]:
        return await source.search_shows(title, year=year, language=language)

    return _Asking(Question(service, Kind.SEARCH, title, language, year), _shows, ask, bool)


def _find(service: str, tvdb_id: int, imdb_id: str) -> _Asking[ShowRef | None]:
    async def ask(source: MetadataSource, _: ShowRef | None) -> ShowRef | None:
        return await source.find_show(tvdb_id=tvdb_id, imdb_id=imdb_id)

    term = " ".join(part for part in (f"tvdb {tvdb_id}" if tvdb_id else "", imdb_id) if part)
    return _Asking(Question(service, Kind.FIND, term), _ref, ask, lambda ref: ref is not None)


def _show(ref: ShowRef, language: str, wanted: tuple[int, ...] | None, clock: Callable[[], datetime]) -> _Asking[_Held]:
    async def ask(source: MetadataSource, held: _Held | None) -> _Held:
        before = held.show if held is not None else None
        missing = wanted if before is None else missing_of(before, wanted)
        show = await source.show(ref.id, language=language, seasons=missing)
        if show is not None:
            show = msgspec.structs.replace(show, read_at=clock())
        earlier = held.asked if held is not None else ()
        asked = None if wanted is None or earlier is None else tuple(sorted({*earlier, *wanted}))
        return _Held(merged(before, show), asked)

    def enough(held: _Held) -> bool:
        if held.show is None or held.show.complete or held.asked is None:
            return True
        return wanted is not None and {*wanted} <= {*held.asked, *held.show.read_seasons}

    question = Question(ref.source, Kind.SHOW, str(ref.id), language)
    return _Asking(question, _held, ask, lambda held: held.show is not None, enough)
