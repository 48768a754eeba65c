"""Where third parties are to build, and whether anyone speaks with them."""

from spatial.context import ContextField, ContextLayer

LAYER = ContextLayer(
    id="development_sites",
    nl="Ontwikkellocaties van derden",
    en="Third-party development sites",
    shape="any",
    fields=(
        ContextField(
            "developer",
            "text",
            "Ontwikkelaar",
            "Developer",
            ("ontwikkelaar", "initiatiefnemer", "opdrachtgever"),
        ),
        ContextField(
            "dwellings",
            "integer",
            "Woningen",
            "Dwellings",
            ("woningen", "aantal_woningen", "plancapaciteit"),
            least=0,
            most=1_000_000,
        ),
        ContextField(
            "demand_kw",
            "number",
            "Gevraagd vermogen (kW)",
            "Demand (kW)",
            ("vermogen_kw", "kw", "gevraagd_vermogen_kw"),
            least=0.0,
            scaled=(("vermogen_mw", 1000.0, 0.0), ("demand_mw", 1000.0, 0.0)),
        ),
        ContextField(
            "connected_from",
            "day",
            "Aansluiting nodig vanaf",
            "Connection needed from",
            ("aansluiting_vanaf", "aansluiting_nodig", "stroom_nodig_vanaf"),
        ),
        ContextField(
            "has_contact", "boolean", "Contact gelegd", "In contact", ("contact", "contact_gelegd")
        ),
        ContextField(
            "has_agreement",
            "boolean",
            "Overeenkomst gesloten",
            "Agreement made",
            ("overeenkomst", "akkoord", "agreement", "anterieure_overeenkomst"),
        ),
    ),
    note_nl="Woningbouwkaart of planmonitor van gemeente en provincie; de periode is die van de "
    "bouw (O15, B12, B25).",
    note_en="The housing plan monitor of municipality and province; the period is that of the "
    "building (O15, B12, B25).",
    has_period=True,
    name_field="developer",
)
