"""What the commands start: the service, the service with its simulated stack, or one command over the house."""

from collections.abc import Collection, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn

from episodarr.accounts.accounts import Accounts
from episodarr.api.server import Server
from episodarr.cli.commands import build_commands
from episodarr.connections.model import Connection
from episodarr.database.accounts import StoredAccounts
from episodarr.database.engine import Database
from episodarr.episode.identity import ConnectionId
from episodarr.logs import set_up_logs
from episodarr.main import House, utc_now
from episodarr.settings import Settings, SettingsProblem


async def serve(
    settings: Settings,
    extra_connections: Collection[Connection] = (),
    greeting: str = "",
    samples: Mapping[Path, str] | None = None,
) -> None:
    """Serve until a signal ends it. `samples`: histories that are offered to try an import with."""
    set_up_logs(settings.log_level, as_json=settings.log_json)
    house = House(settings, extra_connections=extra_connections)
    try:
        config = uvicorn.Config(
            house.app(samples),
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=5,
        )
        server = Server(config, settings, greeting, house.live.close)
        await server.serve()
        if not server.started:
            raise SettingsProblem(
                f"EPISODARR_HOST and EPISODARR_PORT name {settings.host}:{settings.port}, which cannot be listened on"
            )
    finally:
        house.close()


async def demo(settings: Settings, speed: float) -> None:
    """Serve with the simulated stack, on data of its own that each start makes anew."""
    from episodarr.demo.clock import RealClock
    from episodarr.demo.pace import DEMO_PACE, DEMO_PASSWORD, DEMO_USER
    from episodarr.demo.samples import SAMPLES
    from episodarr.demo.stack import Stack, living_world

    with TemporaryDirectory(prefix="episodarr-demo-") as folder:
        settings = settings.model_copy(update={"data_dir": Path(folder), "database_url": "", **DEMO_PACE})
        stack = Stack(living_world(RealClock(speed)))
        await stack.start()
        try:
            given = [_demo_connection(service) for service in stack.services]
            database = Database(settings.database)
            database.migrate()
            Accounts(StoredAccounts(database), utc_now).create_first_admin(DEMO_USER, DEMO_PASSWORD)
            database.close()
            greeting = (
                f"Sign in as {DEMO_USER} with the password {DEMO_PASSWORD}\n"
                f"Ask at another terminal: episodarr why Horimiya S01E05 --data-dir {folder}"
            )
            await serve(settings, given, greeting, SAMPLES)
        finally:
            await stack.stop()


def _demo_connection(service: Any) -> Connection:
    secrets = {name: getattr(service, name) for name in ("api_key", "token", "username", "password")}
    settings = {"url": service.url} | {name: value for name, value in secrets.items() if value}
    return Connection(ConnectionId(0), service.kind, service.name, settings, from_environment=True)


def _open(settings: Settings) -> House:
    """The house for one command, which itself says how it went: only what is unusual is logged, unless asked for."""
    set_up_logs("debug" if settings.log_level == "debug" else "warning", as_json=settings.log_json)
    return House(settings)


def run() -> None:
    """The `episodarr` command."""
    build_commands(_open, serve, demo)()
