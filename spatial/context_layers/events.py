"""Events, and periods in which nobody digs: shopping streets in December, building holidays."""

from spatial.context import ContextField, ContextLayer

LAYER = ContextLayer(
    id="events",
    nl="Evenementen en embargo's",
    en="Events and embargo periods",
    shape="any",
    fields=(
        ContextField(
            "kind",
            "text",
            "Soort",
            "Kind",
            ("soort", "type", "constraint_kind"),
            words=("event", "embargo", "building_holiday"),
            spellings=(
                ("evenement", "event"),
                ("markt", "event"),
                ("kermis", "event"),
                ("bouwvak", "building_holiday"),
                ("bouwvakantie", "building_holiday"),
                ("winkelgebied", "embargo"),
                ("graafverbod", "embargo"),
            ),
            default="event",
        ),
        ContextField(
            "yearly_from",
            "month_day",
            "Elk jaar vanaf (maand-dag)",
            "Every year from (month-day)",
            ("jaarlijks_van", "jaarlijks_vanaf"),
        ),
        ContextField(
            "yearly_to",
            "month_day",
            "Elk jaar tot en met (maand-dag)",
            "Every year up to and including (month-day)",
            ("jaarlijks_tot", "jaarlijks_tm"),
        ),
        ContextField(
            "visitors",
            "integer",
            "Bezoekers",
            "Visitors",
            ("bezoekers", "attendance"),
            least=0,
            most=10_000_000,
        ),
        ContextField("organiser", "text", "Organisator", "Organiser", ("organisator", "organizer")),
    ),
    note_nl="Evenementenkalender van de gemeente of NDW; embargo's uit de APV of het "
    "coördinatiebesluit. Met een periode, of met maand en dag voor elk jaar (B18).",
    note_en="The municipality's event calendar or NDW; embargoes from by-laws. With a period, or "
    "with month and day for every year (B18).",
    has_period=True,
)
