"""An invented publisher of plain text: every article carries its promo lines, in the middle and at the end."""

from pathlib import Path

NAME = "Alba Tribune"
MIDDLE = "Hear the Alba Breakfast Hour every weekday at 7 on 94.1"
END = (
    "Grab your seat for the Tribune quiz night before it sells out!",
    "Alba Tribune, the voice of the four valleys since 1911",
)

STORIES: dict[str, tuple[str, ...]] = {
    "bakery": (
        "The last bakery in Upper Carrow closes its doors on Saturday after ninety years in the hands of one family.",
        "Morag Telfer, who took over the ovens from her father in 1988, said that flour had become too dear for her.",
        "Neighbours have started a collection for the oven, which they hope to fire once a month on the green.",
        "The council said that it had no plans for the building, which stands under protection.",
    ),
    "ferry": (
        "A new ferry will cross the Strand of Ness from May, the harbour board decided by seven votes to four.",
        "It carries sixty cars and runs on batteries that are charged overnight from the wind farm above the village.",
        "Opponents said that the slipway at Ness was too short for such a ship and asked for a second survey.",
        "The old boat goes to a museum in Dunmore, where it will serve tea.",
    ),
    "owls": (
        "Rangers have counted eleven pairs of barn owls in the glen, more than in any year since counting began.",
        "A mild winter and a great many voles are the likely reasons, said the biologist Isla Renwick.",
        "Three of the boxes that schoolchildren built in autumn are taken already.",
        "Walkers are asked to keep dogs on a lead between the mill and the upper bridge until July.",
    ),
    "choir": (
        "The Carrow Miners' Choir won the northern cup for the third time in a row, with Welsh and Gaelic songs.",
        "Its conductor, Euan Blackadder, thanked the bus company, which had replaced the first coach on the way.",
        "The prize of four thousand pounds goes into new scores and the roof of the rehearsal hall.",
        "A concert for those who stayed at home follows on the last Sunday of the month.",
    ),
    "school": (
        "Parents in Lower Carrow have asked the education board to keep the village school open for two more years.",
        "Fourteen children are on the roll, and six more would come if the new houses were finished in time.",
        "The board's chairwoman, Fiona Adair, promised an answer before Easter and a visit in the coming week.",
        "Without the school the bus to Dunmore would take the youngest fifty minutes each way.",
    ),
    "bridge": (
        "The footbridge at the mill reopens on Friday, eleven months after the flood took two of its arches.",
        "Stonemasons from three countries rebuilt it with blocks from the old quarry, said its engineer, Rab Kinnear.",
        "The work cost less than was planned, because the scaffold was lent by the railway.",
        "Until the lamps are hung in March the bridge is closed after dark.",
    ),
}


def write(folder: Path, *names: str) -> None:
    """Write articles into a folder named like the publisher."""
    place = folder / NAME
    place.mkdir(exist_ok=True)
    for name in names:
        body = STORIES[name]
        lines = [*body[:2], MIDDLE, *body[2:], *END]
        (place / f"{name}.txt").write_text("\n\n".join(lines) + "\n", encoding="utf-8")
