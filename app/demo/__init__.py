"""The demo: the main job on real practices, eight weeks of it in about a minute.

Nothing here is pretended to the program: the store, the desk, the site and the post are those that
`quorate serve` runs. Only the clock, the mail relay and the people are the demo's own.
"""
