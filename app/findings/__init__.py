"""Findings, their history, and the detection that keeps them true."""
