"""What the simulated Seerr keeps: users, titles, requests, and what it believes is available, which lags behind."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from episodarr.demo.model import Series

if TYPE_CHECKING:
    from episodarr.demo.world import World

ADMIN, REQUEST, AUTO_APPROVE = 2, 32, 128
HANDED_ON_AFTER = 0.6
"""Story seconds from an approval to Sonarr's answer."""
SEARCHED_AFTER = 1.0
SCAN_EVERY = 15.0
"""Story seconds between two looks at what is available (minutes and hours in a real one)."""

UNKNOWN, PENDING, PROCESSING, PARTIAL, AVAILABLE, BLOCKLISTED, DELETED = 1, 2, 3, 4, 5, 6, 7
"""Media statuses, as Seerr numbers them."""
ASKED, APPROVED, DECLINED, FAILED, COMPLETED = 1, 2, 3, 4, 5
"""Request statuses."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may request; `permissions` as Seerr adds them up."""

    id: int
    name: str
    permissions: int = REQUEST
    plex_id: int | None = None
    """Of the Plex account that they sign in with."""

    @property
    def admin(self) -> bool:
        """Whether everything is allowed to them."""
        return bool(self.permissions & ADMIN)


USERS = (
    User(1, "demo", ADMIN),
    User(2, "Anna", plex_id=1000),
    User(3, "Ben"),
    User(4, "Mia", REQUEST | AUTO_APPROVE),
)


@dataclass(frozen=True, slots=True)
class Title:
    """A series as TMDB knows it. `seasons`: how many episodes each has."""

    tmdb_id: int
    tvdb_id: int
    name: str
    year: int
    seasons: dict[int, int]


@dataclass(slots=True)
class Media:
    """What Seerr believes of a title; `series_id` None: no Sonarr has it as far as Seerr knows."""

    id: int
    tmdb_id: int
    tvdb_id: int | None
    created_at: datetime
    updated_at: datetime
    kind: Literal["tv", "movie"] = "tv"
    status: int = UNKNOWN
    seasons: dict[int, int] = field(default_factory=dict)
    series_id: int | None = None


@dataclass(slots=True)
class Request:
    """One request."""

    id: int
    media: Media
    user: User
    seasons: list[int]
    created_at: datetime
    updated_at: datetime
    status: int = ASKED
    is_4k: bool = False
    modified_by: User | None = None

    @property
    def open(self) -> bool:
        """Whether its seasons cannot be asked for a second time."""
        return self.status in {ASKED, APPROVED}


