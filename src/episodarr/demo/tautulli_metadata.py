"""Items as Tautulli passes them on from Plex: every number a text, what is not there an empty text."""

from typing import Any

from episodarr.demo.model import Series

Json = dict[str, Any]
_TEXTS = {
    "rating_key": "ratingKey",
    "parent_rating_key": "parentRatingKey",
    "grandparent_rating_key": "grandparentRatingKey",
    "title": "title",
    "parent_title": "parentTitle",
    "grandparent_title": "grandparentTitle",
    "original_title": "originalTitle",
    "sort_title": "titleSort",
    "edition_title": "editionTitle",
    "slug": "slug",
    "parent_slug": "parentSlug",
    "grandparent_slug": "grandparentSlug",
    "media_index": "index",
    "parent_media_index": "parentIndex",
    "studio": "studio",
    "content_rating": "contentRating",
    "summary": "summary",
    "tagline": "tagline",
    "rating": "rating",
    "rating_image": "ratingImage",
    "audience_rating": "audienceRating",
    "audience_rating_image": "audienceRatingImage",
    "user_rating": "userRating",
    "duration": "duration",
    "year": "year",
    "parent_year": "parentYear",
    "grandparent_year": "grandparentYear",
    "thumb": "thumb",
    "parent_thumb": "parentThumb",
    "grandparent_thumb": "grandparentThumb",
    "art": "art",
    "banner": "banner",
    "originally_available_at": "originallyAvailableAt",
    "added_at": "addedAt",
    "updated_at": "updatedAt",
    "last_viewed_at": "lastViewedAt",
    "guid": "guid",
    "parent_guid": "parentGuid",
    "grandparent_guid": "grandparentGuid",
}
_LISTS = ("directors", "writers", "actors", "genres", "labels", "collections")


def metadata(item: Json, series: Series, section: str, library: str) -> Json:
    """An item of Plex as `get_metadata` gives it."""
    made: Json = {"media_type": item["type"], "section_id": section, "library_name": library}
    made |= {name: str(item.get(theirs, "")) for name, theirs in _TEXTS.items()}
    if item["type"] == "episode":
        made["grandparent_year"] = str(series.year)
    made |= {name: [] for name in _LISTS}
    made["guids"] = [one["id"] for one in item.get("Guid", [])]
    made["markers"] = []
    made |= {"parent_guids": [], "grandparent_guids": []}
    made["full_title"] = f"{item['grandparentTitle']} - {item['title']}" if item["type"] == "episode" else item["title"]
    made["children_count"] = item.get("childCount", 0)
    made["live"] = 0
    made["media_info"] = [_media(one) for one in item.get("Media", [])]
    return made


def _media(media: Json) -> Json:
    parts = [
        {
            "id": str(part.get("id", "")),
            "file": part.get("file", ""),
            "file_size": str(part.get("size", "")),
            "indexes": 0,
            "streams": [],
            "selected": 0,
        }
        for part in media.get("Part", [])
    ]
    return {"id": str(media.get("id", "")), "container": media.get("container", ""), "parts": parts}


_ONLY_ALONE = {"markers", "guids", "parent_guids", "grandparent_guids", "children_count", "live", "media_info"}
_ONLY_ALONE |= {"edition_title", "slug", "parent_slug", "grandparent_slug", "parent_year", "grandparent_year"}
_ONLY_ALONE |= {"parent_guid", "grandparent_guid"}


def without_media(item: Json) -> Json:
    """An item as a list of children gives it: shorter."""
    return {name: value for name, value in item.items() if name not in _ONLY_ALONE}
