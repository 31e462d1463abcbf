"""How a Jellyfin is asked, once what answers has said that it is one."""

import aiohttp
import msgspec

from episodarr.connections.failures import Broken, Refused, WrongApp, WrongPath
from episodarr.connections.model import Checked
from episodarr.integrations._http import HttpService


class _Server(msgspec.Struct, rename="pascal", gc=False):
    product_name: str | None = None
    server_name: str | None = None
    version: str | None = None
    id: str | None = None
    startup_wizard_completed: bool | None = None


_server = msgspec.json.Decoder(_Server)


class JellyfinServer:
    """One Jellyfin, on which the parts of the Jellyfin client build."""

    def __init__(self, name: str, url: str, api_key: str, session: aiohttp.ClientSession) -> None:
        """`name` is how failures call it. Makes no request."""
        key = api_key.strip()
        self.http = HttpService(
            name,
            url,
            session,
            headers={"Authorization": f'MediaBrowser Token="{key}"', "Accept": "application/json"},
            secrets=[key],
        )

    async def check(self) -> Checked:
        """Whether a Jellyfin answers that is set up and takes the key."""
        server = await self._jellyfin()
        if server.startup_wizard_completed is False:
            raise Broken(
                self.http.service, "its setup is not finished", fix="Finish the setup wizard in Jellyfin's own pages."
            )
        await self.http.json("/System/Info", _server)
        return Checked(
            "Jellyfin", self.http.redacted(server.version or ""), self.http.redacted(server.server_name or "")
        )

    async def _jellyfin(self) -> _Server:
        """What answers, once it has said that it is a Jellyfin."""
        # The question needs no key, and whatever else may answer it is not shown the key.
        answer = await self.http.ask("GET", "/System/Info/Public", headers={"Authorization": ""}, accept={401, 404})
        if "X-Plex-Protocol" in answer.headers:
            raise WrongApp(self.http.service, "a Plex Media Server answers there, not Jellyfin")
        if answer.status == 401:
            asks = "it asks for a sign-in where Jellyfin asks for none: another application, or a proxy in front?"
            raise Refused(self.http.service, asks, fix=WrongPath.fix)
        if answer.status == 404:
            raise WrongPath(self.http.service, "no Jellyfin is at this address (HTTP 404)")
        server = self.http.decode(answer, _server)
        version = self.http.redacted(server.version or "")
        product = server.product_name or ""
        if product and "jellyfin" not in product.lower():
            raise WrongApp(self.http.service, f"{self.http.redacted(product)} answers there, not Jellyfin")
        if not product and version.startswith(("3.", "4.")):
            raise WrongApp(self.http.service, f"Emby {version} answers there, not Jellyfin")
        if not version or not server.id:
            raise WrongApp(self.http.service, "another application answers there, not Jellyfin")
        return server
