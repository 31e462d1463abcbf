"""The real parts: a qbittorrent-nox and seeds, started anew for each scenario (it takes a fraction of a second)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from real_qbittorrent import PROGRAM, RealQBittorrent
from seeds import Seeds


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[tuple[RealQBittorrent, Seeds]]:
    """The download client and those who share; both on 127.0.0.1 only."""
    if not Path(PROGRAM).exists():
        pytest.skip(f"qbittorrent-nox not here: {PROGRAM} is not installed")
    try:
        seeds = Seeds(tmp_path / "seeds")
    except ImportError as problem:
        pytest.skip(f"qbittorrent-nox not here: no libtorrent to feed it ({problem})")
    client = RealQBittorrent(tmp_path / "client")
    try:
        client.start()
        yield client, seeds
    finally:
        client.stop()
        seeds.stop()
