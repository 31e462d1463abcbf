"""What happens in the demo: two stories at the start, two troubles, and then something new every while, for ever."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from episodarr.demo import seerr_story
from episodarr.demo.model import Episode, Torrent
from episodarr.demo.world import World

PAUSE = 40.0
"""Story seconds between two grabs once the first stories are told."""
FIRST_AFTER = 62.0
"""Story seconds until the first of them."""
SEEDED = 14
"""Torrents that are kept for seeding; the oldest finished ones leave the client."""
REFILLED = ("One Piece", "The Bear", "Doctor Who", "The Daily Show")
"""Series whose missing episodes are looked for, one after the other."""
UPGRADED = ("Breaking Bad", "The Expanse", "Mushishi", "House")
"""Series whose files are replaced by better ones when nothing of the others is missing."""


def begin(world: World) -> None:
    """Schedule everything. The two first stories are wholly told within about 55 story seconds."""
    _troubles(world)
    world.after(1.5, _if_there(world, "Horimiya", lambda: horimiya(world)))
    for number in range(1, 7):
        world.after(2.5 * number - 0.5, _if_there(world, "Link Click", partial(link_click, world, number)))
    seerr_story.begin(world)
    _watch_air_times(world)
    Afterwards(world).begin(FIRST_AFTER)


def horimiya(world: World) -> Torrent:
    """The season pack: 13 episodes, an extra that nobody wants, a sample, and a note, in ONE torrent."""
    series = world.named("Horimiya")
    title = "[Kitsune] Horimiya S01 (BD 1080p HEVC)"
    return world.arrivals.grab(
        series,
        world.season_of(series, 1),
        kind="pack",
        title=title,
        group="Kitsune",
        quality="Bluray-1080p",
        size=340_000_000,
        seconds=32.0,
        file_names=[f"[Kitsune] Horimiya - {number:02d} (BD 1080p HEVC).mkv" for number in range(1, 14)],
        extras=(
            ("NC/[Kitsune] Horimiya - NCOP (BD 1080p HEVC).mkv", 96_000_000, 0),
            ("Sample/sample.mkv", 12_000_000, 0),
            ("[Kitsune] Horimiya.nfo", 4_211, 1),
        ),
        metadata_after=1.2,
    )


def link_click(world: World, number: int) -> Torrent:
    """One of the six single-episode torrents of the third season."""
    series = world.named("Link Click")
    return world.arrivals.grab(
        series,
        [world.season_of(series, 3)[number - 1]],
        title=f"[SubsPlease] Link Click S3 - {number:02d} (1080p)",
        group="SubsPlease",
        size=360_000_000 + 4_000_000 * number,
        seconds=13.0 + number % 3 * 3,
        metadata_after=0.4,
    )


def _if_there(world: World, title: str, grab: Callable[[], object]) -> Callable[[], None]:
    """A grab that is left out when somebody has deleted the series meanwhile."""

    def act() -> None:
        if any(series.title == title for series in world.series.values()):
            grab()

    return act


def _troubles(world: World) -> None:
    """A torrent that stands still for a while, and an import that Sonarr will not make by itself."""
    bear = world.named("The Bear")
    stuck = world.arrivals.grab(
        bear, world.season_of(bear, 4)[8:9], size=1_850_000_000, seconds=30.0, metadata_after=0.0, stall=(0.61, 100.0)
    )
    world.arrivals.set_progress(stuck, 0.52)
    squid = world.named("Squid Game")
    title = "El juego del calamar (2021) S02 [PACK][NF WEB-DL 1080p AVC ES DD+ 5.1]"
    episodes = world.season_of(squid, 2)
    names = [f"El juego del calamar S02E{episode.number:02d} [NF WEB-DL 1080p].mkv" for episode in episodes]
    blocked = world.arrivals.grab(
        squid, episodes, kind="pack", title=title, group="HDO", size=3_100_000_000, seconds=1.0, file_names=names
    )
    world.arrivals.block_import(blocked)
    world.arrivals.set_progress(blocked, 1.0)


def _watch_air_times(world: World) -> None:
    """An episode that airs while the demo runs is grabbed soon after."""
    for episode in world.episodes.values():
        if episode.air_at is None or not episode.monitored:
            continue
        wait = (episode.air_at - world.started_at) / timedelta(seconds=1) * world.clock.speed
        if 0 < wait < 30 * 86_400:
            world.after(wait + 25.0, _grab_when_aired(world, episode))


def _grab_when_aired(world: World, episode: Episode) -> Callable[[], None]:
    def act() -> None:
        if episode.id in world.episodes:
            world.commands.search([episode])

    return act


class Afterwards:
    """The life after the first stories: every while one grab, and the client's finished torrents kept few."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._round = 0

    def begin(self, seconds: float) -> None:
        """Schedule the first grab."""
        self._world.after(seconds, self._act)

    def _act(self) -> None:
        self._tidy()
        self._round += 1
        if not self._refill():
            self._upgrade()
        self._world.after(PAUSE, self._act)

    def _refill(self) -> bool:
        """Look for something that is missing: a handful of one season, or one episode. Tells whether there was any."""
        world = self._world
        for offset in range(len(REFILLED)):
            missing = self._missing(REFILLED[(self._round + offset) % len(REFILLED)])
            if missing:
                many = [one for one in missing if one.season == missing[0].season][:8]
                series = world.series[missing[0].series_id]
                if len(many) >= 3 and self._round % 2:
                    world.arrivals.grab(series, many, kind="pack", size=420_000_000, seconds=4.0 * len(many))
                else:
                    world.arrivals.grab(series, missing[:1], size=1_050_000_000, seconds=24.0)
                return True
        return False

    def _missing(self, title: str) -> list[Episode]:
        world = self._world
        try:
            series = world.named(title)
        except KeyError:
            return []
        return [
            one
            for one in world.episodes_of[series.id]
            if one.monitored and not one.file_id and world.aired(one) and not world.arrivals.busy(one.id)
        ]

    def _upgrade(self) -> None:
        """Replace a file by a better one; after all are better, by repacks of them."""
        world = self._world
        title = UPGRADED[self._round % len(UPGRADED)]
        there = [series for series in world.series.values() if series.title == title]
        held = [one for series in there for one in world.episodes_of[series.id] if one.file_id and one.monitored]
        if not held:
            return
        episode = held[self._round * 7 % len(held)]
        if world.arrivals.busy(episode.id):
            return
        series = world.series[episode.series_id]
        version = world.files[episode.file_id].release.version % 9 + 1
        world.arrivals.grab(
            series, [episode], quality="Bluray-1080p", size=1_900_000_000, seconds=25.0, version=version
        )

    def _tidy(self) -> None:
        world = self._world
        done = [torrent for torrent in world.torrents.values() if torrent.complete and self._imported(torrent)]
        for torrent in done[: max(len(done) - SEEDED, 0)]:
            world.arrivals.remove_torrent(torrent)
            world.arrivals.downloads.pop(torrent.hash.upper(), None)

    def _imported(self, torrent: Torrent) -> bool:
        download = self._world.arrivals.downloads.get(torrent.hash.upper())
        return download is None or download.state in {"imported", "ignored"}
