"""Votes by link over HTTP, each acknowledged after a synced commit, beside the bare limit."""

from datetime import timedelta

from bench.load import Load, get, measure, post
from bench.stage import Stage, free_port, process, stage

VOTES = 3_000
WARM = 300
CLIENTS = (1, 8, 32)


def run() -> None:
    """Print votes and pages a second, and their times, of the product and of the bare limit."""
    port, bare_port = free_port(), free_port()
    with stage(69, port=port) as here:
        reference = here.open_vote()
        _to_the_vote(here)
        tokens = list(here.tokens(reference).values())
        web = ("-m", "app.cli", "web", "--config", str(here.config))
        bare = ("-m", "bench.bare", str(here.folder / "bare.db"), str(bare_port))
        print("| what | clients | a second | p50 ms | p99 ms | of the bare limit |")
        print("|---|---:|---:|---:|---:|---:|")
        with process(port, *web), process(bare_port, *bare):
            for clients in CLIENTS:
                limit = _votes(bare_port, tokens, clients)
                _row("vote", clients, _votes(port, tokens, clients), limit)
            for clients in CLIENTS:
                limit = _pages(bare_port, tokens, clients)
                _row("page", clients, _pages(port, tokens, clients), limit)
    print()


def _to_the_vote(here: Stage) -> None:
    """Let the consultation end; the vote that follows is still open now."""
    here.clock.moment += timedelta(days=8)
    here.app.desk.sweep()


def _votes(port: int, tokens: list[str], clients: int) -> Load:
    """Every post changes the answer, so that every one is a commit."""
    choices = ("for", "against")
    requests = [
        post(
            f"/respond/{tokens[n % len(tokens)]}",
            f"choice={choices[n // len(tokens) % 2]}&name=Anna+Lee",
        )
        for n in range(VOTES + WARM)
    ]
    measure(port, requests[:WARM], clients, b"HTTP/1.1 303")
    return measure(port, requests[WARM:], clients, b"HTTP/1.1 303")


def _pages(port: int, tokens: list[str], clients: int) -> Load:
    requests = [get(f"/respond/{tokens[n % len(tokens)]}") for n in range(VOTES)]
    return measure(port, requests, clients, b"HTTP/1.1 200")


def _row(name: str, clients: int, ours: Load, limit: Load) -> None:
    failed = f" ({ours.failed} failed)" if ours.failed else ""
    print(
        f"| {name}{failed} | {clients} | {ours.rate:.0f} | {ours.p50:.1f} | {ours.p99:.1f} "
        f"| {ours.rate / limit.rate:.2f} of {limit.rate:.0f} |"
    )
