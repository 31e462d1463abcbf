"""The heartbeat beside the database."""

from datetime import UTC, datetime
from pathlib import Path

from episodarr.jobs.surroundings import FilePulse

NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)


def test_d24_a_heartbeat_is_kept(tmp_path: Path) -> None:
    pulse = FilePulse(tmp_path / "heartbeat")
    assert pulse.last() is None
    pulse.beat(NOW)
    assert FilePulse(tmp_path / "heartbeat").last() == NOW


def test_what_cannot_be_read_or_written_tells_nothing(tmp_path: Path) -> None:
    (tmp_path / "heartbeat").write_bytes(b"\xff\x00 no instant")
    assert FilePulse(tmp_path / "heartbeat").last() is None
    nowhere = FilePulse(tmp_path / "nowhere" / "heartbeat")
    nowhere.beat(NOW)
    assert nowhere.last() is None
