"""Names that number season and episode together: `S01E05`, `1x05`, `Cap.105`, and several episodes of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from episodarr.downloads.release_name.numerals import run_of

_NEXT = r"(?=$|[^a-z0-9]|v\d|[a-d](?![a-z0-9])|[esx]p?\d|end|fin)"
"""What may follow an episode number: nothing that makes it a part of a word."""

_SEASON_EPISODE = re.compile(
    r"(?<![a-z0-9])(?:s(?:e(?:ason)?|n)?|t)[ ._]?o?(?P<season>\d{1,4})[ ._\-\[\](),/|:]{0,4}(?:week[ ._]\d{1,2}[ ._-])?"
    rf"(?:episode|folge|afl|odc|cap|ep|x?e)[ ._#]{{0,2}}(?P<first>\d{{1,5}}){_NEXT}",
    re.ASCII,
)
_CROSS = re.compile(
    rf"(?<![a-z0-9])(?:(?<!\d[.,])|(?<=\d\.)(?=\d{{1,2}}[xх]\d\d))(?P<season>\d{{1,2}}|(?:19|20)\d\d)[ ]?[xх][ ]?"
    rf"(?P<first>\d{{1,4}}){_NEXT}",
    re.ASCII,
)
_AFTER_YEAR = re.compile(rf"(?<=(?:19|20)\d\d[.,])(?P<season>\d{{1,2}})[xх](?P<first>\d{{1,4}}){_NEXT}", re.ASCII)
_GLUED = re.compile(rf"(?<=[a-z])(?:s(?P<season>\d\d)e|(?P<single>\d)x)(?P<first>\d\d){_NEXT}", re.ASCII)
"""Behind a title without anything between; for names that give nothing else."""

_RUN_TOGETHER = re.compile(
    r"(?<=[a-z][._])(?P<season>[1-9])(?P<first>\d\d)(?P<last>\d\d)(?=$|[._](?:$|[^\d._ ]))", re.ASCII
)
"""`Show.10708.hdtv`: two episodes of season 1, in names that give nothing else."""

_PAIR_IN_FRONT = re.compile(r"(?P<season>\d{1,2})-(?P<first>\d\d)(?=[ ._][^\d ])", re.ASCII)
_PAIR = re.compile(
    r"(?<=[a-z_-])[_-](?P<season>0\d)_(?P<first>\d\d)(?=$|-[a-z]|[ ._]?\x1f)",
    re.ASCII,
)

_CHAPTER = re.compile(
    r"(?<![a-z0-9])cap(?:[ií]tulo)?s?[ ._]{0,2}(?P<season>\d{1,2})(?P<first>\d\d)(?![a-z0-9])"
    r"(?=(?:[_-](?P<last_season>\d{1,2}?)(?P<last>\d\d)(?!\d))?)",
    re.ASCII,
)

_MORE = re.compile(
    r"(?:v\d)?[ ._]{0,2}(?P<sign>[-&+~,/]|to|al?|ao|and|und|et|en|y)?[ ._]{0,2}\[?"
    r"(?:s(?P<season>\d{1,4})[ ._]?)?ep?[ .]?"
    rf"(?P<number>\d{{1,5}}){_NEXT}",
    re.ASCII,
)
_MORE_CROSS = re.compile(
    rf"[ ._]{{0,2}}(?P<sign>[-&+~]|to|al?|ao|and)?[ ._]{{0,2}}(?P<season>\d{{1,4}})?[xх](?P<number>\d{{1,4}}){_NEXT}",
    re.ASCII,
)
_MORE_AND = re.compile(
    r"[ ._](?P<sign>en|and|et|und|y|&|\+|to|al?|ao|bis)[ ._](?P<number>\d{1,3})(?![a-z0-9])", re.ASCII
)
_MORE_BARE = re.compile(r"(?P<sign>[-&+~])(?P<number>\d{1,5})(?![a-z0-9])", re.ASCII)
_MORE_JOINED = re.compile(r"(?P<sign>_)(?P<number>\d\d)(?![a-z0-9])", re.ASCII)
_MORE_OF = re.compile(
    r"[ ]{0,2}(?P<sign>[-~])[ ]{0,2}(?P<number>\d{1,4})(?=[ ._]{0,2}(?:of|из|de|di|von|/|\)|\]))", re.ASCII
)
_SPANS = frozenset({"-", "~", "to", "a", "al", "ao", "bis"})
_LONGEST_BARE = 60
"""More episodes than this are not joined by a mere dash: `S01E01-99 Problems`."""


_TOTAL = re.compile(r"[ ._]{0,2}(?:of|из|von|de|di)[ ._]{0,2}(?P<total>\d{1,4})(?![a-z0-9])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Numbers:
    """What was read, and where it stands. `absolute` are numbers counted through all seasons."""

    start: int
    end: int
    season: int | None = None
    seasons: tuple[int, ...] = ()
    episodes: tuple[int, ...] = ()
    absolute: tuple[int | float, ...] = ()
    form: str = ""


def find_numbered(bare: str, start: int) -> Iterator[Numbers]:
    """Each season with its episodes, the surest form first; `start`: where the title begins."""
    for expression, more, form in (
        (_SEASON_EPISODE, (_MORE, _MORE_OF, _MORE_BARE, _MORE_AND, _MORE_CROSS), "season and episode"),
        (_CROSS, (_MORE_CROSS, _MORE_OF, _MORE_BARE, _MORE_JOINED), "season x episode"),
        (_AFTER_YEAR, (_MORE_CROSS, _MORE_BARE), "season x episode"),
    ):
        end = -1
        for match in expression.finditer(bare):
            if match.start() < end:
                continue
            found = _chain(bare, match, more, form)
            end = found.end
            yield found
    if (pair := _PAIR_IN_FRONT.match(bare, start) or _PAIR.search(bare)) is not None:
        season = int(pair["season"])
        yield Numbers(pair.start(), pair.end(), season, (season,), (int(pair["first"]),), form="pair")
    for match in _CHAPTER.finditer(bare):
        season, first = int(match["season"]), int(match["first"])
        last = int(match["last"]) if match["last"] and int(match["last_season"] or season) == season else first
        yield Numbers(match.start(), match.end(), season, (season,), run_of(first, last), form="chapter")


def find_glued(bare: str) -> Iterator[Numbers]:
    """Season and episode without a sign between: `TitleS01E01`, `Title.10102`."""
    for match in _GLUED.finditer(bare):
        yield _chain(bare, match, (_MORE, _MORE_BARE), "season and episode")
    for match in _RUN_TOGETHER.finditer(bare):
        season, first, last = int(match["season"]), int(match["first"]), int(match["last"])
        if last == first + 1:
            yield Numbers(match.start(), match.end(), season, (season,), (first, last), form="compact number")


def _chain(bare: str, match: re.Match[str], more: tuple[re.Pattern[str], ...], form: str) -> Numbers:
    """Follow the episodes that are listed after the first one: a dash spans, other signs list."""
    season, numbers = int(match.groupdict().get("single") or match["season"]), [int(match["first"])]
    seasons, end, spans = {season}, match.end(), False
    while (further := _further(bare, end, more, numbers[-1])) is not None:
        other = int(further.groupdict().get("season") or season)
        if other != season and "x" in further[0]:
            break  # `2x05 4x4 Rally`
        seasons.add(other)
        spans |= further["sign"] in _SPANS
        numbers.append(int(further["number"]))
        end = further.end()
    if len(seasons) > 1:
        all_seasons = run_of(min(seasons), max(seasons))
        return Numbers(match.start(), end, all_seasons[0], all_seasons, form="seasons")
    episodes = run_of(numbers[0], numbers[-1]) if spans else tuple(dict.fromkeys(numbers))
    total = _TOTAL.match(bare, end)
    if total is not None and len(episodes) > 1 and episodes[0] == 1 and int(total["total"]) == episodes[-1]:
        return Numbers(match.start(), end, season, (season,), form="all episodes")
    return Numbers(match.start(), end, season, (season,), episodes, form=form)


def _further(bare: str, end: int, more: tuple[re.Pattern[str], ...], last: int) -> re.Match[str] | None:
    for expression in more:
        match = expression.match(bare, end)
        if match is None:
            continue
        number, labelled = int(match["number"]), expression in {_MORE, _MORE_CROSS}
        if labelled or last < number <= last + _LONGEST_BARE:
            return match
    return None
