"""What has become of a request: derived from the standings of its episodes, never from what was promised. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from episodarr.episode.state import ARRIVING, PLAYABLE, State
from episodarr.requests.model import MediaStatus, RequestStatus


class RequestState(StrEnum):
    """Where a request is in its life."""

    PENDING = "pending"
    """Somebody has to approve it."""
    DECLINED = "declined"
    FAILED = "failed"
    """The request system could not hand it on to Sonarr."""
    UNLISTED = "unlisted"
    """No Sonarr lists its episodes yet."""
    UNAIRED = "unaired"
    """Nothing of it has aired yet."""
    WAITING = "waiting"
    """Aired, and nothing of it is here or on its way."""
    ARRIVING = "arriving"
    """Nothing of it can be played yet, something is on its way."""
    PARTIALLY_AVAILABLE = "partially_available"
    AVAILABLE = "available"
    """All of it that has aired can be played."""
    GONE = "gone"
    """The request system no longer has it."""


class Asked(NamedTuple):
    """What the request system says."""

    label: str
    status: RequestStatus
    believed: MediaStatus
    gone: bool = False
    listed: bool = True
    """Whether a Sonarr lists the series."""


class Numbers(NamedTuple):
    """The requested episodes in numbers."""

    all: int
    unaired: int
    available: int
    arriving: int
    imported: int
    unmonitored: int
    missing: int

    @property
    def aired(self) -> int:
        """How many have aired, as far as is known."""
        return self.all - self.unaired


class Verdict(NamedTuple):
    """What has become of a request."""

    state: RequestState
    words: str
    disagreement: str


def numbers_of(states: Mapping[str, int]) -> Numbers:
    """The numbers of episodes in each state, summed up."""
    everything = sum(states.values())
    unaired = states.get(State.UNAIRED, 0)
    available = sum(states.get(state, 0) for state in PLAYABLE)
    arriving = sum(states.get(state, 0) for state in ARRIVING)
    imported = states.get(State.IMPORTED, 0)
    unmonitored = states.get(State.UNMONITORED, 0)
    rest = everything - unaired - available - arriving - imported - unmonitored
    return Numbers(everything, unaired, available, arriving, imported, unmonitored, rest)


def judge(asked: Asked, states: Mapping[str, int]) -> Verdict:
    """What has become of a request; `states`: how many of its episodes are in each state."""
    numbers = numbers_of(states)
    state = _state(asked, numbers)
    return Verdict(state, _words(asked, state, numbers), _disagreement(asked, state, numbers))


def _state(asked: Asked, numbers: Numbers) -> RequestState:
    if asked.gone:
        return RequestState.GONE
    decided = {
        RequestStatus.DECLINED: RequestState.DECLINED,
        RequestStatus.PENDING: RequestState.PENDING,
        RequestStatus.FAILED: RequestState.FAILED,
    }.get(asked.status)
    if decided is not None:
        return decided
    if not asked.listed or not numbers.all:
        return RequestState.UNLISTED
    if not numbers.aired:
        return RequestState.UNAIRED
    if numbers.available:
        whole = numbers.available == numbers.aired
        return RequestState.AVAILABLE if whole else RequestState.PARTIALLY_AVAILABLE
    return RequestState.ARRIVING if numbers.arriving or numbers.imported else RequestState.WAITING


def _words(asked: Asked, state: RequestState, numbers: Numbers) -> str:
    told = _told(numbers)
    match state:
        case RequestState.GONE:
            return f"{asked.label} no longer has this request"
        case RequestState.DECLINED:
            return f"Declined in {asked.label}"
        case RequestState.PENDING:
            return f"Waiting for somebody to approve it in {asked.label}" + (f"; {told}" if numbers.available else "")
        case RequestState.FAILED:
            return f"{asked.label} could not hand it on to Sonarr" + (f"; {told}" if numbers.available else "")
        case RequestState.UNLISTED if not asked.listed:
            return "Sonarr does not list it yet"
        case RequestState.UNLISTED:
            return "Sonarr lists no episodes of it yet"
        case RequestState.UNAIRED:
            return f"None of its {numbers.all} episodes has aired yet" if numbers.all > 1 else "It has not aired yet"
        case _:
            return told


def _told(numbers: Numbers) -> str:
    """`8 of 13 available, 3 on the way, 2 missing`."""
    parts = [
        (numbers.arriving, "on the way"),
        (numbers.imported, "imported"),
        (numbers.missing, "missing"),
        (numbers.unmonitored, "unmonitored"),
        (numbers.unaired, "not aired yet"),
    ]
    whole = numbers.available == numbers.all
    first = (
        f"All {numbers.all} available"
        if whole and numbers.all > 1
        else f"{numbers.available} of {numbers.all} available"
    )
    return ", ".join([first, *(f"{n} {words}" for n, words in parts if n)])


def _disagreement(asked: Asked, state: RequestState, numbers: Numbers) -> str:
    """In which way the request system believes otherwise. It looks seldom, and at the title as a whole."""
    if asked.gone or not asked.listed or not numbers.all:
        return ""
    lacking = numbers.aired - numbers.available - numbers.imported
    if asked.status is RequestStatus.COMPLETED and lacking > 0:
        return f"{asked.label} calls it completed, but {_are(lacking)} not in the library"
    if asked.believed is MediaStatus.AVAILABLE and lacking > 0:
        return f"{asked.label} says available, but {_are(lacking)} not in the library"
    if asked.believed is MediaStatus.DELETED and numbers.available:
        return f"{asked.label} says deleted, but {_are(numbers.available)} in the library"
    unaware = {MediaStatus.UNKNOWN, MediaStatus.PENDING, MediaStatus.PROCESSING}
    if state is RequestState.AVAILABLE and asked.believed in unaware:
        return f"{asked.label} has not noticed yet that it is available"
    return ""


def _are(number: int) -> str:
    return "1 episode is" if number == 1 else f"{number} episodes are"
