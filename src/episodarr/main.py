"""The composition root: the only file that knows every part. Plain constructor arguments, no container."""

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import structlog
from fastapi import FastAPI

from episodarr.accounts.accounts import Accounts
from episodarr.api.app import build_app
from episodarr.capacity.measure import Measure
from episodarr.catalogue.control import Control
from episodarr.catalogue.instances import Instances
from episodarr.catalogue.movie_sync import Movies
from episodarr.catalogue.movies import MovieLibrary, MovieManager
from episodarr.catalogue.posters import Posters
from episodarr.connections.connect import Connections
from episodarr.connections.environment import from_environment
from episodarr.connections.integration import Integration
from episodarr.connections.model import Connection
from episodarr.connections.pace import paced
from episodarr.database.accounts import StoredAccounts
from episodarr.database.availability import StoredAvailability
from episodarr.database.candidates import StoredHoldings
from episodarr.database.capacity import StoredCapacity
from episodarr.database.catalogue import StoredCatalogue
from episodarr.database.connections import StoredConnections
from episodarr.database.deletion_scene import StoredScenes
from episodarr.database.downloads import StoredDownloads
from episodarr.database.engine import Database
from episodarr.database.imports import StoredImports
from episodarr.database.jobs import StoredJobs
from episodarr.database.journal import StoredJournal
from episodarr.database.ledger import Books
from episodarr.database.limits_of_rate import RateLimits
from episodarr.database.lookups import StoredLookups
from episodarr.database.movies import StoredMovies
from episodarr.database.movies_overview import StoredMovieOverview
from episodarr.database.overview import StoredOverview
from episodarr.database.people import StoredPeople
from episodarr.database.play_history import StoredPlayHistory
from episodarr.database.preferences import StoredPreferences
from episodarr.database.requests import StoredRequests
from episodarr.database.requests_overview import StoredRequestOverview
from episodarr.database.rules import StoredRules
from episodarr.database.sealing import Sealer
from episodarr.database.watching import StoredPlays
from episodarr.database.watching_overview import StoredPlayAnswers
from episodarr.database.watching_states import StoredPlayStates
from episodarr.deletion.delete import ending
from episodarr.deletion.journal import PlanRow
from episodarr.deletion.propose import Propose
from episodarr.downloads.correct import Correct
from episodarr.downloads.follow_transfers import OpenDownloads
from episodarr.downloads.progress import ProgressBoard
from episodarr.episode.identity import ConnectionId, source
from episodarr.episode.ledger import Ledger
from episodarr.histories.lookup import Lookups
from episodarr.integrations import all_integrations
from episodarr.integrations._http import make_session
from episodarr.jobs.consenting import Consenting
from episodarr.jobs.deleting import Deleting
from episodarr.jobs.engine import Engine, Task
from episodarr.jobs.followers import Followers
from episodarr.jobs.freshening import Freshening
from episodarr.jobs.histories import Histories
from episodarr.jobs.play_followers import PlayFollowers
from episodarr.jobs.reactions import Reactions
from episodarr.jobs.readings import ServiceReadings
from episodarr.jobs.remedies import Remedies
from episodarr.jobs.schedule import schedule, summing_up
from episodarr.overview.arrivals import Board
from episodarr.overview.freed import freed_by
from episodarr.overview.live import Live
from episodarr.overview.services import Services
from episodarr.overview.storage import Storage
from episodarr.requests.decide import Decide
from episodarr.settings import Settings
from episodarr.watching.ports import PlaySource
from episodarr.web.app import mount_pages

log = structlog.get_logger("episodarr")


def utc_now() -> datetime:
    """The wall clock; everything else is handed it."""
    return datetime.now(UTC)


