"""What the evidence about an episode means: one pure function, `assess`, is the only judge of an episode's state."""

from collections.abc import Iterable
from datetime import datetime

from episodarr.episode.download import Download, downloads_in, furthest
from episodarr.episode.evidence import Evidence, Said
from episodarr.episode.facts import (
    Imported,
    InLibrary,
    Leaving,
    Listed,
    Recognition,
    RecognitionPhase,
    Removed,
    Requested,
    RequestPhase,
    Watched,
)
from episodarr.episode.identity import label_of
from episodarr.episode.state import ARRIVING, Standing, State


def assess(evidence: Evidence, now: datetime) -> Standing:
    """Judge an episode by everything that is known of it.

    Judged from evidence, never from the state before: no missed step can strand an episode, and the order in which
    facts came in cannot matter. What nobody reported is unknown and changes nothing. `now` decides only whether a time
    has come (the air time); `review_at` of the answer says when to ask again.
    """
    said = evidence.of_this_life()
    listed = _latest(said, Listed)
    downloads = downloads_in(said)
    present = _present(said, downloads)
    if present is not None:
        return present
    arrival = furthest(downloads)
    if arrival is not None and (arrival.state in ARRIVING or _wanted(listed)):
        return arrival
    return _absent(said, evidence.last_removal(), listed, now)


def _latest(said: Iterable[Said], kind: type[Listed | Imported | Leaving | Recognition | Watched]) -> Said | None:
    return max((one for one in said if isinstance(one.what, kind)), default=None, key=lambda one: (one.at, one.source))


def _wanted(listed: Said | None) -> bool:
    return listed is None or (isinstance(listed.what, Listed) and listed.what.monitored)


def _present(said: list[Said], downloads: list[Download]) -> Standing | None:
    """The standing of an episode whose file is in place; None when nothing says that it is."""
    imported = _latest(said, Imported)
    libraries = [(one, one.what) for one in said if isinstance(one.what, InLibrary)]
    playable = min(
        (one for one, what in libraries if what.playable), default=None, key=lambda one: (one.at, one.source)
    )
    if imported is None and playable is None:
        return None
    in_place = playable or imported
    assert in_place is not None  # noqa: S101  # one of the two is there, see above
    leaving = _latest(said, Leaving)
    if leaving is not None and isinstance(leaving.what, Leaving) and leaving.what.on is not None:
        rule = f" by the rule {leaving.what.rule}" if leaving.what.rule else ""
        return Standing(State.LEAVING, f"It is to be deleted{rule}", "the day of its deletion", leaving.at)
    watched = _latest(said, Watched)
    if watched is not None:
        return Standing(State.WATCHED, f"{label_of(watched.source)} reports that it was watched", None, watched.at)
    if playable is not None:
        because = f"{label_of(playable.source)} lists it and can play it"
        here_since = (imported or playable).at
        further = furthest(one for one in downloads if one.began > here_since)
        if further is not None and further.state in ARRIVING:
            because += "; a further release of it is on its way"
        return Standing(State.AVAILABLE, because, None, playable.at)
    because = f"{label_of(in_place.source)} has imported its file"
    recognition = _latest(said, Recognition)
    if recognition is not None and isinstance(recognition.what, Recognition):
        unfinished = _unrecognized(because, recognition, recognition.what)
        if unfinished is not None:
            return unfinished
    if not libraries:
        return Standing(State.IMPORTED, because, "a media server to list it", in_place.at)
    asked, what = max(libraries, key=lambda pair: (bool(pair[1].item_id), pair[0].at, pair[0].source))
    server = label_of(asked.source)
    if what.item_id:
        because += f"; {server} lists it but cannot play it" + (f": {what.detail}" if what.detail else "")
        return Standing(State.IMPORTED, because, f"{server} to find a playable file", in_place.at)
    servers = " or ".join(sorted({label_of(one.source) for one, _ in libraries}))
    return Standing(State.IMPORTED, because, f"{servers} to list it", in_place.at)


