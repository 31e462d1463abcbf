"""What a listed episode states as facts."""

from datetime import UTC, datetime, timedelta

from episodarr.catalogue.listing import file_fact, listed_fact, removal_fact
from episodarr.catalogue.model import ListedEpisode, ListedFile
from episodarr.episode.evidence import Evidence
from episodarr.episode.facts import Fact, Grabbed, Imported, Listed, Removed
from episodarr.episode.identity import EpisodeId, Source
from episodarr.episode.standing import assess
from episodarr.episode.state import State

NOW = datetime(2026, 1, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
SONARR, GRAB = Source("Sonarr:1"), Source("Sonarr:1/aa")
ABOUT = EpisodeId(1)


def test_a_file_counts_from_when_sonarr_added_it_but_never_from_the_future() -> None:
    listed = ListedEpisode(1, 1, 1, monitored=True, air_date_utc=NOW)
    assert listed_fact(ABOUT, listed, SONARR, NOW).what == Listed(monitored=True, airs_at=NOW)
    added = ListedFile(7, path="/a", size=5, date_added=NOW - HOUR)
    assert file_fact(ABOUT, added, SONARR, NOW).at == NOW - HOUR
    assert file_fact(ABOUT, ListedFile(7, date_added=NOW + HOUR), SONARR, NOW).at == NOW
    assert file_fact(ABOUT, ListedFile(7), SONARR, NOW).at == NOW


def test_a_lost_file_ends_the_life_before_a_later_grab() -> None:
    had = Fact(ABOUT, NOW - 5 * HOUR, SONARR, Imported(7))
    evidence = Evidence().with_facts([had])[0]
    assert removal_fact(ABOUT, evidence, SONARR, NOW).at == NOW
    grabbed = Fact(ABOUT, NOW - HOUR, GRAB, Grabbed("aa"))
    evidence = evidence.with_facts([grabbed])[0]
    removal = removal_fact(ABOUT, evidence, SONARR, NOW)
    assert had.at < removal.at < grabbed.at
    assert assess(evidence.with_facts([removal])[0], NOW).state is State.GRABBED, "the grab belongs to the new life"


def test_nothing_is_removed_where_nothing_was() -> None:
    assert removal_fact(ABOUT, Evidence(), SONARR, NOW) is None
    ended = Evidence().with_facts(
        [Fact(ABOUT, NOW - 2 * HOUR, SONARR, Imported(7)), Fact(ABOUT, NOW - HOUR, SONARR, Removed())]
    )
    assert removal_fact(ABOUT, ended[0], SONARR, NOW) is None, "the history told of it already"
