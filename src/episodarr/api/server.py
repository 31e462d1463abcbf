"""The web server around the application."""

from collections.abc import Callable
from typing import Any

import uvicorn

from episodarr.settings import Settings


class Server(uvicorn.Server):
    """Says where it listens once it does, and ends open streams before it waits for requests to end."""

    def __init__(
        self, config: uvicorn.Config, settings: Settings, greeting: str, end_streams: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._end_streams = end_streams
        self._settings = settings
        self._greeting = greeting

    async def shutdown(self, sockets: list[Any] | None = None) -> None:
        """See uvicorn."""
        self._end_streams()
        await super().shutdown(sockets)
        # Uvicorn would raise the signal anew once it has served, and nobody after it could tidy up.
        self._captured_signals.clear()

    async def startup(self, sockets: list[Any] | None = None) -> None:
        """See uvicorn."""
        try:
            await super().startup(sockets)
        except SystemExit:  # uvicorn's way to say that the address is taken
            self.started = False
            self.should_exit = True
            return
        for one in self.servers:
            for socket in one.sockets:
                host, port = socket.getsockname()[:2]
                print(f"Episodarr listens on http://{host}:{port}{self._settings.url_base}/", flush=True)  # noqa: T201
        if self._greeting:
            print(self._greeting, flush=True)  # noqa: T201  # for the person at the terminal, not for the log
