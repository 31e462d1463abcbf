"""Rules of what may go: small named conditions, each answered yes, no or unknown with a sentence. Pure.

Unknown is not no: it makes no candidate, whatever else holds. `database.candidates_sql` says the same in SQL, where
NULL is unknown; a property test holds the two together.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, NamedTuple, TypeAlias

import msgspec
from msgspec import Meta

from episodarr.deletion.holding import Level

Days = Annotated[int, Meta(ge=0, le=36_500)]
Number = Annotated[int, Meta(ge=0, le=1_000_000_000)]
Bytes = Annotated[int, Meta(ge=0, le=2**62)]
Percent = Annotated[int, Meta(ge=0, le=100)]
Word = Annotated[str, Meta(min_length=1, max_length=500)]
MOST_KEPT = 25
"""First or last episodes of a show that a rule can have stay; more are better protected as seasons."""
Kept = Annotated[int, Meta(ge=0, le=MOST_KEPT)]

_DEEPEST = 6
_MOST = 60


class Answer(StrEnum):
    """What a condition says."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Reason(NamedTuple):
    """One answer, and why."""

    answer: Answer
    sentence: str


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="is"):
    """A condition, or a group of them; in JSON, `is` tells which."""


class Added(_Part, frozen=True, tag="added"):
    """Its latest file was added at least so many days ago."""

    days: Days


class UnwatchedFor(_Part, frozen=True, tag="unwatched_for"):
    """Nobody played any of it for so many days, or ever."""

    days: Days


class NeverWatched(_Part, frozen=True, tag="never_watched"):
    """Nobody ever played any of it."""


class FewerPlays(_Part, frozen=True, tag="fewer_plays"):
    """It has fewer plays than that."""

    than: Number


class FewerViewers(_Part, frozen=True, tag="fewer_viewers"):
    """Fewer people than that played any of it."""

    than: Number


class WatchedShare(_Part, frozen=True, tag="watched_share"):
    """At least so many percent of its episodes were watched to the end by someone."""

    percent: Percent


class Larger(_Part, frozen=True, tag="larger"):
    """Its files take at least so many bytes."""

    bytes: Bytes


class RatedBelow(_Part, frozen=True, tag="rated_below"):
    """Its rating is below that (0 to 10)."""

    rating: Annotated[float, Meta(ge=0, le=10)]


class Tagged(_Part, frozen=True, tag="tagged"):
    """It carries this tag in Sonarr or Radarr."""

    tag: Word


class InFolder(_Part, frozen=True, tag="in_folder"):
    """Its library folder (root folder) is this one."""

    folder: Word


class OfQuality(_Part, frozen=True, tag="of_quality"):
    """Any of its files has this quality."""

    quality: Word


class OfStatus(_Part, frozen=True, tag="of_status"):
    """Its status is this one, such as `ended` or `continuing`."""

    status: Word


class OfType(_Part, frozen=True, tag="of_type"):
    """Its type is this one: `standard`, `daily` or `anime`."""

    type: Word


class Monitored(_Part, frozen=True, tag="monitored"):
    """It is monitored."""


class Requested(_Part, frozen=True, tag="requested"):
    """Somebody asked for it."""


class RequesterWatched(_Part, frozen=True, tag="requester_watched"):
    """Whoever asked for it has watched it all."""


Condition: TypeAlias = (
    Added
    | UnwatchedFor
    | NeverWatched
    | FewerPlays
    | FewerViewers
    | WatchedShare
    | Larger
    | RatedBelow
    | Tagged
    | InFolder
    | OfQuality
    | OfStatus
    | OfType
    | Monitored
    | Requested
    | RequesterWatched
)


class All(_Part, frozen=True, tag="all"):
    """Each of them holds. None at all: it holds."""

    of: "tuple[Node, ...]" = ()


class AnyOf(_Part, frozen=True, tag="any"):
    """At least one of them holds. None at all: it does not."""

    of: "tuple[Node, ...]" = ()


class Not(_Part, frozen=True, tag="not"):
    """It does not hold."""

    of: "Node"


Node: TypeAlias = Condition | All | AnyOf | Not


