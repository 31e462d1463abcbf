"""The metadata services that titles are looked up at, and how they fare."""

from dataclasses import dataclass

from episodarr.histories.metadata import MetadataSource
from episodarr.overview.answers import ConnectionView
from episodarr.web.parts import Parts
from episodarr.web.states import FAILING


@dataclass(frozen=True, slots=True)
class Services:
    """Those that are connected."""

    connected: list[ConnectionView]
    able: bool
    """Whether any of them can be asked now."""


def services_of(parts: Parts) -> Services:
    """As they are now."""
    kinds = parts.kinds_offering(MetadataSource)
    found = [view for view in parts.connections.views() if view.kind in kinds and view.enabled]
    return Services(found, any(view.status not in FAILING for view in found))
