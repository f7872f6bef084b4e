"""Addresses: the key that joins the many addresses of one page, and the domain a page belongs to.

The address that is fetched is never rewritten; keys are for comparing only.
"""

import re
from functools import lru_cache
from typing import Final
from urllib.parse import unquote, urlsplit

import idna
from tld import get_fld, is_tld
from w3lib.url import canonicalize_url

#: Families of parameters that tell where a reader came from, never what is shown; in lower case.
TRACKING_PREFIXES: Final = ("utm_", "at_", "mc_", "mtm_", "hsa_", "ns_", "wt.", "vero_", "oly_", "__cf_chl")
#: Single parameters of that sort: advertising clicks, newsletters, social networks, analytics, publishers', sessions.
_WORDS: Final = """
    fbclid gclid dclid gbraid wbraid gclsrc msclkid twclid yclid ttclid li_fat_id igshid igsh srsltid s_kwcid rb_clickid
    mkt_tok _hsenc _hsmi _ke __s trk_contact trk_msg trk_module trk_sid ck_subscriber_id wt_mc wt_zmc
    fb_action_ids fb_action_types fb_ref fb_source __twitter_impression ref_src ref_url referrer sr_share sharetype
    share_from _ga _gl pk_campaign pk_kwd pk_keyword pk_source pk_medium pk_content pk_cid piwik_campaign piwik_kwd xtor
    s_cid s_campaign ncid icid ocid cmp cmpid intcid intcmp itid ito ftag spm traffic_source smid smtyp partner emc maca
    feedname feedtype echobox guccounter guce_referrer guce_referrer_sig phpsessid jsessionid
    """
TRACKING: Final = frozenset(_WORDS.split())
#: Parameters that ask for the AMP form of the same page.
AMP: Final = frozenset({("amp", ""), ("amp", "1"), ("amp", "true"), ("outputtype", "amp"), ("output", "amp")})
#: First labels under which publishers serve the same pages.
TWINS: Final = ("www.", "m.", "mobile.", "amp.")

#: Addresses that are almost their own key already, as most are: no query, no fragment, nothing escaped.
_PLAIN: Final = re.compile(r"https?://([a-z0-9](?:[a-z0-9-]|\.(?!\.))*[a-z0-9])((?:/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+)/?")


def url_key(url: str) -> str:
    """Return the canonical key of a page's address: addresses of one page give one key.

    What does not count: the scheme, `www.` and mobile hosts, default ports, dot segments, doubled and final slashes,
    session ids, tracking parameters, the order of parameters, AMP forms, escapes and plain fragments (RFC 3986 §6.2,
    and what publishers do). Names that can carry meaning (`id`, `p`, `v`, `sid`, `source`) stay, `source` only
    without a `ref` beside it that says where a reader came from. The key is itself an
    address, and its own key.
    Raises `ValueError` for what is no http(s) address.
    """
    plain = _PLAIN.fullmatch(url)
    if plain and not plain[1].startswith(TWINS) and not plain[2].lower().endswith("/amp"):
        return f"https://{plain[1]}{plain[2]}"
    parts = urlsplit(re.sub(r"[\x00-\x1f\x7f]", "", url).strip())
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"not an http(s) address: {url[:200]!r}")
    host = _twinless(_ascii_host(parts.hostname or ""))
    if not host:
        raise ValueError(f"no host: {url[:200]!r}")
    port = parts.port
    netloc = f"[{host}]" if ":" in host else host
    if port and port != {"http": 80, "https": 443}[parts.scheme]:
        netloc += f":{port}"
    address = f"https://{netloc}{_path(parts.path)}?{_query(parts.query)}"
    fragment = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    return str(canonicalize_url(f"{address}#{fragment}", keep_fragments=True))


def domain(url: str) -> str:
    """Return the registrable domain of an address by the public suffix list, private suffixes included.

    An IP address, `localhost` and a public suffix itself come back as they are; of a name with an unknown suffix the
    last two labels (the list's default rule, https://publicsuffix.org/list/); "" for no address.
    """
    try:
        return _registrable(_ascii_host(urlsplit(url.strip()).hostname or ""))
    except ValueError:
        return ""


@lru_cache(maxsize=16_384)
def _registrable(host: str) -> str:
    if not host or ":" in host or "." not in host or re.fullmatch(r"[\d.]+", host):
        return host
    for private in (True, False):
        found = get_fld(f"https://{host}", fail_silently=True, search_private=private)
        if found:
            return found
    labels = host.split(".")
    return host if is_tld(labels[-1]) else ".".join(labels[-2:])


@lru_cache(maxsize=16_384)
def _ascii_host(host: str) -> str:
    host = host.lower().rstrip(".")
    if host.isascii():
        return host
    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        return host.encode("idna").decode()


def _twinless(host: str) -> str:
    while host.startswith(TWINS) and host != _registrable(host):
        host = host.partition(".")[2]
    return host


def _path(path: str) -> str:
    path = re.sub(r";(?:jsessionid|phpsessid|sid)=[^/;]*", "", path, flags=re.IGNORECASE)
    kept: list[str] = []
    for segment in re.split(r"[/\\]", path):
        plain = unquote(segment) if "%2" in segment else segment
        if plain == "..":
            del kept[-1:]
        elif plain not in ("", "."):
            kept.append(segment)
    while len(kept) > 1 and kept[-1].lower() == "amp":
        kept.pop()
    return "/" + "/".join(kept)


def _query(query: str) -> str:
    """Keep the parameters that count; `source` does but for where it goes with a `ref` that does not."""
    noise = {pair: _is_noise(pair) for pair in query.split("&") if pair}
    referred = any(noise[pair] and _split(pair)[0] == "ref" for pair in noise)
    kept = [pair for pair in query.split("&") if pair and not noise[pair]]
    return "&".join(pair for pair in kept if not (referred and _split(pair)[0] == "source"))


def _split(pair: str) -> tuple[str, str]:
    name, _, value = (unquote(part).lower() for part in pair.partition("="))
    return name, value


def _is_noise(pair: str) -> bool:
    """Tell a parameter that changes nothing; `ref=1234` stays, since some publishers number their pages with it."""
    name, value = _split(pair)
    if name == "ref":
        return not value.isdigit()
    return name in TRACKING or name.startswith(TRACKING_PREFIXES) or (name, value) in AMP
