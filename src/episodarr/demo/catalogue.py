"""The invented contents of the simulated library: about two dozen series, as they stand before the stories begin.

Titles are well known, everything else about them (ids, episode titles, overviews, dates) is invented.
"""

import random
from datetime import datetime, timedelta

from episodarr.demo.catalogue_show import Show
from episodarr.demo.catalogue_table import SHOWS
from episodarr.demo.catalogue_words import ADJECTIVES, NOUNS, OVERVIEWS
from episodarr.demo.model import QUALITIES, Episode, Quality, Release, Season, Series
from episodarr.demo.naming import pack_name, single_name
from episodarr.demo.world import World

GROUPS = {"standard": ("NTRX", "BRDG", "Kestrel"), "anime": ("Kitsune", "SubsPlease", "Ember"), "daily": ("NTRX",)}
SIZES = {720: 22_000_000, 1080: 45_000_000, 2160: 160_000_000, 480: 9_000_000}
"""Bytes per minute of runtime by resolution; anime takes a third of it."""


def fill(world: World) -> None:
    """Put the whole catalogue into an empty world."""
    for show in SHOWS:
        _add(world, show)
    _pilot_in_one_file(world)
    _history(world)
    world.library.hide(_lately(world, "Only Murders in the Building"), until_told=True)
    strange = _lately(world, "Mushishi")
    world.unrecognized.add(strange.id)
    world.learns = True
    world.library.hide(strange)


def _add(world: World, show: Show) -> None:
    dice = random.Random(f"{world.seed}:{show.title}")
    series = world.add_series(
        show.title,
        year=show.year,
        kind=show.kind,
        ended=show.ended,
        network=show.network,
        air_time=f"{show.hour:02d}:00",
        runtime=show.runtime,
        genres=show.genres,
        overview=show.overview,
        language=show.language,
        tags=("anime",) if show.kind == "anime" else (),
    )
    absolute = 0
    for number, count in sorted(show.seasons.items(), key=lambda pair: (pair[0] == 0, pair[0])):
        monitored = number not in show.unmonitored
        series.seasons[number] = Season(number, monitored=monitored)
        for index in range(count):
            anime = show.kind == "anime" and number > 0
            absolute += anime
            air_at = _air_at(world, show, number, index)
            last = index == count - 1 and number > 0
            episode = world.add_episode(
                series,
                number,
                index + 1,
                title=_title(dice) if air_at is not None else "TBA",
                overview=dice.choice(OVERVIEWS).format(
                    place=dice.choice(NOUNS).lower(), thing=dice.choice(NOUNS).lower()
                ),
                air_at=air_at,
                monitored=monitored and _watched_for(world, show, air_at),
                absolute=absolute if anime else None,
                finale=("series" if show.ended and number == max(show.seasons) else "season") if last else None,
            )
            episode.runtime = series.runtime
    series.seasons = dict(sorted(series.seasons.items()))
    for number in show.seasons:
        _add_files(world, show, series, number, dice)


