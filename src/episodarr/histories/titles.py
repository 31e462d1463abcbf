"""What a title may mean: every way to take it apart into show, season and episode, the likeliest first. Pure.

`Trollhunters: Tales of Arcadia: Part 2: Hiss Hiss, Bang Bang` has its show in two parts, `Becoming: Part 1` is an
episode and `Harry Potter and the Deathly Hallows: Part 2` a film: no separator tells, so all are kept as hypotheses
for `match` to try against what is known. Words such as “Season 2” only order them.
"""

import re
from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache

import msgspec

from episodarr.histories.folding import fold
from episodarr.histories.marks import Mark, MarkKind, mark_of
from episodarr.histories.numerals import value_of

_MOST_PARTS = 8
"""A title of more parts keeps the rest together."""
_MOST_TERMS = 4
_COMPANY = 4
"""So many different titles behind one name are episodes of a show: trilogies of films have three."""

_SEPARATOR = re.compile(r"(\s*:(?=\s|$)\s*|\s*：\s*|\s+[-–—]\s+)")
_CODE = re.compile(
    r"(?P<show>.+?)[\s:,–-]+(?:[Ss](?P<season>\d{1,4})[ .]?[Ee](?P<number>\d{1,4})"
    r"|(?P<season2>\d{1,2})x(?P<number2>\d{2,3}))"
    r"(?![^\W_])[\s:–-]*(?P<rest>.*)"
)
_LAST_BRACKET = re.compile(r"\s*[(（\[](?P<inside>[^()（）\[\]]{1,40})[)）\]]\s*$")
_NAMED_ASIDE = re.compile(r"^(?P<name>.*\S)\s*[(（](?P<aside>[^()（）]{2,80})[)）]$")
_YEAR_OR_COUNTRY = re.compile(r"(?:19|20)\d\d|[A-Z]{2,3}|U\.[SK]\.(?:A\.)?")


class Shape(IntEnum):
    """How a title tells that it is an episode, from plainly to not at all."""

    SEASON = 0
    """It names a season."""
    PART = 1
    """It names a part, volume or book with something behind it."""
    EPISODE = 2
    """It names an episode by its number."""
    COMPANY = 3
    """The file has many other titles of the same show."""
    LAYERS = 4
    """It has three parts: show, season by its name, episode, or a show whose name has two parts."""
    PAIR = 5
    """It has two parts, as many films have."""
    ALONE = 6
    """It is one name: a film, or a special."""


class Hypothesis(msgspec.Struct, frozen=True, gc=False):
    """One way to understand a title."""

    show: str
    season_words: str = ""
    """Empty: the title names no season."""
    season_number: int | None = None
    episode_words: str = ""
    """Without a number in brackets behind it; empty: no episode is named."""
    episode_number: int | None = None
    shape: Shape = Shape.ALONE
    loose: bool = False
    """Its season is a part, volume, book or limited series: services count those differently."""
    generic: bool = False
    """Its episode words are a number only, such as `Episode 6`."""
    shortened: bool = False
    """Words in front of the number of its season, or behind it, are left out unless they are that season's name."""


class _Parts:
    """A title's parts with what stands between them."""

    def __init__(self, title: str) -> None:
        pieces = _SEPARATOR.split(title)
        if len(pieces) > 2 * _MOST_PARTS:
            kept = 2 * _MOST_PARTS - 2
            pieces = [*pieces[:kept], "".join(pieces[kept:])]
        self.words = [piece.strip() for piece in pieces[::2]]
        self._pieces = pieces
        self.colons = sum(":" in piece or "：" in piece for piece in pieces[1::2])
        self.marks = [mark_of(word) for word in self.words]
        film = any(mark is not None and mark.kind is MarkKind.EPISODE and mark.roman for mark in self.marks)
        self.layered = self.colons > 1 and not film  # “Star Wars: Episode IV: A New Hope”

    def join(self, start: int, end: int) -> str:
        return "".join(self._pieces[2 * start : max(2 * end - 1, 0)]).strip()

    def dashed(self, before: int) -> bool:
        """Whether a dash rather than a colon stands in front of a part."""
        piece = self._pieces[2 * before - 1]
        return ":" not in piece and "：" not in piece


