"""How the command line shows things: one screen for people, a bar while it works on a terminal."""

from collections.abc import Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.table import Table
from rich.text import Text

from episodarr.overview.answers import Action, EpisodeDetail, TimelineEntry

_HELPS = {
    Action.SEARCH: "a search in Sonarr",
    Action.RESCAN: "a look of Sonarr at its folder and downloads",
    Action.RETRY_IMPORT: "a new try of the import",
    Action.RECHECK_LIBRARY: "a look of the media servers at the folder",
    Action.RECOGNIZE: "a new look of Shoko at the file",
    Action.OPEN_IMPORT: "the import by hand in Sonarr's queue",
    Action.OPEN_SHOKO: "a link by hand in Shoko",
    Action.OPEN_CLIENT: "a look into the download client",
}


class Progress:
    """Steps of a run as a bar on a terminal, or as nothing where nobody looks."""

    def __init__(self, console: Console) -> None:
        self._bars = Bars(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[message]}"),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    @property
    def begun(self) -> bool:
        """Whether a part was begun."""
        return self._task is not None

    def begin(self, title: str) -> None:
        """The next part."""
        self._task = self._bars.add_task(title, total=None, message="")

    def step(self, progress: float | None, message: str) -> None:
        """How far the part is."""
        if self._task is not None:
            total = 1.0 if progress is not None else None
            self._bars.update(self._task, completed=progress or 0, total=total, message=message)


def tell_job(console: Console, report: dict[str, Any]) -> None:
    """What a sync did."""
    series, episodes = report["series"], report["episodes"]
    console.print(f"Shows     {series['created']} new, {series['updated']} changed, {series['removed']} removed")
    console.print(f"Episodes  {episodes['created']} new, {episodes['updated']} changed, {episodes['removed']} gone")
    megabytes, seconds = report["bytes"] / 1e6, report["milliseconds"] / 1000
    console.print(f"Asked     {report['requests']} requests, {megabytes:.1f} MB, {seconds:.2f} s")
    for name, text in report["services"].items():
        console.print(f"{name}: {text}", style="green" if text == "ok" else "red", highlight=False)
    for failure in report["failures"]:
        console.print(f"! {failure}", style="yellow", highlight=False)


def tell_episode(
    console: Console, detail: EpisodeDetail, timeline: Sequence[TimelineEntry], others: Sequence[str]
) -> None:
    """Why an episode is where it is, on one screen."""
    row = detail.episode
    name = f"{detail.show.title} S{row.season_number:02}E{row.episode_number:02}"
    console.print(Text.assemble((name, "bold"), f"  {row.title}"))
    console.print(Text.assemble((row.state.value.replace("_", " ").upper(), "bold"), _since(row.since)))
    console.print(f"  because      {row.because}", highlight=False)
    console.print(f"  waiting for  {row.waiting_for or 'nothing'}", highlight=False)
    if detail.advice is not None and detail.advice.usual:
        word = "unusual" if detail.advice.unusual else "usual"
        console.print(f"  {word:<12} {detail.advice.usual}", highlight=False)
        helps = ", ".join(_HELPS[one] for one in detail.advice.actions)
        if helps:
            console.print(f"  {'what helps':<12} {helps}", highlight=False)
    if row.relative_path:
        size = (row.size or 0) / 1e9
        console.print(f"  file         {row.relative_path} ({row.quality}, {size:.2f} GB)", highlight=False)
    for item in detail.library_items:
        how = "playable" if item.playable else "listed"
        console.print(f"  {item.server:<12} {how} as {item.item_id}", highlight=False)
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for entry in timeline[-15:]:
        table.add_row(
            entry.at.astimezone().strftime("%Y-%m-%d %H:%M:%S"),
            entry.source,
            Text(entry.text + (f": {entry.detail}" if entry.detail else "")),
        )
    console.print(table)
    if others:
        console.print(f"Also matching: {', '.join(others)}", style="dim", highlight=False)


def _since(at: datetime | None) -> str:
    if at is None:
        return ""
    minutes = round((datetime.now(UTC) - at).total_seconds() / 60)
    if minutes < 1:
        return "  since a moment ago"
    if minutes < 120:
        return f"  for {minutes} min"
    if minutes < 48 * 60:
        return f"  for {minutes // 60} h"
    return f"  for {minutes // 1440} days"
