"""Which language the titles of a file are in, by the words with which they count seasons. Pure."""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import islice

from episodarr.histories.folding import fold

_WORDS = {
    "staffel": "de-DE",
    "folge": "de-DE",
    "saison": "fr-FR",
    "stagione": "it-IT",
    "temporada": "es-ES",
    "episodio": "es-ES",
    "seizoen": "nl-NL",
    "aflevering": "nl-NL",
    "sasong": "sv-SE",
    "avsnitt": "sv-SE",
    "saeson": "da-DK",
    "sesong": "no-NO",
    "kausi": "fi-FI",
    "jakso": "fi-FI",
    "sezon": "tr-TR",
    "bolum": "tr-TR",
    "odcinek": "pl-PL",
    "evad": "hu-HU",
    "сезон": "ru-RU",
    "시즌": "ko-KR",
    "シーズン": "ja-JP",
    "season": "",
    "episode": "",
}
_ENOUGH = 5_000
"""Titles with a colon: more of them tell nothing else."""
_WORD = re.compile(r"[^\W\d_]+")


class LanguageEar:
    """Hears titles, and counts."""

    def __init__(self) -> None:
        self._heard: Counter[str] = Counter()
        self._portuguese = 0
        self._left = _ENOUGH

    def hear(self, title: str) -> None:
        """One title; only what stands behind its first colon counts seasons."""
        if self._left == 0:
            return
        _, colon, rest = title.partition(":")
        if not colon:
            return
        self._left -= 1
        for found in islice(_WORD.finditer(fold(rest)), 4):
            if (language := _WORDS.get(found[0])) is not None:
                self._heard[language] += 1
                self._portuguese += "ção" in title or "ões" in title or "ão " in title
                return

    def language(self) -> str:
        """Such as `de-DE`; empty: English, or nobody can tell."""
        if not self._heard:
            return ""
        best = max(self._heard, key=lambda one: (self._heard[one], one))
        return "pt-BR" if best == "es-ES" and self._portuguese * 20 > self._heard[best] else best


def language_of(titles: Iterable[str]) -> str:
    """The language of some titles."""
    ear = LanguageEar()
    for title in titles:
        ear.hear(title)
    return ear.language()