def _unrecognized(because: str, said: Said, what: Recognition) -> Standing | None:
    """The standing of a file that Sonarr calls imported and Shoko has not recognised; None when it has.

    A media server whose listing comes from Shoko cannot show the episode before.
    """
    shoko = label_of(said.source)
    detail = f" ({what.detail})" if what.detail else ""
    if what.phase is RecognitionPhase.UNRECOGNIZED:
        because = f"{because}, but {shoko} does not recognise it{detail}"
        return Standing(State.IMPORT_BLOCKED, because, f"somebody to link the file in {shoko}", said.at)
    if what.phase is RecognitionPhase.PENDING:
        because = f"{because}; {shoko} has not recognised it yet{detail}"
        return Standing(State.IMPORTED, because, f"{shoko} to recognise its file", said.at)
    return None


def _absent(said: list[Said], removal: Said | None, listed: Said | None, now: datetime) -> Standing:
    """The standing of an episode that is neither here nor on its way."""
    request = _request(said)
    if listed is None or not isinstance(listed.what, Listed):
        if request is not None:
            return _requested(request, "Sonarr to list it")
        if removal is not None:
            return _deleted(removal)
        return Standing(State.UNKNOWN, "No connected service has said anything about it yet", "a first sync")
    sonarr = label_of(listed.source)
    airs_at = listed.what.airs_at
    if not listed.what.monitored:
        if removal is not None:
            return _deleted(removal)
        if request is not None:
            return _requested(request, f"{sonarr} to monitor it")
        return Standing(State.UNMONITORED, f"{sonarr} does not monitor it", None, listed.at)
    if airs_at is None:
        return Standing(State.UNAIRED, "No air time is announced yet", "an air time", listed.at)
    if airs_at > now:
        return Standing(State.UNAIRED, "It has not aired yet", "its air time", listed.at, review_at=airs_at)
    if request is not None:
        return _requested(request, f"{sonarr} to find a release", wanted=True)
    if removal is not None:
        because = f"{_removal_words(removal)}; {sonarr} still monitors it"
        return Standing(State.MISSING, because, f"{sonarr} to find a release", removal.at)
    return Standing(
        State.MISSING, f"It has aired and {sonarr} has no file of it", f"{sonarr} to find a release", airs_at
    )


def _request(said: Iterable[Said]) -> Said | None:
    """The request that counts: an approved one before one that is not, and of these the latest."""
    standing = [
        one
        for one in said
        if isinstance(one.what, Requested) and one.what.phase not in {RequestPhase.DECLINED, RequestPhase.GONE}
    ]
    return max(standing, default=None, key=lambda one: (_approved(one), one.at, one.source))


def _approved(request: Said) -> bool:
    return isinstance(request.what, Requested) and request.what.phase is RequestPhase.APPROVED


def _requested(request: Said, waiting_for: str, *, wanted: bool = False) -> Standing:
    """`waiting_for` says what Sonarr has to do; `wanted`: it does so whatever becomes of the request."""
    assert isinstance(request.what, Requested)  # noqa: S101  # see _request
    because = f"{request.what.by or 'Somebody'} requested it"
    asked = label_of(request.source)
    match request.what.phase:
        case RequestPhase.PENDING:
            because += f"; {asked} awaits an approval"
            waiting_for = waiting_for if wanted else f"somebody to approve it in {asked}"
        case RequestPhase.FAILED:
            because += f"; {asked} could not hand it on to Sonarr"
            waiting_for = waiting_for if wanted else f"somebody to retry it in {asked}"
        case _:
            pass
    return Standing(State.REQUESTED, because, waiting_for, request.at)


def _deleted(removal: Said) -> Standing:
    return Standing(State.DELETED, _removal_words(removal), None, removal.at)


def _removal_words(removal: Said) -> str:
    reason = removal.what.reason if isinstance(removal.what, Removed) else ""
    return f"{label_of(removal.source)} reports its file as deleted" + (f": {reason}" if reason else "")
