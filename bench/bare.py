"""The bare limit of a vote: FastAPI, a form, one synced SQLite transaction, a redirect."""

import sqlite3
import sys
from threading import Lock

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool


def bare_site(file: str) -> FastAPI:
    """One table, one writer behind a lock, WAL with synchronous FULL."""
    store = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    store.execute("PRAGMA journal_mode=WAL")
    store.execute("PRAGMA synchronous=FULL")
    store.execute("CREATE TABLE IF NOT EXISTS vote (token TEXT, choice TEXT, name TEXT)")
    lock = Lock()
    site = FastAPI(openapi_url=None)

    def keep(token: str, choice: str, name: str) -> None:
        with lock:
            store.execute("BEGIN IMMEDIATE")
            store.execute("INSERT INTO vote VALUES (?, ?, ?)", (token, choice, name))
            store.execute("COMMIT")

    @site.post("/respond/{token}")
    async def respond(token: str, request: Request) -> RedirectResponse:
        form = await request.form()
        await run_in_threadpool(keep, token, str(form["choice"]), str(form["name"]))
        return RedirectResponse(f"/respond/{token}/receipt", 303)

    @site.get("/respond/{token}")
    def page(token: str) -> PlainTextResponse:
        with lock:
            store.execute("SELECT count(*) FROM vote WHERE token = ?", (token,)).fetchone()
        return PlainTextResponse("x" * 8000)

    return site


if __name__ == "__main__":
    uvicorn.run(bare_site(sys.argv[1]), port=int(sys.argv[2]), access_log=False, log_level="error")
