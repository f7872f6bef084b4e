"""Walls are named; articles never are."""

from datetime import UTC, datetime

import pytest

from schemas.records import Payload, Reference, Refusal
from transforms.article.extract import Extracted, extract

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TEXT = "Officers of the river police found the missing barge on Monday, below the lock at Marlow, and a cat on it. "


def outcome(title, body, head=""):
    page = f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    found = extract(Payload(Reference("", "", "", "", "link", 0, "https://a.example/x", "", ""), page.encode(), NOW))
    return found.outcome if isinstance(found, Refusal) else "article"


def ld(**fields):
    pairs = ", ".join(f'"{key}": {value}' for key, value in fields.items())
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Barge", {pairs}}}</script>'


def paragraphs(count, text=TEXT):
    return "".join(f"<p>{text * 2}</p>" for _ in range(count))


CHALLENGES = [
    ("Just a moment...", "<p>Enable JavaScript and cookies to continue</p>"),
    ("Attention Required! | Cloudflare", "<h1>Sorry, you have been blocked</h1><p>Cloudflare Ray ID: 8a1b</p>"),
    ("Access Denied", "<h1>Access Denied</h1><p>You don't have permission to access this page on this server.</p>"),
    ("Are you a robot?", "<p>We've detected unusual activity from your computer network. Why did this happen?</p>"),
    ("a.example", "<p>Please verify you are a human</p><p>Press &amp; hold to confirm</p>"),
]
CONSENT = [
    (
        "Before you continue to A",
        "<p>We use cookies and data to deliver services. If you choose to accept all, we will use cookies to show "
        "personalised content and personalised ads.</p><p>Reject all or manage options in your privacy settings.</p>",
    ),
    (
        "a.example: Zustimmung",
        "<p>Mit Werbung und Tracking weiterlesen: Wir und unsere Partner verarbeiten personenbezogene Daten. Cookies. "
        "Ihre Einwilligung können Sie jederzeit in der Datenschutzerklärung widerrufen. Akzeptieren oder ablehnen.</p>",
    ),
    (
        "a.example",
        "<p>We value your privacy. We and our partners store cookies on your device and process personal data such as "
        "unique identifiers. You may accept all, reject all or manage choices, also for legitimate interest. Consent "
        "can be withdrawn in the privacy policy.</p>",
    ),
]


@pytest.mark.parametrize(("title", "body"), CHALLENGES)
def test_challenges(title, body):
    assert outcome(title, body) == "challenge"


@pytest.mark.parametrize(("title", "body"), CONSENT)
def test_consent_walls(title, body):
    assert outcome(title, body) == "consent_wall"


def test_a_stub_behind_a_paywall():
    head = ld(isAccessibleForFree="false", datePublished='"2026-05-03"')
    assert outcome("Barge", f"<article><h1>Barge</h1><p>{TEXT}</p></article>", head) == "paywall"
    stub = f"<article><h1>Barge</h1><p>{TEXT * 4}</p><p>Subscribe to continue reading.</p></article>"
    assert outcome("Barge", stub, ld(isAccessibleForFree='"False"')) == "paywall"


def test_an_index_page():
    links = "".join(
        f'<li><a href="/news/{n}">Headline number {n} about a barge and what the council thinks</a></li>'
        for n in range(30)
    )
    assert outcome("News", f"<main><h1>News</h1><ul>{links}</ul></main>") == "index_page"


@pytest.mark.parametrize(
    ("title", "body", "head"),
    [
        ("Barge", paragraphs(6), ""),
        ("Barge", paragraphs(6), ld(isAccessibleForFree="false", datePublished='"2026-05-03"')),
        ("Access denied: how banks close accounts", paragraphs(6), ""),
        ("Why cookie consent failed", paragraphs(3) + "<p>Cookies and consent, said our partners.</p>" * 3, ""),
        ("Just a moment of silence in Marlow", paragraphs(2), ""),
        ("Barge", f"<article><h1>Barge</h1><p>{TEXT}</p></article>", ""),
        ("Barge", f"<article><p>{TEXT}</p></article>", ld(datePublished='"2026-05-03T10:00:00Z"')),
        ("Ten barges", paragraphs(2) + "".join(f'<p><a href="/b/{n}">Barge {n}</a></p>' for n in range(30)), ""),
    ],
    ids=range(8),
)
def test_articles_are_never_refused(title, body, head):
    assert outcome(title, body, head) == "article"


def test_plain_text_about_cookies_is_text():
    data = ("Cookies and consent: our partners accept all and reject all, says the privacy policy. " * 3).encode()
    found = extract(Payload(Reference("", "", "", "", "text", 0, "", "", ""), data, NOW))
    assert isinstance(found, Extracted)