def _air_at(world: World, show: Show, season: int, index: int) -> datetime | None:
    """When an episode airs: counted from now for seasons that run, from the first year for those of the past."""
    if season in show.unannounced:
        return None
    if show.running is not None and show.running.season == season:
        next_index, hours = show.running.next_number - 1, show.running.in_hours
        if show.kind == "daily":
            return _weekdays(world.started_at + timedelta(hours=hours), index - next_index)
        anchor = world.started_at + timedelta(hours=hours)
        if hours >= 1:
            anchor = anchor.replace(minute=0, second=0, microsecond=0)
        return anchor + timedelta(days=7 * (index - next_index))
    if season == 0:
        premiere = datetime(show.year, 12, 25, show.hour, tzinfo=world.started_at.tzinfo)
        return premiere + timedelta(days=365 * index // max(1, len(show.seasons) // 3 + 1))
    premiere = datetime(show.year, show.month, 6, show.hour, tzinfo=world.started_at.tzinfo)
    every = 7 if show.seasons[season] < 60 else 5
    gap = max(365, show.seasons[season] * every + 14) if show.kind != "anime" or len(show.seasons) < 8 else 380
    aired = premiere + timedelta(days=gap * (season - 1) + every * index)
    latest = world.started_at - timedelta(days=21 + 7 * (show.seasons[season] - index))
    return min(aired, latest)


def _weekdays(anchor: datetime, offset: int) -> datetime:
    """The weekday instant `offset` weekdays from `anchor`; weekends are left out."""
    day, step = anchor, 1 if offset > 0 else -1
    left = abs(offset)
    while left:
        day += timedelta(days=step)
        left -= day.weekday() < 5
    return day


def _watched_for(world: World, show: Show, air_at: datetime | None) -> bool:
    """Whether an episode is monitored: of a daily show only the last two weeks and what comes."""
    return show.kind != "daily" or air_at is None or air_at > world.started_at - timedelta(days=15)


def _title(dice: random.Random) -> str:
    form = dice.randrange(5)
    if form == 0:
        return f"The {dice.choice(ADJECTIVES)} {dice.choice(NOUNS)}"
    if form == 1:
        return f"{dice.choice(NOUNS)} and {dice.choice(NOUNS)}"
    if form == 2:
        return f"A {dice.choice(NOUNS)} for the {dice.choice(NOUNS)}"
    return f"{dice.choice(ADJECTIVES)} {dice.choice(NOUNS)}" if form == 3 else dice.choice(NOUNS)


def _overview(dice: random.Random) -> str:
    place, thing = dice.sample(NOUNS, 2)
    return dice.choice(OVERVIEWS).format(place=place.lower(), thing=thing.lower())


def _add_files(world: World, show: Show, series: Series, season: int, dice: random.Random) -> None:
    have = show.have.get(season, show.have_by_default)
    episodes = [one for one in world.season_of(series, season) if world.aired(one) and have(one.number)]
    if show.kind == "daily":
        episodes = [one for one in episodes if one.monitored]
    if not episodes:
        return
    quality = QUALITIES[show.quality]
    group = dice.choice(GROUPS[show.kind])
    whole = len(episodes) == show.seasons[season] and season > 0 and show.kind != "daily"
    for episode in episodes:
        added_at = _added_at(world, episode, dice)
        release = _release(series, [episode], quality, group, whole=whole)
        size = _size(series, quality, dice)
        world.add_file([episode], release, size=size, added_at=added_at)


def _added_at(world: World, episode: Episode, dice: random.Random) -> datetime:
    """When a file came: hours after its airing, but no earlier than the household began to collect."""
    aired = episode.air_at or world.started_at
    began = world.started_at - timedelta(days=900 - (episode.series_id * 97) % 800, minutes=-episode.number * 3)
    arrived = max(aired + timedelta(minutes=dice.randint(25, 300)), began)
    return min(arrived, world.started_at - timedelta(minutes=30 + episode.number % 90)).replace(microsecond=0)


def _release(series: Series, episodes: list[Episode], quality: Quality, group: str, *, whole: bool) -> Release:
    if whole:
        title = pack_name(series, [episodes[0].season], quality, group)
        return Release(title, group, quality, "seasonPack", 9_000_000_000, series.language)
    title = single_name(series, episodes, quality, group)
    kind = "multiEpisode" if len(episodes) > 1 else "singleEpisode"
    return Release(title, group, quality, kind, 1_500_000_000, series.language)  # type: ignore[arg-type]  # `kind` is one of the two literals here


def _size(series: Series, quality: Quality, dice: random.Random) -> int:
    size = SIZES[quality.resolution] * series.runtime // (3 if series.kind == "anime" else 1)
    return int(size * dice.uniform(0.75, 1.3))


def _pilot_in_one_file(world: World) -> None:
    """The first two episodes of Lost are one file, as they were aired in one evening."""
    series = world.named("Lost")
    pilot = world.season_of(series, 1)[:2]
    added_at = None
    for episode in pilot:
        if episode.file_id:
            file = world.files[episode.file_id]
            added_at = file.added_at
            world.library.forget(file.path)
            world.drop_file(file)
    pilot[1].air_at = pilot[0].air_at
    quality = QUALITIES["Bluray-1080p"]
    release = _release(series, pilot, quality, "BRDG", whole=False)
    world.add_file(pilot, release, size=4_812_345_678, added_at=added_at)


def _history(world: World) -> None:
    """Grabs and imports of the files that came within the last month."""
    from episodarr.demo.history import write

    since = world.started_at - timedelta(days=30)
    for file in sorted(world.files.values(), key=lambda one: one.added_at):
        if file.added_at < since:
            continue
        key = random.Random(f"{world.seed}:{file.release.title}").randbytes(20).hex().upper()
        for episode in world.held_by(file):
            write(world, "grabbed", episode, file.release, key, at=file.added_at - timedelta(minutes=12))
        file.source_path = world.disk.folder(f"/downloads/tv-sonarr/{file.release.title}.mkv")
        for episode in world.held_by(file):
            write(world, "downloadFolderImported", episode, file.release, key, file=file, at=file.added_at)


def _lately(world: World, title: str) -> Episode:
    """The latest episode of a series that has a file."""
    episodes = [one for one in world.episodes_of[world.named(title).id] if one.file_id]
    return max(episodes, key=lambda one: (one.season, one.number))
