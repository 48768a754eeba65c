"""The service: one folder per feature over the pure domain of ``spatial``."""
