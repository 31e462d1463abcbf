"""Our side of the measurements: the real house on a data folder, as `episodarr sync` and `serve` put it together."""

import asyncio
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.child import in_child
from bench.lines import say
from bench.upstream import upstream
from episodarr.catalogue.instances import Silent
from episodarr.main import House, utc_now
from episodarr.settings import read


@asynccontextmanager
async def house_on(folder: str, environment: Mapping[str, str]) -> AsyncIterator[House]:
    """The house without its tasks running."""
    house = House(read({}, data_dir=Path(folder)), environment, utc_now)
    try:
        async with house.open():
            yield house
    finally:
        house.close()


def rows_written(house: House) -> int:
    """Rows that the house has inserted, updated or deleted so far."""
    with house.database.writer.connect() as connection:
        driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver.total_changes


def run(work: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
    """On an event loop of its own."""

    async def whole() -> dict[str, Any]:
        return await work()

    return asyncio.run(whole())


def first_sync(folder: str, environment: dict[str, str]) -> dict[str, Any]:
    """The first sync of a new installation."""

    async def work() -> dict[str, Any]:
        async with house_on(folder, environment) as house:
            started, used = time.perf_counter(), time.process_time()
            await house.instances.series(Silent())
            report = await house.instances.episodes(Silent())
            wall, cpu = time.perf_counter() - started, time.process_time() - used
        return {"wall": wall, "cpu": cpu, "episodes": report["episodes"]["created"], "failed": report["failed"]}

    return run(work)


def prepare(folder: Path, series: int) -> None:
    """Fill a data folder with a first sync, unless that was done already."""
    if (folder / "episodarr.db").exists():
        return
    say(f"preparing a library of {series} series")
    with upstream(series) as sonarr:
        in_child("house", "first_sync", folder=str(folder), environment=sonarr.environment())


@contextmanager
def copy_of(folder: Path) -> Iterator[str]:
    """A copy of a data folder that may be written to."""
    with TemporaryDirectory(prefix="episodarr-bench-") as scratch:
        copied = Path(scratch) / "data"
        shutil.copytree(folder, copied)
        yield str(copied)
