"""What a rule makes of one holding, with a sentence for each condition and for each thing that holds it back. Pure.

Plays are only ever added to: "it was played" is certain however old the histories are, "nobody played it" is not.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import assert_never

from episodarr.deletion.holding import Holding, Known, Level
from episodarr.deletion.rules import (
    Added,
    All,
    Answer,
    AnyOf,
    Condition,
    FewerPlays,
    FewerViewers,
    InFolder,
    Larger,
    Monitored,
    NeverWatched,
    Node,
    Not,
    OfQuality,
    OfStatus,
    OfType,
    Outcome,
    RatedBelow,
    Reason,
    Requested,
    RequesterWatched,
    Rule,
    Safeguards,
    Tagged,
    UnwatchedFor,
    Verdict,
    WatchedShare,
    both,
    cutoff,
    either,
    leaves,
    opposite,
)


def judge(rule: Rule, holding: Holding, known: Known, now: datetime) -> Verdict:
    """The verdict; every condition is answered, also where one alone would decide."""
    conditions = tuple(reason(one, holding, known, now) for one in leaves(rule.when))
    whole = answer(rule.when, holding, known, now)
    held = tuple(one for one in guards(rule.unless, holding, known, now) if one.answer is not Answer.NO)
    if whole is Answer.NO:
        outcome = Outcome.NO
    elif any(one.answer is Answer.YES for one in held):
        outcome = Outcome.KEPT
    elif whole is Answer.UNKNOWN or held:
        outcome = Outcome.UNKNOWN
    else:
        outcome = Outcome.CANDIDATE
    return Verdict(outcome, conditions, held)


def answer(node: Node, holding: Holding, known: Known, now: datetime) -> Answer:
    """What a tree of conditions says."""
    if isinstance(node, All):
        return both(answer(one, holding, known, now) for one in node.of)
    if isinstance(node, AnyOf):
        return either(answer(one, holding, known, now) for one in node.of)
    if isinstance(node, Not):
        return opposite(answer(node.of, holding, known, now))
    return reason(node, holding, known, now).answer


def reason(condition: Condition, holding: Holding, known: Known, now: datetime) -> Reason:  # noqa: C901, PLR0912  # one arm a condition
    """What one condition says, and why."""
    h = holding
    match condition:
        case Added(days=days):
            if h.added_at is None:
                return Reason(Answer.UNKNOWN, "when it was added is not told")
            return _plain(
                h.added_at <= cutoff(now, days), f"added {_ago(h.added_at, now)}", f"wanted: {_days(days)} ago"
            )
        case UnwatchedFor(days=days):
            if h.last_at is not None and h.last_at > cutoff(now, days):
                return Reason(Answer.NO, f"last played {_ago(h.last_at, now)}, within {_days(days)}")
            told = "never played" if h.last_at is None else f"last played {_ago(h.last_at, now)}"
            return _unless(known.plays, told)
        case NeverWatched():
            if h.plays:
                last = "" if h.last_at is None else f", the last {_ago(h.last_at, now)}"
                return Reason(Answer.NO, f"{_many(h.plays, 'play')}{last}")
            return _unless(known.plays, "never played")
        case FewerPlays(than=than):
            return _fewer(h.plays, than, "play", known)
        case FewerViewers(than=than):
            return _fewer(h.viewers, than, "viewer", known)
        case WatchedShare(percent=percent):
            told = f"{h.watched_episodes} of {_many(h.episodes, 'episode')} watched to the end"
            if h.level is Level.MOVIE:
                told = "watched to the end" if h.watched_episodes else "not watched to the end"
            if 100 * h.watched_episodes >= percent * h.episodes:
                return Reason(Answer.YES, told)
            return Reason(Answer.UNKNOWN, f"{told}, but {known.plays}") if known.plays else Reason(Answer.NO, told)
        case Larger(bytes=least):
            return _plain(h.size >= least, f"takes {_size(h.size)}", f"wanted: {_size(least)}")
        case RatedBelow(rating=rating):
            if h.rating is None:
                return Reason(Answer.UNKNOWN, "nobody rated it")
            return _plain(h.rating < rating, f"rated {h.rating:.1f}", f"wanted: below {rating:.1f}")
        case Tagged(tag=tag):
            if h.tags is None:
                return Reason(Answer.UNKNOWN, "its tags could not be read")
            return _is(tag.lower() in h.tags, f"tagged “{tag}”")
        case InFolder(folder=folder):
            return _is(_folder(folder) == _folder(h.root_folder), f"in {folder}")
        case OfQuality(quality=quality):
            return _is(quality.lower() in h.qualities, f"of quality {quality}")
        case OfStatus(status=status):
            return _is(status.lower() == h.status.lower(), f"of status “{status}”")
        case OfType(type=kind):
            return _is(kind.lower() == h.series_type.lower(), f"of type “{kind}”")
        case Monitored():
            if h.monitored is None:
                return Reason(Answer.UNKNOWN, "nothing says whether it is monitored")
            return _is(h.monitored, "monitored")
        case Requested():
            if h.requested_at is not None:
                return Reason(Answer.YES, f"requested {_ago(h.requested_at, now)}")
            doubt = _unread_requests(h, known)
            return (
                Reason(Answer.UNKNOWN, f"no request is known, but {doubt}")
                if doubt
                else Reason(Answer.NO, "nobody requested it")
            )
        case RequesterWatched():
            if h.requester_watched is None:
                return Reason(Answer.UNKNOWN, "nobody is known to have requested it, or whether they watched it")
            told = "watched by whoever requested it"
            # A later request would be another's, and a play that was not read yet their own.
            doubt = known.requests or ("" if h.requester_watched else known.plays)
            if doubt:
                return Reason(Answer.UNKNOWN, f"{'' if h.requester_watched else 'not '}{told}, but {doubt}")
            return _is(h.requester_watched, told)
        case _:  # pragma: no cover  # the type checker sees that none is left
            assert_never(condition)


def guards(safe: Safeguards, holding: Holding, known: Known, now: datetime) -> Iterator[Reason]:
    """What holds it back: yes, no, or unknown, each with its sentence."""
    yield from guards_always(holding, known)
    yield from guards_chosen(safe, holding, known, now)


def guards_always(holding: Holding, known: Known) -> Iterator[Reason]:
    """What holds anything back, whatever a rule says."""
    h = holding
    part = ", or a part of it" if h.level in (Level.SHOW, Level.SEASON) else ""
    yield _guard(h.protected, f"somebody protected it{part}")
    yield _guard(h.playing, "somebody is watching it now", known.playing)
    yield _guard(h.arriving > 0, f"{_many(h.arriving, 'episode')} of it on the way")
    unread = "it has news that were not read yet" if h.unread else ""
    yield _guard(False, "", known.catalogue.get(h.connection_id, "") or unread)


def guards_chosen(safe: Safeguards, holding: Holding, known: Known, now: datetime) -> Iterator[Reason]:
    """What holds it back because a rule says so."""
    h = holding
    for at, days, sentence in (
        (h.in_progress_at, safe.in_progress_days, "somebody left off within it"),
        (h.next_up_at, safe.next_up_days, "it is what somebody would watch next, after an episode watched"),
    ):
        fresh = at is not None and at > cutoff(now, days)
        if days:
            doubt = known.plays if known.has_sources else ""
            yield _guard(fresh, f"{sentence} {_ago(at, now)}", doubt and f"whether anyone is within it: {doubt}")
    if safe.requested_days:
        fresh = h.requested_at is not None and h.requested_at > cutoff(now, safe.requested_days)
        yield _guard(fresh, f"requested {_ago(h.requested_at, now)}", _unread_requests(h, known))
    if safe.favourites:
        yield _guard(h.favourite, "somebody marked it as a favourite")
    if safe.latest_season:
        yield _guard(h.latest_season and h.status.lower() == "continuing", "the latest season of a show that goes on")
    if safe.tags:
        if h.tags is None:
            yield Reason(Answer.UNKNOWN, "its tags could not be read")
        else:
            kept = sorted(h.tags & {tag.lower() for tag in safe.tags})
            yield _guard(bool(kept), f"tagged “{'”, “'.join(kept)}”")
    if h.from_start is not None:
        yield _guard(h.from_start <= safe.keep_first, f"one of the first {safe.keep_first} episodes")
    if h.from_end is not None:
        yield _guard(h.from_end <= safe.keep_last, f"one of the last {safe.keep_last} episodes")
    yield _guard(h.files == 0, "nothing is left of it but episodes that stay")


def _guard(holds: bool, sentence: str, doubt: str = "") -> Reason:
    if holds:
        return Reason(Answer.YES, sentence)
    return Reason(Answer.UNKNOWN, doubt) if doubt else Reason(Answer.NO, sentence)


def _unread_requests(h: Holding, known: Known) -> str:
    """Why "nobody requested it" is in doubt; empty: it is not."""
    return known.requests or (known.films if h.level is Level.MOVIE else "")


def _is(holds: bool, what: str) -> Reason:
    return Reason(Answer.YES, what) if holds else Reason(Answer.NO, f"not {what}")


def _plain(holds: bool, told: str, wanted: str) -> Reason:
    return Reason(Answer.YES, told) if holds else Reason(Answer.NO, f"{told} ({wanted})")


def _unless(doubt: str, told: str) -> Reason:
    return Reason(Answer.UNKNOWN, f"{told}, but {doubt}") if doubt else Reason(Answer.YES, told)


def _fewer(count: int, than: int, noun: str, known: Known) -> Reason:
    told = _many(count, noun)
    if count >= than:
        return Reason(Answer.NO, f"{told} (wanted: fewer than {than})")
    return _unless(known.plays, told)


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _days(days: int) -> str:
    return _many(days, "day")


def _ago(at: datetime | None, now: datetime) -> str:
    days = (now - at).days if at is not None else 0
    return "today" if days <= 0 else "yesterday" if days == 1 else f"{days:,} days ago"


_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB")


def _size(count: int) -> str:
    value, unit = float(count), 0
    while value >= 1024 and unit < len(_UNITS) - 1:
        value, unit = value / 1024, unit + 1
    return f"{value:.0f} {_UNITS[unit]}" if unit < 2 else f"{value:.1f} {_UNITS[unit]}"


def _folder(path: str) -> str:
    return path.rstrip("/\\") or path
