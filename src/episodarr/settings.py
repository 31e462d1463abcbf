"""Every setting of the service, typed and frozen, with its default and the reason for it.

Each is read from `EPISODARR_<NAME>`, or from the file that `EPISODARR_<NAME>_FILE` names (Docker and Kubernetes
secrets). The connected services have settings of their own, which their adapters declare (`connections.environment`).
"""

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr, StringConstraints, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "EPISODARR_"
PLAIN = frozenset({"episode_sync_mode"})
"""Settings that are also read from their name alone, as other programs of the field call them."""


_METADATA = frozenset({"tmdb", "tvmaze"})


class SyncMode(StrEnum):
    """Which shows have their episodes read ahead and more often than their changes call for."""

    GREEDY = "GREEDY"
    ON_DEMAND = "ON_DEMAND"


class SettingsProblem(ValueError):
    """A setting that cannot be used; the text names the variable and the mend."""


class Settings(BaseSettings):
    """What the service is told at its start."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    data_dir: Path = Field(default=Path("data"), description="Database, key file and poster cache; made if absent.")
    database_url: str = Field(default="", description="SQLAlchemy URL; empty: SQLite in the data folder.")
    host: str = Field(default="127.0.0.1", description="Address to listen on; a container sets 0.0.0.0.")
    port: int = Field(default=8990, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    api_key: SecretStr | None = Field(default=None, description="Presets an admin API key; at least 16 characters.")
    url_base: Annotated[str, StringConstraints(strip_whitespace=True)] = Field(
        default="", description="Path under which a reverse proxy serves Episodarr, such as /episodarr."
    )
    allowed_hosts: str = Field(
        default="",
        description="Host names to answer to, comma separated; empty: any. Set it when others share your network.",
    )
    secure_cookies: bool = Field(default=False, description="True when people reach Episodarr by https only.")
    log_level: str = Field(default="info", description="debug, info, warning or error.")
    log_json: bool = Field(default=False, description="One JSON object a line instead of text.")

    viewers_keep: bool = Field(
        default=True, description="Whether everybody who signs in sees what leaves soon, and can have it stay."
    )
    leaving_collection: bool = Field(
        default=False, description="True: the media servers show what leaves soon as a collection of that name."
    )
    notify_url: SecretStr | None = Field(
        default=None, description="Where to POST a JSON document when something leaves soon, was deleted, or failed."
    )

    downloads_interval: float = Field(default=2.0, ge=0.2, le=60, description="Seconds between polls of what moves.")
    queue_interval: float = Field(default=10.0, ge=1, le=600, description="Seconds between reads of Sonarr's queue.")
    verify_interval: float = Field(default=10.0, ge=1, le=3600, description="Seconds between looks at what awaits.")
    imports_interval: float = Field(default=15.0, ge=1, le=3600, description="Seconds between looks into Shoko.")
    requests_interval: float = Field(default=60.0, ge=1, le=3600, description="Seconds between looks into Seerr.")
    disks_interval: float = Field(default=900.0, ge=10, le=86400, description="Seconds between readings of disks.")
    plays_interval: float = Field(
        default=43200.0, ge=1, le=604800, description="Seconds between readings of the plays; a webhook hurries them."
    )
    sessions_interval: float = Field(
        default=60.0, ge=1, le=3600, description="Seconds between looks at what is playing; a webhook hurries them."
    )
    series_interval: float = Field(default=900.0, ge=5, le=86400, description="Seconds between incremental syncs.")
    movies_interval: float = Field(
        default=900.0, ge=5, le=86400, description="Seconds between reads of Radarr's movies."
    )
    library_interval: float = Field(
        default=43200.0, ge=5, le=604800, description="Seconds between reads of the media servers' movies."
    )
    sweep_interval: float = Field(
        default=3600.0, ge=5, le=86400, description="Seconds between steps of the rotating re-read (24 steps a round)."
    )

    episode_sync_mode: SyncMode = Field(
        default=SyncMode.ON_DEMAND,
        description="GREEDY: every incomplete season is kept fresh; ON_DEMAND: only shows that somebody follows.",
    )
    fresh_enabled: bool = Field(default=True, description="Whether episodes are kept fresh by the clock at all.")
    fresh_interval: int = Field(default=3600, ge=60, le=604800, description="Seconds between rounds of keeping fresh.")
    fresh_at_once: int = Field(
        default=4, ge=1, le=24, description="Shows that a round reads at once from one Sonarr; people go before it."
    )
    fresh_per_round: int = Field(
        default=500, ge=20, le=20_000, description="Shows that a round reads from one Sonarr; others wait for the next."
    )
    fresh_ahead: int = Field(
        default=5, ge=0, le=500, description="Shows that a round prepares ahead for those who may want them next."
    )
    fresh_abandoned_days: int = Field(
        default=90, ge=1, le=3650, description="Days after which a show that nobody opens or plays is abandoned."
    )
    fresh_clean_up: bool = Field(
        default=False, description="True: summaries and raw answers of shows that nobody follows are let go of."
    )
    fresh_clean_up_days: int = Field(
        default=180, ge=1, le=3650, description="Days without anybody after which a show's summaries may go."
    )
    shows_per_minute: int = Field(
        default=60, ge=1, le=100_000, description="Calls of /api/v1/shows/{id} that one key or user may make a minute."
    )

    metadata_order: str = Field(
        default="tmdb tvmaze",
        description="Metadata services in the order in which titles are looked up; at one left out none is.",
    )
    histories_count_for_server: bool = Field(
        default=False, description="True: what users import as their viewing history counts as watched for everybody."
    )
    history_largest_mb: int = Field(
        default=256, ge=1, le=4096, description="Megabytes of a viewing history that somebody uploads, at most."
    )

    deletion_paused: bool = Field(
        default=False, description="True: nothing is deleted, whatever pages, rules or commands say."
    )

    @field_validator("url_base")
    @classmethod
    def _base(cls, value: str) -> str:
        value = value.strip("/")
        return f"/{value}" if value else ""

    @field_validator("api_key")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 16:
            raise ValueError("has fewer than 16 characters; make one with: openssl rand -hex 16")
        return value

    @field_validator("notify_url")
    @classmethod
    def _an_address(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(("http://", "https://")):
            raise ValueError("is no address; write it as http://host:port/path")
        return value

    @field_validator("episode_sync_mode", mode="before")
    @classmethod
    def _mode(cls, value: object) -> SyncMode:
        wanted = str(value).strip().upper().replace("-", "_")
        if wanted not in SyncMode.__members__:
            raise ValueError(f"is {str(value)[:40]!r}; it must be {' or '.join(SyncMode)}")
        return SyncMode[wanted]

    @field_validator("metadata_order")
    @classmethod
    def _services(cls, value: str) -> str:
        named = value.lower().replace(",", " ").split()
        if not named or len({*named}) < len(named) or not {*named} <= _METADATA:
            raise ValueError(
                f"is {value[:40]!r}; it names {' and '.join(sorted(_METADATA))}, each once, or one of them"
            )
        return " ".join(named)

    @field_validator("log_level")
    @classmethod
    def _level(cls, value: str) -> str:
        if value.lower() not in {"debug", "info", "warning", "error"}:
            raise ValueError("is not one of debug, info, warning, error")
        return value.lower()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what the caller passes: `read` looks at the environment, in one place for all variables."""
        return (init_settings,)

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in use."""
        return self.database_url or f"sqlite:///{self.data_dir / 'episodarr.db'}"


def variable(environment: Mapping[str, str], name: str) -> str | None:
    """The value of `name`, or the content of the file that `<name>_FILE` names; None when neither is set.

    Raises SettingsProblem when both are set or the file cannot be read.
    """
    value, file = environment.get(name), environment.get(f"{name}_FILE")
    if file is None or file == "":
        return value or None
    if value:
        raise SettingsProblem(f"{name} and {name}_FILE are both set: keep one")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingsProblem(f"{name}_FILE names {file}, which cannot be read: {problem}") from problem


def read(environment: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """Settings from the environment; `given` (from the command line) goes before it.

    Raises SettingsProblem with one line for each wrong variable.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    called: dict[str, str] = {}
    for name in Settings.model_fields:
        for variable_name in (PREFIX + name.upper(), *([name.upper()] if name in PLAIN else [])):
            value = variable(environment, variable_name)
            if value is None:
                continue
            if name in values and values[name] != value:
                raise SettingsProblem(f"{called[name]} and {variable_name} say different things: keep one")
            values[name], called[name] = value, called.get(name, variable_name)
    values.update({name: value for name, value in given.items() if value is not None})
    try:
        return Settings(**values)
    except ValidationError as problem:
        lines = [
            f"{called.get(str(error['loc'][0]), PREFIX + str(error['loc'][0]).upper())} "
            f"{error['msg'].removeprefix('Value error, ')}"
            for error in problem.errors()
        ]
        raise SettingsProblem("; ".join(lines)) from problem
