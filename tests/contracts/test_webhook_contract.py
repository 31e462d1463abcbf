"""What each service's webhooks hint at, read from the recorded and constructed ones (R-D7)."""

import json
from pathlib import Path
from typing import Any

import pytest

from episodarr.connections.hint import About, Hint
from episodarr.integrations import all_integrations

G, S, L, N, R, P = About.GRABS, About.SERIES, About.SERIES_LIST, About.LIBRARY, About.REQUESTS, About.PLAYS

SAMPLES = {
    "sonarr/constructed/webhook-grab-season-pack.json": {G},
    "sonarr/constructed/webhook-download-one-file-of-pack.json": {G, S, N},
    "sonarr/constructed/webhook-download-upgrade.json": {G, S, N},
    "sonarr/constructed/webhook-import-complete.json": {G, S, N},
    "sonarr/constructed/webhook-episode-file-delete-manual.json": {G, S, N},
    "sonarr/constructed/webhook-rename.json": {G, S, N},
    "sonarr/constructed/webhook-series-add.json": {G, L},
    "sonarr/constructed/webhook-series-delete.json": {G, L},
    "sonarr/constructed/webhook-test.json": {G},
    "sonarr/recorded/webhook-import-complete-season-pack.json": {G, S, N},
    "sonarr/recorded/webhook-manual-interaction-required.json": {G, S, N},
    "jellyfin/constructed/webhook-ItemAdded-episode.json": {N},
    "jellyfin/constructed/webhook-ItemDeleted-episode.json": {N},
    "jellyfin/constructed/webhook-PlaybackStop.json": {P},
    "plex/recorded-json/webhook-media.scrobble-episode.json": {P},
    "seerr/constructed/webhook-tv-available.json": {R},
}


def _hint(kind: str, told: dict[str, Any]) -> Hint:
    read = all_integrations()[kind].hint
    assert read is not None
    return read(told)


@pytest.mark.parametrize(("sample", "about"), SAMPLES.items(), ids=SAMPLES)
def test_a_webhook_hints_at_what_to_read(contracts: Path, sample: str, about: set[About]) -> None:
    told = json.loads((contracts / sample).read_text())
    hint = _hint(sample.split("/", maxsplit=1)[0], told)
    assert hint.about == about
    assert hint.kind
    if S in about:
        assert hint.sonarr_series == {told["series"]["id"]}


@pytest.mark.parametrize("kind", ["sonarr", "jellyfin", "plex", "seerr", "shoko", "tautulli"])
@pytest.mark.parametrize(
    "told",
    [
        {},
        {"eventType": None, "series": [], "Metadata": 5, "media": "x", "NotificationType": {}},
        {"eventType": "Download", "series": {"id": -1}, "event": ["x"], "Metadata": {"Guid": [7, {"id": 3}]}},
        {"series": {"id": True}, "media": {"tvdbId": "99999999999999999999"}, "Provider_tvdb": [1]},
    ],
)
def test_a_body_that_says_nothing_is_no_mishap(kind: str, told: dict[str, Any]) -> None:
    hint = _hint(kind, told)
    assert not hint.sonarr_series
    assert not hint.tvdb_ids
