"""What is protected by hand, on the pages of the things themselves: to see, to say and to take back."""

from dataclasses import dataclass

from episodarr.deletion.model import Target
from episodarr.deletion.shield import Shield, shield
from episodarr.web.parts import Parts


@dataclass(frozen=True, slots=True)
class Stay:
    """One thing, and how it is protected."""

    target: Target
    shield: Shield
    what: str
    """What it is called in a sentence, such as `the show` or `season 1`."""

    @property
    def fields(self) -> dict[str, int]:
        """What names the thing, in a form or an address."""
        names = self.target.__struct_fields__
        return {name: value for name in names if (value := getattr(self.target, name)) is not None}


class Stays:
    """What is protected of one show or movie: asked once for a whole page."""

    def __init__(self, parts: Parts, whole: Target) -> None:
        self._whole = whole
        self._kept = parts.candidates.protections_of(whole)

    def whole(self, what: str) -> Stay:
        """The show or the movie itself."""
        return self._of(self._whole, what)

    def season(self, number: int, what: str) -> Stay:
        """A season of it."""
        return self._of(Target(self._whole.series_id, number), what)

    def episode(self, season: int, episode_id: int, what: str) -> Stay:
        """An episode of it."""
        return self._of(Target(self._whole.series_id, season, episode_id), what)

    def _of(self, target: Target, what: str) -> Stay:
        return Stay(target, shield(target, self._kept), what)
