"""Street segments: what is opened, closed and travelled along."""

from spatial.context import ContextField, ContextLayer

ROAD_CLASSES = ("main", "distributor", "access", "path", "unknown")

SPELLINGS = (
    ("hoofdweg", "main"),
    ("stroomweg", "main"),
    ("motorway", "main"),
    ("motorway_link", "main"),
    ("trunk", "main"),
    ("trunk_link", "main"),
    ("primary", "main"),
    ("primary_link", "main"),
    ("gebiedsontsluitingsweg", "distributor"),
    ("ontsluitingsweg", "distributor"),
    ("secondary", "distributor"),
    ("secondary_link", "distributor"),
    ("tertiary", "distributor"),
    ("tertiary_link", "distributor"),
    ("erftoegangsweg", "access"),
    ("woonstraat", "access"),
    ("residential", "access"),
    ("living_street", "access"),
    ("unclassified", "access"),
    ("service", "access"),
    ("road", "access"),
    ("busway", "access"),
    ("fietspad", "path"),
    ("voetpad", "path"),
    ("cycleway", "path"),
    ("footway", "path"),
    ("pedestrian", "path"),
    ("path", "path"),
    ("steps", "path"),
    ("track", "path"),
    ("bridleway", "path"),
    ("corridor", "path"),
    ("onbekend", "unknown"),
)

LAYER = ContextLayer(
    id="streets",
    nl="Straten",
    en="Streets",
    shape="line",
    fields=(
        ContextField(
            "street",
            "text",
            "Straatnaam",
            "Street name",
            ("stt_naam", "straatnaam", "name", "naam", "streetname", "openbareruimtenaam"),
        ),
        ContextField(
            "road_class",
            "text",
            "Wegklasse",
            "Road class",
            ("wegklasse", "roadclass", "class", "fclass", "highway"),
            words=ROAD_CLASSES,
            spellings=SPELLINGS,
            default="unknown",
        ),
        ContextField(
            "width_m",
            "number",
            "Openbare breedte (m)",
            "Public width (m)",
            ("breedte", "width", "breedte_m"),
            least=0.1,
            most=200.0,
        ),
        ContextField(
            "is_emergency_route",
            "boolean",
            "Calamiteitenroute",
            "Emergency route",
            ("calamiteitenroute", "emergency_route", "hulpdienstroute"),
        ),
        ContextField(
            "closure_group",
            "text",
            "Niet samen afsluiten met",
            "Not to be closed together with",
            ("afsluitgroep", "niet_samen_met", "closure_pair"),
        ),
    ),
    note_nl="Wegvakken, bijvoorbeeld uit het Nationaal Wegenbestand of OpenStreetMap. Straten met "
    "dezelfde afsluitgroep mogen niet tegelijk dicht (B03, B06, B08, B13 en gedeelde lengtes).",
    note_en="Road segments, for example of the national road register or OpenStreetMap. Streets "
    "of one closure group may not be closed at the same time (B03, B06, B08, B13 and shared "
    "lengths).",
    name_field="street",
)
