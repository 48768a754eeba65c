"""Where people live and receive visitors."""

from spatial.context import ContextField, ContextLayer

LAYER = ContextLayer(
    id="dwellings",
    nl="Woningen en adressen",
    en="Dwellings and addresses",
    shape="any",
    fields=(
        ContextField(
            "dwellings",
            "integer",
            "Woningen",
            "Dwellings",
            ("woningen", "aantal_woningen", "aantal", "aantal_verblijfsobjecten", "units"),
            least=0,
            most=100_000,
            default=1,
        ),
        ContextField(
            "kind",
            "text",
            "Soort",
            "Kind",
            ("soort", "gebruiksdoel", "functie", "use"),
            words=("dwelling", "shop", "office", "school", "care", "industry", "other"),
            spellings=(
                ("woning", "dwelling"),
                ("woonfunctie", "dwelling"),
                ("winkel", "shop"),
                ("winkelfunctie", "shop"),
                ("kantoor", "office"),
                ("kantoorfunctie", "office"),
                ("onderwijsfunctie", "school"),
                ("gezondheidszorgfunctie", "care"),
                ("zorg", "care"),
                ("industriefunctie", "industry"),
                ("overig", "other"),
                ("overige gebruiksfunctie", "other"),
                ("bijeenkomstfunctie", "other"),
                ("logiesfunctie", "other"),
                ("sportfunctie", "other"),
                ("celfunctie", "other"),
            ),
            default="dwelling",
        ),
        ContextField(
            "street",
            "text",
            "Straat",
            "Street",
            ("straat", "straatnaam", "openbareruimtenaam", "openbare_ruimte"),
        ),
        ContextField(
            "house_number",
            "text",
            "Huisnummer",
            "House number",
            ("huisnummer", "housenumber", "nummer"),
        ),
    ),
    note_nl="Adressen of panden uit de BAG; een adres zonder aantal telt als één woning (B07, B08 "
    "en de overlast in woningdagen).",
    note_en="Addresses or buildings of the national register (BAG); an address without a number "
    "counts as one dwelling (B07, B08 and nuisance in dwelling-days).",
    name_field="street",
)
