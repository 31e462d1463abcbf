"""How a Seerr, Jellyseerr or Overseerr is asked, and how its own words are told from those of a proxy."""

from typing import Any

import aiohttp
import msgspec

from episodarr.connections.failures import Broken, Refused, WrongApp, WrongPath
from episodarr.connections.model import Checked
from episodarr.integrations._http import UNREADABLE, Answer, HttpService
from episodarr.integrations._seerr_wire import Product, User, product_of
from episodarr.integrations._untrusted import count

_ADMIN, _MANAGE_REQUESTS = 2, 16

_anything = msgspec.json.Decoder(Any)
_user = msgspec.json.Decoder(User)
OBJECT = msgspec.json.Decoder(dict[str, Any])


class SeerrServer:
    """One Seerr, Jellyseerr or Overseerr, on which the parts of the Seerr client build."""

    def __init__(self, name: str, url: str, api_key: str, session: aiohttp.ClientSession) -> None:
        """`name` is how failures call it. Makes no request."""
        key = api_key.strip()
        self.http = HttpService(
            name, url, session, headers={"X-Api-Key": key, "Accept": "application/json"}, secrets=[key]
        )
        self._product: Product | None = None

    async def check(self) -> Checked:
        """Whether one of the three answers, is set up, takes the key, and shows everybody's requests."""
        product, version, public = await self._identity()
        if public.get("initialized") is False:
            raise Broken(
                self.http.service, "its setup is not finished", fix="Finish the setup wizard in its own pages."
            )
        user = await self.http.json("/api/v1/auth/me", _user)
        if not user.permissions & (_ADMIN | _MANAGE_REQUESTS):
            raise Refused(self.http.service, "the key does not show the requests of other people")
        counts = await self.http.json("/api/v1/request/count", OBJECT)
        return Checked(product.value, version, f"{count(counts.get('total'))} requests")

    async def _identity(self) -> tuple[Product, str, dict[str, Any]]:
        """Product, version and public settings of what answers, once it has said that it is one of the three."""
        # Neither question needs the key, and whatever else may answer them is not shown it.
        answer = await self.http.ask("GET", "/api/v1/status", headers={"X-Api-Key": ""}, accept={401, 404})
        if answer.status == 401:
            asks = "it asks for a sign-in where Seerr asks for none: another application, or a proxy in front?"
            raise Refused(self.http.service, asks, fix=WrongPath.fix)
        if answer.status == 404:
            raise WrongPath(self.http.service, "no Seerr is at this address (HTTP 404)")
        told = self.http.decode(answer, _anything)
        if not isinstance(told, dict) or not isinstance(told.get("version"), str) or "commitTag" not in told:
            raise WrongApp(self.http.service, "another application answers there, not Seerr")
        answer = await self.http.ask("GET", "/api/v1/settings/public", headers={"X-Api-Key": ""})
        public = self.http.decode(answer, OBJECT)
        version = self.http.redacted(told["version"])
        self._product = product_of(version, public)
        return self._product, version, public

    def _own_words(self, answer: Answer) -> None:
        """Raise WrongPath when a "not found" is not Seerr's own."""
        try:
            if "message" in OBJECT.decode(answer.body):
                return
        except UNREADABLE:
            pass
        raise WrongPath(self.http.service, "nothing is there (HTTP 404), and it is not Seerr that says so")
