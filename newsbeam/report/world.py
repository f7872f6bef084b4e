"""Countries as the map of the report has them."""

import json
from importlib.resources import files
from typing import Any, Final

import pycountry

ANTARCTICA: Final = "010"


def country_name(code: str) -> str:
    """Return the short English name of a country by its ISO 3166-1 alpha-2 code, else the code."""
    entry = pycountry.countries.get(alpha_2=code)
    return "Kosovo" if code == "XK" else str(getattr(entry, "common_name", entry.name)) if entry else code


def numeric(code: str) -> str:
    """Return how the map names a country: ISO 3166-1 numeric; it names Kosovo alone otherwise."""
    entry = pycountry.countries.get(alpha_2=code)
    return str(entry.numeric) if entry else code


def borders() -> dict[str, Any]:
    """Return the borders of the countries as TopoJSON; each has its ISO 3166-1 numeric code as `id`, Kosovo XK."""
    world = json.loads(files("newsbeam.report").joinpath("assets", "countries-110m.json").read_text(encoding="utf-8"))
    countries = world["objects"].pop("countries")
    countries["geometries"] = [shape for shape in countries["geometries"] if shape.get("id") != ANTARCTICA]
    for shape in countries["geometries"]:
        if shape["properties"]["name"] == "Kosovo":
            shape["id"] = "XK"
    world["objects"] = {"countries": countries}
    return dict(world)
