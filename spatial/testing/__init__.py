"""Geometry asserts and hypothesis strategies for tests."""
