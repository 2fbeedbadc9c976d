"""What is kept: tables, the one writer, reads, keys, and the reading of official files."""
