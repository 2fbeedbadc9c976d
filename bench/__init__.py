"""Benchmarks: each table puts the product beside the bare limit of the same run, as a ratio."""
