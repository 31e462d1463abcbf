"""How long to wait until a media server is asked again. Pure."""

from datetime import timedelta

_FIRST_PAUSE = timedelta(seconds=5)
_QUICK_LOOKS = 6
"""Looks at the first pause before the pauses grow: a library scan usually takes less than half a minute."""
_LONGEST_PAUSE = timedelta(minutes=30)
_AFTER_SWEEP = _QUICK_LOOKS + 4

LONG_OPEN = _QUICK_LOOKS + 6
"""Looks in a row (about ten minutes) after which the rest of the library is searched as well."""

REGULARLY = timedelta(hours=24)
"""Between two verifications of the whole library."""
FOR_LOST_ONES = timedelta(hours=2)
"""The same while something imported is not found in its series."""
AFTER_NEWS = timedelta(minutes=15)
"""The same when the server has told of a change: a file that was deleted there is awaited by nobody else."""
AFTER_A_FAILED_SWEEP = timedelta(minutes=15)
_SHORTEST_REST = timedelta(seconds=30)


def pause_after(attempts: int) -> timedelta:
    """Until the next look at a series, after so many looks in a row that left something open (at least one)."""
    doublings = min(max(attempts - _QUICK_LOOKS, 0), 12)
    return min(_FIRST_PAUSE * (1 << doublings), _LONGEST_PAUSE)


def pause_after_sweep(attempts: int) -> tuple[int, timedelta]:
    """The same after a look at the whole library: what it does not hold was imported some time ago and is in no hurry.

    The attempts to remember, and the pause.
    """
    attempts = max(attempts + 1, _AFTER_SWEEP)
    return attempts, pause_after(attempts)


def rest_after_sweep(took: timedelta) -> timedelta:
    """Until the next verification of the whole library may begin: it never takes more than a tenth of the time."""
    return max(took * 10, _SHORTEST_REST)
