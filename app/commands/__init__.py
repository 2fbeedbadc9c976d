"""The commands of `quorate`, a file for each group."""