class Safeguards(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What holds something back although the conditions are met.

    Always: what somebody protected by hand, what is playing, and what is on the way.
    """

    keep_first: Kept = 0
    """So many first episodes of each show stay, specials not counted."""
    keep_last: Kept = 0
    """So many last ones."""
    in_progress_days: Days = 60
    """What somebody left off within so many days stays; 0: it may go."""
    next_up_days: Days = 60
    """What follows an episode that somebody watched within so many days stays; 0: it may go."""
    requested_days: Days = 30
    """What was requested within so many days stays; 0: it may go."""
    favourites: bool = True
    """What somebody marked as a favourite stays."""
    latest_season: bool = True
    """The latest season of a show that goes on stays, and its episodes do."""
    tags: tuple[Word, ...] = ("keep",)
    """What carries one of these tags stays."""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may go."""

    level: Level = Level.SHOW
    when: Node = All()
    unless: Safeguards = Safeguards()


class Outcome(StrEnum):
    """What a rule makes of a holding."""

    CANDIDATE = "candidate"
    KEPT = "kept"
    """The conditions may be met, but something holds it back."""
    UNKNOWN = "unknown"
    NO = "no"


class Verdict(NamedTuple):
    """What a rule makes of a holding, and why: the conditions one by one, and what holds it back or may do so."""

    outcome: Outcome
    conditions: tuple[Reason, ...]
    held_back: tuple[Reason, ...]


class InvalidRule(ValueError):
    """A rule that cannot be used; the text names the place in it and the mend."""


_rules = msgspec.json.Decoder(Rule)


def read_rule(body: bytes) -> Rule:
    """A rule out of JSON. Raises InvalidRule."""
    try:
        return checked(_rules.decode(body))
    except msgspec.DecodeError as problem:
        raise InvalidRule(f"rule: {str(problem)[:1].lower()}{str(problem)[1:]}") from problem
    except RecursionError as problem:
        raise InvalidRule(f"rule: is nested deeper than {_DEEPEST} groups") from problem


def checked(rule: Rule) -> Rule:
    """The rule, unless it is too large to be asked. Raises InvalidRule."""
    if sum(1 for _ in leaves(rule.when)) > _MOST:
        raise InvalidRule(f"when: has more than {_MOST} conditions")
    if _depth(rule.when) > _DEEPEST:
        raise InvalidRule(f"when: is nested deeper than {_DEEPEST} groups")
    if not any(True for _ in leaves(rule.when)):
        raise InvalidRule("when: has no condition: it would take everything; add one, such as added 30 days ago")
    if (place := _empty(rule.when, "when")) is not None:
        raise InvalidRule(f"{place}: is a group without a condition; add one to it, or leave the group out")
    return rule


def leaves(node: Node) -> Iterator[Condition]:
    """The conditions of a tree, in its order."""
    waiting: list[Any] = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, All | AnyOf):
            waiting.extend(reversed(one.of))
        elif isinstance(one, Not):
            waiting.append(one.of)
        else:
            yield one


def _empty(node: Node, place: str) -> str | None:
    """Where a group has nothing in it: “all of nothing” holds for everything."""
    if isinstance(node, Not):
        return _empty(node.of, f"{place}.of")
    if not isinstance(node, All | AnyOf):
        return None
    if not node.of:
        return place
    found = (_empty(one, f"{place}.of[{number}]") for number, one in enumerate(node.of))
    return next((one for one in found if one is not None), None)


def _depth(node: Node) -> int:
    deepest, waiting = 0, [(node, 1)]
    while waiting:
        one, depth = waiting.pop()
        deepest = max(deepest, depth)
        if isinstance(one, All | AnyOf):
            waiting.extend((part, depth + 1) for part in one.of)
        elif isinstance(one, Not):
            waiting.append((one.of, depth + 1))
    return deepest


def both(answers: Iterator[Answer]) -> Answer:
    """Yes when all are, no when one is no."""
    found = set(answers)
    return Answer.NO if Answer.NO in found else Answer.UNKNOWN if Answer.UNKNOWN in found else Answer.YES


def either(answers: Iterator[Answer]) -> Answer:
    """Yes when one is, no when all are no."""
    found = set(answers)
    return Answer.YES if Answer.YES in found else Answer.UNKNOWN if Answer.UNKNOWN in found else Answer.NO


def opposite(answer: Answer) -> Answer:
    """Not knowing whether is not knowing whether not."""
    return {Answer.YES: Answer.NO, Answer.NO: Answer.YES}.get(answer, answer)


def cutoff(now: datetime, days: int) -> datetime:
    """The instant that many days ago, and not before the year 1."""
    return now - min(timedelta(days=days), now - datetime.min.replace(tzinfo=now.tzinfo))
