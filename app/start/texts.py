"""The words of the start page. Names with ``page_`` are for the page, the others for its map."""

from __future__ import annotations

from app.kit.media import Language

_TEXTS: dict[str, tuple[str, str]] = {
    "opportunities": ("Kans", "Opportunity"),
    "bottlenecks": ("Knelpunt", "Bottleneck"),
    "works": ("Werk", "Work"),
    "constraints": ("Beperking", "Constraint"),
    "score": ("Score", "Score"),
    "from": ("Van", "From"),
    "to": ("tot en met", "to"),
    "noDate": ("Geen datum bekend", "No date known"),
    "parties": ("Partijen", "Parties"),
    "others": (
        "En nog {n} op deze plek: zoom in.",
        "And {n} more at this place: zoom in.",
    ),
    "open": ("Alle gegevens", "All details"),
    "failed": (
        "Niet alle lagen konden worden opgehaald. Verschuif de kaart om het opnieuw te proberen.",
        "Some layers could not be fetched. Move the map to try again.",
    ),
    "page_title": ("Kansenkaart", "Kansenkaart"),
    "page_subtitle": (
        "Kansen en knelpunten in de fysieke leefomgeving",
        "Opportunities and bottlenecks in the physical living environment",
    ),
    "page_intro": (
        (
            "Geplande werken van gemeenten, netbeheerders, waterschappen en corporaties op één "
            "kaart, met de plekken waar ze elkaar kunnen helpen of in de weg zitten."
        ),
        (
            "Planned works of municipalities, network operators, water boards and housing "
            "corporations on one map, with the places where they can help or hinder each other."
        ),
    ),
    "page_legend": ("Op de kaart", "On the map"),
    "page_opportunities": ("Kansen", "Opportunities"),
    "page_bottlenecks": ("Knelpunten", "Bottlenecks"),
    "page_works": ("Werken", "Works"),
    "page_constraints": ("Beperkingen", "Constraints"),
    "page_areas": ("Gebieden", "Areas"),
    "page_size": (
        "Hoe groter het teken, hoe hoger de score. Van veraf staat er het aantal per gebied in.",
        "The larger the sign, the higher the score. From afar it holds the number per area.",
    ),
    "page_public": (
        (
            "U ziet wat openbaar is. Met de sleutel van een organisatie ziet u via QGIS en de API "
            "ook wat partners delen."
        ),
        (
            "You see what is public. With the key of an organisation, QGIS and the API also show "
            "what partners share."
        ),
    ),
    "page_qgis": ("In QGIS", "In QGIS"),
    "page_qgis_1": (
        "Kies Laag → Laag toevoegen → WFS / OGC API - Features-laag toevoegen.",
        "Choose Layer → Add Layer → Add WFS / OGC API - Features Layer.",
    ),
    "page_qgis_2": (
        "Maak een nieuwe verbinding met dit adres:",
        "Make a new connection with this address:",
    ),
    "page_qgis_3": (
        "Verbind en kies de lagen. Een sleutel vult u in bij Authenticatie → Basis.",
        "Connect and pick the layers. A key goes under Authentication → Basic.",
    ),
    "page_links": ("Verder", "More"),
    "page_link_ogc": ("Alle kaartlagen", "All layers"),
    "page_link_docs": ("API en plannen uploaden", "API and uploading plans"),
    "page_link_rules": ("Regels achter kansen en knelpunten", "Rules behind the findings"),
    "page_link_geojson": ("Lagen als GeoJSON", "Layers as GeoJSON"),
    "page_empty_title": ("Nog geen werken te zien", "No works to see yet"),
    "page_empty": (
        "Lever een bestand met geplande werken aan; kansen en knelpunten volgen vanzelf:",
        "Deliver a file of planned works; opportunities and bottlenecks follow by themselves:",
    ),
    "page_empty_more": (
        (
            "Of laad de voorbeeldgegevens met ./run demo. Staan er al werken in die u hier niet "
            "ziet, dan zijn ze niet openbaar."
        ),
        (
            "Or load the sample data with ./run demo. Works that were loaded but are not seen here "
            "are not public."
        ),
    ),
    "page_not_built": (
        (
            "De kaart is nog niet gebouwd. Dat doet ./run setup; daarna deze bladzijde verversen. "
            "QGIS en de API werken ook zonder."
        ),
        (
            "The map has not been built yet. ./run setup does so; then reload this page. QGIS and "
            "the API work without it."
        ),
    ),
    "page_no_script": (
        "De kaart heeft JavaScript nodig. De lagen zijn ook als lijst te lezen.",
        "The map needs JavaScript. The layers can also be read as lists.",
    ),
    "page_other": ("English", "Nederlands"),
    "page_map": (
        "Kaart van kansen, knelpunten en werken",
        "Map of opportunities, bottlenecks and works",
    ),
}


def page_texts(language: Language) -> dict[str, str]:
    """All texts in one language.

    >>> page_texts("en")["works"]
    'Work'
    """
    position = 0 if language == "nl" else 1
    return {name: pair[position] for name, pair in _TEXTS.items()}
