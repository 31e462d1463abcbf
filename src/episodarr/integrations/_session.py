"""The one HTTP session that all adapters share, and the addresses that it never connects to."""

import ipaddress
import socket
from typing import Any

import aiohttp

from episodarr import __version__

_METADATA_SERVICES = {ipaddress.ip_address("100.100.100.200"), ipaddress.ip_address("fd00:ec2::254")}
"""Cloud metadata services outside the link-local range."""


class ForbiddenAddress(OSError):
    """The name or address leads to a place where no media service lives: link-local, multicast, cloud metadata."""


def guarded_socket(address_info: tuple[Any, ...]) -> socket.socket:
    """A socket for one resolved address. Raises ForbiddenAddress.

    Called with the very address that is connected to, so that no spelling of it (decimal, IPv6-mapped) and no second
    answer of a name server gets past it. Private networks and this host are allowed: that is where the services are.
    """
    family, kind, protocol, _, where = address_info
    address = ipaddress.ip_address(str(where[0]).partition("%")[0])
    real = getattr(address, "ipv4_mapped", None) or address
    if real.is_link_local or real.is_multicast or real in _METADATA_SERVICES:
        raise ForbiddenAddress("a link-local, multicast or cloud metadata address")
    return socket.socket(family, kind, protocol)


def make_session() -> aiohttp.ClientSession:
    """The session for all adapters; to be made inside the running event loop and closed by its maker.

    It holds no cookies and no credentials, and takes no proxy or .netrc from the environment: each adapter sends its
    own credentials to its own service only.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=100, keepalive_timeout=30, socket_factory=guarded_socket),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": f"Episodarr/{__version__}", "Accept-Encoding": "gzip, deflate"},
        trust_env=False,
    )
