"""What may be concluded from how old the readings are. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from episodarr.deletion.holding import Known
from episodarr.deletion.model import About, Reading


def known(readings: Iterable[Reading], now: datetime) -> Known:
    """What is in doubt, one sentence for each matter: the first service that is behind."""
    doubts: dict[About, str] = {}
    catalogue: dict[int, str] = {}
    asked: set[About] = set()
    for one in readings:
        asked.add(one.about)
        sentence = _doubt(one, now)
        if not sentence:
            continue
        if one.about is About.CATALOGUE:
            catalogue[one.connection_id] = sentence
        else:
            doubts.setdefault(one.about, sentence)
    return Known(
        plays=doubts.get(About.PLAYS, "") if About.PLAYS in asked else "no history of plays is connected",
        has_sources=About.PLAYS in asked,
        playing=doubts.get(About.PLAYING, ""),
        requests=doubts.get(About.REQUESTS, ""),
        films=doubts.get(About.FILMS, ""),
        catalogue=catalogue,
    )


def _doubt(reading: Reading, now: datetime) -> str:
    if reading.off:
        return f"{reading.name} is switched off"
    if reading.read_at is None:
        return f"{reading.name} was never read to its end"
    age = now - reading.read_at
    if age <= timedelta(seconds=reading.limit):
        return ""
    minutes = int(age.total_seconds() // 60)
    old = f"{minutes} minutes" if minutes < 120 else f"{minutes // 60} hours"
    return f"{reading.name} was last read {old if minutes < 2880 else f'{minutes // 1440} days'} ago"
