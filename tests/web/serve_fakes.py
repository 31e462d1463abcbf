"""Serve the pages over the fakes on 127.0.0.1, moving: python tests/web/serve_fakes.py [port] [--base /episodarr].

Sign in as anna / correct horse (admin) or vito / battery staple (viewer). `--fresh` starts before the first account.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import uvicorn
from fastapi.responses import StreamingResponse

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2] / "src"))
sys.path.insert(0, str(Path(__file__).parents[1] / "deletion"))
sys.path.insert(0, str(Path(__file__).parents[1] / "database"))

import invented
from fakes import Stack
from fakes_histories import HistoryHouse, connect_metadata

from episodarr.episode.state import State


def event(kind: str, data: object) -> str:
    """One server-sent event."""
    return f"event: {kind}\ndata: {json.dumps(data)}\n\n"


def changed_states(stack: Stack) -> list[dict]:
    """Let complete parts go on to their next state."""
    onward = {State.DOWNLOADING: State.DOWNLOADED, State.DOWNLOADED: State.IMPORTED, State.IMPORTED: State.AVAILABLE}
    found = []
    for row in list(stack.world.episodes.values()):
        if row.state is State.DOWNLOADING and any(part.progress < 1 for part in stack.board.of_episode(row.id)):
            continue
        if row.state in onward and (row.since is None or row.since < stack.now - timedelta(seconds=6)):
            because, waiting = invented._BECAUSE[onward[row.state]]
            new = replace(
                row,
                state=onward[row.state],
                because=because,
                waiting_for=waiting,
                since=stack.now,
                progress=None,
                has_file=onward[row.state] in invented._FILED,
                size=1_380_000_000 if onward[row.state] in invented._FILED else None,
            )
            stack.world.episodes[row.id] = new
            found.append(
                {
                    "id": row.id,
                    "series_id": row.series_id,
                    "season_number": row.season_number,
                    "state": new.state.value,
                    "because": because,
                    "waiting_for": waiting,
                    "since": stack.now.isoformat(),
                }
            )
    return found


def add_events(stack: Stack, base: str, start: datetime) -> None:
    """The event stream of the API, invented."""

    async def events() -> StreamingResponse:
        async def stream() -> AsyncIterator[str]:
            yield event("hello", {})
            while True:
                await asyncio.sleep(1)
                yield event("progress", stack.move(1.0))
                stack.now = invented.NOW + (datetime.now(tz=start.tzinfo) - start)
                changes = changed_states(stack)
                if changes:
                    yield event("episodes", {"episodes": changes})
                    yield event("shows", {"ids": sorted({one["series_id"] for one in changes})})
                for name, share in list(stack.tasks.running.items()):
                    stack.tasks.running[name] = share + 0.05
                    ended = stack.tasks.running[name] >= 1
                    if ended:
                        del stack.tasks.running[name]
                    yield event(
                        "jobs",
                        {
                            "id": 77,
                            "task": name,
                            "status": "ok" if ended else "running",
                            "progress": min(1.0, share + 0.05),
                            "message": f"{int(share * 46)} of 46 shows",
                        },
                    )

        return StreamingResponse(stream(), media_type="text/event-stream")

    stack.app.add_api_route(f"{base}/api/v1/events", events)


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", nargs="?", type=int, default=8991)
    parser.add_argument("--base", default="")
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--empty", action="store_true")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="episodarr-fakes-"))
    stack = Stack(
        url_base=given.base,
        set_up=not given.fresh,
        connected=not given.fresh,
        empty=given.fresh or given.empty,
        histories=lambda world, clock: HistoryHouse(world, clock, folder),
    )
    stack.histories.run_started(1.5)
    connect_metadata(stack.connections)
    add_events(stack, given.base, datetime.now(tz=invented.NOW.tzinfo))
    uvicorn.run(stack.app, host="127.0.0.1", port=given.port, log_level="warning")


if __name__ == "__main__":
    main()
