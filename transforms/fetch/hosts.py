"""Hosts: the key by which they are paced and left alone, and the names that are treated in a way of their own."""

import ipaddress
from collections.abc import Container, Iterable
from typing import Final
from urllib.parse import urlsplit

from transforms.fetch.urls import domain

PORTS: Final = {"http": 80, "https": 443}


def host_key(url: str) -> str:
    """Return what an address is paced by: its registrable domain, of a bare IP address host or host:port.

    The port counts where it is not the scheme's own. "" for what names no host. Never raises. All hosts of one
    publisher give one key, so that one delay and one Retry-After hold for all of them.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
        if _ip(host):
            shown = f"[{host}]" if ":" in host else host
            return f"{shown}:{port}" if port and port != PORTS.get(parts.scheme) else shown
        return domain(url) or plain_host(host)
    except (ValueError, UnicodeError):
        return ""


def plain_host(host: str) -> str:
    """Return a host name in lower case, in ASCII (IDNA) where it can be, without the dot of the root."""
    host = host.strip().strip("[]").rstrip(".").lower()
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return host


def is_loopback(host: str) -> bool:
    """Tell a host that is named as this machine itself: 127.0.0.0/8, ::1, localhost and what is below it."""
    host = plain_host(host)
    if host == "localhost" or host.endswith(".localhost"):
        return True
    address = _ip(host)
    return address is not None and address.is_loopback


def blocked_names(domains: Iterable[str]) -> frozenset[str]:
    """Return the names of domains in the form that `is_blocked` compares with."""
    return frozenset(name for name in (plain_host(text).lstrip("*.") for text in domains) if name)


def is_blocked(host: str, names: Container[str]) -> bool:
    """Tell whether a host is one of some domains, or below one."""
    labels = plain_host(host).split(".")
    return any(".".join(labels[start:]) in names for start in range(len(labels)))


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
