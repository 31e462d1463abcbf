"""What files hold that no address and no database takes, and a key that must be seen nowhere."""

import asyncio
import logging
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from lookup_place import a_place

from episodarr.connections.model import Status
from episodarr.demo.faults import Mode
from episodarr.demo.tmdb import API_KEY
from episodarr.histories.asking import Known, Unknown
from episodarr.histories.metadata import MetadataSource, ShowRef
from episodarr.integrations._http import Timeouts

GRIM = ShowRef("tmdb", 890_008)
FAULTS: tuple[Mode, ...] = (
    "error",
    "html",
    "truncated",
    "empty_body",
    "wrong_app",
    "disconnect",
    "unauthorized",
    "refuse",
    "slow",
)


@pytest.mark.parametrize("title", ["Grim Parish\x00", "\ud800Grim\nParish", "Grim\tParish\udfff\r\n"])
def test_halves_of_characters_and_control_characters_are_left_out(
    tmp_path: Path, migrated_file: Path, title: str
) -> None:
    async def story() -> None:
        async with a_place(tmp_path, migrated_file) as place:
            found = await place.lookups.search(title)
            assert isinstance(found, Known)
            assert found.value[0].ref == GRIM
            assert [one.term for one in place.store.latest(9)] == ["Grim Parish"]
            assert await place.lookups.search("\x00\ud800") == Known([])
            assert (await place.lookups.by_id(imdb_id="tt9800008\x00")).value == GRIM

    asyncio.run(story())


def test_a_persian_title_keeps_its_joiners(tmp_path: Path, migrated_file: Path) -> None:
    async def story() -> None:
        async with a_place(tmp_path, migrated_file) as place:
            await place.lookups.search("می\u200cخواهم")
            assert {one.term for one in place.store.latest(9)} == {"می\u200cخواهم"}

    asyncio.run(story())


@pytest.mark.parametrize("fault", [one for one in FAULTS if one != "refuse"])
def test_a_title_at_which_the_service_stumbles_stops_no_other(tmp_path: Path, migrated_file: Path, fault: Mode) -> None:
    """R-T5: the service is not left alone for it, and what stands behind it is answered; it waits for ten minutes."""

    async def story() -> None:
        async with a_place(tmp_path, migrated_file, ("tmdb",)) as place:
            connection, _, client = place.connections.offering(MetadataSource)[0]
            client.http.timeouts = Timeouts(total=0.3, bulk=0.3)  # type: ignore[attr-defined]  # every adapter has it
            place.stack.tmdb.faults.set(fault, only="query=Night", seconds=1)
            for _ in range(3):
                night = await place.lookups.search("Night Desk")
                assert isinstance(night, Unknown)
                assert night.reason.startswith("TMDB: ")
                assert night.retry_at == place.now + timedelta(minutes=10)
                assert isinstance(await place.lookups.search("Grim Parish"), Known)
            assert place.asked("/3/authentication") == 1
            assert place.connections.health(connection.id).status is Status.OK
            assert place.outcomes() == ["failed", "found"]
            place.stack.tmdb.faults.clear()
            place.forward(minutes=10)
            assert isinstance(await place.lookups.search("Night Desk"), Known)

    asyncio.run(story())


@pytest.mark.parametrize("fault", FAULTS)
def test_the_key_is_in_no_log_no_failure_and_no_row(
    tmp_path: Path, migrated_file: Path, fault: Mode, caplog: pytest.LogCaptureFixture
) -> None:
    """A v3 key travels in the address: nothing that is said or kept holds it, whatever goes wrong."""
    caplog.set_level(logging.DEBUG)

    async def story() -> None:
        async with a_place(tmp_path, migrated_file, ("tmdb",)) as place:
            connection, _, client = place.connections.offering(MetadataSource)[0]
            client.http.timeouts = Timeouts(total=0.1, bulk=0.1)  # type: ignore[attr-defined]  # every adapter has it
            place.stack.tmdb.faults.set(fault, seconds=0.5)
            await place.stack.tmdb.follow_refusal()
            said = []
            with structlog.testing.capture_logs() as logs:
                for ask in (
                    place.lookups.search("Grim Parish"),
                    place.lookups.show(GRIM, seasons=(1,)),
                    place.lookups.by_id(tvdb_id=995_008),
                ):
                    said.append(await ask)
                    place.forward(hours=1)
            health = place.connections.health(connection.id)
            told = f"{said!r}{health!r}{place.store.latest(99)!r}{logs!r}{client.http!r}"  # type: ignore[attr-defined]
            assert "TMDB" in told
            assert API_KEY not in told + caplog.text

    asyncio.run(story())
    kept = b"".join(one.read_bytes() for one in sorted(tmp_path.glob("lookups.db*")))
    assert b"Grim Parish" in kept
    assert API_KEY.encode() not in kept, "nor in the table of connections, which is sealed"
