"""What the simulated Seerr's webhook says: the template that comes with it, filled in."""

import aiohttp

from episodarr.demo.seerr_desk import Request, Title
from episodarr.demo.seerr_resources import MEDIA_NAMES, Json

TIMEOUT = 10.0
"""Seconds that a receiver has; nothing is sent twice."""
_EVENTS = {
    "MEDIA_PENDING": "New Series Request",
    "MEDIA_APPROVED": "Series Request Approved",
    "MEDIA_AUTO_APPROVED": "Series Request Automatically Approved",
    "MEDIA_AVAILABLE": "Series Request Now Available",
    "MEDIA_FAILED": "Series Request Failed",
    "MEDIA_DECLINED": "Series Request Declined",
}


def payload(kind: str, request: Request, title: Title | None) -> Json:
    """The body; all values are text, and the requested seasons are told only there."""
    seasons = ", ".join(map(str, request.seasons))
    return {
        "notification_type": kind,
        "event": _EVENTS[kind],
        "subject": f"{title.name} ({title.year})" if title else "",
        "message": "",
        "image": "",
        "media": {
            "media_type": request.media.kind,
            "tmdbId": str(request.media.tmdb_id),
            "tvdbId": str(request.media.tvdb_id or ""),
            "status": MEDIA_NAMES[request.media.status],
            "status4k": "UNKNOWN",
        },
        "request": {
            "request_id": str(request.id),
            "requestedBy_email": f"{request.user.name.lower()}@example.org",
            "requestedBy_username": request.user.name,
            "requestedBy_avatar": "/avatarproxy/x",
            "requestedBy_settings_discordId": "",
            "requestedBy_settings_telegramChatId": "",
        },
        "issue": None,
        "comment": None,
        "extra": [{"name": "Requested Seasons", "value": seasons}] if seasons else [],
    }


async def post(url: str, body: Json) -> None:
    """Send it once."""
    timeout = aiohttp.ClientTimeout(total=TIMEOUT)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.post(url, json=body):
            pass
    except (aiohttp.ClientError, TimeoutError):
        pass  # as the real one: nothing is sent twice
