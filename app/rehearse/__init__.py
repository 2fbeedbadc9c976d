"""The rehearsal: a definition played through its calendar on a pretend body, before it is used.

The desk, the letters and the rules are the real ones; the practices, the clock and the post are
not. Everything lies in a folder that is thrown away, and no letter leaves the machine.
"""
