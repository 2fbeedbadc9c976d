"""Checking a trail without this program: `verify.py` is one file that imports nothing of ours."""
