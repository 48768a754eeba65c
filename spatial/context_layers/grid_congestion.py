"""Where the electricity grid is full, and when it is reinforced."""

from spatial.context import ContextField, ContextLayer

LAYER = ContextLayer(
    id="grid_congestion",
    nl="Netcongestie",
    en="Grid congestion",
    shape="polygon",
    fields=(
        ContextField(
            "reinforced_on",
            "day",
            "Verzwaring gereed",
            "Reinforcement completed",
            (
                "verzwaring_gereed",
                "gereed",
                "datum_gereed",
                "jaar_gereed",
                "completed_on",
                "completion_date",
            ),
        ),
        ContextField(
            "direction",
            "text",
            "Richting",
            "Direction",
            ("richting", "soort"),
            words=("consumption", "feed_in", "both"),
            spellings=(
                ("afname", "consumption"),
                ("invoeding", "feed_in"),
                ("teruglevering", "feed_in"),
                ("opwek", "feed_in"),
                ("beide", "both"),
            ),
            default="both",
        ),
        ContextField(
            "available_kw",
            "number",
            "Beschikbaar (kW)",
            "Available (kW)",
            ("beschikbaar_kw", "restcapaciteit_kw"),
            least=0.0,
            scaled=(
                ("beschikbaar_mw", 1000.0, 0.0),
                ("restcapaciteit_mw", 1000.0, 0.0),
                ("available_mw", 1000.0, 0.0),
            ),
        ),
        ContextField("station", "text", "Station", "Station", ("onderstation", "substation")),
        ContextField(
            "grid_operator", "text", "Netbeheerder", "Grid operator", ("netbeheerder", "operator")
        ),
    ),
    note_nl="Capaciteitskaart van Netbeheer Nederland en het investeringsplan van de netbeheerder; "
    "zonder datum is het gereedkomen onbekend (B12).",
    note_en="The capacity map of Netbeheer Nederland and the operator's investment plan; without a "
    "date the completion is unknown (B12).",
    name_field="station",
)
