"""Street segments: what is opened, closed and travelled along."""

from spatial.context import ContextField, ContextLayer

ROAD_CLASSES = ("main", "distributor", "access", "path", "unknown")

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
    ),
    note_nl="Wegvakken, bijvoorbeeld uit het Nationaal Wegenbestand of OpenStreetMap.",
    note_en="Road segments, for example of the national road register or OpenStreetMap.",
)
