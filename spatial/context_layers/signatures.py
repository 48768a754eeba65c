"""Who signs for each organisation, and on which mandate."""

from spatial.context import ContextField, ContextLayer

LAYER = ContextLayer(
    id="signatures",
    nl="Ondertekenaars en mandaten",
    en="Signatories and mandates",
    shape="none",
    fields=(
        ContextField(
            "organisation",
            "text",
            "Organisatie",
            "Organisation",
            ("organisatie", "partij"),
            required=True,
        ),
        ContextField("organisation_key", "integer", "Organisatie", "Organisation", computed=True),
        ContextField(
            "signer",
            "text",
            "Ondertekenaar",
            "Signatory",
            ("ondertekenaar", "functie", "vertegenwoordiger"),
        ),
        ContextField(
            "mandate",
            "text",
            "Mandaat (besluit en nummer)",
            "Mandate (decision and number)",
            ("mandaat", "besluit", "mandaatbesluit"),
        ),
    ),
    note_nl="Uit de overeenkomst: bij elke handtekening het besluit waarop de ondertekenaar "
    "bevoegd is; zonder besluit ontbreekt het mandaat (B23).",
    note_en="From the agreement: with each signature the decision on which the signatory acts; "
    "without a decision the mandate is missing (B23).",
    name_field="signer",
)
