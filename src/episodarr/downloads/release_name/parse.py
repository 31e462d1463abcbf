"""From a name to its interpretations, the likeliest first. Pure."""

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from episodarr.downloads.release_name.dates import Dated, find_date, find_dotted_date, find_short_date
from episodarr.downloads.release_name.disguise import undisguised
from episodarr.downloads.release_name.lone import ENOUGH, LIKELY_IN_SEASON, Lone, compact_run, find_lone
from episodarr.downloads.release_name.model import Interpretation, Kind
from episodarr.downloads.release_name.numbered import Numbers, find_glued, find_numbered
from episodarr.downloads.release_name.packs import CREDITS, pack_of
from episodarr.downloads.release_name.plain import COVER, COVERS, Plain, plain
from episodarr.downloads.release_name.tags import Tag, find_both, find_episodes, find_part, find_seasons
from episodarr.downloads.release_name.titles import (
    film_stop,
    group_at_end,
    has_year,
    stop_of,
    strip_front,
    title_of,
    version_of,
    year_of,
)

_SURE = 65
"""A number with a dash before it that scores as much is the episode, whatever the title of the episode holds."""

_MOST = 6
"""No honest name numbers season and episode more often; a hostile one is made of it."""

_SPECIAL = re.compile(
    r"(?<![a-z0-9])(?:ova|oad|oav|ona|specials?|sps?)[ ._-]{0,3}(?P<number>\d{1,3}(?:\.\d)?)?(?![a-z0-9])", re.ASCII
)
_SPECIAL_BEHIND = re.compile(r"(?<![a-z0-9])(?:ov[ad]|oad)(?![a-z0-9])", re.ASCII)
_MOVIE = re.compile(r"(?<![a-z0-9])(?:movies?|films?|gekijouban|the movie|剧场版|劇場版)(?![a-z0-9])", re.ASCII)
_HALF = re.compile(r"\.5(?![a-z0-9]|\.\d)|(?:\.5)?[ ._]?[\[(]sp[\])]", re.ASCII)


def parse(name: str, *, in_season: bool = False) -> tuple[Interpretation, ...]:
    """Every interpretation of a release's or file's name, the likeliest first; never empty.

    `in_season`: it is a file in the folder of a season, so that a number at its beginning is an episode.
    """
    text = undisguised(plain(name))
    if text is None:
        return (Interpretation(title=name),)
    start, group = strip_front(text)
    reading = _Reading(text, start, group)
    found = tuple(dict.fromkeys(reading.all(LIKELY_IN_SEASON if in_season else ENOUGH)))
    return found or (
        Interpretation(title=title_of(text.name[start : film_stop(text, start)]), group=group or group_at_end(text)),
    )


