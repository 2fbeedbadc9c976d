"""The documents, and what writes the parts of them that must agree with the code."""
