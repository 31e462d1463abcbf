"""What could go, over simulated services: nothing is concluded of what cannot be asked, whatever it answers instead."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from home import Home, at_home, connections_of
from running_house import KEY, Running, wait_for
from starlette.testclient import TestClient

from episodarr.catalogue.instances import Silent
from episodarr.connections.failures import ServiceFailure
from episodarr.deletion.holding import Level
from episodarr.deletion.model import Question
from episodarr.deletion.rules import Added, All, Outcome, Rule, UnwatchedFor
from episodarr.demo.clock import RealClock
from episodarr.demo.faults import Mode
from episodarr.demo.model import LANGUAGES, QUALITIES, Release
from episodarr.demo.stack import Stack, run_in_thread
from episodarr.demo.world import World
from episodarr.main import House
from episodarr.settings import read

pytestmark = pytest.mark.anyio

KINDS = ("sonarr", "jellyfin", "tautulli", "radarr")
OLD = All((Added(30), UnwatchedFor(60)))
WRONG: tuple[Mode, ...] = ("refuse", "error", "html", "empty", "empty_body", "wrong_app", "unauthorized", "truncated")


def furnish(world: World) -> None:
    """Two shows and a movie that came a hundred days ago."""
    at = world.now - timedelta(days=100)
    for title in ("Silo", "Andor"):
        show = world.add_series(title, year=2020, ended=True)
        world.add_season(show, 1, 1)
        (episode,) = world.season_of(show, 1)
        quality = QUALITIES["WEBDL-1080p"]
        release = Release(f"{title}.S01E01", "GRP", quality, "singleEpisode", 10**9, LANGUAGES["English"])
        world.add_file([episode], release, added_at=at)
    world.films.import_file(world.films.add("Heat", 1995), at=at)


async def read_all(home: Home) -> None:
    """Everything that proposing rests on is read, as far as it answers."""
    home.world.advance()
    instances, plays = home.house.instances, home.house.play_followers
    for task in (
        lambda: instances.series(Silent()),
        lambda: instances.episodes(Silent()),
        home.look,
        lambda: home.house.movies.sync(Silent(), everything=True),
        lambda: plays.sync(Silent()),
        plays.sessions,
    ):
        with suppress(ServiceFailure):  # its job says so, and the others go on
            await task()


def found(home: Home, level: Level = Level.SHOW, outcome: Outcome = Outcome.CANDIDATE) -> list[str]:
    preview = home.house.candidates.preview(Rule(level, OLD), Question(outcome))
    return sorted(one.held.title for one in preview.items)


def silo(home: Home):
    return home.world.season_of(home.world.named("Silo"), 1)[0]


@pytest.mark.parametrize("mode", WRONG)
async def test_nothing_is_a_candidate_while_a_history_cannot_be_read(tmp_path: Path, mode: Mode) -> None:
    """R-W6, D1, D3: never read, and read long ago; both end as soon as it answers again."""
    async with at_home(tmp_path, furnish, kinds=KINDS) as home:
        tautulli = home.stack.tautulli
        tautulli.play(1, silo(home), at=home.world.now - timedelta(days=1))
        tautulli.faults.set(mode)
        await read_all(home)
        assert found(home) == found(home, Level.MOVIE) == []
        assert found(home, outcome=Outcome.UNKNOWN) == ["Andor", "Silo"]

        tautulli.faults.clear()
        await read_all(home)
        assert found(home) == ["Andor"]
        assert found(home, outcome=Outcome.NO) == ["Silo"], "it was watched yesterday"
        assert found(home, Level.MOVIE) == ["Heat"]

        tautulli.faults.set(mode)
        home.world.clock.advance(2 * 86_400)  # type: ignore[attr-defined]  # the manual clock
        await read_all(home)
        assert found(home) == found(home, Level.MOVIE) == []
        assert found(home, outcome=Outcome.UNKNOWN) == ["Andor"]
        assert found(home, outcome=Outcome.NO) == ["Silo"], "that it was watched is still certain"


async def test_with_jellyfin_alone(tmp_path: Path) -> None:
    async with at_home(tmp_path, furnish, kinds=("sonarr", "jellyfin")) as home:
        home.stack.jellyfin.play(1, silo(home), at=home.world.now - timedelta(days=1))
        home.stack.jellyfin.faults.set("error")
        await read_all(home)
        assert found(home) == []
        home.stack.jellyfin.faults.clear()
        await read_all(home)
        assert found(home) == ["Andor"]


async def test_without_any_history_nobody_knows_what_was_watched(tmp_path: Path) -> None:
    async with at_home(tmp_path, furnish, kinds=("sonarr", "radarr")) as home:
        await read_all(home)
        assert found(home) == found(home, Level.MOVIE) == []
        assert found(home, outcome=Outcome.UNKNOWN) == ["Andor", "Silo"]
        plain = Rule(Level.SHOW, Added(30))
        assert home.house.candidates.preview(plain, Question()).totals[Outcome.CANDIDATE].count == 2


async def test_a_sonarr_that_does_not_answer_keeps_its_shows(tmp_path: Path) -> None:
    """D3: what it said long ago of tags and files does not count any more; movies are not stopped by it."""
    async with at_home(tmp_path, furnish, kinds=KINDS) as home:
        await read_all(home)
        assert found(home) == ["Andor", "Silo"]
        home.stack.sonarr.faults.set("refuse")
        home.world.clock.advance(86_400)  # type: ignore[attr-defined]  # the manual clock
        await read_all(home)
        assert found(home) == []
        assert found(home, Level.MOVIE) == ["Heat"]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """The house as a program sees it, in which nobody has watched anything."""
    world = World(RealClock())
    furnish(world)
    with run_in_thread(Stack(world)) as stack:
        settings = read({"EPISODARR_API_KEY": KEY}, data_dir=tmp_path)
        house = House(settings, {}, extra_connections=connections_of(stack.stack, KINDS))
        with TestClient(house.app()) as client:
            yield Running(client, house, stack).synced()
        house.close()


def test_a_play_that_a_webhook_tells_of_takes_its_show_off_the_list(running: Running) -> None:
    """The webhook itself is not believed: it only has the history read at once."""

    def listed() -> list[str]:
        told = running.get("/candidates?added_days=30&watched_days=60&sort=title")
        return [one["title"] for one in told["items"]]

    wait_for(lambda: listed() == ["Andor", "Silo"])
    connection = next(one for one in running.get("/connections")["items"] if one["kind"] == "tautulli")
    path = running.get(f"/connections/{connection['id']}/webhook")["path"]
    world = running.stack.world
    running.stack.run(lambda: running.stack.stack.tautulli.play(1, world.season_of(world.named("Silo"), 1)[0]))
    assert listed() == ["Andor", "Silo"]
    assert running.client.post(path, json={"action": "watched", "media_type": "episode"}).status_code == 200
    wait_for(lambda: listed() == ["Andor"])


async def test_a_movie_that_was_asked_for_of_late_stays(tmp_path: Path) -> None:
    """And as long as Seerr was never read, nobody knows whether it was."""
    async with at_home(tmp_path, furnish, kinds=(*KINDS, "seerr")) as home:
        desk, heat = home.world.requests, home.world.films.named("Heat")
        home.stack.seerr.faults.set("error")
        await read_all(home)
        await home.look()
        assert found(home, Level.MOVIE, Outcome.UNKNOWN) == ["Heat"]
        home.stack.seerr.faults.clear()
        home.world.clock.advance(700)
        await read_all(home)
        assert found(home, Level.MOVIE) == ["Heat"]
        desk.ask_for_film(desk.user("Ben"), heat.tmdb_id)
        home.world.clock.advance(700)
        await read_all(home)
        assert found(home, Level.MOVIE) == []
        assert found(home, Level.MOVIE, Outcome.KEPT) == ["Heat"]
