"""What may be concluded from how old the readings are."""

from datetime import timedelta

import pytest
from rule_samples import NOW

from episodarr.deletion.known import known
from episodarr.deletion.model import About, Reading


def read(about: About, name: str = "Tautulli", *, ago: float | None = 0, connection: int = 1) -> Reading:
    return Reading(about, connection, name, None if ago is None else NOW - timedelta(seconds=ago), 3600)


def test_without_services_nothing_is_known_of_plays() -> None:
    found = known([], NOW)
    assert found.plays == "no history of plays is connected"
    assert not found.has_sources
    assert found.films == ""
    assert (found.playing, found.requests, found.catalogue) == ("", "", {})


def test_fresh_readings_leave_no_doubt() -> None:
    found = known([read(about) for about in About], NOW)
    assert (found.plays, found.playing, found.requests, found.catalogue) == ("", "", "", {})
    assert found.has_sources
    assert found.films == ""
    assert known([read(About.FILMS, "Seerr", ago=None)], NOW).films == "Seerr was never read to its end"


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (3600, ""),
        (3601, "Tautulli was last read 60 minutes ago"),
        (7199, "Tautulli was last read 119 minutes ago"),
        (7200, "Tautulli was last read 2 hours ago"),
        (172_799, "Tautulli was last read 47 hours ago"),
        (172_800, "Tautulli was last read 2 days ago"),
        (None, "Tautulli was never read to its end"),
    ],
)
def test_how_old_is_too_old(ago: float | None, said: str) -> None:
    assert known([read(About.PLAYS, ago=ago)], NOW).plays == said


def test_one_service_that_is_behind_is_enough_and_is_named() -> None:
    plays = [read(About.PLAYS), read(About.PLAYS, "Jellyfin", ago=None), read(About.PLAYS, "Plex", ago=9e9)]
    found = known([*plays, read(About.PLAYING), read(About.REQUESTS, "Seerr", ago=None)], NOW)
    assert found.plays == "Jellyfin was never read to its end"
    assert found.playing == ""
    assert found.requests == "Seerr was never read to its end"


def test_each_catalogue_is_in_doubt_by_itself() -> None:
    """One Sonarr that does not answer does not stop the other (R-W6)."""
    told = [read(About.CATALOGUE, "Sonarr", connection=1), read(About.CATALOGUE, "4K", ago=None, connection=2)]
    assert known(told, NOW).catalogue == {2: "4K was never read to its end"}


def test_what_was_switched_off_tells_nothing_any_more_d3() -> None:
    off = Reading(About.CATALOGUE, 3, "Sonarr", NOW, 3600, off=True)
    assert known([off], NOW).catalogue == {3: "Sonarr is switched off"}
