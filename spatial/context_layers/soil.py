"""What digging may come upon: pollution, explosives, archaeology, nature."""

from spatial.context import ContextField, ContextLayer

LAYER = ContextLayer(
    id="soil",
    nl="Bodem, explosieven, archeologie en natuur",
    en="Soil, unexploded ordnance, archaeology and ecology",
    shape="polygon",
    fields=(
        ContextField(
            "theme",
            "text",
            "Thema",
            "Theme",
            ("thema", "soort", "kind", "type"),
            required=True,
            words=(
                "polluted_soil",
                "protected_soil",
                "unexploded_ordnance",
                "archaeology",
                "ecology",
            ),
            spellings=(
                ("bodem", "polluted_soil"),
                ("soil", "polluted_soil"),
                ("bodemverontreiniging", "polluted_soil"),
                ("verontreiniging", "polluted_soil"),
                ("grondwaterbescherming", "protected_soil"),
                ("bodembescherming", "protected_soil"),
                ("explosieven", "unexploded_ordnance"),
                ("ontplofbare oorlogsresten", "unexploded_ordnance"),
                ("oo", "unexploded_ordnance"),
                ("nge", "unexploded_ordnance"),
                ("uxo", "unexploded_ordnance"),
                ("archeologie", "archaeology"),
                ("natuur", "ecology"),
                ("flora en fauna", "ecology"),
                ("ecologie", "ecology"),
            ),
        ),
        ContextField(
            "is_surveyed",
            "boolean",
            "Onderzocht",
            "Surveyed",
            ("onderzocht", "onderzoek", "surveyed", "onderzoek_gedaan"),
        ),
        ContextField(
            "surveyed_on",
            "day",
            "Onderzocht op",
            "Surveyed on",
            ("datum_onderzoek", "onderzoeksdatum"),
        ),
        ContextField(
            "from_depth_m",
            "number",
            "Vanaf diepte (m)",
            "From depth (m)",
            ("vanaf_diepte", "vrijstelling_diepte", "diepte_vanaf"),
            least=0.0,
            most=50.0,
        ),
    ),
    note_nl="Bodemloket, de bommenkaart (ontplofbare oorlogsresten), archeologische "
    "verwachtingskaart en NDFF van gemeente of provincie; zonder onderzoek volgt een "
    "melding (B26).",
    note_en="The soil register, the map of unexploded ordnance, the archaeological map and nature "
    "data of municipality or province; without a survey there is a finding (B26).",
    name_field="theme",
)
