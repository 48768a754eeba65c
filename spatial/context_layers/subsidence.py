"""How fast the ground sinks."""

from spatial.context import ContextField, ContextLayer

LAYER = ContextLayer(
    id="subsidence",
    nl="Bodemdaling",
    en="Subsidence",
    shape="polygon",
    fields=(
        ContextField(
            "subsidence_mm_per_year",
            "number",
            "Bodemdaling (mm per jaar)",
            "Subsidence (mm per year)",
            (
                "bodemdaling",
                "bodemdaling_mm_jr",
                "bodemdaling_mm_per_jaar",
                "zetting_mm_jr",
                "mm_jr",
                "mm_per_year",
            ),
            required=True,
            least=-50.0,
            most=200.0,
            scaled=(("bodemdaling_cm_jr", 10.0, 0.0), ("velocity_mm_yr", -1.0, 0.0)),
        ),
        ContextField(
            "raising_cycle_years",
            "number",
            "Ophoogcyclus (jaar)",
            "Raising cycle (years)",
            ("ophoogcyclus", "ophoogcyclus_jaar"),
            least=1.0,
            most=100.0,
        ),
    ),
    note_nl="Bodemdalingskaart (bodemdalingskaart.nl) of zettingsmetingen van de gemeente; dalen "
    "is positief (B20).",
    note_en="The national subsidence map or the municipality's measurements; sinking is positive "
    "(B20).",
)
