"""OGC API pages, generic over the layers."""
