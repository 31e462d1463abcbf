"""How a Shoko Server is asked, once what answers has said that it is one."""

import aiohttp
import msgspec

from episodarr.connections.failures import Refused, WrongApp, WrongPath
from episodarr.integrations._http import HttpService


class _Component(msgspec.Struct, gc=False):
    Version: str | None = None


class _Versions(msgspec.Struct, gc=False):
    Server: _Component | None = None


_versions = msgspec.json.Decoder(_Versions)


class ShokoServer:
    """One Shoko Server, on which the parts of the Shoko client build."""

    def __init__(self, name: str, url: str, api_key: str, session: aiohttp.ClientSession) -> None:
        """`name` is how failures call it. Makes no request."""
        key = api_key.strip()
        self.http = HttpService(
            name, url, session, headers={"apikey": key, "Accept": "application/json"}, secrets=[key]
        )

    async def _version(self) -> str:
        """The server's version, once it has said that it is a Shoko Server and has started."""
        # The question needs no key, and whatever else may answer it is not shown the key.
        answer = await self.http.ask("GET", "/api/v3/Init/Version", headers={"apikey": ""}, accept={401, 404})
        if answer.status == 401:
            asks = "it asks for a sign-in where Shoko asks for none: another application, or a proxy in front?"
            raise Refused(self.http.service, asks, fix=WrongPath.fix)
        if answer.status == 404:
            raise WrongPath(self.http.service, "no Shoko Server is at this address (HTTP 404)")
        found = self.http.decode(answer, _versions)
        if found.Server is None or not found.Server.Version:
            raise WrongApp(self.http.service, "another application answers there, not Shoko")
        return self.http.redacted(found.Server.Version)
