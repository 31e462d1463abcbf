"""The resources of qBittorrent's Web API, made from the world. Torrents are keyed by hash, lower case."""

from datetime import datetime
from typing import Any

from episodarr.demo import transfers
from episodarr.demo.model import Torrent
from episodarr.demo.world import World

Json = dict[str, Any]

TRACKER = "https://tracker.example/announce"


def unix(at: datetime | None) -> int:
    """Unix seconds; -1 for never."""
    return -1 if at is None else int(at.timestamp())


def _eta(torrent: Torrent, speed: float) -> int:
    if torrent.complete or speed <= 0:
        return transfers.INFINITE_ETA
    return min(int((torrent.size - torrent.done) / speed), transfers.INFINITE_ETA)


def torrent_resource(world: World, torrent: Torrent) -> Json:
    """A torrent as in sync/maindata: without its hash, which is the key there."""
    known = torrent.has_metadata
    speed = transfers.speed_of(torrent, world.t) * world.clock.speed
    upload = transfers.upload_speed_of(torrent, world.t) * world.clock.speed
    done = int(torrent.done)
    complete = torrent.complete
    content = torrent.content_path if known else ""
    active = int((world.now - torrent.added_at).total_seconds())
    return {
        "added_on": unix(torrent.added_at),
        "amount_left": torrent.size - done if known else 0,
        "auto_tmm": False,
        "availability": (0 if complete else 12.3) if known else -1,
        "category": torrent.category,
        "comment": "",
        "completed": done if known else 0,
        "completion_on": unix(torrent.completed_at),
        "content_path": content,
        "dl_limit": 0,
        "dlspeed": int(speed),
        "download_path": "",
        "downloaded": done if known else 0,
        "downloaded_session": done if known else 0,
        "eta": _eta(torrent, speed),
        "f_l_piece_prio": False,
        "force_start": False,
        "has_metadata": known,
        "inactive_seeding_time_limit": -2,
        "infohash_v1": torrent.hash,
        "infohash_v2": "",
        "last_activity": unix(torrent.last_activity_at or torrent.added_at),
        "magnet_uri": f"magnet:?xt=urn:btih:{torrent.hash}",
        "max_inactive_seeding_time": -1,
        "max_ratio": 1,
        "max_seeding_time": 120,
        "name": torrent.name,
        "num_complete": 40,
        "num_incomplete": 2,
        "num_leechs": 1 if upload else 0,
        "num_seeds": 12 if speed else 0,
        "popularity": 0,
        "priority": 0 if complete else 1,
        "private": torrent.private if known else None,
        "progress": torrent.done / torrent.size if known and torrent.size else float(complete),
        "ratio": round(torrent.uploaded / torrent.size, 4) if known and torrent.size else 0,
        "ratio_limit": -2,
        "reannounce": 0,
        "root_path": "" if torrent.single_file or not known else torrent.content_path,
        "save_path": torrent.save_path,
        "seeding_time": max(int((world.now - torrent.completed_at).total_seconds()), 0) if torrent.completed_at else 0,
        "seeding_time_limit": -2,
        "seen_complete": unix(torrent.added_at),
        "seq_dl": False,
        "size": torrent.size if known else -1,
        "state": transfers.state_of(torrent, world.t),
        "super_seeding": False,
        "tags": torrent.tags,
        "time_active": active,
        "total_size": sum(file.size for file in torrent.files) if known else -1,
        "tracker": TRACKER if known else "",
        "trackers_count": 1,
        "up_limit": 0,
        "uploaded": int(torrent.uploaded),
        "uploaded_session": int(torrent.uploaded),
        "upspeed": int(upload),
    }