class Refusal(Exception):
    """What Seerr answers instead: `status` and the message of its body."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class RequestDesk:
    """Takes requests, decides them, hands them on to Sonarr, and looks now and then at what has become of them."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.users = USERS
        self.titles: dict[int, Title] = {}
        self.media: dict[int, Media] = {}
        self.requests: dict[int, Request] = {}
        self.refuses = False
        """Sonarr takes nothing from Seerr at present: what is approved fails."""
        self.listeners: list[Callable[[str, Request], None]] = []
        self._scanning = False

    # What there is

    def add_title(self, tmdb_id: int, tvdb_id: int, name: str, year: int, seasons: dict[int, int]) -> Title:
        """Let TMDB know a series that Sonarr does not have."""
        title = Title(tmdb_id, tvdb_id, name, year, seasons)
        self.titles[tmdb_id] = title
        return title

    def title_of(self, tmdb_id: int) -> Title | None:
        """A series as TMDB knows it: one of Sonarr's, or one that was added."""
        series = self._series(tmdb_id)
        if series is None:
            return self.titles.get(tmdb_id)
        counts = {number: len(self._world.season_of(series, number)) for number in sorted(series.seasons)}
        return Title(tmdb_id, series.tvdb_id, series.title, series.year, counts)

    def media_of(self, kind: str, tmdb_id: int) -> Media | None:
        """What is believed of a title; None when it was never asked for nor found."""
        return next((one for one in self.media.values() if (one.kind, one.tmdb_id) == (kind, tmdb_id)), None)

    def user(self, name: str) -> User:
        """The user of that name. Raises StopIteration when there is none."""
        return next(one for one in self.users if one.name == name)

    def latest(self) -> list[Request]:
        """All requests, newest first."""
        return sorted(self.requests.values(), key=lambda one: -one.id)

    def _series(self, tmdb_id: int) -> Series | None:
        return next((one for one in self._world.series.values() if one.tmdb_id == tmdb_id), None)

    # Requests

    def ask(
        self,
        user: User,
        tmdb_id: int,
        seasons: Iterable[int] | Literal["all"],
        *,
        is_4k: bool = False,
        at: datetime | None = None,
    ) -> Request:
        """Request seasons of a series. Raises Refusal."""
        title = self.title_of(tmdb_id)
        if title is None:
            raise Refusal(500, "[TMDB] Failed to fetch TV show details: Request failed with status code 404")
        if not user.permissions & (ADMIN | REQUEST):
            raise Refusal(403, "You do not have permission to make series requests.")
        if is_4k and not user.admin:
            raise Refusal(403, "You do not have permission to make 4K series requests.")
        media = self._media_of(title.tmdb_id, title.tvdb_id, at)
        if media.status == BLOCKLISTED:
            raise Refusal(403, "This series is blocklisted.")
        wanted = [number for number in title.seasons if number > 0] if seasons == "all" else list(seasons)
        taken = {one for held in self.of(media) if held.open and held.is_4k == is_4k for one in held.seasons}
        taken |= {number for number, status in media.seasons.items() if status in {PARTIAL, AVAILABLE}}
        left = [number for number in wanted if number not in taken]
        if not left:
            raise Refusal(202, "No seasons available to request")
        return self._made(media, user, left, is_4k=is_4k, at=at)

    def ask_for_film(self, user: User, tmdb_id: int) -> Request:
        """Request a film."""
        media = self._media_of(tmdb_id, None, None)
        media.kind = "movie"
        if self.of(media):
            raise Refusal(409, "Request for this media already exists.")
        return self._made(media, user, [], is_4k=False, at=None)

    def _made(self, media: Media, user: User, seasons: list[int], *, is_4k: bool, at: datetime | None) -> Request:
        made_at = at or self._world.now
        request = Request(self._world.next_id("request"), media, user, seasons, made_at, made_at, is_4k=is_4k)
        self.requests[request.id] = request
        if media.status in {UNKNOWN, DELETED}:
            media.status = PENDING
        self._begin_scans()
        if user.permissions & (ADMIN | AUTO_APPROVE):
            self._tell("MEDIA_AUTO_APPROVED", request)
            self.approve(request, user, at=made_at)
        else:
            self._tell("MEDIA_PENDING", request)
        return request

    def _media_of(self, tmdb_id: int, tvdb_id: int | None, at: datetime | None) -> Media:
        for held in self.media.values():
            if held.tmdb_id == tmdb_id:
                return held
        now = at or self._world.now
        made = Media(self._world.next_id("media"), tmdb_id, tvdb_id, now, now)
        series = self._series(tmdb_id)
        made.series_id = series.id if series is not None else None
        self.media[made.id] = made
        return made

    def of(self, media: Media) -> list[Request]:
        """The requests for a title."""
        return [one for one in self.requests.values() if one.media is media]

    def approve(self, request: Request, by: User, at: datetime | None = None) -> None:
        """Approve a request: Sonarr learns of it a moment later."""
        self._decide(request, APPROVED, by, at)
        self._tell("MEDIA_APPROVED", request)
        if request.media.kind == "tv":
            self._world.after(HANDED_ON_AFTER, lambda: self._hand_on(request))

    def decline(self, request: Request, by: User, at: datetime | None = None) -> None:
        """Decline a request."""
        self._decide(request, DECLINED, by, at)
        self._forget_if_unwanted(request.media)
        self._tell("MEDIA_DECLINED", request)

    def retry(self, request: Request, by: User) -> None:
        """Hand a request on once more."""
        self.approve(request, by)

    def put_back(self, request: Request, by: User) -> None:
        """Have a request decided anew."""
        self._decide(request, ASKED, by, None)

    def delete(self, request: Request) -> None:
        """Forget a request; the title's row stays."""
        del self.requests[request.id]
        self._forget_if_unwanted(request.media)

    def delete_media(self, media: Media) -> None:
        """Forget a title with its requests."""
        for one in self.of(media):
            del self.requests[one.id]
        del self.media[media.id]

    def _decide(self, request: Request, status: int, by: User, at: datetime | None) -> None:
        request.status, request.modified_by, request.updated_at = status, by, at or self._world.now

    def _forget_if_unwanted(self, media: Media) -> None:
        if media.status in {PENDING, PROCESSING} and not any(one.open for one in self.of(media)):
            media.status = UNKNOWN

    # Sonarr

    def _hand_on(self, request: Request) -> None:
        """Have Sonarr add the series or monitor its seasons, and search."""
        if request.id not in self.requests or request.status != APPROVED:
            return
        title = self.title_of(request.media.tmdb_id)
        if self.refuses or title is None:
            request.status, request.updated_at = FAILED, self._world.now
            self._tell("MEDIA_FAILED", request)
            return
        series = self._series(title.tmdb_id) or self._add_series(title)
        request.media.series_id = series.id
        for number in request.seasons:
            if number in series.seasons:
                series.seasons[number].monitored = True
            for episode in self._world.season_of(series, number):
                episode.monitored = True
            if request.media.seasons.get(number, UNKNOWN) not in {PARTIAL, AVAILABLE}:
                request.media.seasons[number] = PROCESSING
        if request.media.status in {UNKNOWN, PENDING, DELETED}:
            request.media.status = PROCESSING
        request.media.updated_at = self._world.now
        self._world.after(SEARCHED_AFTER, lambda: self._search(series, request))

    def _add_series(self, title: Title) -> Series:
        world = self._world
        series = world.add_series(title.name, year=title.year, tvdb_id=title.tvdb_id, announce=True)
        series.tmdb_id = title.tmdb_id
        for number, count in sorted(title.seasons.items()):
            for episode in world.add_season(series, number, count):
                episode.monitored = False
            series.seasons[number].monitored = False
        return series

    def _search(self, series: Series, request: Request) -> None:
        if series.id in self._world.series:
            wanted = [one for number in request.seasons for one in self._world.season_of(series, number)]
            self._world.commands.search(one for one in wanted if one.monitored)

    # What has become of it

    def _begin_scans(self) -> None:
        if self._scanning:
            return
        self._scanning = True

        def act() -> None:
            self.scan()
            self._world.after(SCAN_EVERY, act)

        self._world.after(SCAN_EVERY, act)

    def scan(self) -> None:
        """Compare what is believed with what Sonarr and the media library hold."""
        for media in list(self.media.values()):
            if media.kind == "tv":
                self._look_at(media)
            else:
                self._look_at_film(media)
        for request in self.latest():
            states = [request.media.seasons.get(number, UNKNOWN) for number in request.seasons]
            if request.status == APPROVED and states and all(one == AVAILABLE for one in states):
                request.status, request.updated_at = COMPLETED, self._world.now
                self._tell("MEDIA_AVAILABLE", request)

    def _look_at(self, media: Media) -> None:
        world = self._world
        series = self._series(media.tmdb_id)
        before = (media.status, dict(media.seasons))
        for number in series.seasons if series is not None else ():
            held = media.seasons.get(number, UNKNOWN)
            episodes = [one for one in world.season_of(series, number) if world.aired(one)] if series else []
            there = sum(1 for one in episodes if world.library.lists(one))
            if there and there == len(episodes):
                media.seasons[number] = AVAILABLE
            elif there:
                media.seasons[number] = PARTIAL
            elif held in {PARTIAL, AVAILABLE}:
                media.seasons[number] = DELETED
        if series is None:
            media.seasons = {
                number: DELETED if held in {PARTIAL, AVAILABLE} else held for number, held in media.seasons.items()
            }
        regular = {number: status for number, status in media.seasons.items() if number > 0}
        if any(one in {PARTIAL, AVAILABLE} for one in regular.values()):
            known = [number for number in series.seasons if number > 0] if series else []
            whole = all(regular.get(number) == AVAILABLE for number in known)
            media.status = AVAILABLE if whole else PARTIAL
        elif media.status in {PARTIAL, AVAILABLE}:
            media.status = DELETED
        if before != (media.status, media.seasons):
            media.updated_at = world.now

    def _look_at_film(self, media: Media) -> None:
        films = self._world.films
        there = any(films.all[number].tmdb_id == media.tmdb_id for number in films.jellyfin)
        status = AVAILABLE if there else DELETED if media.status == AVAILABLE else media.status
        if status != media.status:
            media.status, media.updated_at = status, self._world.now

    def _tell(self, kind: str, request: Request) -> None:
        for listener in self.listeners:
            listener(kind, request)
