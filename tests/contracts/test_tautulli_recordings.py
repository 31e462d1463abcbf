"""The adapter and the simulated server against a real Tautulli's answers, which are read where they lie."""

import asyncio
import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from aiohttp import web
from contract_calls import Caller
from sqlalchemy import insert, select

from episodarr.connections.failures import Broken, Refused
from episodarr.connections.model import Connection
from episodarr.database.engine import Database
from episodarr.database.schema import connections, episodes, series
from episodarr.database.schema_watching import watched_episodes
from episodarr.database.watching import StoredPlays
from episodarr.demo.clock import ManualClock
from episodarr.demo.stack import Stack, StackInThread, living_world, run_in_thread
from episodarr.episode.identity import ConnectionId
from episodarr.integrations._http import make_session
from episodarr.integrations.tautulli import INTEGRATION, Tautulli
from episodarr.watching.model import Play

BESIDE = Path(__file__).parents[3] / "shared" / "contracts"
KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def recorded() -> Path:
    """The folder of the recordings: beside that of the contracts."""
    contracts = os.environ.get("EPISODARR_CONTRACTS") or str(BESIDE)
    folder = Path(contracts.rstrip("/") + "-recorded") / "tautulli"
    if not (folder / "small" / "truth.json").is_file():
        pytest.skip(f"recordings of Tautulli not here: {folder}")
    return folder


def read(path: Path) -> dict[str, Any]:
    """A recorded exchange."""
    return json.loads(gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes())


def body(path: Path) -> Any:
    return read(path)["response"]["body"]


def pages(folder: Path, grouping: int) -> list[Any]:
    return [body(path) for path in sorted((folder / "small").glob(f"*full-grouping{grouping}-start*.json.gz"))]


