"""What of filtering, sorting and schemas is implemented and tested."""

_PART_3 = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf"
_CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf"
_PART_5 = "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf"
_PART_6 = "http://www.opengis.net/spec/ogcapi-features-6/1.0/conf"
_PART_8 = "http://www.opengis.net/spec/ogcapi-features-8/1.0/conf"

CLASSES = (
    f"{_PART_3}/queryables",
    f"{_PART_3}/queryables-query-parameters",
    f"{_PART_3}/filter",
    f"{_PART_3}/features-filter",
    f"{_CQL2}/cql2-text",
    f"{_CQL2}/cql2-json",
    f"{_CQL2}/basic-cql2",
    f"{_CQL2}/advanced-comparison-operators",
    f"{_CQL2}/case-insensitive-comparison",
    f"{_CQL2}/accent-insensitive-comparison",
    f"{_CQL2}/basic-spatial-functions",
    f"{_CQL2}/basic-spatial-operators",  # its name in drafts, which QGIS before 3.44 looks for
    f"{_CQL2}/spatial-functions",
    f"{_CQL2}/temporal-functions",
    f"{_CQL2}/array-functions",
    f"{_CQL2}/property-property",
    f"{_PART_5}/schemas",
    "http://www.opengis.net/spec/ogcapi-common-3/1.0/conf/schemas",  # the name it got later
    f"{_PART_6}/properties",
    f"{_PART_6}/properties-features",
    f"{_PART_8}/sorting",
    f"{_PART_8}/features-sorting",
)
