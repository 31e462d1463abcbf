"""A program that asks a service as fast as it is allowed to: `hammer.py DATABASE URL MOST SECONDS COUNT`."""

import asyncio
import sys

from episodarr.connections.failures import Busy
from episodarr.connections.model import Rate
from episodarr.database.engine import Database
from episodarr.database.limits_of_rate import RateLimits
from episodarr.integrations._http import HttpService, make_session


async def hammer(database: str, url: str, most: int, seconds: float, count: int) -> int:
    """Ask so often, many at a time, and again what was refused; how often it was refused."""
    opened = Database(database)
    refused = 0
    async with make_session() as session:
        http = HttpService("Simulated", url, session)
        http.pace = RateLimits(opened).pace("simulated", Rate(most, seconds))

        async def once() -> None:
            nonlocal refused
            while True:
                try:
                    await http.ask("GET", "/shows/1")
                except Busy:
                    refused += 1
                else:
                    return

        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.readline)
        await asyncio.gather(*(once() for _ in range(count)))
    opened.close()
    return refused


if __name__ == "__main__":
    database, url, most, seconds, count = sys.argv[1:]
    sys.stdout.write(f"{asyncio.run(hammer(database, url, int(most), float(seconds), int(count)))}\n")
