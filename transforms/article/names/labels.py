"""One vocabulary of labels for all models."""

from typing import Final

PERSON: Final = "PERSON"
ORG: Final = "ORG"
GPE: Final = "GPE"
LOC: Final = "LOC"
NORP: Final = "NORP"
FAC: Final = "FAC"
EVENT: Final = "EVENT"
PRODUCT: Final = "PRODUCT"
WORK: Final = "WORK_OF_ART"
LAW: Final = "LAW"
LANGUAGE: Final = "LANGUAGE"
DATE: Final = "DATE"
MISC: Final = "MISC"

#: The labels that a row can hold (those of OntoNotes, and MISC for what a four-class model lumps together).
LABELS: Final = (PERSON, ORG, GPE, LOC, NORP, FAC, EVENT, PRODUCT, WORK, LAW, LANGUAGE, DATE, MISC)

#: What other models say, in that vocabulary; `""` drops amounts, ordinals and times of day, which name nothing.
MODEL_LABELS: Final = {
    **{label: label for label in LABELS},
    **dict.fromkeys(("CARDINAL", "ORDINAL", "MONEY", "PERCENT", "QUANTITY", "TIME"), ""),
    **dict.fromkeys(("PER", "PRS", "PS", "persName", "PERSON_NAME"), PERSON),
    **dict.fromkeys(("ORGANIZATION", "OG", "orgName", "GPE_ORG"), ORG),
    **dict.fromkeys(("GPE_LOC", "placeName"), GPE),
    **dict.fromkeys(("LC", "geogName", "LOCATION"), LOC),
    **dict.fromkeys(("FACILITY",), FAC),
    **dict.fromkeys(("NAT_REL_POL", "DRV"), NORP),
    **dict.fromkeys(("EVT", "EVN"), EVENT),
    **dict.fromkeys(("PROD", "OBJ"), PRODUCT),
    **dict.fromkeys(("WRK",), WORK),
    **dict.fromkeys(("date", "DT", "DATETIME", "PERIOD"), DATE),
    **dict.fromkeys(("time", "TI", "QT", "MSR", "TME", "NUMERIC_VALUE", "NUMERIC", "MONEY_VALUE"), ""),
}


def vocabulary(label: str) -> str:
    """Return a model's label in the vocabulary, `""` for one that names nothing, MISC for one never heard of."""
    return MODEL_LABELS.get(label, MISC)
