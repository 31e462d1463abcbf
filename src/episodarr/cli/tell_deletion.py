"""How the command line tells plans of deletion, how far they are, and the log."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from episodarr.cli.tell import Progress
from episodarr.deletion.delete import Undone
from episodarr.deletion.journal import LogRow, PlanRow
from episodarr.overview.deletions import (
    SHARED,
    STATE_WORDS,
    STATUS_WORDS,
    course,
    deed_words,
    file_views,
    step_views,
    totals_of,
    what_goes,
)

_COLOURS = {"verified": "green", "failed": "red", "unknown": "yellow", "stayed": "blue"}


class Watch(Progress):
    """How far a plan is, as a bar on a terminal, or as nothing where nobody looks."""

    def tell(self, row: PlanRow) -> None:
        """Draw it."""
        totals = totals_of(row)
        if not self.begun:
            self.begin("Deleting")
        self.step(totals.steps_ended / max(totals.steps, 1), f"{totals.files_deleted} of {totals.files} files")


def tell_plan(console: Console, row: PlanRow, token: str, *, must_count: bool) -> None:
    """All that a plan says, and how it is applied. Titles are printed as they are, never as markup."""
    plan, totals = row.plan, totals_of(row)

    def line(text: str = "", style: str = "") -> None:
        console.print(Text(text, style=style), soft_wrap=True)

    line(f"Plan {row.id}: {plan.title}", "bold")
    if plan.files:
        frees = f"frees {_size(totals.freed)} for certain"
        if totals.unknown_size:
            frees += f", of {_size(totals.unknown_size)} it is not known"
        line(f"{what_goes(plan)} in {len(plan.files):,} files, {_size(totals.size)}: {frees}")
    else:
        line("Nothing of it can go.")
    for title, rows in (
        ("What happens, in this order", [f"{one.system}: {one.text}" for one in course(plan)]),
        ("What goes", [f"{one.label}  {_size(one.size)}  {one.path}{_cautions(one.cautions)}" for one in plan.files]),
        ("Torrents that go with their data", [_torrent(row, place) for place in range(len(plan.torrents))]),
        ("What stays, and why", [f"{one.what}: {one.why}{_may(one.torrent, one.may_choose)}" for one in plan.stays]),
        ("Besides", list(plan.notes)),
        ("More than may go at once", list(plan.exceeded)),
    ):
        if rows:
            line()
            line(title, "bold")
        for one in rows:
            line(f"  {one}")
    if plan.files and not plan.exceeded:
        line()
        counted = f" --count {plan.episode_count}" if must_count else ""
        line(f"Until {plan.expires_at.astimezone():%H:%M}: episodarr delete apply {row.id} --confirm {token}{counted}")


def tell_result(console: Console, row: PlanRow) -> None:
    """What became of every file, and of what is about several; one line each, however long."""
    for one in file_views(row):
        bad = [step.answer for step in one.steps if step.answer and step.state not in {"verified", "waiting"}]
        own = [] if one.state.value == "verified" else bad
        _line(console, one.state.value, one.file.label, "; ".join(dict.fromkeys(own)))
    for step in step_views(row):
        if step.deed in SHARED:
            name = f"{step.words}: {step.about}" if step.about else step.words
            _line(console, step.state, name, "" if step.state == "verified" else step.answer)
    totals = totals_of(row)
    console.print(Text(f"{STATUS_WORDS[row.status]}: {totals.files_deleted:,} files, {_size(totals.deleted)} deleted"))


def in_short(row: PlanRow) -> str:
    """How it stands, in a sentence."""
    return f"Plan {row.id}: {STATUS_WORDS[row.status].lower()}{f': {row.message}' if row.message else ''}"


def tell_undone(console: Console, found: Undone) -> None:
    """What is searched for again."""
    for one in found.asked:
        console.print(Text(f"{one}: monitored again, and searched for"))
    for one in found.failed:
        console.print(Text(one, style="red"))


def tell_log(console: Console, items: Sequence[LogRow]) -> None:
    """Lines of the log."""
    for one in items:
        at = one.at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
        what = f"{one.title}  {one.system}: {deed_words(one.deed, one.system)}"
        _line(console, one.outcome.value, what, one.answer, before=f"{at}  ")


def _line(console: Console, state: str, what: str, answer: str, before: str = "") -> None:
    told = (f"{STATE_WORDS[state]:<14}", _COLOURS.get(state, ""))
    console.print(Text.assemble(before, told, what, f"  {answer}" if answer else ""), soft_wrap=True)


def _torrent(row: PlanRow, place: int) -> str:
    one = row.plan.torrents[place]
    also = f"; also goes: {', '.join(one.also)}" if one.also else ""
    return f"{one.name}  {_size(one.size)}  {one.client}: {one.because}{also}"


def _cautions(cautions: Sequence[str]) -> str:
    return "".join(f"\n    ! {one}" for one in cautions)


def _may(torrent: str, may_choose: bool) -> str:
    return f" (--also-torrent {torrent} removes it all the same)" if may_choose and torrent else ""


def _size(size: int) -> str:
    value, unit = float(size), 0
    units = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
    while value >= 999.5 and unit < len(units) - 1:
        value, unit = value / 1024, unit + 1
    return f"{value:.0f} {units[unit]}" if unit == 0 or value >= 99.95 else f"{value:.3g} {units[unit]}"
