"""One module per command of `envelope`; each has `add_parser(subparsers)` and does its own work.

A module imports nothing heavy at its top: `envelope rules` has to start without web and database.
"""