class Replay:
    """A server that gives recorded answers, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, Any]] = {}
        self.pages: list[Any] = []
        self.asked: list[dict[str, str]] = []
        self.addresses: list[str] = []

    def hold(self, command: str, path: Path) -> None:
        told = read(path)["response"]
        self.answers[command] = (told["status"], told["body"])

    def run(self, story: Any) -> Any:
        return asyncio.run(self._run(story))

    async def _run(self, story: Any) -> Any:
        runner = web.ServerRunner(web.Server(self._handle), shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            host, port = runner.addresses[0][:2]
            async with make_session() as session:
                settings = {"url": f"http://{host}:{port}", "api_key": KEY}
                client: Tautulli = INTEGRATION.connect(
                    Connection(ConnectionId(1), "tautulli", "Mine", settings), session
                )
                return await story(client)
        finally:
            await runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        asked = dict(parse_qsl((await request.read()).decode()))
        self.asked.append(asked)
        self.addresses.append(str(request.url))
        if asked["cmd"] == "get_history" and self.pages:
            return web.json_response(self.pages[int(asked["start"]) // 500])
        status, told = self.answers[asked["cmd"]]
        return web.json_response(told, status=status)


async def all_plays(client: Tautulli) -> list[Play]:
    client.page_size = 500
    return [play async for page in client.plays(None) for play in page.plays]


@pytest.mark.parametrize("grouping", [0, 1])
def test_no_episode_differs_from_the_truth(recorded: Path, tmp_path: Path, grouping: int) -> None:
    replay = Replay()
    replay.pages = pages(recorded, grouping)
    told = replay.run(all_plays)
    assert {one["grouping"] for one in replay.asked} == {"0"}, "whatever is answered: raw rows are asked for"
    truth = json.loads((recorded / "small" / "truth.json").read_text())
    assert len(told) == (
        truth["rows"] if grouping == 0 else sum(len(page["response"]["data"]["data"]) for page in replay.pages)
    )
    database = Database(f"sqlite:///{tmp_path / 'truth.db'}")
    try:
        database.migrate()
        places = shelve(database, truth, told)
        store = StoredPlays(database, lambda: told[0].started_at)
        connection = ConnectionId(1)
        for start in range(0, len(told), 400):
            store.take(connection, told[start : start + 400])
        store.match(connection)
        assert store.take(connection, told).new == 0
        differing = compare(database, truth, places)
        before = rows_of(database)
        store.rebuild()
        assert rows_of(database) == before
    finally:
        database.close()
    assert differing == []


def shelve(database: Database, truth: dict[str, Any], told: list[Play]) -> dict[int, list[str]]:
    """List the recorded series as a Sonarr would; episode -> the rating keys that it had."""
    ids = {one.item.series_key: one.item.series_tvdb_id for one in told}
    by_key = truth["episodes"]
    base = {
        "tmdb_id": 0,
        "tvmaze_id": 0,
        "imdb_id": "",
        "sort_title": "",
        "title_slug": "",
        "status": "",
        "network": "",
    }
    base |= {"series_type": "standard", "overview": "", "monitored": True, "path": "", "runtime": 0, "genres": "[]"}
    base |= {"has_poster": False, "size_on_disk": 0, "list_digest": "", "stale": False, "alternate_titles": "[]"}
    now = told[0].started_at
    also = {"created_at": now, "updated_at": now}
    places: dict[int, list[str]] = {}
    with database.writing() as db:
        named = {"kind": "tautulli", "settings": "{}", "enabled": True, "from_environment": False} | also
        db.execute(insert(connections), [named | {"name": "one"}])
        for number, shown in enumerate(truth["library"], 1):
            tvdb = ids.get(str(shown["show"]), 0)
            row = (
                base | also | {"connection_id": 1, "sonarr_id": number, "title": shown["title"], "year": shown["year"]}
            )
            db.execute(insert(series).values(row | {"id": number, "tvdb_id": tvdb}))
            again = shown["re_added_as"] or [None] * len(shown["rating_keys"])
            for old, new in zip(shown["rating_keys"], again, strict=True):
                keys = [str(key) for key in (old, new) if str(key) in by_key]
                if not keys:
                    continue
                one = by_key[keys[0]]
                place = {"series_id": number, "season_id": 1, "connection_id": 1, "sonarr_id": old, "tvdb_id": 0}
                place |= {
                    "season_number": one["s"],
                    "episode_number": one["e"],
                    "title": "",
                    "overview": "",
                    "runtime": 0,
                }
                place |= {"monitored": True, "state": "missing", "because": ""} | also
                key = db.execute(insert(episodes).values(place)).inserted_primary_key[0]
                places[key] = keys
    return places


def compare(database: Database, truth: dict[str, Any], places: dict[int, list[str]]) -> list[Any]:
    """The episodes whose sums are not those of the truth."""
    w = watched_episodes.c
    asked = select(w.episode_id, w.plays, w.watched_plays, w.seconds, w.viewers, w.last_at)
    with database.reading() as db:
        found = {row[0]: tuple(row[1:]) for row in db.execute(asked)}
    assert len(found) == len(places), "every played episode has its place"
    differing = []
    for key, keys in places.items():
        of = [truth["episodes"][one] for one in keys]
        expected = (
            sum(one["groups"] for one in of),
            sum(one["watched_groups"] for one in of),
            sum(one["seconds"] for one in of),
            len({user for one in of for user in one["users"]}),
            max(one["last_stopped"] for one in of) * 1_000_000,
        )
        if found.get(key) != expected:
            differing.append((keys, found.get(key), expected))
    return differing


def rows_of(database: Database) -> list[Any]:
    with database.reading() as db:
        return sorted(map(tuple, db.execute(select(watched_episodes))))


@pytest.mark.parametrize("case", ["68-error-wrong-key", "69-error-no-key"])
def test_a_key_that_is_not_taken_is_told_as_such(recorded: Path, case: str) -> None:
    replay = Replay()
    replay.hold("get_tautulli_info", recorded / "small" / f"{case}.json")

    async def story(client: Tautulli) -> None:
        with pytest.raises(Refused) as refusal:
            await client.check()
        assert KEY not in f"{refusal.value}{refusal.value.advice}"

    replay.run(story)
    assert all(KEY not in address for address in replay.addresses), "the key is in no address"


def test_another_error_is_told_without_the_list_of_all_commands(recorded: Path) -> None:
    replay = Replay()
    replay.hold("get_tautulli_info", recorded / "small" / "70-error-unknown-command.json")

    async def story(client: Tautulli) -> None:
        with pytest.raises(Broken, match=r"Unknown command: no_such_command\.$"):
            await client.check()

    replay.run(story)


def test_success_with_nothing_is_unknown_while_plex_is_down(recorded: Path) -> None:
    replay = Replay()
    replay.hold("get_metadata", recorded / "plex-down" / "02-plex-down-get-metadata.json")
    replay.hold("server_status", recorded / "plex-down" / "07-plex-down-server-status.json")
    replay.hold("get_history", recorded / "plex-down" / "08-plex-down-get-history.json")

    async def story(client: Tautulli) -> None:
        with pytest.raises(Broken, match="not connected to Plex"):
            await client.series_ids("1")

    replay.run(story)


def test_a_series_is_named_by_its_guid(recorded: Path) -> None:
    replay = Replay()
    replay.hold("get_metadata", recorded / "large" / "56-metadata-show.json")

    async def story(client: Tautulli) -> None:
        ids = await client.series_ids("1517")
        assert ids is not None
        assert (ids.tvdb_id, ids.year) == (191587, 2009)

    replay.run(story)


def test_a_running_session_is_no_play(recorded: Path) -> None:
    replay = Replay()
    page = body(recorded / "small" / "44-history-running-session-include-activity-1.json")
    data = page["response"]["data"]
    data["recordsFiltered"] = len(data["data"])
    assert data["data"][0]["row_id"] is None
    replay.pages = [page]
    assert len(replay.run(all_plays)) == len(data["data"]) - 1


# The simulated server answers in the same shapes.

SHAPES = {
    "get_history": ({"grouping": "0", "include_activity": "0"}, "09-history-ungrouped-page-1"),
    "get_metadata": ({}, "55-metadata-episode"),
    "get_users": ({}, "05-get-users"),
    "get_user_names": ({}, "06-get-user-names"),
    "get_libraries": ({}, "03-get-libraries"),
    "get_library_names": ({}, "02-get-library-names"),
    "get_children_metadata": ({}, "60-children-of-show"),
    "server_status": ({}, "01-server-status"),
    "get_activity": ({}, "67-activity"),
    "no_such_command": ({}, "70-error-unknown-command"),
}


@pytest.fixture(scope="module")
def simulated() -> Iterator[StackInThread]:
    clock = ManualClock()
    with run_in_thread(Stack(living_world(clock))) as stack:
        clock.advance(30)
        stack.settle()
        yield stack


@pytest.mark.parametrize("command", SHAPES)
def test_the_simulated_server_answers_in_the_recorded_shape(
    recorded: Path, simulated: StackInThread, command: str
) -> None:
    service = next(one for one in simulated.services if one.kind == "tautulli")
    caller = Caller(service.url)
    more, name = SHAPES[command]
    history = caller.post_form("/api/v2", {"apikey": service.api_key, "cmd": "get_history"}).json
    row = history["response"]["data"]["data"][0]
    keys = {"get_metadata": row["rating_key"], "get_children_metadata": row["grandparent_rating_key"]}
    asked = {"apikey": service.api_key, "cmd": command, **more}
    if command in keys:
        asked["rating_key"] = str(keys[command])
    answer = caller.post_form("/api/v2", asked)
    real = read(recorded / "large" / f"{name}.json")["response"]
    assert answer.status == real["status"]
    assert misfits(answer.json, real["body"], command) == []


def misfits(ours: Any, real: Any, where: str) -> list[str]:
    """Where our answer has other members, or members of other types, than the recorded one."""
    if isinstance(ours, dict) and isinstance(real, dict):
        wrong = [f"{where}.{name} is missing" for name in real.keys() - ours.keys() if name not in _SHORTER]
        wrong += [f"{where}.{name} is not there in the real one" for name in ours.keys() - real.keys()]
        for name in ours.keys() & real.keys():
            wrong += misfits(ours[name], real[name], f"{where}.{name}")
        return wrong
    if isinstance(ours, list) and isinstance(real, list):
        if not ours or not real:
            return []
        alike = [[*misfits(one, other, f"{where}[]")] for one in ours[:1] for other in real]
        return min(alike, key=len)
    numbers = (int, float)
    if isinstance(ours, numbers) and isinstance(real, numbers):
        return []
    return (
        [] if ours is None or real is None or type(ours) is type(real) else [f"{where}: {ours!r} is not like {real!r}"]
    )


_SHORTER = {
    "streams",
    "bitrate",
    "height",
    "width",
    "aspect_ratio",
    "optimized_version",
    "protocol",
    "begins_at",
    "ends_at",
}
_SHORTER |= {f"{kind}_{what}" for kind in ("video", "audio") for what in ("codec", "resolution", "full_resolution")}
_SHORTER |= {"video_framerate", "video_profile", "audio_channels", "audio_channel_layout", "audio_profile"}
_SHORTER |= {f"channel_{what}" for what in ("call_sign", "id", "identifier", "title", "thumb", "vcn")}
"""Details of streams, which nobody here reads, and which the simulated server leaves out."""
