"""What a process needs to have loaded before others are forked from it.

A letter's first writing compiles its template, which takes longer than many a life here.
"""

from notifications.letters import render
from tests.notifications.samples import samples
from tests.promises import racers, victim

for letter, sample in samples().values():
    render(letter, sample)

__all__ = ["racers", "victim"]
