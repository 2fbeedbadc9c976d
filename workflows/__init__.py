"""The definitions that governance staff edit, and the desk that runs a decision through them."""
