"""From template and answers to a page: one Jinja environment, escaping always on, no path from a request."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from fastapi import HTTPException
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from episodarr.deletion.delete import BinState
from episodarr.episode.state import ARRIVING, State
from episodarr.overview.answers import ConnectionView
from episodarr.overview.freshness import Freshness, freshness
from episodarr.overview.reading import readings
from episodarr.web import states, words
from episodarr.web.assets import Assets
from episodarr.web.ports import Connections, Storage
from episodarr.web.show.seen import seen_of
from episodarr.web.visit import Visit

_FOLDER = Path(__file__).parent


class Renderer:
    """Renders pages and parts of pages for a visit."""

    def __init__(
        self,
        url_base: str,
        assets: Assets,
        clock: Callable[[], datetime],
        connections: Connections,
        storage: Storage,
        *,
        consents: bool = False,
        viewers_keep: bool = False,
        freshens: bool = False,
        has_histories: bool = False,
        without_bins: Callable[[], Sequence[BinState]] = tuple,
    ) -> None:
        """`consents`: whether rules can be armed; `viewers_keep`: whether everybody sees what leaves by them;
        `has_histories`: whether people import viewing histories.

        `without_bins`: whoever would delete by itself now, and for good.
        """
        self.base = url_base
        self._connections = connections
        self._clock = clock
        self._environment = Environment(
            loader=FileSystemLoader(_FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.globals.update(
            base=url_base,
            asset=assets.url,
            looks=states.LOOKS,
            show_bar=states.show_bar,
            expected=states.expected,
            season_bar=states.season_bar,
            state_labels=json.dumps(states.LABELS).replace("<", "\\u003c"),
            arriving_states=ARRIVING,
            moving_states=states.MOVING,
            failing=self._failing,
            fresh=self._fresh,
            answers=self._answers,
            urgent_disks=storage.urgent,
            calendar_words=states.CALENDAR_WORDS,
            status_words=states.STATUS_WORDS,
            status_labels=states.STATUS_LABELS,
            State=State,
            consents=consents,
            viewers_keep=viewers_keep,
            freshens=freshens,
            has_histories=has_histories,
            without_bins=without_bins,
        )
        self._environment.filters.update(
            size=words.size,
            speed=words.speed,
            percent=words.percent,
            duration=words.duration,
            milliseconds=words.milliseconds,
            precise=words.precise,
            count=words.count,
            sentence=words.sentence,
            many=words.many,
            code=words.number_of,
            season_name=words.season_name,
            interval=words.interval,
            shade=words.initials_shade,
            sum_of=states.sum_of,
            why=states.why,
            seen=seen_of,
        )

    def _failing(self) -> list[ConnectionView]:
        return [view for view in self._connections.views() if view.enabled and view.status in states.FAILING]

    def _fresh(
        self, name: str, at: datetime | None, interval: float = 0, connection: int | None = None, kinds: str = ""
    ) -> Freshness:
        """How fresh something is that was read at `at` from a connection, or from all of some kinds (`sonarr plex`)."""
        wanted = kinds.split()
        asked = [view for view in self._connections.views() if view.enabled]
        asked = [view for view in asked if view.id == connection or view.kind in wanted]
        broken = next((view for view in asked if view.status in states.FAILING), None)
        status, message = (broken.status, f"{broken.name}: {broken.message}") if broken else ("", "")
        return freshness(name, at, interval, self._clock(), status=status, message=message)

    def _answers(self, kinds: str) -> list[Freshness]:
        """When each connection of these kinds answered last."""
        return readings(self._connections.views(), kinds.split(), None, 0, self._clock())

    def text(self, visit: Visit, template: str, given: Mapping[str, object]) -> str:
        """The filled template. Times are shown in the visitor's zone, relative ones to now."""
        now = self._clock()

        def day(at: datetime | date) -> str:
            return words.day(at, visit.zone, now)

        def clock_time(at: datetime) -> str:
            return words.clock_time(at, visit.zone)

        def moment(at: datetime) -> str:
            return words.moment(at, visit.zone, now)

        def relative(at: datetime) -> str:
            return words.relative(at, now)

        return self._environment.get_template(template).render(
            **given, visit=visit, now=now, day=day, clock_time=clock_time, moment=moment, relative=relative
        )

    def answer(
        self,
        visit: Visit,
        template: str,
        shared: Mapping[str, object] | None = None,
        /,
        *,
        status: int = 200,
        **given: object,
    ) -> HTMLResponse:
        """A page or a part of one. Never stored by caches: after sign-out nothing of it is left."""
        return HTMLResponse(
            self.text(visit, template, {**(shared or {}), **given}),
            status_code=status,
            headers={"cache-control": "private, no-store"},
        )

    def done(self, visit: Visit, part: Response | None, said: str, back: str, changed: Sequence[str] = ()) -> Response:
        """The answer to a change: for the script the new part and a spoken line, else back to the page.

        `changed`: what the parts of a page follow that are to be fetched anew (`data-live`).
        """
        if not visit.partial:
            return RedirectResponse(f"{self.base}{back}", status_code=303)
        answer = part if part is not None else Response(status_code=204)
        events: dict[str, object] = {"said": {"text": said, "kind": "done"}} if said else {}
        if changed:
            events["live-changed"] = {"tokens": list(changed)}
        if events:
            answer.headers["hx-trigger"] = json.dumps(events)
        return answer

    def failed(self, visit: Visit, message: str, advice: str, back: str, *, status: int = 502) -> Response:
        """The answer to a change that did not happen: a line for the script, else a page that says so."""
        if visit.partial:
            line = json.dumps({"said": {"text": message, "advice": advice, "kind": "failed"}})
            return Response(message, status_code=status, media_type="text/plain", headers={"hx-trigger": line})
        return self.answer(
            visit,
            "layout/error.html",
            status=status,
            title="That did not work",
            code=status,
            message=message,
            advice=advice,
            back=f"{self.base}{back}",
        )

    @staticmethod
    def away(link: str) -> Response:
        """On to a page of a connected service; only over http, whatever the link's source says."""
        if not link.startswith(("http://", "https://")) or not link.isprintable():
            raise HTTPException(404)
        return RedirectResponse(link, status_code=302)
