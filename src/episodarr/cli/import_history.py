"""`episodarr import`: a file of a viewing history for a user, and taking an import back."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from episodarr.cli.doors import NOT_FOUND, WRONG_USE, AsJson, DataDir, Doors, HouseDoors, Wrong
from episodarr.cli.tell import Progress
from episodarr.cli.tell_history import tell_preview, tell_report
from episodarr.histories.dates import DateForm
from episodarr.histories.histories import NotNow, Person
from episodarr.histories.import_model import Choices, Preview, Report
from episodarr.histories.model import Columns

BY = "command line"
UNDO = "undo"


def add_import(app: typer.Typer, house: Callable[..., HouseDoors], errors: Console) -> None:
    """Add the command to a command line."""
    doors = Doors(house, errors, (NotNow, ValueError))

    @app.command("import")
    def import_command(
        file: Annotated[str, typer.Argument(help="The file; or “undo” and the number of an import.")],
        number: Annotated[int | None, typer.Argument(help="Of the import to undo.", min=1)] = None,
        user: Annotated[str, typer.Option(help="Whose history it is.")] = "",
        profile: Annotated[str | None, typer.Option(help="Of a file with several profiles.")] = None,
        date_form: Annotated[DateForm | None, typer.Option(help="How its dates are written.")] = None,
        column: Annotated[
            list[str] | None, typer.Option(help="Such as title=Name, for a table of no known kind. Repeat it.")
        ] = None,
        zone: Annotated[str, typer.Option(help="Where an instant becomes a day, such as Europe/Berlin.")] = "",
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what is understood; import nothing.")] = False,
        data_dir: DataDir = None,
        as_json: AsJson = False,
    ) -> None:
        """Import a viewing history (Netflix, Trakt, TV Time, Yamtrack, Simkl, any table), or undo an import."""
        if file == UNDO:
            removed = doors.inside(data_dir, lambda opened: _undo(opened, number))
            if as_json:
                typer.echo(msgspec.json.encode({"import": number, "removed": removed}).decode())
            else:
                typer.echo(f"Import {number} is undone: {removed} views are no longer known.")
            return
        choices = Choices(profile, date_form, _columns(column or ()), zone)

        def act(opened: HouseDoors) -> Report | Preview:
            return _import(opened, Path(file), user, choices, errors, dry_run=dry_run)

        told = doors.inside(data_dir, act)
        if as_json:
            typer.echo(msgspec.json.encode(told).decode())
        elif isinstance(told, Report):
            tell_report(Console(), told)
        else:
            tell_preview(Console(), told)


def _undo(opened: HouseDoors, number: int | None) -> int:
    if number is None:
        raise Wrong(WRONG_USE, "Say which import to undo: episodarr import undo 3")
    return opened.histories.importing.undo(number)


def _import(
    opened: HouseDoors, file: Path, user: str, choices: Choices, errors: Console, *, dry_run: bool
) -> Report | Preview:
    person = _person(opened, user)
    facade = opened.histories.facade
    try:
        with file.open("rb") as content:
            preview = facade.upload(person, file.name, content, choices)
    except OSError as problem:
        raise Wrong(NOT_FOUND, f"{file} cannot be read: {problem.strerror}") from problem
    if dry_run or preview.questions:
        facade.cancel(person.user_id, preview.import_id)
        if not dry_run:
            raise Wrong(WRONG_USE, "\n".join(_answers(preview)))
        return preview
    opened.histories.importing.start(preview.import_id)
    return asyncio.run(_run(opened, preview.import_id, errors))


async def _run(opened: HouseDoors, import_id: int, errors: Console) -> Report:
    async with opened.open():
        with Progress(errors) as progress:
            progress.begin("Import")
            return await opened.histories.facade.run(import_id, progress.step)


def _person(opened: HouseDoors, user: str) -> Person:
    users = opened.accounts.users()
    if not user and len(users) == 1:
        return Person(users[0].id, BY, users[0].is_admin)
    found = next((one for one in users if one.name.casefold() == user.strip().casefold()), None)
    if found is None:
        names = ", ".join(one.name for one in users[:20]) or "nobody yet: add one with “episodarr user add”"
        raise Wrong(NOT_FOUND if user else WRONG_USE, f"Say whose history it is with --user: {names}")
    return Person(found.id, BY, found.is_admin)


def _answers(preview: Preview) -> list[str]:
    """What is open, and how to answer it here."""
    lines = list(preview.questions)
    if preview.needs_columns:
        lines.append("Name them, such as: --column title=Name --column date=Watched")
    if len(preview.profiles) > 1 and preview.choices.profile is None:
        lines.append("--profile: " + ", ".join(f"“{one.name}” ({one.rows} rows)" for one in preview.profiles[:20]))
    if len(preview.date_forms) > 1:
        lines.append("--date-form: " + ", ".join(one.form.value for one in preview.date_forms))
    return lines


def _columns(given: Sequence[str]) -> Columns | None:
    if not given:
        return None
    fields = Columns.__struct_fields__
    named: dict[str, str] = {}
    for one in given:
        name, equals, column = one.partition("=")
        if not equals or name not in fields:
            raise typer.BadParameter(f"{one} is not such as title=Name; there are {', '.join(fields)}")
        named[name] = column
    if "date" not in named:
        raise typer.BadParameter("--column date=... is missing: a view has a day")
    return Columns(**named)
