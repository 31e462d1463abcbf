"""What Sonarr and Radarr have in common: one is an offshoot of the other, and their APIs differ in the lists only."""

import aiohttp
import msgspec

from episodarr.capacity.model import DiskReading
from episodarr.connections.failures import Broken, WrongApp, WrongPath
from episodarr.connections.model import Checked
from episodarr.integrations._http import MEGABYTE, Answer, HttpService, TooLarge
from episodarr.integrations._untrusted import count

_POSTER_LIMIT = 5 * MEGABYTE


class _Wire(msgspec.Struct, rename="camel", gc=False):
    pass


class Status(_Wire):
    """What answers, of /system/status."""

    app_name: str = ""
    instance_name: str = ""
    version: str = ""


class DiskSpace(_Wire):
    """One mount, of /diskspace."""

    path: str
    label: str | None = None
    free_space: float = 0
    total_space: float = 0


class Tag(_Wire):
    """One label, of /tag."""

    id: int
    label: str | None = None


STATUS = msgspec.json.Decoder(Status)
DISKS = msgspec.json.Decoder(list[DiskSpace])
TAGS = msgspec.json.Decoder(list[Tag])


class Arr:
    """One Sonarr or Radarr. Every call raises ServiceFailure when it cannot be answered."""

    application = ""
    """Its name, as it tells it itself."""

    def __init__(self, name: str, url: str, api_key: str, session: aiohttp.ClientSession) -> None:
        """`name` is how failures call it. Makes no request."""
        key = api_key.strip()
        self.http = HttpService(
            name, url, session, headers={"X-Api-Key": key, "Accept": "application/json, */*;q=0.5"}, secrets=[key]
        )

    async def check(self) -> Checked:
        """Whether the right application answers and takes the key."""
        status = await self.identify()
        named = status.instance_name not in {"", status.app_name}
        return Checked(self.application, status.version, f"instance “{status.instance_name}”" if named else "")

    async def identify(self) -> Status:
        """What answers, once it has said that it is the right application."""
        answer = await self.http.ask("GET", "/api/v3/system/status", accept={404})
        if answer.status == 404:
            raise WrongPath(self.http.service, f"no {self.application} API is at this address (HTTP 404)")
        status = self.http.decode(answer, STATUS)
        if status.app_name.lower() != self.application.lower():
            found = self.http.redacted(f"{status.app_name} {status.version}".strip()) or "another application"
            raise WrongApp(self.http.service, f"{found} answers there, not {self.application}")
        return status

    async def disks(self) -> list[DiskReading]:
        """The mounts that it sees."""
        await self.identify()  # its relatives answer this question just the same
        found = await self.http.json("/api/v3/diskspace", DISKS)
        return [DiskReading(one.path, count(one.total_space), count(one.free_space), one.label or "") for one in found]

    async def tag_labels(self) -> dict[int, str]:
        """Its tags: id -> label."""
        return {tag.id: tag.label or "" for tag in await self.http.json("/api/v3/tag", TAGS)}

    async def cover(self, number: int) -> bytes | None:
        """The poster of a series or movie as JPEG, PNG or WebP bytes, the small rendition first; None: it has none."""
        for name in ("poster-250.jpg", "poster.jpg"):
            try:
                answer = await self.http.ask(
                    "GET", f"/api/v3/mediacover/{number}/{name}", accept={404}, limit=_POSTER_LIMIT
                )
            except TooLarge:
                continue
            if answer.status != 404 and is_image(answer.body):
                return answer.body
        return None

    def whole_list(self, answer: Answer) -> bytes:
        """The body of a listing, without decoding it: a complete JSON list begins and ends with its brackets."""
        body = answer.body
        if not body.strip():
            raise Broken(self.http.service, "the answer is empty")
        if body[:64].lstrip()[:1] != b"[" or body[-64:].rstrip()[-1:] != b"]":
            raise Broken(self.http.service, "the answer is no complete list")
        return body


def is_image(body: bytes) -> bool:
    """Whether it begins like a JPEG, PNG or WebP."""
    return (
        body[:3] == b"\xff\xd8\xff" or body[:8] == b"\x89PNG\r\n\x1a\n" or (body[:4], body[8:12]) == (b"RIFF", b"WEBP")
    )
