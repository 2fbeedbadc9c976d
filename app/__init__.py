"""Wiring: configuration, the clock, the command line, the heartbeat. Nobody imports it."""
