"""What the pages need from the rest of Episodarr, in the words of the pages.

Methods that are `async` are awaited on the event loop; all others may touch the database and are called from plain
`def` routes, which run in worker threads.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from episodarr.connections.integration import Integration
from episodarr.overview.answers import Action, ConnectionView, EpisodeProgress, Page, TaskView, TransferLane
from episodarr.overview.storage import DiskView, StorageView


class User(Protocol):
    """Somebody who can sign in."""

    @property
    def id(self) -> int: ...

    @property
    def name(self) -> str: ...

    @property
    def role(self) -> str:
        """`admin` or `viewer`."""
        ...

    @property
    def created_at(self) -> datetime: ...

    @property
    def last_seen_at(self) -> datetime | None: ...


class ApiKey(Protocol):
    """A named key; its secret is never readable again."""

    @property
    def id(self) -> int: ...

    @property
    def name(self) -> str: ...

    @property
    def scope(self) -> str: ...

    @property
    def created_at(self) -> datetime: ...

    @property
    def last_used_at(self) -> datetime | None: ...


class TestResult(Protocol):
    """What pressing Test found; `status` is a connection status word."""

    @property
    def ok(self) -> bool: ...

    @property
    def status(self) -> str: ...

    @property
    def message(self) -> str: ...

    @property
    def fix(self) -> str: ...

    @property
    def application(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def detail(self) -> str: ...


class Board(Protocol):
    """What is arriving now."""

    def lanes(
        self, active_only: bool, limit: int, cursor: str | None, series_id: int | None = None
    ) -> Page[TransferLane]: ...

    def lane(self, lane_id: str) -> TransferLane | None: ...

    def of_episode(self, episode_id: int) -> Sequence[EpisodeProgress]: ...

    def of_series(self, series_id: int) -> Mapping[int, EpisodeProgress]: ...


class Accounts(Protocol):
    """Users, sessions and API keys."""

    def any_user(self) -> bool: ...

    def create_first_admin(self, name: str, password: str) -> User: ...

    def sign_in(self, name: str, password: str, address: str) -> str: ...

    def session_for(self, user: Any, /) -> str:
        """A new session of a user who has proven who they are."""
        ...

    def of_session(self, token: str) -> User | None: ...

    def sign_out(self, token: str) -> None: ...

    def users(self) -> Sequence[User]: ...

    def add_user(self, name: str, password: str, role: str) -> User: ...

    def change_password(self, user_id: int, old: str, new: str) -> None: ...

    def keys(self) -> Sequence[ApiKey]: ...

    def create_key(self, name: str, scope: str) -> tuple[ApiKey, str]: ...

    def revoke_key(self, key_id: int, /) -> object: ...


class Connections(Protocol):
    """The connected services."""

    def integrations(self) -> Sequence[Integration]: ...

    def views(self) -> Sequence[ConnectionView]: ...

    def view(self, connection_id: int, /) -> ConnectionView | None: ...

    async def test(self, kind: str, settings: Mapping[str, str], connection_id: int | None) -> TestResult: ...

    def save(
        self,
        kind: str,
        name: str,
        settings: Mapping[str, str],
        connection_id: int | None = None,
        enabled: bool = True,
    ) -> int: ...

    def remove(self, connection_id: int, /) -> object: ...

    def webhook_url_path(self, connection_id: int, /) -> str: ...

    def calendar_feed_path(self) -> str: ...


class Tasks(Protocol):
    """What runs by itself or by hand."""

    def tasks(self) -> Sequence[TaskView]: ...

    def run(self, name: str, trigger: str = "person", params: dict[str, object] | None = None) -> int: ...

    def cancel(self, job_id: int, /) -> bool: ...


class Control(Protocol):
    """What a person can ask of Sonarr; everything raises ServiceFailure."""

    async def monitor_episodes(self, ids: Sequence[int], monitored: bool, /) -> object: ...

    async def monitor_season(self, series_id: int, number: int, monitored: bool, /) -> object: ...

    async def monitor_series(self, series_id: int, monitored: bool, /) -> object: ...

    async def search(self, ids: Sequence[int], /) -> object: ...

    async def sync_show(self, series_id: int, /) -> object: ...

    async def sonarr_link(self, series_id: int, /) -> str: ...


class Remedies(Protocol):
    """What helps an episode that waits; everything raises ServiceFailure."""

    def kinds(self) -> set[str]: ...

    async def do(self, action: Action, episode_id: int, /) -> str: ...

    async def address(self, action: Action, episode_id: int, /) -> str: ...


class Correct(Protocol):
    """What a person says of the files of a download."""

    def say(self, lane_id: str, file_index: int, episodes: Sequence[int], by: str, /) -> object: ...

    def take_back(self, lane_id: str, file_index: int, /) -> object: ...


class Decide(Protocol):
    """What a person decides about a request; raises ServiceFailure."""

    async def decide(self, request_id: int, verb: str, /) -> object: ...


class Storage(Protocol):
    """How full the disks are."""

    def view(self) -> StorageView: ...

    def urgent(self) -> Sequence[DiskView]: ...


class Measure(Protocol):
    """What people have measured."""

    def add_folder(self, path: str, name: str, by: str, /) -> object: ...

    def add_total(self, value: str, unit: str, name: str, note: str, by: str, /) -> object: ...

    def remove(self, measured_id: int, /) -> object: ...


class Posters(Protocol):
    """Poster images, fetched and kept by somebody else."""

    async def poster(self, series_id: int, /) -> tuple[bytes, str] | None:
        """Image bytes and their checked content type; None when there is none."""
        ...

    async def movie(self, movie_id: int, /) -> tuple[bytes, str] | None:
        """The same of a movie."""
        ...
