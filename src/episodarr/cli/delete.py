"""`episodarr delete`: plan, apply, pause, resume, log and undo. What deletes needs a plan's id and its token."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from datetime import timedelta
from typing import Annotated, Any, NamedTuple, TypeVar

import msgspec
import typer
from rich.console import Console

from episodarr.cli.doors import NOT_FOUND, WRONG_USE, AsJson, DataDir, Doors, HouseDoors, Wrong
from episodarr.cli.tell_deletion import Watch, in_short, tell_log, tell_plan, tell_result, tell_undone
from episodarr.deletion.delete import Undone
from episodarr.deletion.journal import LogQuestion, PlanRow, PlanStatus
from episodarr.deletion.model import Target
from episodarr.deletion.plan import TorrentChoice, Wish
from episodarr.deletion.propose import Refused
from episodarr.overview.answers import EpisodeRow, ShowCard
from episodarr.overview.deletions import plan_view
from episodarr.overview.questions import LibraryFilter, Overview

T = TypeVar("T")

BY = "command line"
_FOUND = 20
_LOOK = 0.3
"""Seconds between two looks at how far a plan is."""
_PATIENCE = timedelta(seconds=90)
"""What is tried again so soon is waited for."""
_PART = re.compile(
    r"s(?P<season>\d{1,4})(?:e(?P<first>\d{1,5})(?:-(?:s(?P<again>\d{1,4}))?e?(?P<last>\d{1,5}))?)?", re.IGNORECASE
)

PlanId = Annotated[int, typer.Argument(help="Number of the plan.", min=1)]


class Part(NamedTuple):
    """A season, or some of its episodes."""

    season: int
    episodes: range | None


def add_delete(app: typer.Typer, house: Callable[..., HouseDoors], errors: Console) -> None:
    """Add the commands to a command line."""
    delete = typer.Typer(help="Delete episodes, seasons and shows: plan, read, then apply.", no_args_is_help=True)
    app.add_typer(delete, name="delete")
    doors = Doors(house, errors, (Refused,))
    for add in (_add_plan, _add_apply, _add_undo, _add_brake, _add_log):
        add(delete, doors)


def _add_plan(delete: typer.Typer, doors: Doors) -> None:
    @delete.command("plan")
    def plan_command(
        show: Annotated[str, typer.Argument(help="Title of the show, or a part that only one show has.")],
        parts: Annotated[list[str] | None, typer.Argument(help="S01, S01E05, S01E01-E04; none: the show.")] = None,
        keep_torrents: Annotated[bool, typer.Option("--keep-torrents", help="Leave all torrents alone.")] = False,
        also_torrent: Annotated[
            list[str] | None, typer.Option("--also-torrent", help="Info hash of a torrent to remove all the same.")
        ] = None,
        data_dir: DataDir = None,
        as_json: AsJson = False,
    ) -> None:
        """Say what would go and what would stay. Nothing is deleted."""

        def act(opened: HouseDoors) -> tuple[PlanRow, str, bool]:
            targets = _targets(opened.overview, show, [_part(one) for one in parts or ()])
            choice = TorrentChoice.KEEP if keep_torrents else TorrentChoice.WHERE_SAFE
            wish = Wish(tuple(targets), choice, tuple(one.lower() for one in also_torrent or ()))
            row: PlanRow = _run(opened, opened.delete.plan(wish, BY))
            return row, opened.delete.token(row), opened.delete.must_count(row)

        row, token, must_count = doors.inside(data_dir, act)
        if as_json:
            _print(plan_view(row, expired=False, token=token, must_count=must_count))
        else:
            tell_plan(Console(), row, token, must_count=must_count)


def _add_apply(delete: typer.Typer, doors: Doors) -> None:
    @delete.command("apply")
    def apply_command(
        plan: PlanId,
        confirm: Annotated[str, typer.Option(help="The plan's token, as “delete plan” told it.")],
        count: Annotated[int | None, typer.Option(help="How many episodes go, where they are many.")] = None,
        data_dir: DataDir = None,
        as_json: AsJson = False,
    ) -> None:
        """Carry a plan out, and wait until it has ended."""

        def act(opened: HouseDoors) -> PlanRow:
            opened.delete.confirm(plan, confirm, BY, count)
            return _run(opened, _carried_out(opened, plan, doors.errors))

        row = doors.inside(data_dir, act)
        if as_json:
            _print(plan_view(row, expired=False, token=None, must_count=False))
        else:
            tell_result(Console(), row)
        if row.status is not PlanStatus.DONE:
            doors.errors.print(in_short(row), style="yellow", highlight=False, markup=False)
            raise typer.Exit(NOT_FOUND)


def _add_undo(delete: typer.Typer, doors: Doors) -> None:
    @delete.command("undo")
    def undo_command(
        plan: PlanId,
        parts: Annotated[list[str] | None, typer.Argument(help="S01E05, S01; none: all of it.")] = None,
        data_dir: DataDir = None,
        as_json: AsJson = False,
    ) -> None:
        """Have what a plan deleted monitored as before, and searched for."""

        def act(opened: HouseDoors) -> Undone:
            chosen = None
            if parts:
                chosen = _episodes_of(opened.delete.read(plan), [_part(one) for one in parts])
            return _run(opened, opened.delete.undo(plan, BY, chosen))

        found = doors.inside(data_dir, act)
        if as_json:
            _print(found)
        else:
            tell_undone(Console(), found)
        if found.failed:
            raise typer.Exit(NOT_FOUND)


def _add_brake(delete: typer.Typer, doors: Doors) -> None:
    @delete.command("pause")
    def pause_command(
        reason: Annotated[str, typer.Option(help="Why, for those who read of it.")] = "", data_dir: DataDir = None
    ) -> None:
        """Delete nothing from now on; what runs stops before its next item."""
        doors.inside(data_dir, lambda opened: opened.delete.pause(BY, reason))
        typer.echo("Deleting is paused.")

    @delete.command("resume")
    def resume_command(data_dir: DataDir = None) -> None:
        """Go on."""
        doors.inside(data_dir, lambda opened: opened.delete.resume(BY))
        typer.echo("Deleting goes on.")


def _add_log(delete: typer.Typer, doors: Doors) -> None:
    @delete.command("log")
    def log_command(
        search: Annotated[str, typer.Argument(help="Part of a title.")] = "",
        plan: Annotated[int | None, typer.Option(help="Only of this plan.")] = None,
        limit: Annotated[int, typer.Option(min=1, max=1000, help="Lines, the latest first.")] = 50,
        data_dir: DataDir = None,
        as_json: AsJson = False,
    ) -> None:
        """What was done for each episode in each system, and what came of it."""
        asked = LogQuestion(search=search, plan_id=plan, limit=limit)
        items = doors.inside(data_dir, lambda opened: opened.delete.log(asked)).items
        if as_json:
            _print(items)
        else:
            tell_log(Console(), items)


def _run(opened: HouseDoors, act: Coroutine[Any, Any, T]) -> T:
    """Await something that asks services."""

    async def inside() -> T:
        async with opened.open():
            return await act

    return asyncio.run(inside())


async def _carried_out(opened: HouseDoors, plan_id: int, errors: Console) -> PlanRow:
    """Carry it out here, or watch the service do it; the plan as it is when nothing more happens now."""
    with Watch(errors) as watch:

        async def look() -> PlanRow:
            row = await asyncio.to_thread(opened.delete.read, plan_id)
            watch.tell(row)
            return row

        row = await _worked(opened, look)
        while True:
            soon = row.next_at is not None and row.next_at - opened.clock() <= _PATIENCE
            if row.status is PlanStatus.WAITING and soon and opened.delete.paused() is None:
                row = await _worked(opened, look)
            elif row.status is PlanStatus.RUNNING and opened.delete.paused() is None:
                # A service that runs beside holds the lease: it is the one that deletes.
                row = await look()
            else:
                return row
            await asyncio.sleep(_LOOK)


async def _worked(opened: HouseDoors, look: Callable[[], Awaitable[PlanRow]]) -> PlanRow:
    """Do what can be done now, and look on meanwhile."""
    working = asyncio.ensure_future(opened.carry_out.run())
    try:
        while not working.done():
            await look()
            await asyncio.wait({working}, timeout=_LOOK)
        await working
        return await look()
    finally:
        working.cancel()


def _part(text: str) -> Part:
    found = _PART.fullmatch(text.strip())
    if found is None or (found["again"] and int(found["again"]) != int(found["season"])):
        raise typer.BadParameter(f"{text} is none of S01, S01E05 and S01E01-E04")
    if found["first"] is None:
        return Part(int(found["season"]), None)
    first, last = int(found["first"]), int(found["last"] or found["first"])
    if last < first or last - first >= 2000:
        raise typer.BadParameter(f"{text} does not go from an episode to a later one")
    return Part(int(found["season"]), range(first, last + 1))


def _targets(overview: Overview, title: str, parts: Sequence[Part]) -> list[Target]:
    """What is named. Raises Wrong when it is not there, or not only one show is meant."""
    show = _show(overview, title)
    if not parts:
        return [Target(show.id)]
    seasons = {one.number for one in overview.seasons(show.id)}
    targets: list[Target] = []
    for part in parts:
        if part.season not in seasons:
            raise Wrong(NOT_FOUND, f"{show.title} has no season {part.season}")
        if part.episodes is None:
            targets.append(Target(show.id, part.season))
            continue
        known = {one.episode_number: one.id for one in _episodes(overview, show.id, part.season)}
        missing = [one for one in part.episodes if one not in known]
        if missing:
            raise Wrong(NOT_FOUND, f"{show.title} has no episode S{part.season:02}E{missing[0]:02}")
        targets += [Target(show.id, part.season, known[one]) for one in part.episodes]
    return list(dict.fromkeys(targets))


def _show(overview: Overview, title: str) -> ShowCard:
    """The one show with that title, or whose title alone holds it: what goes is never guessed."""
    found = overview.library(LibraryFilter(search=title), _FOUND, None).items
    same = [one for one in found if one.title.casefold() == title.casefold()]
    if len(same) == 1 or (not same and len(found) == 1):
        return (same or found)[0]
    if not found:
        raise Wrong(NOT_FOUND, f"No show is called “{title}”")
    names = ", ".join(f"{one.title} ({one.year})" if one.year else one.title for one in (same or found)[:10])
    raise Wrong(WRONG_USE, f"“{title}” is not only one show: {names}. Give the whole title.")


def _episodes(overview: Overview, series_id: int, season: int) -> Iterator[EpisodeRow]:
    cursor = None
    while True:
        page = overview.episodes(series_id, season, 1000, cursor)
        yield from page.items
        cursor = page.next
        if cursor is None:
            return


def _episodes_of(row: PlanRow, parts: Sequence[Part]) -> list[int]:
    """Ids of the named episodes of a plan. Raises Wrong when it holds none of them."""
    held = [one for file in row.plan.files for one in file.episodes]
    found = [
        one.id
        for one in held
        for part in parts
        if one.season == part.season and (part.episodes is None or one.number in part.episodes)
    ]
    if not found:
        raise Wrong(NOT_FOUND, f"Plan {row.id} holds none of these episodes")
    return found


def _print(value: object) -> None:
    typer.echo(msgspec.json.encode(value).decode())
