"""What is said of a viewing history on a terminal."""

from rich.console import Console
from rich.table import Table

from episodarr.histories.import_model import Preview, Report

_FEW = 10


def tell_preview(console: Console, preview: Preview) -> None:
    """What was understood of a file."""
    console.print(f"{preview.format or 'unknown'}: {preview.rows:,} rows", highlight=False)
    for sentence in preview.evidence:
        console.print(f"  {sentence}", highlight=False, markup=False)
    for profile in preview.profiles:
        console.print(f"  profile {profile.name}: {profile.rows:,} rows", highlight=False, markup=False)
    table = Table("Row", "Day", "Title", "Understood as")
    for row in preview.sample:
        day = row.watched_on.isoformat() if row.watched_on else ""
        table.add_row(str(row.line), day, _plain(row.title), _plain(row.problem or row.reading))
    console.print(table)
    for question in preview.questions:
        console.print(question, style="yellow", highlight=False, markup=False)


def tell_report(console: Console, report: Report) -> None:
    """What became of an import."""
    ways = ", ".join(f"{way} {rows:,}" for way, rows in report.ways.items())
    lines = [
        ("Episodes", report.episodes, ways),
        ("Films", report.films, ""),
        ("Known already", report.already_known, ""),
        ("Ambiguous", report.ambiguous, "choose on the page Histories"),
        ("Not recognised", report.unmatched, "choose on the page Histories"),
        ("Waiting", report.waiting, "completed once a metadata service answers"),
        ("Ignored", report.ignored, ""),
        ("Left out", sum(report.skipped.values()), ", ".join(report.skipped)),
        ("Unreadable", report.bad_count, ""),
    ]
    console.print(f"Import {report.import_id}: {report.status.value}", highlight=False)
    for name, rows, about in lines:
        if rows or name == "Episodes":
            console.print(f"{name:<15}{rows:>9,}  {about}", highlight=False, markup=False)
    for one in report.bad[:_FEW]:
        console.print(f"  line {one.line}: {one.problem}", style="yellow", highlight=False, markup=False)
    if report.message:
        console.print(report.message, style="red", highlight=False, markup=False)


def _plain(text: str) -> str:
    """Text of a file, which must not steer the terminal."""
    return "".join(one if one.isprintable() else "�" for one in text).replace("[", "\\[")
