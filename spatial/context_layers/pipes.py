"""Cables and pipes that lie there already."""

from spatial.context import ContextField, ContextLayer

MATERIALS = (
    "grey_cast_iron",
    "ductile_iron",
    "asbestos_cement",
    "brittle_pvc",
    "pvc",
    "pe",
    "steel",
    "concrete",
    "copper",
    "other",
    "unknown",
)
BRITTLE = ("grey_cast_iron", "asbestos_cement", "brittle_pvc")
"""What breaks when somebody digs beside it."""

LAYER = ContextLayer(
    id="pipes",
    nl="Bestaande kabels en leidingen",
    en="Existing cables and pipes",
    shape="line",
    fields=(
        ContextField(
            "facility",
            "text",
            "Voorziening",
            "Facility",
            ("voorziening", "thema", "discipline", "utilitytype"),
            required=True,
            words=("sewer", "water", "electricity", "gas", "heat", "telecom"),
            spellings=(
                ("riool", "sewer"),
                ("riolering", "sewer"),
                ("drinkwater", "water"),
                ("waterleiding", "water"),
                ("elektriciteit", "electricity"),
                ("laagspanning", "electricity"),
                ("middenspanning", "electricity"),
                ("warmte", "heat"),
                ("stadsverwarming", "heat"),
                ("telecommunicatie", "telecom"),
                ("datatransport", "telecom"),
                ("glasvezel", "telecom"),
            ),
        ),
        ContextField(
            "material",
            "text",
            "Materiaal",
            "Material",
            ("materiaal", "buismateriaal", "pipematerial"),
            words=MATERIALS,
            spellings=(
                ("grijs gietijzer", "grey_cast_iron"),
                ("gietijzer", "grey_cast_iron"),
                ("ggy", "grey_cast_iron"),
                ("nodulair gietijzer", "ductile_iron"),
                ("ngij", "ductile_iron"),
                ("ac", "asbestos_cement"),
                ("asbestcement", "asbestos_cement"),
                ("asbest cement", "asbestos_cement"),
                ("brosse pvc", "brittle_pvc"),
                ("hard pvc", "brittle_pvc"),
                ("slagvast pvc", "pvc"),
                ("hpe", "pe"),
                ("polyetheen", "pe"),
                ("hdpe", "pe"),
                ("staal", "steel"),
                ("st", "steel"),
                ("beton", "concrete"),
                ("koper", "copper"),
                ("overig", "other"),
                ("onbekend", "unknown"),
            ),
            default="unknown",
        ),
        ContextField(
            "depth_m",
            "number",
            "Gronddekking (m)",
            "Cover (m)",
            ("diepte", "diepte_m", "gronddekking", "dekking", "depth"),
            least=0.0,
            most=50.0,
            scaled=(
                ("diepte_cm", 0.01, 0.0),
                ("depth_cm", 0.01, 0.0),
                ("gronddekking_cm", 0.01, 0.0),
            ),
        ),
        ContextField(
            "diameter_mm",
            "number",
            "Diameter (mm)",
            "Diameter (mm)",
            ("diameter", "buisdiameter", "pipediameter"),
            least=1.0,
            most=6000.0,
        ),
        ContextField(
            "laid_year",
            "integer",
            "Jaar van aanleg",
            "Year laid",
            ("aanlegjaar", "jaar_aanleg", "jaar", "bouwjaar"),
            least=1800,
            most=2200,
        ),
        ContextField(
            "is_high_risk",
            "boolean",
            "Eis voorzorgsmaatregel",
            "High risk",
            ("gevaarlijk", "high_risk", "eisvoorzorgsmaatregel", "hoge_druk"),
        ),
        ContextField(
            "owner", "text", "Beheerder", "Owner", ("beheerder", "netbeheerder", "eigenaar")
        ),
    ),
    note_nl="Eigen beheerdata van netbeheerders, of KLIC/IMKL voor zover die gebruikt mogen "
    "worden; bepaalt ruimte, brosse leidingen en warmte bij drinkwater (B13, B14, B15).",
    note_en="Operators' own records, or KLIC/IMKL as far as use is allowed; decides space, brittle "
    "pipes and heat beside drinking water (B13, B14, B15).",
)
