"""The invented library itself: Horimiya as a pack, Link Click as singles, One Piece, a daily show, and many more."""

import random
from datetime import UTC, datetime, timedelta

from invented import MIB, NOW, Maker, World

from episodarr.episode.state import State

HERE, SEEN, COMING = State.AVAILABLE, State.WATCHED, State.DOWNLOADING
LATER, LACKING = State.UNAIRED, State.MISSING
TITLES = (
    "Andor",
    "Arcane",
    "Better Call Saul",
    "Bluey",
    "Chernobyl",
    "Dark",
    "Fargo",
    "Foundation",
    "Frieren: Beyond Journey's End",
    "Gen V",
    "Halt and Catch Fire",
    "Invincible",
    "Mob Psycho 100",
    "Mr. Robot",
    "Mythic Quest",
    "Northern Exposure",
    "Pachinko",
    "Patriot",
    "Reservation Dogs",
    "Rick and Morty",
    "Scavengers Reign",
    "Shōgun",
    "Silo",
    "Slow Horses",
    "Station Eleven",
    "Succession",
    "Ted Lasso",
    "The Americans",
    "The Bear",
    "The Expanse",
    "The Good Place",
    "The Last of Us",
    "The Leftovers",
    "The Wire",
    "True Detective",
    "Vinland Saga",
    "Watchmen",
    "What We Do in the Shadows",
    "Yellowjackets",
    "Über uns die Sterne und eine Menge anderer sehr langer Wörter im Titel",
)


def library() -> World:
    """The whole invented library."""
    maker = Maker()
    horimiya = maker.show("Horimiya", 2021, "ended", "anime")
    maker.episode(horimiya, 0, 1, State.UNMONITORED, NOW - timedelta(days=1500), title="Prologue")
    pack = maker.run(
        horimiya,
        1,
        [
            HERE,
            HERE,
            State.IMPORTED,
            State.DOWNLOADED,
            COMING,
            COMING,
            COMING,
            COMING,
            COMING,
            COMING,
            State.QUEUED,
            State.QUEUED,
            State.QUEUED,
        ],
        NOW - timedelta(days=1700),
        absolute=1,
        since=NOW - timedelta(minutes=4),
    )
    shares = [1, 1, 1, 1, 0.94, 0.81, 0.61, 0.58, 0.33, 0.12, 0.0, 0.0, 0.0]
    maker.lane(
        "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334",
        "[Group] Horimiya S01 (BD 1080p HEVC)",
        "season_pack",
        horimiya,
        list(zip(pack, shares, strict=True)),
        extras=[("Extras/NCOP.mkv", True), ("Extras/NCED.mkv", False), ("cover.jpg", False)],
    )
    link = maker.show("Link Click", 2021, "continuing", "anime", network="bilibili")
    maker.run(link, 1, [SEEN] * 11, NOW - timedelta(days=1600), absolute=1)
    maker.run(link, 2, [SEEN] * 9 + [HERE] * 3, NOW - timedelta(days=800), absolute=12)
    third = maker.run(
        link,
        3,
        [
            HERE,
            State.IMPORT_BLOCKED,
            State.IMPORTING,
            COMING,
            State.STALLED,
            State.GRABBED,
            LACKING,
            LATER,
            LATER,
            LATER,
            LATER,
            LATER,
        ],
        NOW - timedelta(days=45),
        absolute=24,
        since=NOW - timedelta(minutes=16),
    )
    for place, share in enumerate((1.0, 1.0, 1.0, 0.72, 0.4)):
        phase = "complete" if share == 1 else "stalled" if place == 4 else "downloading"
        maker.lane(
            f"{place}f" * 20,
            f"[SubsPlease] Link Click S3 - {place + 1:02} (1080p)",
            "single",
            link,
            [(third[place], share)],
            phase=phase,
            speed=0 if share == 1 or place == 4 else int(1.9 * MIB),
            eta=180 if phase == "downloading" else None,
        )
    maker.lane(
        "c0" * 20,
        "Link.Click.S03E06.1080p.WEB.H264-GRP",
        "single",
        link,
        [(third[5], 0.0)],
        phase="queued",
        speed=0,
        eta=None,
        files_known=False,
    )
    piece = maker.show("One Piece", 1999, "continuing", "anime", network="Fuji TV")
    maker.run(
        piece, 1, [SEEN] * 900 + [HERE] * 220 + [LACKING] * 4 + [HERE] * 26, NOW - timedelta(days=7 * 1148), absolute=1
    )
    sev = maker.show("Severance", 2022, "continuing", network="Apple TV+")
    maker.run(sev, 1, [SEEN] * 9, NOW - timedelta(days=1300))
    maker.run(sev, 2, [SEEN] * 7 + [HERE] * 3, NOW - timedelta(days=300))
    news = maker.show("The Daily Briefing", 2009, "continuing", "daily", network="CBS", failure="Sonarr: timed out")
    for year in range(2021, 2026):
        maker.run(
            news,
            year,
            [HERE] * 150 if year < 2025 else [HERE] * 40 + [LACKING] * 10,
            datetime(year, 1, 4, 23, tzinfo=UTC),
            2,
        )
    hostile = maker.show('<script>alert(1)</script> "Quoted" & <b>Bold</b>', 2020, "ended")
    maker.run(
        hostile, 1, [HERE, LACKING, State.FAILED], NOW - timedelta(days=900), title='"><img src=x onerror=alert(1)>'
    )
    chance = random.Random(11)  # noqa: S311  # invented data
    for title in TITLES:
        ended = chance.random() < 0.4
        show = maker.show(
            title.strip(),
            chance.randint(1998, 2024),
            "ended" if ended else "continuing",
            network="HBO",
            monitored=chance.random() > 0.12,
        )
        for season in range(1, chance.randint(2, 5)):
            lacking = LACKING if maker.world.shows[show].monitored else State.UNMONITORED
            states = [lacking if chance.random() < 0.04 else HERE if chance.random() < 0.4 else SEEN for _ in range(10)]
            back = 60 if season == 3 and not ended else 400 * (6 - season)
            maker.run(show, season, states, NOW - timedelta(days=back))
    maker.show("Nothing Read Yet", 2026, "upcoming")
    return maker.world