@lru_cache(maxsize=8192)
def hypotheses(title: str, company: frozenset[str] = frozenset()) -> tuple[Hypothesis, ...]:
    """Every way to understand a title, the likeliest first. `company`: see `Company`."""
    if (coded := _coded(title)) is not None:
        return coded, Hypothesis(title.strip())
    parts = _Parts(title)
    count = len(parts.words)
    if count > 1 and not parts.words[-1]:  # `New Amsterdam: : `
        return (Hypothesis(title.strip(" :："), shape=Shape.EPISODE),)
    found = []
    for start in range(1, count):
        for end in range(start, count):
            found.extend(_hypothesis(parts, start, end, company))
    found.sort(key=lambda item: item[0])
    ordered = [one for _, one in found]
    if ordered and ordered[0].shape is Shape.SEASON:
        return tuple(one for one in ordered if one.shape is Shape.SEASON)
    return (*ordered, Hypothesis(title.strip()))


def _coded(title: str) -> Hypothesis | None:
    """`Friends S01E02`, `Friends - 1x02 - Title`."""
    if (match := _CODE.fullmatch(title)) is None:
        return None
    season, number = (match[one] or match[one + "2"] for one in ("season", "number"))
    show, rest = match["show"].strip(" :-–"), match["rest"].strip()
    return Hypothesis(show, f"S{season}", int(season), rest, int(number), Shape.SEASON, generic=not rest)


_Order = tuple[int, ...]


def _hypothesis(parts: _Parts, start: int, end: int, company: frozenset[str]) -> list[tuple[_Order, Hypothesis]]:
    """Show up to `start`, season up to `end`, episode behind it; and where it comes among the others."""
    show, season, episode = parts.join(0, start), parts.join(start, end), parts.join(end, len(parts.words))
    if not all(parts.words[: end + 1]):
        return []
    words, number, told, generic = episode_of(episode)
    dashes = sum(parts.dashed(at) for at in {start, end})
    if (found := _season_mark(parts, show, start, end)) is not None:
        stray, mark = found
        shape = Shape.SEASON if mark.kind not in {MarkKind.PART, MarkKind.CHAPTER} else Shape.PART
        made = Hypothesis(
            show, season, mark.number, words, number, shape, mark.kind is not MarkKind.SEASON, generic, stray > 0
        )
        # “Season 4: Chapter 7: Up” is of season 4; and a chapter is an episode rather than a season
        rank = Shape.EPISODE if mark.kind is MarkKind.CHAPTER else shape
        return [((rank, mark.kind is MarkKind.CHAPTER, stray, end - start, dashes, start), made)]
    if end == start and told:
        made = Hypothesis(show, "", None, words, number, Shape.EPISODE, generic=generic)
        return [((Shape.EPISODE, 0, dashes, -start), made)]
    shape = Shape.PAIR
    if fold(show) in company:
        shape = Shape.COMPANY
    elif parts.layered:
        shape = Shape.LAYERS
    made = Hypothesis(show, season, None, words, number, shape, bool(season), generic)
    return [((shape, dashes, -start, end - start), made)]


def _season_mark(parts: _Parts, show: str, start: int, end: int) -> tuple[int, Mark] | None:
    """What the parts of a season count, and how many other words there are: `Book One: Water`, `Cheer: Kausi 2`."""
    if end > start and (own := _own_number(show, parts.join(start, end))) is not None:
        return 0, Mark(MarkKind.SEASON, own, str(own), "")
    for at in range(start, end):
        mark = parts.marks[at]
        if mark is None or mark.kind is MarkKind.EPISODE:
            continue
        split = at > start or parts.dashed(at) or parts.dashed(at + 1)
        if mark.kind in {MarkKind.PART, MarkKind.CHAPTER} and split:
            continue  # “Rebel Moon - Part One: A Child of Fire”, “John Wick: Chapter 3 - Parabellum”
        return end - start - 1 + at - start, mark  # those in front weigh more
    return None


def _own_number(show: str, season: str) -> int | None:
    """The number behind the show's own name."""
    name, words = fold(show), fold(season)
    if not words.startswith(name) or len(words) > len(name) + 5:
        return None
    return value_of(words[len(name) :].strip())


