"""What parties can carry out per discipline, area and quarter."""

from spatial.context import ContextField, ContextLayer
from spatial.vocabulary import FACILITY

_SPELLINGS = tuple((title, t.id) for t in FACILITY for title in (t.nl, t.en))

LAYER = ContextLayer(
    id="capacity",
    nl="Uitvoeringscapaciteit",
    en="Delivery capacity",
    shape="none",
    fields=(
        ContextField(
            "organisation",
            "text",
            "Organisatie",
            "Organisation",
            ("organisatie", "partij"),
            required=True,
        ),
        ContextField("organisation_key", "integer", "Organisatie", "Organisation", computed=True),
        ContextField(
            "discipline",
            "text",
            "Discipline",
            "Discipline",
            ("vakgebied", "facility", "voorziening"),
            required=True,
            words=FACILITY.ids,
            spellings=_SPELLINGS,
        ),
        ContextField(
            "area", "text", "Gebied (code)", "Area (code)", ("gebied", "gebiedscode", "area_code")
        ),
        ContextField(
            "year", "integer", "Jaar", "Year", ("jaar",), required=True, least=2000, most=2200
        ),
        ContextField(
            "quarter",
            "integer",
            "Kwartaal",
            "Quarter",
            ("kwartaal",),
            required=True,
            least=1,
            most=4,
        ),
        ContextField(
            "capacity",
            "number",
            "Capaciteit",
            "Capacity",
            ("capaciteit", "hoeveelheid"),
            required=True,
            least=0.001,
        ),
        ContextField(
            "unit",
            "text",
            "Eenheid",
            "Unit",
            ("eenheid",),
            words=("works", "crews", "eur"),
            spellings=(
                ("werken", "works"),
                ("ploegen", "crews"),
                ("ploeg", "crews"),
                ("euro", "eur"),
            ),
            default="works",
        ),
    ),
    note_nl="Opgave van de partijen zelf, als tabel: per discipline en kwartaal, zo nodig per "
    "gebied (B09). Een leeg gebied is het hele werkgebied.",
    note_en="Stated by the parties, as a table: per discipline and quarter, if need be per area "
    "(B09). An empty area is the whole region.",
)
