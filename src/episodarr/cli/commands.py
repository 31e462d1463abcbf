"""The commands. What they need is handed in by `main`, so that `--help` starts at once and tests can stand in."""

import asyncio
import re
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from episodarr import __version__
from episodarr.accounts.accounts import Accounts
from episodarr.cli.delete import add_delete
from episodarr.cli.doors import NOT_FOUND, UNREACHABLE, WRONG_USE, AsJson, DataDir, HouseDoors
from episodarr.cli.import_history import add_import
from episodarr.cli.parse import add_parse
from episodarr.cli.tell import Progress, tell_episode, tell_job
from episodarr.connections.failures import ServiceFailure
from episodarr.overview.whole import episode_detail
from episodarr.settings import Settings, SettingsProblem, read

_NUMBERS = re.compile(r"s?(?P<season>\d{1,4})(?:e|x)(?P<episode>\d{1,5})", re.IGNORECASE)


OpenHouse = Callable[[Settings], HouseDoors]
Serve = Callable[[Settings], Coroutine[Any, Any, None]]
Demo = Callable[[Settings, float], Coroutine[Any, Any, None]]


def build_commands(open_house: OpenHouse, serve: Serve, demo: Demo) -> typer.Typer:
    """The command line over the given parts."""
    app = typer.Typer(
        help="What is happening to each episode of your library, and why.",
        no_args_is_help=True,
        add_completion=True,
        pretty_exceptions_enable=False,
    )
    errors = Console(stderr=True)

    def settings(**given: Any) -> Settings:
        try:
            return read(**given)
        except SettingsProblem as problem:
            errors.print(f"[red]{problem}[/red]", highlight=False)
            raise typer.Exit(WRONG_USE) from problem

    def house(**given: Any) -> HouseDoors:
        chosen = settings(**given)
        try:
            return open_house(chosen)
        except SettingsProblem as problem:
            errors.print(f"[red]{problem}[/red]", highlight=False)
            raise typer.Exit(WRONG_USE) from problem

    def run(service: Coroutine[Any, Any, None]) -> None:
        try:
            asyncio.run(service)
        except SettingsProblem as problem:
            errors.print(f"[red]{problem}[/red]", highlight=False)
            raise typer.Exit(WRONG_USE) from problem

    @app.callback(invoke_without_command=True)
    def main(version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False) -> None:
        if version:
            typer.echo(__version__)
            raise typer.Exit

    @app.command("serve")
    def serve_command(
        host: Annotated[str | None, typer.Option(help="Address to listen on. [EPISODARR_HOST]")] = None,
        port: Annotated[int | None, typer.Option(help="Port to listen on. [EPISODARR_PORT]")] = None,
        data_dir: DataDir = None,
    ) -> None:
        """Run the service."""
        run(serve(settings(host=host, port=port, data_dir=data_dir)))

    @app.command("demo")
    def demo_command(
        host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
        port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
        speed: Annotated[float, typer.Option(min=0.1, max=50, help="How fast the simulated stack lives.")] = 1.0,
    ) -> None:
        """Run the service with a simulated media stack, on data of its own that each start makes anew."""
        run(demo(settings(host=host, port=port), speed))

    @app.command("sync")
    def sync_command(
        full: Annotated[bool, typer.Option("--full", help="Read every show, unmonitored ones too.")] = False,
        data_dir: DataDir = None,
        as_json: AsJson = False,
    ) -> None:
        """Read the library from every Sonarr now, then look at downloads and media servers once."""
        opened = house(data_dir=data_dir)
        try:
            report = asyncio.run(_sync(opened, errors, full=full))
        except ServiceFailure as failure:
            errors.print(f"[red]{failure}[/red]\n{failure.advice}", highlight=False)
            raise typer.Exit(UNREACHABLE) from failure
        finally:
            opened.close()
        if as_json:
            typer.echo(msgspec.json.encode(report).decode())
        else:
            tell_job(Console(), report)
        if any(text != "ok" for text in report["services"].values()):
            raise typer.Exit(UNREACHABLE)
        if not report["services"]:
            errors.print("No Sonarr is connected: set EPISODARR_SONARR_URL and _API_KEY, or use the wizard.")
            raise typer.Exit(WRONG_USE)

    @app.command("why")
    def why_command(
        show: Annotated[str, typer.Argument(help="Title of the show, or a part of it.")],
        episode: Annotated[str, typer.Argument(help="Such as S01E05 or 1x05.")],
        data_dir: DataDir = None,
        as_json: AsJson = False,
    ) -> None:
        """Why an episode is in its state, what it waits for, and what happened to it."""
        numbers = _NUMBERS.fullmatch(episode.strip())
        if numbers is None:
            errors.print(f"[red]{episode} is not an episode number such as S01E05[/red]", highlight=False)
            raise typer.Exit(WRONG_USE)
        opened = house(data_dir=data_dir)
        try:
            found = opened.overview.find_episode(show, int(numbers["season"]), int(numbers["episode"]))
            if not found:
                errors.print(f"No show like “{show}” has an episode {episode}.", highlight=False)
                raise typer.Exit(NOT_FOUND)
            detail = episode_detail(opened.overview, opened.board, found[0].id, opened.clock(), opened.remedies.kinds())
            assert detail is not None  # noqa: S101  # it was found a moment ago
            timeline = opened.overview.timeline(found[0].id, 200, None).items
            cards = (opened.overview.show(row.series_id) for row in found[1:])
            others = [card.title for card in cards if card is not None]
            if not as_json:
                _note_opened(opened, found[0].series_id)
        finally:
            opened.close()
        if as_json:
            typer.echo(msgspec.json.encode({"detail": detail, "timeline": timeline}).decode())
        else:
            tell_episode(Console(), detail, timeline, others)

    add_parse(app)
    add_delete(app, house, errors)
    add_import(app, house, errors)
    _user_commands(app, house, errors)
    return app


