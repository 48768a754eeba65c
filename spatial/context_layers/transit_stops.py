"""Stops of public transport."""

from spatial.context import ContextField, ContextLayer

LAYER = ContextLayer(
    id="transit_stops",
    nl="Haltes",
    en="Public transport stops",
    shape="any",
    fields=(
        ContextField("lines", "text", "Lijnen", "Lines", ("lijnen", "lijn", "line", "route_ref")),
        ContextField(
            "mode",
            "text",
            "Soort",
            "Mode",
            ("soort", "transportmode", "vervoertype"),
            words=("bus", "tram", "metro", "train", "ferry"),
            spellings=(("trein", "train"), ("veer", "ferry"), ("subway", "metro")),
            default="bus",
        ),
        ContextField(
            "code",
            "text",
            "Haltecode",
            "Stop code",
            ("haltecode", "stop_code", "quaycode", "stop_id"),
        ),
        ContextField(
            "is_on_demand",
            "boolean",
            "Op afroep",
            "On demand",
            ("op_afroep", "belbus", "on_demand"),
        ),
    ),
    note_nl="Uit het Centraal Haltebestand (CHB) of GTFS; binnen 10 m van een werkzone is de halte "
    "niet bereikbaar (B19).",
    note_en="From the national stop register (CHB) or GTFS; within 10 m of a work zone the stop "
    "cannot be used (B19).",
)
