"""Who speaks, and one spelling for each download."""

from episodarr.episode.facts import download_key
from episodarr.episode.identity import ConnectionId, label_of, source, subject_of


def test_a_source_names_the_service_and_what_of_it() -> None:
    whole = source("Sonarr", ConnectionId(1))
    part = source("qBittorrent", ConnectionId(2), "aa")
    assert (label_of(whole), subject_of(whole)) == ("Sonarr", "")
    assert (label_of(part), subject_of(part)) == ("qBittorrent", "aa")


def test_info_hashes_are_one_in_upper_and_lower_case() -> None:
    assert download_key("A1B2" * 10) == download_key("a1b2" * 10)
    assert download_key("SABnzbd_nzo_Ab12") == "SABnzbd_nzo_Ab12"