class _Reading:
    """One name while it is read."""

    def __init__(self, text: Plain, start: int, group: str) -> None:
        self.text, self.start, self.group = text, start, group
        self.grouped = bool(group)
        self.bare = text.bare
        self.behind = COVER * start + text.bare[start:]
        """The plain text without the group that stands before the title."""

    def all(self, enough: int) -> Iterator[Interpretation]:
        dated = find_date(self.text.low) if any(one.isdigit() for one in self.text.low) else None
        date = dated.date if dated is not None and dated.certain else ""
        numbered = list(islice(find_numbered(self.bare, self.start), _MOST))
        if len(numbered) > 1 and numbered[0].episodes == numbered[1].episodes:
            between = self.text.name[numbered[0].end : numbered[1].start]
            if " / " in between:  # the title in two languages, each with the numbers
                self.start += self.text.name[self.start : numbered[1].start].rindex(" / ") + 3
                numbered = numbered[1:]
        for one in numbered:
            yield self._numbered(one, date)
        if numbered:
            return
        seasons, episodes = self._announced(dated)
        if (
            dated is not None
            and seasons is None
            and (episodes is None or episodes.word == "of" or dated.end <= episodes.start)
        ):
            if dated.certain:
                yield self._made(Kind.EPISODE, dated.start, air_date=dated.date, form="date")
            return
        if seasons is not None and seasons.word == "joined":
            season, episode = divmod(int(seasons.numbers[0]), 100)
            yield self._made(
                Kind.EPISODE,
                seasons.start,
                season=season,
                seasons=(season,),
                episodes=(episode,),
                form="season and episode",
            )
            return
        if seasons is not None:
            yield from self._of_seasons(seasons, episodes, date)
            return
        if episodes is not None:
            yield self._of_episodes(episodes, date)
            return
        yield from self._unannounced(enough)

    def _announced(self, dated: Dated | None) -> tuple[Tag | None, Tag | None]:
        """What words tell; but not in the title of the episode, behind a number or a date that told the episode."""
        seasons, episodes = find_both(self.behind) or (
            find_seasons(self.behind, grouped=self.grouped),
            find_episodes(self.behind),
        )
        starts = [one.start for one in (seasons, episodes) if one is not None]
        if not starts:
            return None, None
        if any(one.dashed and one.score >= _SURE and self._parted(one, min(starts)) for one in self._near):
            return None, None
        if episodes is not None and dated is not None and episodes.start < dated.start < episodes.end:
            episodes = None  # `Episode 2011 04 15`
        if seasons is not None and episodes is not None:
            between = self.behind[episodes.end : seasons.start]
            if episodes.word == "of" and episodes.start < seasons.end:
                episodes = None
            elif seasons.word != "letter" and any(one.isalpha() for one in between):
                seasons = None
        elif seasons is not None and dated is not None and dated.certain and dated.end <= seasons.start:
            seasons = None
        return seasons, episodes

    def _parted(self, one: Lone, start: int) -> bool:
        """Whether a dash follows a number, and the words come behind it: `Show - 07 - Season 3`."""
        return one.end <= start and self.behind[one.end : start].lstrip(" ._").startswith("-")

    def _numbered(self, one: Numbers, date: str) -> Interpretation:
        if len(one.seasons) > 1:
            return self._made(Kind.MULTI_SEASON, one.start, season=one.season, seasons=one.seasons, form=one.form)
        if one.form == "all episodes":
            return self._made(Kind.SEASON_PACK, one.start, season=one.season, seasons=one.seasons, form=one.form)
        absolute = self._absolute_beside(one)
        return self._made(
            _kind_of(one.episodes),
            min(one.start, absolute.start if absolute is not None else one.start),
            season=one.season,
            seasons=one.seasons,
            episodes=one.episodes,
            absolute=absolute.numbers if absolute is not None else (),
            air_date=date,
            special=one.season == 0 or one.episodes == (0,) or _HALF.match(self.bare, one.end) is not None,
            form=one.form,
        )

    def _absolute_beside(self, one: Numbers) -> Lone | None:
        """The absolute number next to a season and episode: `Show - 05 - S01E05`, `S01E01-02 (001-002)`."""
        for near in self._near:
            between = self.bare[near.end : one.start] if near.end <= one.start else self.bare[one.end : near.start]
            if near.start < one.end and one.start < near.end:
                continue
            enclosed = near.dashed or between.strip(" ._") == ""
            if not enclosed or between.strip(" ._-[](){}") or len(near.numbers) != len(one.episodes):
                continue
            if near.end <= one.start and (near.dashed or self.grouped or len(near.numbers) > 1):
                return near
            apart = between.strip(" ._-") in {"(", "["} or len(near.numbers) > 1 or near.digits.startswith("00")
            apart = apart or (self.grouped and len(near.digits) > 2)
            repeated = len(near.numbers) == 1 and near.numbers == one.episodes
            if near.start >= one.end and apart and not repeated:
                return near
        return None

    @cached_property
    def _near(self) -> list[Lone]:
        return find_lone(self.behind, grouped=self.grouped)

    def _of_seasons(self, seasons: Tag, episodes: Tag | None, date: str) -> Iterator[Interpretation]:
        numbers = tuple(int(number) for number in seasons.numbers)
        if len(numbers) > 1:
            yield self._made(
                Kind.MULTI_SEASON,
                seasons.start,
                season=numbers[0],
                seasons=numbers,
                episodes=self._range_after(seasons) if episodes is None else (),
                form="seasons",
            )
            return
        season = numbers[0]
        if episodes is not None and episodes.word != "of":
            counted = tuple(int(number) for number in episodes.numbers)
            start = seasons.start if seasons.word == "letter" else min(seasons.start, episodes.start)
            yield self._made(
                _kind_of(counted),
                start,
                season=season,
                seasons=numbers,
                episodes=counted,
                air_date=date,
                form="season and episode in words",
            )
            return
        rest = COVER * seasons.end + self.behind[seasons.end :]
        part = find_part(rest)
        for one in find_lone(rest, grouped=self.grouped):
            if self._belongs(one, seasons):
                yield from self._season_and_lone(seasons, one)
        if episodes is not None:
            counted = tuple(int(number) for number in episodes.numbers)
            yield self._made(
                _kind_of(counted),
                min(seasons.start, episodes.start),
                season=season,
                seasons=numbers,
                episodes=counted,
                form="episode of",
            )
        if part is not None and (seasons.word == "series"):
            counted = tuple(int(number) for number in part.numbers)
            yield self._made(
                _kind_of(counted), seasons.start, season=season, seasons=numbers, episodes=counted, form="part"
            )
        kind, which = pack_of(rest[seasons.end :], grouped=self.grouped)
        yield self._made(
            kind,
            seasons.start,
            season=season,
            seasons=numbers,
            part=which,
            special=kind is Kind.SPECIAL,
            form="season",
        )

    def _belongs(self, one: Lone, seasons: Tag) -> bool:
        between = self.behind[seasons.end : one.start].strip(" ._-[](){}")
        joined = not between and len(one.digits) == 2
        return joined or (one.score >= ENOUGH and (one.dashed or not between))

    def _season_and_lone(self, seasons: Tag, one: Lone) -> Iterator[Interpretation]:
        season, counted = int(seasons.numbers[0]), tuple(int(number) for number in one.numbers)
        if counted != one.numbers:
            yield self._made(Kind.EPISODE, one.start, absolute=one.numbers, form="number")
            return
        if one.dashed and seasons.word == "letter" and not self.bare[: seasons.start].rstrip(" _.").endswith("-"):
            yield self._made(_kind_of(counted), one.start, absolute=counted, form="number")
        in_season = self._made(
            _kind_of(counted),
            seasons.start,
            season=season,
            seasons=(season,),
            episodes=counted,
            form="season and number",
        )
        yield in_season

    def _range_after(self, seasons: Tag) -> tuple[int, ...]:
        rest = COVER * seasons.end + self.behind[seasons.end :]
        for one in find_lone(rest, grouped=self.grouped):
            if len(one.numbers) > 1 and one.score >= ENOUGH:
                return tuple(int(number) for number in one.numbers)
        return ()

    def _of_episodes(self, episodes: Tag, date: str) -> Interpretation:
        numbers = episodes.numbers
        largest = max(numbers)
        variety = self.text.low[:6].isdigit()
        counted = episodes.word == "of" or variety or (episodes.word == "letter" and not self.grouped and largest < 100)
        if self.text.low[: episodes.start].endswith("_"):
            counted = False
        elif episodes.word == "letter" and find_short_date(self.text.low) is not None:
            counted = True
        kind = _kind_of(numbers)
        if counted:
            whole = tuple(int(number) for number in numbers)
            return self._made(kind, episodes.start, episodes=whole, air_date=date, form="episode number")
        return self._made(kind, episodes.start, absolute=numbers, air_date=date, form="episode number")

    def _unannounced(self, enough: int) -> Iterator[Interpretation]:
        glued = [self._numbered(one, "") for one in find_glued(self.bare)]
        if glued:
            yield from glued
            return
        if (dotted := find_dotted_date(self.text.low)) is not None:
            yield self._made(Kind.EPISODE, dotted.start, air_date=dotted.date, form="date")
        special = _SPECIAL.search(self.behind, self.start + 1)
        lone = [one for one in self._near if one.score >= enough]
        credit = CREDITS.search(self.behind)
        if special is not None and (special["number"] or (self.grouped and not any(one.dashed for one in lone))):
            yield self._special(special)
        part = find_part(self.behind)
        if part is not None and not self._is_miniseries(part):
            part = None
        loose = lone and not lone[0].dashed
        if loose and part is not None and not self.grouped and lone[0].start < part.start:
            lone = []  # `Room 104 Part 2`
        if lone and (credit is None or (lone[0].start < credit.start() and not loose)):
            yield from self._of_lone(lone)
            return
        if special is not None:
            return
        if credit is not None and self.grouped:
            yield self._made(Kind.SPECIAL, credit.start(), season=0, seasons=(0,), special=True, form="special")
            return
        if part is not None:
            counted = tuple(int(number) for number in part.numbers)
            yield self._made(_kind_of(counted), part.start, episodes=counted, form="part")
            return
        if (short := find_short_date(self.text.low)) is not None:
            yield self._made(Kind.EPISODE, short.start, air_date=short.date, form="date")

    def _special(self, match: re.Match[str]) -> Interpretation:
        if not match["number"]:
            return self._made(Kind.SPECIAL, match.start(), season=0, seasons=(0,), special=True, form="special")
        number = float(match["number"])
        counted = (number if number % 1 else int(number),)
        return self._made(Kind.SPECIAL, match.start(), absolute=counted, special=True, form="special")

    def _is_miniseries(self, part: Tag) -> bool:
        enclosed = self.bare[: part.start].endswith(("(", "[", "-"))
        return not enclosed and not has_year(self.text.name[part.end :]) and _MOVIE.search(self.bare) is None

    def _of_lone(self, lone: list[Lone]) -> Iterator[Interpretation]:
        for one in lone:
            digits = one.digits
            following = self.bare[one.end : one.end + 1]
            compact = (
                following in {"", ".", "_"}
                or self.bare[one.end :].lstrip(" -")[:1] in {"", *COVERS, "["}
                or (following == "-" and self.bare[one.end + 1 : one.end + 2].isalpha())
            )
            compact = (
                compact
                and not one.dashed
                and not self.grouped
                and len(digits) in {3, 4}
                and one.start > 0
                and len(one.numbers) == 1
            )
            alone = digits.startswith("0") and len(digits) == 4 and len(one.numbers) == 1 and not self.grouped
            if (compact or alone) and digits[-2:] != "00":
                season = int(digits[:-2])
                start, episodes = compact_run(self.bare, one)
                yield self._made(
                    _kind_of(episodes),
                    start,
                    season=season,
                    seasons=(season,),
                    episodes=episodes,
                    form="compact number",
                )
            yield self._made(
                _kind_of(one.numbers), one.start, absolute=one.numbers, special=self._is_special(one), form="number"
            )

    def _is_special(self, one: Lone) -> bool:
        return self.grouped and _SPECIAL_BEHIND.search(self.behind, one.end) is not None

    def _title(self, end: int, form: str) -> str:
        if form != "number":
            end = stop_of(self.text, self.start, end)
        return title_of(self.text.name[self.start : end])

    def _made(
        self,
        kind: Kind,
        end: int,
        *,
        season: int | None = None,
        seasons: tuple[int, ...] = (),
        episodes: tuple[int, ...] = (),
        absolute: tuple[int | float, ...] = (),
        air_date: str = "",
        special: bool = False,
        part: int | None = None,
        form: str = "",
    ) -> Interpretation:
        title = self._title(end, form)
        return Interpretation(
            kind,
            title,
            year_of(title),
            season,
            seasons,
            episodes,
            absolute,
            air_date,
            special,
            part,
            version_of(self.text.low),
            self.group or group_at_end(self.text),
            form,
        )


def _kind_of(numbers: tuple[int | float, ...]) -> Kind:
    return Kind.MULTI_EPISODE if len(numbers) > 1 else Kind.EPISODE
