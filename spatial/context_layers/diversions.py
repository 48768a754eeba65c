"""Diversion routes, and the works whose traffic they carry."""

from spatial.context import ContextField, ContextLayer

LAYER = ContextLayer(
    id="diversions",
    nl="Omleidingen",
    en="Diversions",
    shape="any",
    fields=(
        ContextField(
            "project_reference",
            "text",
            "Projectreferentie",
            "Project reference",
            ("project", "referentie", "reference", "of_project"),
        ),
        ContextField("project_key", "integer", "Project", "Project", computed=True),
        ContextField(
            "state",
            "text",
            "Stand",
            "State",
            ("status", "stand"),
            words=("proposed", "requested", "granted"),
            spellings=(
                ("voorstel", "proposed"),
                ("in aanvraag", "requested"),
                ("vergund", "granted"),
            ),
            default="proposed",
        ),
        ContextField(
            "mode",
            "text",
            "Verkeer",
            "Traffic",
            ("verkeer", "vervoerwijze", "traffic"),
            words=("all", "motor", "bicycle", "pedestrian", "transit"),
            spellings=(
                ("alle", "all"),
                ("auto", "motor"),
                ("gemotoriseerd", "motor"),
                ("fiets", "bicycle"),
                ("voetganger", "pedestrian"),
                ("ov", "transit"),
                ("bus", "transit"),
            ),
            default="all",
        ),
    ),
    note_nl="Komen mee met de werken (DATEX II, GIPOD) of uit verkeersplannen; beslist of werk op "
    "een omleiding ligt (B05).",
    note_en="Come with the works (DATEX II, GIPOD) or from traffic plans; decides whether work "
    "lies on a diversion (B05).",
    has_period=True,
)
