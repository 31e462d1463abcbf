"""Names made comparable: without case, accents, punctuation, articles, year and country. Pure."""

import re
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

from episodarr.histories.folding import fold
from episodarr.histories.numerals import value_of

_JOINED = str.maketrans("", "", "'’‘`´.·\u200e\u200f")
"""Left out without leaving a gap: don't, S.W.A.T."""
_GAP = re.compile(r"[\W_]+")
_AND = re.compile(r"\s*(?:&|\+)\s*")
_ARTICLE = re.compile(
    r"^(?:the|an?|der|die|das|les?|la|el|l[oa]s|il|lo|gli|os?|as|het|l(?=['’])|d(?=['’]))(?:\s|['’])+(?=\S)"
)
_BRACKET = re.compile(r"\s*[(（\[]([^()（）\[\]]{1,60})[)）\]]\s*$")
_YEAR = re.compile(r"(?:18|19|20)\d\d")
_COUNTRIES = {
    "us": "US", "usa": "US", "uk": "GB", "gb": "GB", "au": "AU", "aus": "AU", "nz": "NZ", "ca": "CA", "can": "CA",
    "fr": "FR", "de": "DE", "es": "ES", "it": "IT", "jp": "JP", "kr": "KR", "in": "IN", "br": "BR", "mx": "MX",
    "se": "SE", "no": "NO", "dk": "DK", "ie": "IE", "za": "ZA", "nl": "NL", "be": "BE", "tr": "TR", "pl": "PL",
}  # fmt: skip
_PART = re.compile(
    r"\b(?:part|pt|parte|partie|teil|deel|del|osa|czesc|cast)\s+(?P<after>\S+)$"
    r"|(?:^|\s)(?P<before>\S+)\s+(?:part|parte|partie|teil|deel|del|osa|czesc|cast)$"
)
_OF_TWO = re.compile(r"[(（](\d)/\d[)）]")
_DIGITS = re.compile(r"\d+")

_FUZZY_FROM = 6
"""Shorter names are different names when they are not the same."""


class Name(NamedTuple):
    """A show's name, and what stood in brackets behind it."""

    plain: str
    year: int = 0
    country: str = ""
    """ISO 3166-1."""
    other: str = ""
    """Another name in brackets: `De celles qui osent (The Bold Type)`."""


@lru_cache(maxsize=4096)
def clean(text: str) -> str:
    """A name as it is compared; the text itself, folded, when nothing else would be left of it."""
    folded = fold(text)
    plain = _ARTICLE.sub("", _AND.sub(" and ", folded).strip(), count=1)
    return _GAP.sub(" ", plain.translate(_JOINED)).strip() or folded.strip()


@lru_cache(maxsize=4096)
def name_of(text: str) -> Name:
    """A show's name without the year, the country or the other name that may stand in brackets behind it."""
    year, country, other = 0, "", ""
    rest = text
    while (match := _BRACKET.search(rest)) is not None and rest[: match.start()].strip():
        inside = match[1].strip()
        if _YEAR.fullmatch(inside):
            year = int(inside)
        elif (code := _COUNTRIES.get(inside.replace(".", "").lower())) is not None:
            country = code
        elif not other:
            other = clean(inside)
        rest = rest[: match.start()]
    return Name(clean(rest), year, country, other)


@lru_cache(maxsize=4096)
def clean_episode(text: str) -> str:
    """An episode's title as it is compared: `Fear Itself, Part One`, `Fear Itself (1)` and `Fear Itself 1` are one."""
    plain = clean(_OF_TWO.sub(r"(\1)", text))
    if (match := _PART.search(plain)) is not None:
        number = value_of(match["after"] or match["before"])
        if number is not None:
            plain = f"{plain[: match.start()].strip()} {number}".strip()
    return plain


def likeness(one: str, other: str, least: float) -> float:
    """How alike two cleaned names are, 0 to 100; 0 below `least`, for short ones and when their numbers differ."""
    if min(len(one), len(other)) < _FUZZY_FROM or _DIGITS.findall(one) != _DIGITS.findall(other):
        return 0
    return fuzz.ratio(one, other, score_cutoff=least)
