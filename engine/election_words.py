"""The outcome of an election in words: each percentage with its base."""

from collections.abc import Iterable, Iterator

from engine.election import Election, Standing
from engine.naming import sentence
from engine.shares import Test, counted, listed
from engine.tally_words import quorum_words


def election_sentences(election: Election) -> tuple[str, ...]:
    """Who stood, how many voted for each, and who is elected."""
    if election.unopposed:
        return (_unopposed(election),)
    said = [quorum_words(election.rule, election.held), _on_votes(election)]
    return (*said, *_on_seats(election))


def _unopposed(election: Election) -> str:
    seats = counted(election.seats, "seats")
    if not election.candidates:
        return f"Nobody stood for {seats}: nobody is elected."
    are = "is" if len(election.candidates) == 1 else "are"
    stood = counted(len(election.candidates), "candidates")
    return f"{stood} stood for {seats}: {_names(election.candidates)} {are} elected unopposed."


def _on_votes(election: Election) -> str:
    cast = election.held.votes.cast
    weighted = election.rule.weight is not None
    abstained = counted(election.held.practices.abstain, "practices")
    if cast == 0:
        return f"No vote was cast for a candidate; {abstained} abstained."
    shares = (_share(s, Test(s.votes, cast, "votes cast", 0, strict=False), weighted=weighted)
              for s in election.candidates)  # fmt: skip
    return f"Of the {counted(cast, 'votes cast')} {listed(tuple(shares))}; {abstained} abstained."


def _share(standing: Standing, test: Test, *, weighted: bool) -> str:
    by = f" from {counted(standing.practices, 'practices')}" if weighted else ""
    return f"{standing.name} has {standing.votes:,} ({test.shown}){by}"


def _on_seats(election: Election) -> Iterator[str]:
    if not election.quorate:
        yield "Without a quorum nobody is elected."
        return
    if election.elected:
        yield f"Elected to {counted(election.seats, 'seats')}: {_names(election.elected)}."
    elif not election.tied:
        yield "Nobody is elected."
    if election.tied:
        tied, seats = _names(election.tied_for_last), counted(election.open_seats, "seats")
        yield f"{sentence(tied)} are tied for {seats}, which this vote does not fill."
    elif election.open_seats and election.elected:
        yield f"Nobody else had a vote: {counted(election.open_seats, 'seats')} not filled."


def _names(standings: Iterable[Standing]) -> str:
    return listed(tuple(standing.name for standing in standings))
