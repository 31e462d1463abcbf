"""What somebody chooses for a file: from the form to the choices of its import, and what the form offers. Pure."""

import re
from collections.abc import Sequence

from episodarr.histories.dates import FORM_WORDS, DateForm
from episodarr.histories.import_model import Choices
from episodarr.histories.model import Columns
from episodarr.web.form import Form

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_LONGEST = 200

FIELDS = (
    ("date", "Day or time", True),
    ("title", "Whole title", False),
    ("show", "Show", False),
    ("season", "Season number", False),
    ("number", "Episode number", False),
    ("episode_title", "Episode title", False),
    ("year", "Year of the show", False),
    ("tmdb_id", "TMDB id", False),
    ("tvdb_id", "TVDB id", False),
    ("imdb_id", "IMDb id", False),
)
"""Columns that can be named: the field, its words, and whether a file must have it."""

LANGUAGES = (
    ("", "As the words of the file say"),
    ("en-US", "English"),
    ("de-DE", "Deutsch"),
    ("fr-FR", "Français"),
    ("es-ES", "Español"),
    ("it-IT", "Italiano"),
    ("pt-BR", "Português"),
    ("nl-NL", "Nederlands"),
    ("pl-PL", "Polski"),
    ("sv-SE", "Svenska"),
    ("da-DK", "Dansk"),
    ("nb-NO", "Norsk"),
    ("fi-FI", "Suomi"),
    ("tr-TR", "Türkçe"),
    ("ja-JP", "日本語"),
    ("ko-KR", "한국어"),
)
FORMS = (("", "As the file's own evidence says"), *((form.value, words) for form, words in FORM_WORDS.items()))

_GUESSES = {
    "date": (r"date|day|seen|watched|viewed|when|started|finished", r".*"),
    "show": (r"show|series|serie|program(me)?|tv show", r" (name|title)"),
    "title": (r"title|name|titel|titre", r".*"),
    "season": (r"season|staffel|saison", r" (number|no|nr|#)\.?"),
    "number": (r"no|nr|number|#|ep|e|episode", r" (number|no|nr|#)\.?"),
    "episode_title": (r"episode|episode (title|name)", r".*"),
    "year": (r"year|jahr", r".*"),
    "tmdb_id": (r"tmdb", r".*"),
    "tvdb_id": (r"tvdb", r".*"),
    "imdb_id": (r"imdb", r".*"),
}
"""What columns are called, and what may stand behind that."""


def choices_of(form: Form) -> Choices:
    """What the form says. Raises ValueError for what no form of ours sends."""
    date_form, language = form.text("date_form"), form.text("language")
    if date_form and date_form not in set(DateForm):
        raise ValueError("date_form: choose one of the forms that are offered")
    if language and not _LANGUAGE.fullmatch(language):
        raise ValueError("language: choose one of the languages that are offered")
    named = {field: form.text(f"c.{field}")[:_LONGEST] for field, _, _ in FIELDS}
    profile = form.raw("profile")[:_LONGEST]
    return Choices(
        profile or None,
        DateForm(date_form) if date_form else None,
        Columns(**named) if any(named.values()) else None,
        form.text("zone")[:60],
        language,
    )


def guessed(heads: Sequence[str]) -> Columns:
    """Which column may be what, by its name alone: each at most once. It is a proposal, for a person to look at."""
    left = [head for head in heads if head]
    found: dict[str, str] = {}
    for field, (words, more) in _GUESSES.items():
        for pattern in (rf"({words})\.?", rf"({words})\b{more}"):
            fits = re.compile(pattern, re.IGNORECASE)
            head = next((one for one in left if fits.fullmatch(one.replace("_", " ").strip())), None)
            if head is not None:
                left.remove(head)
                found[field] = head
                break
    return Columns(**({"date": ""} | found))
