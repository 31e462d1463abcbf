"""What people have asked for in the demo, and what they ask for while it runs."""

import contextlib
from collections.abc import Iterable
from datetime import timedelta

from episodarr.demo.seerr_desk import APPROVED, COMPLETED, PROCESSING, Refusal, Request
from episodarr.demo.world import World


def begin(world: World) -> None:
    """Requests of the last weeks, the two that the first stories answer, and one more after a while."""
    desk = world.requests
    _answered(world, "Breaking Bad", [1], "Ben", days=41)
    _answered(world, "The Bear", [3, 4], "Anna", days=12)
    declined = _asked(world, "The Daily Show", None, "Ben", hours=52)
    if declined is not None:
        desk.decline(declined, desk.user("demo"), at=world.now - timedelta(hours=50))
    desk.add_title(7_100_001, 7_200_001, "Salt and Starlight", 2026, {1: 8})
    desk.ask(desk.user("Anna"), 7_100_001, [1], at=world.now - timedelta(hours=3))
    _answered(world, "Link Click", [3], "Anna", hours=1)
    _answered(world, "Horimiya", [1], "Ben", hours=2)
    desk.add_title(7_100_002, 7_200_002, "The Lamplighters", 2024, {1: 6, 2: 6})
    world.after(25.0, lambda: _ask_now(world, 7_100_002, [1]))


def _asked(world: World, title: str, seasons: Iterable[int] | None, name: str, **ago: float) -> Request | None:
    desk = world.requests
    try:
        series = world.named(title)
    except KeyError:
        return None
    wanted = seasons if seasons is not None else [max(series.seasons)]
    return desk.ask(desk.user(name), series.tmdb_id, wanted, at=world.now - timedelta(**ago))


def _answered(world: World, title: str, seasons: Iterable[int], name: str, **ago: float) -> None:
    """A request of somebody who needs an approval, which came long ago: nothing is searched anew."""
    desk = world.requests
    request = _asked(world, title, seasons, name, **ago)
    if request is None:
        return
    request.status, request.modified_by = COMPLETED, desk.user("demo")
    request.updated_at = request.created_at + timedelta(minutes=2)
    request.media.status = PROCESSING
    desk.scan()
    if any(request.media.seasons.get(number) != 5 for number in request.seasons):
        request.status = APPROVED


def _ask_now(world: World, tmdb_id: int, seasons: list[int]) -> None:
    desk = world.requests
    if not world.series:
        return  # Sonarr was emptied
    with contextlib.suppress(Refusal):  # somebody asked for it meanwhile
        desk.ask(desk.user("Mia"), tmdb_id, seasons)
