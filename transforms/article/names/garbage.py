"""Drop what is no name."""

import re
from typing import Final

from transforms.article.names.labels import DATE, LANGUAGE, NORP, PERSON
from transforms.article.names.page import Name, Page
from transforms.article.names.scan import count_words
from transforms.article.names.titles import opens_with_office

#: Characters beyond which nothing is a name.
LONGEST: Final = 100

#: Abbreviations of things, offices, units and time zones, which models take for organisations or places.
ABBREVIATIONS: Final = frozenset(
    {
        "AC", "AI", "AM", "API", "ATM", "AWD", "BST", "CEO", "CEOs", "CET", "CFO", "CGI", "COO", "COVID", "COVID-19",
        "CPU", "CTO", "Covid", "Covid-19", "DIY", "DNA", "DVD", "ECG", "EDT", "EST", "ET", "EV", "EVs", "FAQ", "FM",
        "GB", "GDP", "GMT", "GPS", "GPU", "HD", "HDTV", "HIV", "HTML", "HVAC", "ICU", "IP", "IPO", "IQ", "IVF", "LCD",
        "LED", "MB", "MBA", "MRI", "MVP", "OLED", "PC", "PCR", "PCs", "PDF", "PDT", "PIN", "PM", "PPE", "PR", "PST",
        "PTSD", "PhD", "QR", "RAM", "RNA", "SEO", "SIM", "SMS", "SOS", "SUV", "SUVs", "TB", "TV", "TVs", "UFO", "URL",
        "USB", "USB-C", "UTC", "UV", "VAT", "VIP", "VP", "VR", "Wi-Fi", "WiFi",
    }
)  # fmt: skip

_CALENDAR: Final = re.compile(
    r"\b(?:1[0-9]|20)\d\d\b|\b(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
)
_ADDRESS: Final = re.compile(r"://|www\.|\S@\S|^[@#]")  # none is all letters and digits


def drop_garbage(page: Page) -> Page:
    """Drop what has no upper-case letter (in scripts that have them), addresses, single letters, whole lines, offices.

    And single words that the document writes in lower case more often than with a capital.
    """
    names = [name for name in page.names if is_name(page, name)]
    single = {page.surface(name) for name in names if name.label not in (DATE, NORP, LANGUAGE)}
    single = {surface for surface in single if surface.isalpha() and surface.istitle()}
    words = count_words(page.text)
    common = {surface for surface in single if words[surface.lower()] > words[surface]}
    return page.with_names(name for name in names if page.surface(name) not in common)


def is_name(page: Page, name: Name) -> bool:
    """Tell whether the surface can be a name at all; a date needs a digit or a capital."""
    surface = page.surface(name)
    if len(surface) > LONGEST or "\n" in surface:
        return False
    if not surface.replace(" ", "").isalnum() and _ADDRESS.search(surface):
        return False
    if name.label == DATE:
        return bool(_CALENDAR.search(surface))
    if surface in ABBREVIATIONS or (name.label != PERSON and opens_with_office(surface)):
        return False
    if surface != surface.lower():
        return len(surface) > 1
    return surface == surface.upper() and any(map(str.isalpha, surface))
