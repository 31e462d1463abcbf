"""One file (or folder) per outside service. A new service is a new file here: it is found by its `INTEGRATION`."""

import pkgutil
from importlib import import_module

from episodarr.connections.integration import Integration


def all_integrations() -> dict[str, Integration]:
    """Every integration of this folder by its kind, in the order of the wizard.

    Names with a leading underscore are not looked at. Raises ValueError when two files claim the same kind.
    """
    found: dict[str, Integration] = {}
    for module_info in pkgutil.iter_modules(__path__):
        if module_info.name.startswith("_"):
            continue
        offered = getattr(import_module(f"{__name__}.{module_info.name}"), "INTEGRATION", None)
        if not isinstance(offered, Integration):
            continue
        if offered.kind in found:
            raise ValueError(f"two integrations are of the kind {offered.kind!r}")
        found[offered.kind] = offered
    return dict(sorted(found.items(), key=lambda item: (item[1].order, item[0])))
