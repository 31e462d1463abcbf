"""Integrations are found by being there, and all declare what the form, the wizard and the jobs need."""

import sys

import pytest

from episodarr import integrations
from episodarr.connections.integration import Integration, missing_fields
from episodarr.connections.model import Connection, FieldKind
from episodarr.episode.identity import ConnectionId

FILE = """
from episodarr.connections.integration import Integration
INTEGRATION = Integration("{kind}", "Example", "Nothing.", (), (), lambda connection, session: None, None, order=15)
"""


@pytest.fixture
def one_more(tmp_path, monkeypatch):
    """Put one more file into the folder, as it were."""

    def put(name, text):
        (tmp_path / f"{name}.py").write_text(text)
        monkeypatch.setattr(integrations, "__path__", [*integrations.__path__, str(tmp_path)])
        monkeypatch.delitem(sys.modules, f"episodarr.integrations.{name}", raising=False)

    yield put
    for path in tmp_path.iterdir():
        sys.modules.pop(f"episodarr.integrations.{path.stem}", None)


def test_the_services_come_in_the_order_of_the_wizard():
    assert [kind for kind in integrations.all_integrations() if kind in {"jellyfin", "sonarr", "qbittorrent"}] == [
        "sonarr",
        "qbittorrent",
        "jellyfin",
    ]


def test_a_new_file_is_a_new_service(one_more):
    one_more("example_service", FILE.format(kind="example"))
    kinds = list(integrations.all_integrations())
    assert kinds.index("sonarr") < kinds.index("example") < kinds.index("qbittorrent")


@pytest.mark.parametrize(("name", "text"), [("_private", "raise AssertionError"), ("notes", "INTEGRATION = 5")])
def test_other_files_are_left_alone(one_more, name, text):
    before = list(integrations.all_integrations())
    one_more(name, text)
    assert list(integrations.all_integrations()) == before


def test_one_kind_is_claimed_once(one_more):
    one_more("example_twin", FILE.format(kind="sonarr"))
    with pytest.raises(ValueError, match="sonarr"):
        integrations.all_integrations()


@pytest.mark.parametrize("integration", integrations.all_integrations().values(), ids=lambda found: found.kind)
class TestDeclaration:
    """What every integration promises."""

    def test_connects_without_a_request_and_offers_its_ports(self, integration: Integration):
        settings = {
            field.name: "http://127.0.0.1:1" if field.kind is FieldKind.URL else field.example or "x"
            for field in integration.fields
        }
        assert missing_fields(integration, settings) == []
        client = integration.connect(Connection(ConnectionId(1), integration.kind, "", settings), None)
        assert integration.ports
        assert all(isinstance(client, port) for port in integration.ports)
        assert client.http.requests == 0
        assert client.http.service == integration.label

    def test_keeps_what_is_secret_out_of_sight(self, integration: Integration):
        settings = {field.name: field.example or f"canary-{field.name}" for field in integration.fields}
        settings["url"] = "http://u:canary@h/"
        client = integration.connect(Connection(ConnectionId(1), integration.kind, "Mine", settings), None)
        assert "canary" not in repr(client) + repr(client.http)

    def test_is_ready_for_the_form(self, integration: Integration):
        assert integration.kind == integration.kind.lower()
        assert integration.purpose.endswith(".")
        names = [field.name for field in integration.fields]
        assert names[0] == "url"
        assert len(set(names)) == len(names)
        assert all(
            field.kind is FieldKind.SECRET for field in integration.fields if field.name in {"api_key", "password"}
        )
