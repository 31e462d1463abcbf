"""Tautulli 2: who played what on a Plex server, when and for how long.

The key is a parameter there, not a header; it is posted as part of a form, so that no address ever holds it. Raw rows
are read (`grouping=0`): the rows of a group are filtered before they are joined, so a shorter window would give other
sums. A page costs Tautulli the whole history that it asks for: few big pages are cheap, many small ones are not.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import msgspec

from episodarr.connections.failures import Broken, Refused, WrongApp, WrongPath
from episodarr.connections.hint import About, Hint, hint
from episodarr.connections.integration import Integration
from episodarr.connections.model import Checked, Connection, Field, FieldKind
from episodarr.integrations._http import UNREADABLE, Answer, HttpService
from episodarr.integrations._tautulli_wire import (
    ActivityAnswer,
    Envelope,
    History,
    HistoryAnswer,
    Reader,
    Response,
    series_ids_in,
)
from episodarr.integrations._untrusted import count, text
from episodarr.watching.model import PlayPage, SeriesIds, Session
from episodarr.watching.ports import PlaySource, SessionSource

_PATH = "/api/v2"
_PAGE_SIZE = 20_000
_OVERLAP = timedelta(days=1)
"""`after` names a day in the time zone of the server: with a day more it is the same question everywhere."""

_envelope = msgspec.json.Decoder(Envelope)
_history = msgspec.json.Decoder(HistoryAnswer)
_activity = msgspec.json.Decoder(ActivityAnswer, strict=False)


class Tautulli:
    """One Tautulli. Every call raises ServiceFailure when it cannot be answered."""

    def __init__(self, name: str, url: str, api_key: str, session: aiohttp.ClientSession) -> None:
        """`name` is how failures call it. Makes no request."""
        self._key = api_key.strip()
        self.page_size = _PAGE_SIZE
        self.http = HttpService(
            name, url, session, headers={"Accept": "application/json"}, secrets=[self._key], concurrency=2
        )

    async def check(self) -> Checked:
        """Whether a Tautulli answers and takes the key; it says its version and the Plex server it watches."""
        told = _object(await self._command("get_tautulli_info"))
        version = text(told.get("tautulli_version")).removeprefix("v")
        if not version:
            raise WrongApp(self.http.service, "another application answers there, not Tautulli")
        server = text(_object(await self._command("get_server_info")).get("pms_name"))
        detail = f"watches the Plex server {server}" if server else "watches no Plex server yet"
        return Checked("Tautulli", self.http.redacted(version), self.http.redacted(detail))

    # PlaySource

    async def plays(self, since: datetime | None) -> AsyncIterator[PlayPage]:
        """Finished plays, the earliest start first, in pages of 20,000; with those of a day before `since`.

        Raises Broken when a page, asked for twice, does not hold what Tautulli counts.
        """
        reader = Reader()
        after = f"{(since - _OVERLAP).date():%Y-%m-%d}" if since is not None else ""
        place, counted = 0, 0
        while True:
            page = await self._page(place, after)
            if page.records_filtered < counted:  # somebody deleted rows: the later ones have moved to the front
                place, counted = max(0, place - counted + page.records_filtered), page.records_filtered
                continue
            counted = page.records_filtered
            place += len(page.data)
            yield PlayPage(reader.plays(page.data), place, counted, page.records_total)
            if place >= counted or not page.data:
                return

    async def _page(self, place: int, after: str) -> History:
        asked = {
            "cmd": "get_history",
            "grouping": "0",
            "include_activity": "0",
            "order_column": "started",
            "order_dir": "asc",
            "start": str(place),
            "length": str(self.page_size),
        }
        for _ in range(2):
            answer = await self._ask(asked | ({"after": after} if after else {}), bulk=True)
            page = self.http.decode(answer, _history).response.data
            if len(page.data) >= min(self.page_size, page.records_filtered - place):
                return page
        raise Broken(self.http.service, "the rows of its history do not add up to what it counts")

    async def series_ids(self, series_key: str) -> SeriesIds | None:
        """What other systems call a series; None when Plex does not have it any more.

        Tautulli answers "success" with nothing also while Plex does not answer it: Broken is raised then.
        """
        told = _object(await self._command("get_metadata", rating_key=series_key))
        if not told:
            if _object(await self._command("server_status")).get("connected") is not True:
                raise Broken(self.http.service, "it is not connected to Plex, and cannot say what it plays")
            return None
        if told.get("media_type") != "show":
            return None
        guids = told.get("guids")
        numbers = [series_ids_in(text(one)) for one in [*(guids if isinstance(guids, list) else []), told.get("guid")]]
        tvdb = next((tvdb for tvdb, _ in numbers if tvdb), 0)
        return SeriesIds(tvdb, next((tmdb for _, tmdb in numbers if tmdb), 0), min(count(told.get("year")), 9999))

    async def sessions(self) -> list[Session]:
        """What is being played on its Plex.

        Raises Broken when Tautulli cannot say, which it answers with "success" and nothing, as without a Plex.
        """
        told = self.http.decode(await self._ask({"cmd": "get_activity"}), _activity).response.data
        if told.sessions is None or len(told.sessions) != told.stream_count:
            raise Broken(self.http.service, "it does not say what its Plex plays; is it connected to Plex?")
        reader = Reader()
        return [reader.session(row) for row in told.sessions]

    # How it speaks

    async def _command(self, command: str, **asked: str) -> Any:
        """The data of an answer."""
        answer = await self._ask({"cmd": command, **asked})
        return self._response(answer).data

    async def _ask(self, asked: Mapping[str, str], *, bulk: bool = False) -> Answer:
        """A successful answer, not yet read."""
        form = {"apikey": self._key, **asked}
        answer = await self.http.ask("POST", _PATH, form=form, bulk=bulk, accept={400, 404})
        if answer.status == 200 and b'"error"' not in answer.body[:100]:
            return answer
        response = self._response(answer)
        said = self.http.redacted((response.message or "an error without words").partition(" Possible commands")[0])
        if "apikey" in said.lower():
            raise Refused(self.http.service, f"it refuses the key: {said}")
        raise Broken(self.http.service, said)

    def _response(self, answer: Answer) -> Response:
        """What an answer wraps. Raises WrongPath or WrongApp when it is not Tautulli that answers."""
        if not answer.body.strip() and answer.status == 200:
            raise Broken(self.http.service, "the answer is empty")
        try:
            return _envelope.decode(answer.body).response
        except msgspec.ValidationError:
            pass
        except UNREADABLE:
            if answer.status == 200 and answer.is_json:
                raise Broken(self.http.service, "the answer is no complete JSON") from None
        if answer.is_json:
            raise WrongApp(self.http.service, "another application answers there, not Tautulli")
        raise WrongPath(self.http.service, f"nothing is at {_PATH} (HTTP {answer.status}), or it is not Tautulli")


def _object(data: Any) -> dict[str, Any]:
    return data if isinstance(data, dict) else {}


def _connect(connection: Connection, session: Any) -> Tautulli:
    return Tautulli(connection.name or "Tautulli", connection.url, connection.settings.get("api_key", ""), session)


def _hint(told: Mapping[str, Any]) -> Hint:
    """The body is whatever text somebody wrote into the notification agent: all of it means "look"."""
    kind = next(
        (value for name in ("action", "event", "trigger", "notify_action") if (value := text(told.get(name)))), ""
    )
    return hint(kind, [About.PLAYS], tvdb=told.get("thetvdb_id") or told.get("tvdb_id"))


INTEGRATION = Integration(
    kind="tautulli",
    label="Tautulli",
    purpose="Who watched what on Plex, over all of its users.",
    fields=(
        Field("url", "Address", FieldKind.URL, example="http://tautulli:8181"),
        Field("api_key", "API key", FieldKind.SECRET, help="Tautulli: Settings > Web Interface > API."),
    ),
    ports=(PlaySource, SessionSource),
    tells_plays_of="plex",
    connect=_connect,
    check=Tautulli.check,
    hint=_hint,
    order=55,
)
