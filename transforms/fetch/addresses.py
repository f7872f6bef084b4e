"""Which addresses may be connected to: checked for the URL and, what counts, for the address of each connection.

A host name that is public when it is looked up and private when it is connected to (DNS rebinding) ends here too,
since the check sits where the socket is made.
"""

import errno
import ipaddress
import socket
from typing import Any, Final, NamedTuple

from yarl import URL

#: Ports of public servers.
PORTS: Final = (80, 443, 8080, 8443)
#: Where IPv6 carries an IPv4 address (NAT64, RFC 6052 and RFC 8215).
NAT64: Final = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class BlockedAddressError(OSError):
    """The address is private, special or forbidden."""

    def __init__(self, reason: str) -> None:
        super().__init__(errno.EACCES, reason)

    def __str__(self) -> str:
        return str(self.strerror)


class AddressGate(NamedTuple):
    """Decides where the client may go."""

    allow_private: bool = False  # lifts the list of ports, too
    exceptions: frozenset[tuple[str, int]] = frozenset()  # (IP address, port) that are allowed all the same
    ports: tuple[int, ...] = PORTS

    def check_url(self, url: URL) -> None:
        """Refuse other schemes than http and https, other ports, and private addresses written out.

        Raises:
            BlockedAddressError: the URL must not be fetched.

        """
        if url.scheme not in ("http", "https"):
            raise BlockedAddressError(f"the scheme {url.scheme or '(none)'} is not http or https")
        if not url.raw_host:
            raise BlockedAddressError("the address names no host")
        if self.allow_private or (url.raw_host, url.port) in self.exceptions:
            return
        if url.port not in self.ports:
            raise BlockedAddressError(f"the port {url.port} is not one of {', '.join(map(str, sorted(self.ports)))}")
        address = _address(url.raw_host)
        if address and not is_public(address):
            raise BlockedAddressError("a private or special address")

    def open_socket(self, info: tuple[Any, ...]) -> socket.socket:
        """Make the socket for one resolved address (`socket_factory` of aiohttp).

        Raises:
            BlockedAddressError: the address is private or special.

        """
        family, kind, protocol, _, place = info
        host, port = place[0], place[1]
        if not self.allow_private and (host, port) not in self.exceptions:
            address = _address(host)
            if address is None or not is_public(address):
                raise BlockedAddressError("a private or special address")
        return socket.socket(family, kind, protocol)


def is_public(address: Address) -> bool:
    """Tell whether an address is a host in the public internet; an IPv4 address within IPv6 counts as itself."""
    inner = _inner_ipv4(address)
    if inner is not None:
        return is_public(inner)
    special = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    site_local = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    return address.is_global and not special and not site_local


def _inner_ipv4(address: Address) -> ipaddress.IPv4Address | None:
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if any(address in network for network in NAT64):
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    if address.teredo:
        return address.teredo[1]
    return address.ipv4_mapped or address.sixtofour


def _address(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0].strip("[]"))
    except ValueError:
        return None
