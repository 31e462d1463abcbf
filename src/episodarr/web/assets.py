"""The bundled script and stylesheet, and the few images: held in memory, named exactly, cached for good by content."""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from fastapi import HTTPException, Request
from starlette.responses import Response

_FOLDER = Path(__file__).parent / "static"
_FILES = {
    "app.js": ("dist/app.js", "text/javascript; charset=utf-8"),
    "app.css": ("dist/app.css", "text/css; charset=utf-8"),
    "icon.svg": ("icon.svg", "image/svg+xml"),
}
"""A closed list: no path from a request ever reaches the disk."""


@dataclass(frozen=True, slots=True)
class _Asset:
    body: bytes
    packed: bytes
    media_type: str
    digest: str


class Assets:
    """Serves the files and says their addresses. A checkout without a built front end serves pages without it."""

    def __init__(self, url_base: str, folder: Path = _FOLDER) -> None:
        self._base = url_base
        self._held: dict[str, _Asset] = {}
        for name, (path, media_type) in _FILES.items():
            file = folder / path
            if file.is_file():
                body = file.read_bytes()
                digest = hashlib.sha256(body).hexdigest()[:12]
                self._held[name] = _Asset(body, gzip.compress(body, 9, mtime=0), media_type, digest)

    @property
    def built(self) -> bool:
        """Whether the front end has been bundled."""
        return "app.js" in self._held and "app.css" in self._held

    def url(self, name: str) -> str:
        """The address of a file, which changes when its content does."""
        asset = self._held.get(name)
        return f"{self._base}/static/{name}" + (f"?v={asset.digest}" if asset else "")

    def answer(self, request: Request, name: str) -> Response:
        """The file; 404 for every name that is not on the list."""
        asset = self._held.get(name)
        if asset is None:
            raise HTTPException(404)
        current = request.query_params.get("v") == asset.digest
        headers = {
            "cache-control": "public, max-age=31536000, immutable" if current else "no-cache",
            "etag": f'"{asset.digest}"',
            "vary": "accept-encoding",
        }
        if request.headers.get("if-none-match") == headers["etag"]:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            return Response(asset.packed, media_type=asset.media_type, headers=headers)
        return Response(asset.body, media_type=asset.media_type, headers=headers)
