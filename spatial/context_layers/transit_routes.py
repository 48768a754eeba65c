"""Routes of buses, trams and other public transport."""

from spatial.context import ContextField, ContextLayer

LAYER = ContextLayer(
    id="transit_routes",
    nl="Lijnen van het openbaar vervoer",
    en="Public transport routes",
    shape="line",
    fields=(
        ContextField(
            "line",
            "text",
            "Lijn",
            "Line",
            ("lijn", "lijnnummer", "ref", "route_short_name", "linepublicnumber", "line_number"),
        ),
        ContextField(
            "mode",
            "text",
            "Soort",
            "Mode",
            ("soort", "route", "transportmode", "vervoertype"),
            words=("bus", "tram", "metro", "train", "ferry"),
            spellings=(
                ("light_rail", "tram"),
                ("sneltram", "tram"),
                ("subway", "metro"),
                ("trein", "train"),
                ("veer", "ferry"),
                ("pont", "ferry"),
                ("trolleybus", "bus"),
            ),
            default="bus",
        ),
        ContextField(
            "operator",
            "text",
            "Vervoerder",
            "Operator",
            ("vervoerder", "agency_name", "dataownercode"),
        ),
        ContextField(
            "journeys_per_day",
            "number",
            "Ritten per dag",
            "Journeys per day",
            ("ritten", "ritten_per_dag", "frequentie"),
            least=0.0,
            most=5000.0,
        ),
    ),
    note_nl="Uit de dienstregeling (GTFS van OVapi of NDOV-loket) of OpenStreetMap; binnen 4 m van "
    "een werkzone moet de lijn omrijden (B19).",
    note_en="From the timetable (GTFS of OVapi or the NDOV portal) or OpenStreetMap; within 4 m of "
    "a work zone the line must divert (B19).",
    has_period=True,
    name_field="line",
)
