"""Vector tiles of every layer: OGC API Tiles, TileJSON, and the style that draws them."""
