"""Checking a trail without this program: neither file imports anything of ours.

`verify.py` is one file for all that decides an outcome; `further.py` lies beside it, for the rest.
"""