@lru_cache(maxsize=4096)
def episode_of(text: str) -> tuple[str, int | None, bool, bool]:
    """An episode's words, its number, whether it plainly tells one, and whether it tells nothing else.

    `Papa (Episode 8)` and `Chapter Eight: Papa` tell 8; `Part 2` tells 2, but films have parts, too.
    """
    words, number, told = text, None, False
    if (match := _LAST_BRACKET.search(text)) is not None:
        inside = mark_of(match["inside"])
        if inside is not None and inside.kind in {MarkKind.EPISODE, MarkKind.CHAPTER} and not inside.rest:
            words, number, told = text[: match.start()].strip(), inside.number, True
    head = _SEPARATOR.split(words, maxsplit=1)
    mark = mark_of(head[0])
    if mark is None or mark.number is None or mark.rest or mark.kind not in _COUNT_EPISODES:
        return words, number, told, not words
    alone = len(head) == 1
    behind = "" if alone else head[1].strip()
    if mark.kind is MarkKind.EPISODE:
        plain = not mark.roman
    elif mark.kind is MarkKind.CHAPTER:  # films have chapters: “John Wick: Chapter 2”, “It: Capítulo dos”
        plain = mark.in_digits and (behind in {":", "："} or (alone and not fold(words).startswith("chapter")))
    elif alone:
        plain = False
    else:
        return words, number, told, False
    return words, mark.number if number is None else number, told or plain, alone


_COUNT_EPISODES = {MarkKind.EPISODE, MarkKind.CHAPTER, MarkKind.PART}


def behind_mark(words: str) -> str:
    """`Papa` of `Chapter Eight: Papa`; empty when no count stands in front."""
    head = _SEPARATOR.split(words, maxsplit=1)
    mark = mark_of(head[0])
    told = mark is not None and mark.kind in {MarkKind.EPISODE, MarkKind.CHAPTER}
    return head[2].strip() if told and len(head) == 3 else ""


class Company:
    """Hears the titles of a file: which names have so many different titles behind them that they must be shows.

    Files of some services leave the season out: `Emergencia radiactiva: ¿Cuándo podremos volver a casa?`.
    """

    def __init__(self) -> None:
        self._behind: dict[str, set[int]] = {}
        """Hashes of what stands behind a name; empty: enough of it."""

    def hear(self, title: str) -> None:
        """One title."""
        if title.count(": ") > 1 or (":" not in title and "：" not in title):
            return
        pieces = _SEPARATOR.split(title, maxsplit=2)
        if len(pieces) != 3 or not (":" in pieces[1] or "：" in pieces[1]):
            return
        name, rest = pieces[0].strip(), pieces[2].strip()
        if not name or not rest:
            return
        behind = self._behind.setdefault(fold(name), {0})
        if behind:
            behind.add(hash(fold(rest)))
            if len(behind) > _COMPANY:
                behind.clear()

    def shows(self) -> frozenset[str]:
        """The names, folded."""
        return frozenset(name for name, behind in self._behind.items() if not behind)


def shows_by_company(titles: Iterable[str]) -> frozenset[str]:
    """What Company hears of some titles."""
    company = Company()
    for title in titles:
        company.hear(title)
    return company.shows()


def search_terms(title: str, *, is_episode: bool = False, company: frozenset[str] = frozenset()) -> list[str]:
    """The names of shows worth searching for, the best first; none for what is no episode as far as anyone can tell.

    `is_episode`: the file says so. `company`: see `Company`.
    """
    made = hypotheses(title, company)
    likely = [
        one for one in made if one.shape <= Shape.LAYERS and (one.episode_words or one.episode_number is not None)
    ]
    if not likely:
        likely = list(made) if is_episode else []
        return _variants([one.show for one in likely])
    best = likely[0]
    if best.shape is Shape.LAYERS:
        return _variants(dict.fromkeys(one.show for one in likely))
    words = _Parts(best.show)
    return _variants(words.join(0, end) for end in range(len(words.words), 0, -1))


def _variants(names: Iterable[str]) -> list[str]:
    """The names, what they are without brackets, and what is in them, at most four, each once."""
    found: dict[str, None] = {}
    for name in names:
        aside = _NAMED_ASIDE.match(name)
        if aside is None:
            found[name] = None
        elif _YEAR_OR_COUNTRY.fullmatch(aside["aside"]):
            found |= {name: None, aside["name"]: None}
        else:
            found |= {aside["name"]: None, name: None}
            if " " in aside["aside"]:
                found[aside["aside"]] = None
    return [name for name in found if name.strip()][:_MOST_TERMS]