class House:
    """All parts, put together. Open until `close`."""

    def __init__(
        self,
        settings: Settings,
        environment: Mapping[str, str] | None = None,
        clock: Callable[[], datetime] = utc_now,
        extra_connections: Collection[Connection] = (),
    ) -> None:
        """`extra_connections` are connected like those of the environment (the demo's stack).

        Raises SettingsProblem when the environment describes a connection that cannot be.
        """
        environment = os.environ if environment is None else environment
        self.settings, self.clock = settings, clock
        integrations = all_integrations()
        given = [*from_environment(environment, integrations.values()), *extra_connections]
        sealer = Sealer.in_folder(settings.data_dir)
        self.database = Database(settings.database)
        self.database.migrate()
        integrations = paced(integrations, RateLimits(self.database).pace)
        self._session: aiohttp.ClientSession | None = None

        self.live = Live()
        self.overview = StoredOverview(self.database, clock)
        react = self.reactions = Reactions(self.live, self.overview.places)
        self.ledger = Ledger(Books(self.database, clock), clock, react.judged)
        self.engine = Engine(StoredJobs(self.database), clock, react.job_told)
        self._connect(sealer, integrations, given)
        self.accounts = Accounts(StoredAccounts(self.database), clock)
        if settings.api_key is not None:
            self.accounts.preset_key(settings.api_key.get_secret_value())

        catalogue = StoredCatalogue(self.database, self.ledger, clock)
        downloads = StoredDownloads(self.database)
        imports = StoredImports(self.database, clock)
        requests = StoredRequests(self.database, clock)
        self._keep_plays(clock)
        self.connections.sample_paths = imports.sample
        self.progress = ProgressBoard(react.moved)
        self.board = Board(self.progress, self.overview)
        self._keep_disks(clock)
        open_downloads = OpenDownloads(downloads, clock)
        self.instances = Instances(self.connections, catalogue, clock)
        self._keep_movies(clock, react)
        self.followers = Followers(
            connections=self.connections,
            downloads=downloads,
            availability=StoredAvailability(self.database),
            imports=imports,
            measure=self.measure,
            requests=requests,
            ledger=self.ledger,
            progress=self.progress,
            open_downloads=open_downloads,
            series_news=react.series_news,
            recognized=react.verify_soon,
            requests_changed=react.requests_changed,
            whole_requests_every=timedelta(seconds=10 * settings.requests_interval),
            clock=clock,
        )
        self._follow_plays()
        react.attach(self.engine, self.followers, self.instances, self.movies, requests.unlisted)
        self.control = Control(self.connections, catalogue, self.instances, react.look_at)
        self.remedies = Remedies(self.connections, self.control, self.followers, imports, react.verify_soon)
        self.correct = Correct(downloads, self.progress, open_downloads, react.corrected, clock)
        self.requests = StoredRequestOverview(self.database)
        self.decide = Decide(self.connections, requests, self.followers.requester, react.decided)
        self.posters = Posters(self.connections, catalogue, self.movie_store, settings.data_dir / "posters")
        self.holdings = StoredHoldings(self.database)
        self.candidates = Propose(self.holdings, StoredRules(self.database), self._readings(catalogue), clock)
        self.deleting = self._make_deleting(downloads, sealer.key)
        self.delete, self.carry_out = self.deleting.delete, self.deleting.carry_out
        self.consenting = self._make_consenting()
        told = partial(self.live.publish, "fresh", {})
        self.freshening = Freshening(
            settings, self.database, self.connections, catalogue, self.instances, self.engine, clock, told
        )
        self.histories = Histories(
            settings=settings,
            database=self.database,
            connections=self.connections,
            ledger=self.ledger,
            engine=self.engine,
            clock=clock,
            lookups=self.lookups,
            follow=self.freshening.freshness.watch,
        )
        for task in (*self._tasks(), *self.freshening.tasks()):
            self.engine.add(task)

    def _connect(self, sealer: Sealer, integrations: dict[str, Integration], given: Collection[Connection]) -> None:
        """The connected services, and what is asked of public ones."""
        self.connections = Connections(
            StoredConnections(self.database, sealer, integrations),
            integrations,
            self._http_session,
            self.clock,
            sealer.key,
            self.reactions.connection_told,
        )
        self.connections.adopt(given)
        self.connections.removed = self._connection_removed
        self.services = Services(self.connections, self.settings.url_base)
        order = self.settings.metadata_order.split()
        self.lookups = Lookups(self.connections, StoredLookups(self.database), self.clock, preferred=order)

    def _follow_plays(self) -> None:
        """Who watched what, read from every service that tells of it."""
        states = StoredPlayStates(self.database, self.plays.register)
        self.play_followers = PlayFollowers(
            connections=self.connections,
            plays=self.plays,
            states=states,
            sessions=states,
            ledger=self.ledger,
            clock=self.clock,
            playing_told=self.reactions.playing_told,
        )

    def _tasks(self) -> list[Task]:
        """Everything that runs by the clock."""
        usual = schedule(
            self.settings,
            self.instances,
            self.movies,
            self.followers,
            self.ledger,
            self.engine,
            self.people,
            self.play_followers,
        )
        return [
            summing_up(self.holdings),
            *self.deleting.tasks(),
            *self.consenting.tasks(),
            *self.histories.tasks(),
            *usual,
        ]

    def _make_deleting(self, downloads: StoredDownloads, secret: bytes) -> Deleting:
        return Deleting(
            connections=self.connections,
            journal=StoredJournal(self.database),
            scenes=StoredScenes(self.database),
            downloads=downloads,
            holdings=self.holdings,
            propose=self.candidates,
            ledger=self.ledger,
            instances=self.instances,
            look_who_watches=partial(self.play_followers.sessions, strictly=True),
            movies_deleted=partial(self.engine.wake, "sync-movies"),
            wake=self.engine.wake,
            told=self.reactions.deletion_moved,
            ended=self._deletion_ended,
            secret=secret,
            paused_by_environment=self.settings.deletion_paused,
            clock=self.clock,
        )

    def _make_consenting(self) -> Consenting:
        return Consenting(
            settings=self.settings,
            database=self.database,
            connections=self.connections,
            session=self._http_session,
            propose=self.candidates,
            ledger=self.ledger,
            journal=self.deleting.journal,
            delete=self.delete,
            changed=partial(self.live.publish, "leaving", {}),
            clock=self.clock,
        )

    async def _deletion_ended(self, row: PlanRow) -> None:
        """Whoever wants to know is told."""
        event, items = ending(row)
        await asyncio.to_thread(self.consenting.notices, event, row.plan.title, row.message, items)

    def _readings(self, catalogue: StoredCatalogue) -> ServiceReadings:
        def movies_read(connection: ConnectionId) -> datetime | None:
            return self.movie_store.reading(connection).read_at

        return ServiceReadings(self.connections, self.watching.readings, catalogue.cursor, movies_read, self.settings)

    def _keep_disks(self, clock: Callable[[], datetime]) -> None:
        """How full the disks are, and what fills them."""
        self.capacity = StoredCapacity(self.database)
        self.measure = Measure(self.capacity, clock)
        self.movie_overview = StoredMovieOverview(self.database)
        self.storage = Storage(self.capacity, self.overview, self.movie_overview, clock)

    def _keep_movies(self, clock: Callable[[], datetime], react: Reactions) -> None:
        """The movies of every Radarr and media server."""
        self.movie_store = StoredMovies(self.database, clock)
        library_interval = timedelta(seconds=self.settings.library_interval)
        self.movies = Movies(self.connections, self.movie_store, react.movies_changed, library_interval, clock)

    def _keep_plays(self, clock: Callable[[], datetime]) -> None:
        """Who watched what, and who is who."""
        self.plays = StoredPlays(self.database, clock)
        self.watching = StoredPlayAnswers(self.database)
        self.play_history = StoredPlayHistory(self.database, clock)
        self.people = StoredPeople(self.database, clock)
        self.preferences = StoredPreferences(self.database)

    def _connection_removed(self, connection: Connection) -> None:
        integration = self.connections.integration(connection.kind)
        if integration is not None:
            if MovieManager in integration.ports or MovieLibrary in integration.ports:
                self.movie_store.rebuild()
            self.ledger.forget(source(integration.label, connection.id))
            if PlaySource in integration.ports:
                self.plays.rebuild()
            self.people.settle()

    # ------------------------------------------------------------------ life

    def _http_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = make_session()
        return self._session

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Connect to the outside without running tasks, as for one command."""
        self.live.attach(asyncio.get_running_loop())
        try:
            yield
        finally:
            await self.connections.close()
            if self._session is not None:
                await self._session.close()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the tasks by the clock."""
        async with self.open():
            await self.engine.start()
            # What is loaded by now stays: leaving it out of full collections spares the loop pauses of 100 ms.
            gc.collect()
            gc.freeze()
            try:
                yield
            finally:
                self.live.close()
                await self.engine.stop()

    def app(self, samples: Mapping[Path, str] | None = None) -> FastAPI:
        """The web application: API and pages. `samples`: histories to try an import with, and what each is."""
        shared: dict[str, Any] = {
            "overview": self.overview,
            "board": self.board,
            "accounts": self.accounts,
            "control": self.control,
            "remedies": self.remedies,
            "correct": self.correct,
            "storage": self.storage,
            "measure": self.measure,
            "requests": self.requests,
            "decide": self.decide,
            "watching": self.watching,
            "play_history": self.play_history,
            "people": self.people,
            "candidates": self.candidates,
            "freed": partial(freed_by, self.holdings),
            "delete": self.delete,
            "consent": self.consenting.consent,
            "histories": self.histories.facade,
            "freshening": self.freshening,
            "movies": self.movie_overview,
            "posters": self.posters,
            "saved": self.reactions.connections_saved,
            "url_base": self.settings.url_base,
            "clock": self.clock,
        }
        app = build_app(
            connections=self.connections,
            services=self.services,
            engine=self.engine,
            live=self.live,
            hear=self.reactions.webhook,
            allowed_hosts=[host.strip() for host in self.settings.allowed_hosts.split(",") if host.strip()],
            lifespan=self.running,
            **shared,
        )
        mount_pages(
            app,
            connections=self.services,
            tasks=self.engine,
            secure_cookies=self.settings.secure_cookies,
            live_position=self.live.position,
            preferences=self.preferences,
            samples=samples or {},
            **shared,
        )
        return app

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()
