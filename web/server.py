"""How the site is served: uvicorn, told to keep quiet about addresses and to believe nobody."""

import uvicorn
from fastapi import FastAPI


def server_config(site: FastAPI, host: str, port: int) -> uvicorn.Config:
    """Settings for `uvicorn.Server`. Its own access log would write links, so it is off."""
    return uvicorn.Config(
        site,
        host=host,
        port=port,
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        ws="none",
        lifespan="off",
    )
