"""Pictures that are kept: whole ones only, whoever asks at the same time."""

from pathlib import Path

import pytest

from episodarr.catalogue import posters


def test_two_who_look_for_the_first_time_disturb_each_other_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, replace = tmp_path / "ab" / "picture", Path.replace

    def and_another(part: Path, target: Path) -> Path:
        monkeypatch.setattr(Path, "replace", replace)
        posters._write(path, b"another")
        return replace(part, target)

    monkeypatch.setattr(Path, "replace", and_another)
    posters._write(path, b"one")
    assert path.read_bytes() == b"one"
    assert list(path.parent.iterdir()) == [path], "nothing is left behind"
