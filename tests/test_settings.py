"""Settings and connections from the environment; logs without secrets (S6)."""

from pathlib import Path

import pytest

from episodarr.connections.environment import from_environment
from episodarr.integrations import all_integrations
from episodarr.logs import one_line, redacted
from episodarr.settings import SettingsProblem, SyncMode, read

KINDS = list(all_integrations().values())


def test_defaults_need_nothing() -> None:
    settings = read({})
    assert (settings.port, settings.host, settings.url_base) == (8990, "127.0.0.1", "")
    assert settings.database == "sqlite:///data/episodarr.db"


def test_the_command_line_goes_before_the_environment() -> None:
    assert read({"EPISODARR_PORT": "1234"}).port == 1234
    assert read({"EPISODARR_PORT": "1234"}, port=4321).port == 4321
    assert read({"EPISODARR_URL_BASE": "tv/"}).url_base == "/tv"


def test_secrets_come_from_files_too(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("k" * 20 + "\n")
    key = read({"EPISODARR_API_KEY_FILE": str(file)}).api_key
    assert key.get_secret_value() == "k" * 20
    assert "kkk" not in repr(key)
    with pytest.raises(SettingsProblem, match="EPISODARR_API_KEY_FILE are both set"):
        read({"EPISODARR_API_KEY_FILE": str(file), "EPISODARR_API_KEY": "x" * 20})


def test_connections_from_the_environment() -> None:
    given = from_environment(
        {
            "EPISODARR_SONARR_URL": "http://s:8989",
            "EPISODARR_SONARR_API_KEY": "one",
            "EPISODARR_SONARR_2_URL": "http://anime:8989/sonarr",
            "EPISODARR_SONARR_2_API_KEY": "two",
            "EPISODARR_SONARR_2_NAME": "Anime",
            "EPISODARR_QBITTORRENT_URL": "http://q:8080",
            "EPISODARR_JELLYFIN_URL": "http://j:8096",
            "EPISODARR_JELLYFIN_API_KEY": "three",
        },
        KINDS,
    )
    assert [(one.kind, one.name, one.url) for one in given] == [
        ("sonarr", "Sonarr", "http://s:8989"),
        ("sonarr", "Anime", "http://anime:8989/sonarr"),
        ("qbittorrent", "qBittorrent", "http://q:8080"),
        ("jellyfin", "Jellyfin", "http://j:8096"),
    ]
    with pytest.raises(SettingsProblem, match="EPISODARR_JELLYFIN_API_KEY"):
        from_environment({"EPISODARR_JELLYFIN_URL": "http://j:8096"}, KINDS)


@pytest.mark.parametrize(
    "text",
    [
        "GET /api?apikey=canary&x=1",
        "X-Plex-Token: canary",
        "{'api_key': 'canary'}",
        "Authorization: Bearer canary",
        "http://user:canary@host/path",
        "https://tracker.example/announce/canary",
        "https://discord.com/api/webhooks/1/canary",
        "https://api.telegram.org/botcanary/send",
        "passkey=canary",
    ],
)
def test_logs_hold_no_secret(text: str) -> None:
    assert "canary" not in redacted(text)


def test_a_title_cannot_forge_a_log_line() -> None:
    assert one_line("a\nb\r\x1b[31mc\x9b") == "a\\nb\\r\\x1b[31mc\\x9b"


def test_where_notices_go_is_a_secret(tmp_path: Path) -> None:
    file = tmp_path / "hook"
    file.write_text("https://notify.example/canary\n")
    url = read({"EPISODARR_NOTIFY_URL_FILE": str(file)}).notify_url
    assert url is not None
    assert url.get_secret_value() == "https://notify.example/canary"
    assert "canary" not in repr(url)
    with pytest.raises(SettingsProblem, match="EPISODARR_NOTIFY_URL is no address"):
        read({"EPISODARR_NOTIFY_URL": "notify.example"})
    assert read({}).notify_url is None
    assert (read({}).viewers_keep, read({}).leaving_collection) == (True, False)
    assert read({"EPISODARR_VIEWERS_KEEP": "false"}).viewers_keep is False


@pytest.mark.parametrize("name", ["EPISODARR_EPISODE_SYNC_MODE", "EPISODE_SYNC_MODE"])
def test_the_mode_has_two_names_and_two_values(tmp_path: Path, name: str) -> None:
    """R-M1: by environment and by file; what is wrong is told with the name that was used."""
    assert read({}).episode_sync_mode is SyncMode.ON_DEMAND
    for written in ("GREEDY", "greedy", " Greedy "):
        assert read({name: written}).episode_sync_mode is SyncMode.GREEDY
    assert read({name: "on-demand"}).episode_sync_mode is SyncMode.ON_DEMAND
    file = tmp_path / "mode"
    file.write_text("GREEDY\n")
    assert read({f"{name}_FILE": str(file)}).episode_sync_mode is SyncMode.GREEDY
    with pytest.raises(SettingsProblem, match=f"^{name} is 'ALWAYS'; it must be GREEDY or ON_DEMAND$"):
        read({name: "ALWAYS"})
    with pytest.raises(SettingsProblem, match="both set"):
        read({f"{name}_FILE": str(file), name: "GREEDY"})


def test_metadata_services_are_asked_in_an_order_of_ones_own() -> None:
    assert read({}).metadata_order.split() == ["tmdb", "tvmaze"]
    assert read({"EPISODARR_METADATA_ORDER": "TVmaze, TMDB"}).metadata_order.split() == ["tvmaze", "tmdb"]
    assert read({"EPISODARR_METADATA_ORDER": "tvmaze"}).metadata_order.split() == ["tvmaze"]
    for wrong in ("imdb", "tmdb tmdb", " , ", "tmdb;tvmaze"):
        with pytest.raises(SettingsProblem, match=r"EPISODARR_METADATA_ORDER is .*; it names tmdb and tvmaze"):
            read({"EPISODARR_METADATA_ORDER": wrong})


def test_two_names_that_disagree_are_refused() -> None:
    """R-M1."""
    names = ("EPISODARR_EPISODE_SYNC_MODE", "EPISODE_SYNC_MODE")
    assert read(dict.fromkeys(names, "GREEDY")).episode_sync_mode is SyncMode.GREEDY
    with pytest.raises(SettingsProblem, match="EPISODARR_EPISODE_SYNC_MODE and EPISODE_SYNC_MODE say different"):
        read(dict(zip(names, ("GREEDY", "ON_DEMAND"), strict=True)))
    assert read({"PORT": "1"}).port == 8990, "nothing else has a plain name"
