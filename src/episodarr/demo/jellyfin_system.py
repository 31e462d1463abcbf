"""Jellyfin apart from its items: the server itself, users, sessions, the scan task."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from episodarr.demo.jellyfin_resources import SERVER_ID, TICKS, instant, item_id, with_fields
from episodarr.demo.server import Answer, Ask, Server, as_json

VERSION = "10.11.8"
SCAN_KEY = "RefreshLibrary"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class User:
    """A user of the media server."""

    name: str
    password: str
    administrator: bool = False

    @property
    def id(self) -> str:
        """32 hex digits."""
        return item_id("User", self.name)


USERS = (User("demo", "demo", administrator=True), User("anna", "anna"), User("ben", "ben"))


class System:
    """The handlers of the server that they belong to."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def public_info(self) -> Json:
        """What everybody may know."""
        return {
            "LocalAddress": f"http://127.0.0.1:{self._server.port}",
            "ServerName": self._server.name,
            "Version": VERSION,
            "ProductName": "Jellyfin Server",
            "OperatingSystem": "",
            "Id": SERVER_ID,
            "StartupWizardCompleted": True,
        }

    def system_info(self, ask: Ask) -> Answer:  # noqa: ARG002
        """What only those with a token may know."""
        more = {
            "HasPendingRestart": False,
            "IsShuttingDown": False,
            "SupportsLibraryMonitor": True,
            "WebSocketPortNumber": self._server.port,
            "CompletedInstallations": [],
            "CanSelfRestart": True,
            "CanLaunchWebBrowser": False,
            "HasUpdateAvailable": False,
        }
        return as_json({**self.public_info(), **more})

    def user(self, user: User) -> Json:
        """A user."""
        return {
            "Name": user.name,
            "ServerId": SERVER_ID,
            "Id": user.id,
            "HasPassword": True,
            "HasConfiguredPassword": True,
            "HasConfiguredEasyPassword": False,
            "EnableAutoLogin": False,
            "LastActivityDate": instant(self._server.world.now),
            "Policy": {
                "IsAdministrator": user.administrator,
                "EnableContentDeletion": user.administrator,
                "AuthenticationProviderId": "Jellyfin.Server.Implementations.Users.DefaultAuthenticationProvider",
                "PasswordResetProviderId": "Jellyfin.Server.Implementations.Users.DefaultPasswordResetProvider",
            },
        }

    def users(self, ask: Ask) -> Answer:  # noqa: ARG002
        """All users."""
        return as_json([self.user(user) for user in USERS])

    def playing(self, key: str, user: User, item: Json, since: datetime) -> Json:
        """The session of somebody who plays an item since then."""
        one = self.idle(key, user)
        one["NowPlayingItem"] = with_fields(item, {"path", "providerids", "datecreated"})
        ticks = int((self._server.world.now - since).total_seconds()) * TICKS
        position = min(ticks, int(item["RunTimeTicks"]))
        one["PlayState"] |= {"PositionTicks": position, "CanSeek": True, "PlayMethod": "DirectPlay"}
        return one

    def idle(self, key: str, user: User) -> Json:
        """The session of a player that stands idle."""
        return self._session(key, user, "Jellyfin Web", "TV")

    def _session(self, key: str, user: User, client: str, device: str) -> Json:
        return {
            "PlayState": {
                "CanSeek": False,
                "IsPaused": False,
                "IsMuted": False,
                "RepeatMode": "RepeatNone",
                "PlaybackOrder": "Default",
            },
            "AdditionalUsers": [],
            "RemoteEndPoint": "192.0.2.10",
            "PlayableMediaTypes": ["Audio", "Video"],
            "Id": key,
            "UserId": user.id,
            "UserName": user.name,
            "Client": client,
            "LastActivityDate": instant(self._server.world.now),
            "LastPlaybackCheckIn": instant(self._server.world.now),
            "DeviceName": device,
            "DeviceId": device.lower(),
            "ApplicationVersion": VERSION,
            "IsActive": True,
            "SupportsMediaControl": False,
            "SupportsRemoteControl": False,
            "HasCustomDeviceName": False,
            "ServerId": SERVER_ID,
            "SupportedCommands": [],
        }

    def tasks(self, ask: Ask) -> Answer:  # noqa: ARG002
        """The scan of the library, whether it runs and how it ended last."""
        library = self._server.world.library
        scan: Json = {
            "Name": "Scan Media Library",
            "State": "Running" if library.scanning else "Idle",
            "Id": item_id("Task", SCAN_KEY),
            "Triggers": [{"Type": "IntervalTrigger", "IntervalTicks": 12 * 3600 * TICKS}],
            "Description": "Scans your media library for new files and refreshes metadata.",
            "Category": "Library",
            "IsHidden": False,
            "Key": SCAN_KEY,
        }
        if library.scanning:
            scan["CurrentProgressPercentage"] = 40.0
        if library.scan_ended_at is not None:
            scan["LastExecutionResult"] = {
                "StartTimeUtc": instant(library.scan_ended_at - timedelta(seconds=3)),
                "EndTimeUtc": instant(library.scan_ended_at),
                "Status": "Completed",
                "Name": "Scan Media Library",
                "Key": SCAN_KEY,
                "Id": item_id("Task", SCAN_KEY),
            }
        return as_json([scan])
