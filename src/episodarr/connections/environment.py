"""Connections given by the environment, for containers and automation.

`EPISODARR_SONARR_URL`, `EPISODARR_SONARR_API_KEY`: one variable a declared field, secrets also as `*_FILE`. Further
instances of one kind carry a number: `EPISODARR_SONARR_2_URL`, with `EPISODARR_SONARR_2_NAME` for their name.
"""

from collections.abc import Iterable, Mapping

from episodarr.connections.integration import Integration, missing_fields
from episodarr.connections.model import Connection
from episodarr.episode.identity import ConnectionId
from episodarr.settings import PREFIX, SettingsProblem, variable

_MOST_INSTANCES = 9


def from_environment(environment: Mapping[str, str], integrations: Iterable[Integration]) -> list[Connection]:
    """The connections that variables describe. Raises SettingsProblem naming the variable that is missing."""
    found = []
    for integration in integrations:
        for number in range(1, _MOST_INSTANCES + 1):
            prefix = PREFIX + integration.kind.upper() + (f"_{number}_" if number > 1 else "_")
            settings = {
                field.name: value
                for field in integration.fields
                if (value := variable(environment, prefix + field.name.upper())) is not None
            }
            if not settings:
                continue
            settings = {field.name: field.default for field in integration.fields if field.default} | settings
            if missing := missing_fields(integration, settings):
                names = ", ".join(prefix + field.name.upper() for field in missing)
                raise SettingsProblem(f"{names} is needed besides the other {prefix}* variables")
            if wrong := integration.problems(settings):
                words = "; ".join(f"{prefix}{field.upper()}: {problem}" for field, problem in wrong.items())
                raise SettingsProblem(words)
            name = variable(environment, prefix + "NAME") or integration.label + (f" {number}" if number > 1 else "")
            found.append(
                Connection(ConnectionId(0), integration.kind, name, settings, enabled=True, from_environment=True)
            )
    return found
