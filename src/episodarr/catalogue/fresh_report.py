"""What a round of keeping episodes fresh did, in numbers and in a sentence."""

from typing import Any

import msgspec

from episodarr.catalogue.sync import Report
from episodarr.settings import SyncMode


class FreshReport(msgspec.Struct):
    """What a round did, in numbers."""

    mode: SyncMode
    followed: int = 0
    """Shows that somebody follows since this round."""
    let_go: int = 0
    """Shows that nobody follows any more since this round."""
    due: int = 0
    left: int = 0
    """Of those due: shows that wait for the next rounds, as this one read as many as it may."""
    prepared: int = 0
    cleaned: int = 0
    report: Report = msgspec.field(default_factory=Report)
    services: dict[str, str] = {}

    def told(self) -> dict[str, Any]:
        """The job's report: flat, as the pages and the log show numbers."""
        of, episodes = self.report, self.report.episodes
        return {
            "mode": self.mode.value,
            "due": self.due,
            "left": self.left,
            "shows_read": of.read,
            "shows_failed": of.failed,
            "created": episodes.created,
            "updated": episodes.updated,
            "new_titles": episodes.titles,
            "moved_air_times": episodes.air_times,
            "new_overviews": episodes.overviews,
            "followed": self.followed,
            "let_go": self.let_go,
            "prepared": self.prepared,
            "cleaned": self.cleaned,
            "requests": of.requests,
            "bytes": of.bytes,
            "milliseconds": of.milliseconds,
            "failures": of.failures,
            "services": self.services,
        }

    def summary(self) -> str:
        """In one sentence; with every Sonarr that could not be asked, of which nothing is known."""
        if not self.services:
            return "No Sonarr is connected"
        of = self.report
        wanted = self.due + self.prepared
        parts = [f"{self.mode.value}: " + (f"{of.read} of {wanted} shows read" if wanted else self._nothing())]
        if of.episodes.created or of.episodes.updated:
            parts.append(f"{of.episodes.created} new and {of.episodes.updated} changed episodes")
        for number, words in (
            (self.left, "wait for the next rounds"),
            (of.failed, "failed"),
            (self.followed, "followed anew"),
            (self.let_go, "let go"),
        ):
            if number:
                parts.append(f"{number} {words}")
        if self.cleaned:
            parts.append(f"{self.cleaned} cleaned up")
        parts += [
            text if text.startswith(name) else f"{name}: {text}" for name, text in self.services.items() if text != "ok"
        ]
        return "; ".join(parts)

    def _nothing(self) -> str:
        return "nothing was due" if "ok" in self.services.values() else "no Sonarr could be asked"
