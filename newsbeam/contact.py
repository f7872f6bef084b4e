"""Whoever fetches from the public tells publishers whom to ask."""

import ipaddress
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from schemas.errors import SettingsError
from schemas.settings import Settings


def check_contact(settings: Settings, addresses: Iterable[str]) -> None:
    """Make sure that a contact is set before anything public is fetched.

    A feed file on this machine counts as public, since its links may be.

    Raises:
        SettingsError: it is not.

    """
    if not settings.fetch.contact and any(map(is_public, addresses)):
        raise SettingsError(
            "set `contact` in newsbeam.toml (or NEWSBEAM_CONTACT) to your mail address or page: "
            "publishers want to know whom to ask about the traffic"
        )


def is_public(address: str) -> bool:
    """Tell whether an address may be one of the public internet."""
    try:
        host: Any = urlsplit(address).hostname
    except ValueError:
        return True
    if not host:
        return True
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return bool(host != "localhost" and not host.endswith(".localhost"))
