"""Whether every Sonarr and Radarr has a recycle bin, looked at by the clock and told as health (D16)."""

from collections.abc import Mapping
from typing import Any

from episodarr.connections.connect import Connections
from episodarr.connections.failures import ServiceFailure
from episodarr.deletion.delete import BinState
from episodarr.deletion.systems import FileManager
from episodarr.jobs.engine import Run, Task

_INTERVAL = 3_600.0


class WasteBins:
    """Remembers what each manager said of its recycle bin last."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._known: dict[int, BinState] = {}

    def states(self) -> list[BinState]:
        """One for each connected manager that was asked."""
        present = {one.id for one, _, _ in self._connections.offering(FileManager)}
        return [state for connection, state in sorted(self._known.items()) if connection in present]

    async def look(self) -> dict[str, Any]:
        """Ask every manager; one that cannot be asked keeps what it said last, and is told as not known."""
        missing, problems = 0, []
        for connection, _, client in self._connections.offering(FileManager):
            try:
                found = await self._connections.ask(connection, client.waste_bin())
            except ServiceFailure as failure:
                problems.append(str(failure))
                self._known.setdefault(connection.id, BinState(connection.name, None, 0, connection.url))
                continue
            self._known[connection.id] = BinState(connection.name, found.path, found.days, connection.url)
            missing += not found.path
        return {"missing": missing, "message": "; ".join(problems)}

    def task(self) -> Task:
        """The task that looks."""

        async def work(_run: Run) -> Mapping[str, Any]:
            return await self.look()

        return Task(
            "look-at-bins",
            "Look for recycle bins",
            "Asks every Sonarr and Radarr whether what it deletes can be taken back out of a recycle bin.",
            _INTERVAL,
            work,
            recorded=False,
            at_start=True,
        )
