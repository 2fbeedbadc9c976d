"""Mail that comes in: what it is, and what it says. Bytes in, values out; nothing here writes."""
