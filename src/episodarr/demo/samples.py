"""Viewing histories to try an import with: of shows that the simulated services know, and of some that they do not."""

from collections.abc import Mapping
from pathlib import Path

_FOLDER = Path(__file__).parent / "histories"
SAMPLES: Mapping[Path, str] = {
    _FOLDER / "netflix.csv": "Netflix in English, with a few titles to review",
    _FOLDER / "netflix-de.csv": "Netflix in German: other words, other dates",
    _FOLDER / "watch-log.csv": "A table of somebody's own, whose columns you name",
}
"""Each file and what it is."""