def _note_opened(opened: HouseDoors, series_id: int) -> None:
    """A person looks at a show; who asks for JSON is a program."""
    opened.freshening.freshness.opened(series_id, "somebody at the command line")


async def _sync(opened: HouseDoors, errors: Console, *, full: bool) -> dict[str, Any]:
    async with opened.open():
        with Progress(errors) as progress:
            progress.begin("Series list")
            series = await opened.instances.series(progress)
            progress.begin("Episodes")
            report: dict[str, Any] = await opened.instances.episodes(progress, full=full)
            progress.begin("Downloads and media servers")
            for look in (
                opened.followers.grabs,
                opened.followers.transfers,
                opened.followers.imports,
                opened.followers.verify,
            ):
                report.setdefault("looks", {})[look.__name__] = await look()
    report["series"] = series["series"]
    report["services"] = {
        name: text if text != "ok" else series["services"].get(name, text) for name, text in report["services"].items()
    }
    for number in ("requests", "bytes", "milliseconds", "failed"):
        report[number] += series[number]
    return report


def _user_commands(app: typer.Typer, house: Callable[..., HouseDoors], errors: Console) -> None:
    users = typer.Typer(help="Users who sign in.", no_args_is_help=True)
    app.add_typer(users, name="user")

    @users.command("list")
    def list_users(data_dir: DataDir = None, as_json: AsJson = False) -> None:
        """All users."""
        opened = house(data_dir=data_dir)
        try:
            found = opened.accounts.users()
        finally:
            opened.close()
        if as_json:
            typer.echo(msgspec.json.encode(found).decode())
        for user in [] if as_json else found:
            typer.echo(f"{user.name}\t{user.role}")

    @users.command("add")
    def add_user(
        name: Annotated[str, typer.Argument()],
        role: Annotated[str, typer.Option(help="admin or viewer.")] = "viewer",
        data_dir: DataDir = None,
    ) -> None:
        """Add a user; the password is read from standard input or asked for."""
        _with_password(house, errors, data_dir, lambda accounts, password: accounts.add_user(name, password, role))

    @users.command("password")
    def set_password(name: Annotated[str, typer.Argument()], data_dir: DataDir = None) -> None:
        """Set a user's password; all sessions of the user end."""
        _with_password(house, errors, data_dir, lambda accounts, password: accounts.set_password(name, password))


def _with_password(
    house: Callable[..., HouseDoors],
    errors: Console,
    data_dir: Path | None,
    act: Callable[[Accounts, str], object],
) -> None:
    if sys.stdin.isatty():
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\n")
    opened = house(data_dir=data_dir)
    try:
        act(opened.accounts, password)
    except LookupError as problem:
        errors.print(f"[red]{problem}[/red]", highlight=False)
        raise typer.Exit(NOT_FOUND) from problem
    except ValueError as problem:
        errors.print(f"[red]{problem}[/red]", highlight=False)
        raise typer.Exit(WRONG_USE) from problem
    finally:
        opened.close()
