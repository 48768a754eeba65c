"""Works made, replaced, changed and withdrawn as features of the OGC API (Part 4)."""
