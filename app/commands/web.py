"""`envelope web`: one process that serves pages, for `envelope serve`, which starts it.

It gets a listening socket from its parent, so that several share one port and the
port was proven free before anything else began.
"""

import argparse
import gc


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("web", description="Serve pages on an inherited socket.")
    parser.add_argument("--fd", type=int, required=True, help="number of the listening socket")
    parser.add_argument("--lifeline", type=int, help=argparse.SUPPRESS)
    parser.set_defaults(run=lambda args: run(args.fd, args.lifeline))


# The interpreter would look through its youngest objects at every 700; a page makes ten thousand.
YOUNG = 50_000


def run(handle: int, lifeline: int | None) -> int:
    import socket  # noqa: PLC0415 - slow import

    import uvicorn  # noqa: PLC0415 - slow import

    from app.commands.processes import end_with_parent  # noqa: PLC0415 - slow import
    from app.settings import settings  # noqa: PLC0415 - slow import

    end_with_parent(lifeline)
    chosen = settings()
    config = uvicorn.Config(
        "app.web.app:create_app",
        factory=True,
        loop="uvloop",
        http="httptools",
        ws="none",
        # Addresses in X-Forwarded-For are believed from these proxies only.
        proxy_headers=bool(chosen.trusted_proxies),
        forwarded_allow_ips=list(chosen.trusted_proxies),
        access_log=False,
        server_header=False,
        # The application says how lines look: a server's own traceback would quote rows.
        log_config=None,
        log_level="warning",
        timeout_graceful_shutdown=10,
    )
    config.load()
    # What is there before the first request stays until the end: nobody need look through it again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 100)
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=handle)])
    return 0