def file_resources(torrent: Torrent, indexes: set[int] | None = None) -> list[Json]:
    """The files: empty until metadata is there; `is_seed` in the FIRST element only."""
    if not torrent.has_metadata:
        return []
    listed: list[Json] = []
    offset = 0
    for file in torrent.files:
        first, offset = offset, offset + file.size
        if indexes is not None and file.index not in indexes:
            continue
        entry: Json = {
            "availability": 1 if file.progress >= 1 else 12.3,
            "index": file.index,
            "name": file.name,
            "piece_range": [first // transfers.PIECE, max(offset - 1, first) // transfers.PIECE],
            "priority": file.priority,
            "progress": file.progress,
            "size": file.size,
        }
        if not listed:
            entry["is_seed"] = torrent.complete
        listed.append(entry)
    return listed


def properties_resource(world: World, torrent: Torrent) -> Json:
    """torrents/properties of one torrent."""
    speed = transfers.speed_of(torrent, world.t) * world.clock.speed
    pieces = -(-sum(file.size for file in torrent.files) // transfers.PIECE) if torrent.has_metadata else -1
    done = int(torrent.done)
    return {
        "addition_date": unix(torrent.added_at),
        "comment": "",
        "completion_date": unix(torrent.completed_at),
        "created_by": "",
        "creation_date": unix(torrent.added_at),
        "dl_limit": -1,
        "dl_speed": int(speed),
        "dl_speed_avg": int(speed),
        "eta": _eta(torrent, speed),
        "isPrivate": torrent.private,
        "last_seen": unix(torrent.added_at),
        "nb_connections": 12 if speed else 0,
        "nb_connections_limit": 100,
        "peers": 2,
        "peers_total": 2,
        "piece_size": transfers.PIECE,
        "pieces_have": done // transfers.PIECE,
        "pieces_num": pieces,
        "reannounce": 0,
        "save_path": torrent.save_path,
        "seeding_time": max(int((world.now - torrent.completed_at).total_seconds()), 0) if torrent.completed_at else 0,
        "seeds": 12 if speed else 0,
        "seeds_total": 40,
        "share_ratio": round(torrent.uploaded / torrent.size, 4) if torrent.size else 0,
        "time_elapsed": int((world.now - torrent.added_at).total_seconds()),
        "total_downloaded": done,
        "total_downloaded_session": done,
        "total_size": sum(file.size for file in torrent.files) if torrent.has_metadata else -1,
        "total_uploaded": int(torrent.uploaded),
        "total_uploaded_session": int(torrent.uploaded),
        "total_wasted": 0,
        "up_limit": -1,
        "up_speed": 0,
        "up_speed_avg": 0,
    }


def transfer_info(world: World) -> Json:
    """transfer/info: the sums over all torrents."""
    down = sum(transfers.speed_of(torrent, world.t) for torrent in world.torrents.values()) * world.clock.speed
    up = sum(transfers.upload_speed_of(torrent, world.t) for torrent in world.torrents.values()) * world.clock.speed
    return {
        "connection_status": "connected",
        "dht_nodes": 370,
        "dl_info_data": int(sum(torrent.done for torrent in world.torrents.values())),
        "dl_info_speed": int(down),
        "dl_rate_limit": 0,
        "up_info_data": int(sum(torrent.uploaded for torrent in world.torrents.values())),
        "up_info_speed": int(up),
        "up_rate_limit": 0,
    }


def server_state(world: World) -> Json:
    """`server_state` of sync/maindata."""
    free, _ = world.disk_space()
    return {
        "alltime_dl": 861_098_349_149,
        "alltime_ul": 724_759_510_499,
        "average_time_queue": 27,
        **transfer_info(world),
        "free_space_on_disk": free,
        "global_ratio": "0.84",
        "last_external_address_v4": "192.0.2.1",
        "last_external_address_v6": "",
        "queued_io_jobs": 0,
        "queueing": True,
        "read_cache_hits": "0",
        "read_cache_overload": "0",
        "refresh_interval": 1500,
        "total_buffers_size": 0,
        "total_peer_connections": 12,
        "total_queued_size": 0,
        "total_wasted_session": 0,
        "use_alt_speed_limits": False,
        "use_subcategories": False,
        "write_cache_overload": "0",
    }


def categories(world: World) -> dict[str, Json]:
    """The categories by name."""
    names = sorted({"tv-sonarr"} | {torrent.category for torrent in world.torrents.values() if torrent.category})
    return {
        name: {"name": name, "savePath": world.disk.folder(f"/downloads/{name}"), "download_path": None}
        for name in names
    }


def tags(world: World) -> list[str]:
    """All tags in use."""
    return sorted({tag for torrent in world.torrents.values() for tag in torrent.tags.split(", ") if tag})
