"""The least that FastAPI answers from a plain function: what every ratio is measured against."""

import argparse
import socket

import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse

app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)


@app.get("/")
def trivial() -> HTMLResponse:
    return HTMLResponse("<!doctype html><title>Trivial</title><p>Nothing is asked or shown.</p>")


def serve() -> None:
    """Serve as `envelope web` does: the same loop, the same parser, an inherited socket."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--fd", type=int, required=True)
    handle = parser.parse_args().fd
    config = uvicorn.Config(
        app, loop="uvloop", http="httptools", ws="none", access_log=False, log_level="warning"
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=handle)])


if __name__ == "__main__":
    serve()
