"""Programs for the Python of QGIS lie beside their tests; ours cannot import them."""

collect_ignore_glob = ["qgis_*.py"]
