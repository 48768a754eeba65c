"""Zones along dikes, and the season in which no work is done there."""

from spatial.context import ContextField, ContextLayer

LAYER = ContextLayer(
    id="dike_zones",
    nl="Dijkzones",
    en="Dike zones",
    shape="polygon",
    fields=(
        ContextField(
            "closed_from",
            "month_day",
            "Gesloten vanaf (maand-dag)",
            "Closed from (month-day)",
            ("gesloten_van", "gesloten_vanaf", "seizoen_van"),
            default="10-01",
        ),
        ContextField(
            "closed_to",
            "month_day",
            "Gesloten tot en met (maand-dag)",
            "Closed up to and including (month-day)",
            ("gesloten_tot", "gesloten_tm", "seizoen_tot"),
            default="03-31",
        ),
        ContextField(
            "zone",
            "text",
            "Zone",
            "Zone",
            ("zonering", "beschermingszone"),
            words=("core", "protection", "outer"),
            spellings=(
                ("kernzone", "core"),
                ("waterstaatswerk", "core"),
                ("beschermingszone", "protection"),
                ("beschermingszone a", "protection"),
                ("buitenbeschermingszone", "outer"),
                ("beschermingszone b", "outer"),
            ),
            default="protection",
        ),
        ContextField(
            "water_board", "text", "Waterschap", "Water board", ("waterschap", "beheerder")
        ),
    ),
    note_nl="Legger van de waterkeringen van het waterschap. Het gesloten seizoen loopt van 1 "
    "oktober tot 1 april, tenzij het bestand anders zegt (B17).",
    note_en="The water board's register of flood defences. The closed season runs from 1 October "
    "to 1 April, unless the file says otherwise (B17).",
)
