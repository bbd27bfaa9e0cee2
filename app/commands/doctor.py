"""`envelope doctor`: look at every part of an installation and say what to do."""

import argparse


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    text = "look at every part of this installation and say what to do"
    parser = subparsers.add_parser("doctor", help=text, description=f"{text.capitalize()}.")
    parser.set_defaults(run=lambda _: run())


def run() -> int:
    # Web, database and fonts are slow to import; `envelope rules` must not wait for them.
    from app.commands import checkup  # noqa: PLC0415 - slow import, see above
    from app.commands.migrate import say  # noqa: PLC0415 - slow import, see above

    findings = list(checkup.findings())
    for finding in findings:
        say(f"{'ok  ' if finding.is_good else 'BAD '} {finding.sentence}")
    return 0 if all(finding.is_good for finding in findings) else 1
