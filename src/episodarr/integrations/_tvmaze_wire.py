"""What TVmaze sends, and what it means. It knows titles in one language, and other names of a show."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from episodarr.histories.metadata import FoundShow, KnownEpisode, KnownSeason, KnownShow, ShowRef
from episodarr.histories.seasons_read import is_complete
from episodarr.integrations._untrusted import LARGEST, count, day, is_id, text, whole_number

SOURCE = "tvmaze"
_STATUS = {"Running": "running", "Ended": "ended"}
_LANGUAGES = {
    "Arabic": "ar", "Chinese": "zh", "Croatian": "hr", "Czech": "cs", "Danish": "da", "Dutch": "nl", "English": "en",
    "Finnish": "fi", "French": "fr", "German": "de", "Greek": "el", "Hebrew": "he", "Hindi": "hi", "Hungarian": "hu",
    "Icelandic": "is", "Italian": "it", "Japanese": "ja", "Korean": "ko", "Norwegian": "no", "Polish": "pl",
    "Portuguese": "pt", "Romanian": "ro", "Russian": "ru", "Spanish": "es", "Swedish": "sv", "Thai": "th",
    "Turkish": "tr", "Ukrainian": "uk",
}  # fmt: skip


class _Wire(msgspec.Struct, rename="camel", gc=False):
    pass


class _Country(_Wire):
    code: str | None = None


class _Channel(_Wire):
    country: _Country | None = None


class _Externals(_Wire):
    thetvdb: Any = None
    imdb: str | None = None


class _Image(_Wire):
    medium: str | None = None


class _Season(_Wire):
    number: Any = None
    name: str | None = None
    episode_order: Any = None


class Episode(_Wire):
    """One episode; specials have no number, and the season in which they aired."""

    id: Any = None
    name: str | None = None
    season: Any = None
    number: Any = None
    type: str | None = None
    airdate: Any = None


class _Aka(_Wire):
    name: str | None = None


class _Embedded(_Wire):
    seasons: list[_Season] = []
    akas: list[_Aka] = []
    episodes: list[Episode] | None = None


class Show(_Wire):
    """A show."""

    id: int
    name: str | None = None
    language: str | None = None
    status: str | None = None
    premiered: Any = None
    network: _Channel | None = None
    web_channel: _Channel | None = None
    externals: _Externals | None = None
    image: _Image | None = None
    summary: str | None = None
    embedded: _Embedded | None = msgspec.field(default=None, name="_embedded")


class _Hit(_Wire):
    show: Show


HITS = msgspec.json.Decoder(list[_Hit])
SHOW = msgspec.json.Decoder(Show)
EPISODES = msgspec.json.Decoder(list[Episode])


def found_show(told: Show) -> FoundShow | None:
    """A show of a list; None when it has no usable id or name."""
    if not is_id(told.id) or not text(told.name):
        return None
    return FoundShow(
        ref=ShowRef(SOURCE, told.id),
        title=text(told.name),
        year=_year(told),
        countries=_countries(told),
        language=_LANGUAGES.get(text(told.language), ""),
        overview=_plain(text(told.summary)),
        poster=text(told.image.medium) if told.image is not None else "",
    )


def known_show(told: Show, episodes: Sequence[Episode] | None, *, specials: bool) -> KnownShow:
    """A show; `episodes` None: they were not read. `specials`: whether they are among them."""
    embedded = told.embedded or _Embedded()
    ids = told.externals or _Externals()
    known = _episodes(episodes or ())
    counts: dict[int, int] = {}
    for one in known:
        counts[one.season] = counts.get(one.season, 0) + 1
    seasons = [
        KnownSeason(number, text(one.name), counts.get(number, 0) if episodes is not None else count(one.episode_order))
        for one in embedded.seasons
        if 0 < (number := count(one.number)) <= LARGEST
    ]
    seasons += [KnownSeason(0, "Specials", counts[0])] if counts.get(0) else []
    seasons.sort(key=lambda one: one.number)
    read = {one.number for one in seasons} | {*counts} if episodes is not None else set()
    read |= {0} if specials else set()
    title = text(told.name)
    return KnownShow(
        ref=ShowRef(SOURCE, told.id),
        title=title,
        other_titles=tuple(dict.fromkeys(name for one in embedded.akas if (name := text(one.name)) and name != title)),
        year=_year(told),
        countries=_countries(told),
        status=_STATUS.get(text(told.status), ""),
        tvdb_id=whole_number(ids.thetvdb),
        imdb_id=text(ids.imdb),
        seasons=tuple(seasons),
        episodes=known,
        # Nothing but the list itself says whether there are specials.
        complete=specials and is_complete(seasons, read),
        poster=text(told.image.medium) if told.image is not None else "",
        read_seasons=tuple(sorted(read)),
    )


def _episodes(told: Iterable[Episode]) -> tuple[KnownEpisode, ...]:
    found: list[KnownEpisode] = []
    specials = 0
    for one in told:
        season, number = count(one.season), count(one.number)
        if text(one.type).endswith("special") or not number:
            specials += 1
            season, number = 0, specials
        title = text(one.name)
        found.append(
            KnownEpisode(
                season=min(season, LARGEST),
                number=min(number, LARGEST),
                titles=(title,) if title else (),
                aired_on=day(one.airdate),
                id=whole_number(one.id),
            )
        )
    return tuple(sorted(found, key=lambda one: (one.season, one.number)))


def _year(told: Show) -> int:
    first = day(told.premiered)
    return first.year if first is not None else 0


def _countries(told: Show) -> tuple[str, ...]:
    channels = (told.network, told.web_channel)
    codes = (text(one.country.code) for one in channels if one is not None and one.country is not None)
    return tuple(dict.fromkeys(filter(None, codes)))


def _plain(summary: str) -> str:
    """A summary without its few tags, `<p>` and `<b>`."""
    inside = False
    kept: list[str] = []
    for letter in summary:
        if letter in "<>":
            inside = letter == "<"
        elif not inside:
            kept.append(letter)
    return "".join(kept).strip()
