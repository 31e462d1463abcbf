"""What an item of a media server says about an episode. Pure."""

from episodarr.availability.match import SoughtEpisode
from episodarr.availability.model import LibraryEpisode, Playability
from episodarr.episode.facts import InLibrary

NO_SOURCE = "no media source"


def as_listed(item: LibraryEpisode | None) -> InLibrary:
    """What the listing alone says. A virtual item is known from metadata only: there is no file behind it."""
    if item is None or item.virtual:
        return InLibrary()
    if not item.has_source:
        return InLibrary(item_id=item.id, playable=False, detail=NO_SOURCE)
    return InLibrary(item_id=item.id, playable=True)


def as_asked(item_id: str, answer: Playability | None) -> InLibrary:
    """What the answer about the item itself says; None: it is unknown there."""
    if answer is None:
        return InLibrary()
    return InLibrary(item_id=item_id, playable=answer.playable, detail=answer.detail)


def in_doubt(what: InLibrary, said: InLibrary | None) -> str:
    """The item that has to be asked about before the listing is believed; empty when the listing is enough.

    A listing knows nothing of a source that cannot be opened, and may leave an item out that is there: so a new item is
    asked about, one that was not playable before, and one that is no longer listed.
    """
    if what.playable:
        known = said is not None and said.playable and said.item_id == what.item_id
        return "" if known else what.item_id
    if not what.item_id and said is not None:
        return said.item_id
    return ""


def expected(one: SoughtEpisode, said: InLibrary | None) -> bool:
    """Whether anybody expects the episode there: Sonarr has a file of it, or the server listed it before."""
    return one.has_file or (said is not None and bool(said.item_id))
