"""What is understood of an uploaded file, for the person who decides whether it is right."""

from datetime import date
from itertools import islice
from typing import BinaryIO

import msgspec

from episodarr.histories.dates import FORM_WORDS, DateForm
from episodarr.histories.import_model import Choices, FormChoice, Import, Learned, Preview, SampleRow
from episodarr.histories.match import hypotheses_of
from episodarr.histories.model import (
    BadRow,
    Event,
    HistoryRow,
    InvalidFile,
    ReadOptions,
    RowKind,
    Skipped,
    UnknownColumns,
)
from episodarr.histories.read import Reading, open_history

SAMPLE = 20


def preview_of(one: Import, stream: BinaryIO, choices: Choices) -> tuple[Preview, Learned]:
    """What was understood of a file, for a person and for its import.

    Raises InvalidFile for what is no history, and ValueError for an unknown zone. A table whose columns
    nobody knows is no failure: they are asked for.
    """
    options = choices.options(one.today)
    try:
        reading = open_history(stream, one.name, options)
    except UnknownColumns as unknown:
        question = "Nobody knows this kind of table: name its columns for the title and the date."
        preview = Preview(one.id, one.name, "", 0, columns=unknown.columns, questions=(question,), choices=choices)
        return msgspec.structs.replace(preview, needs_columns=True), Learned()
    names = [one.name for one in reading.profiles]
    if choices.profile is not None and names and choices.profile not in names:
        listed = ", ".join(names[:10])
        raise InvalidFile(f"profile: the file has no profile “{choices.profile[:60]}”, but {listed}")
    dates = reading.dates
    form = choices.date_form or dates.form
    forms = tuple(
        FormChoice(read.form, FORM_WORDS[read.form], read.example, read.example_day, read.first, read.last)
        for read in dates.readings
    )
    preview = Preview(
        one.id,
        one.name,
        reading.format.value,
        reading.rows,
        columns=reading.columns,
        profiles=reading.profiles,
        date_form=FORM_WORDS[form] if form is not None else "",
        date_forms=forms,
        evidence=(*reading.evidence, *dates.evidence),
        members=reading.members,
        sample=_sample(reading, options),
        questions=reading.questions(options),
        choices=choices,
    )
    return preview, Learned(form, reading.company, reading.language)


def _sample(reading: Reading, options: ReadOptions) -> tuple[SampleRow, ...]:
    """The first rows; while the form of the dates is open, without the days."""
    open_form = reading.dates.ambiguous and options.date_form is None
    form = options.date_form or (reading.dates.readings[0].form if open_form else reading.dates.form)
    profile = options.profile
    if reading.profiles and (profile is None or profile not in {one.name for one in reading.profiles}):
        profile = reading.profiles[0].name
    tried = msgspec.structs.replace(options, date_form=form or DateForm.YEAR_FIRST, profile=profile)
    return tuple(_row(event, dated=not open_form) for event in islice(reading.events(tried), SAMPLE))


def _row(event: Event, *, dated: bool) -> SampleRow:
    if isinstance(event, BadRow):
        return SampleRow(event.line, "", problem=event.problem)
    if isinstance(event, Skipped):
        return SampleRow(event.line, "", problem=f"Left out: {event.why}")
    return SampleRow(event.line, event.title, _day(event, dated=dated), _words(event))


def _day(row: HistoryRow, *, dated: bool) -> date | None:
    return row.watched_on if dated else None


def _words(row: HistoryRow) -> str:
    """The likeliest way to understand a title, in words."""
    if row.kind is RowKind.FILM:
        return "film"
    best = hypotheses_of(row)[0]
    if not best.episode_words and best.episode_number is None:
        return "a film, or a title without an episode"
    parts = [best.show, best.season_words]
    if best.episode_number is not None:
        parts.append(f"episode {best.episode_number}")
    if not best.generic:
        parts.append(best.episode_words)
    return " · ".join(part for part in parts if part)
