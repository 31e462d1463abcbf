"""How a thing is protected: by itself, with what it is part of, or in parts."""

import pytest
from rule_samples import NOW

from episodarr.deletion.holding import Level
from episodarr.deletion.model import Protection, Target
from episodarr.deletion.shield import shield

SHOW, SEASON, EPISODE, FILM = Target(1), Target(1, 2), Target(1, 2, 9), Target(movie_id=1)


def kept(*targets: Target) -> list[Protection]:
    return [Protection(number, one, "", "", "ada", NOW) for number, one in enumerate(targets, 1)]


@pytest.mark.parametrize(
    ("target", "protections", "own", "within", "parts"),
    [
        (SHOW, [], None, "", 0),
        (SHOW, [SHOW], 1, "", 0),
        (SHOW, [SEASON, EPISODE, Target(1, 3)], None, "", 3),
        (SEASON, [SHOW], None, "show", 0),
        (SEASON, [Target(1, 3), SEASON], 2, "", 0),
        (SEASON, [Target(1, 3), EPISODE, Target(1, 3, 7)], None, "", 1),
        (EPISODE, [SEASON], None, "season", 0),
        (EPISODE, [SHOW, SEASON], None, "show", 0),
        (EPISODE, [SEASON, SHOW, EPISODE, Target(1, 2, 8)], 3, "show", 0),
        (Target(1, None, 9), [EPISODE], 1, "", 0),
        (FILM, [FILM], 1, "", 0),
        (FILM, [SHOW, Target(movie_id=2)], None, "", 0),
        (SHOW, [FILM, Target(2)], None, "", 0),
    ],
)
def test_a_shield(target: Target, protections: list[Target], own: int | None, within: str, parts: int) -> None:
    found = shield(target, kept(*protections))
    assert (None if found.own is None else found.own.id, found.within, found.parts) == (own, within, parts)


def test_what_a_target_is() -> None:
    assert [one.level for one in (SHOW, SEASON, EPISODE, FILM)] == list(Level)
