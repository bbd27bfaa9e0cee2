"""`python -m app` is the same as the command `envelope`."""

import sys

from app.cli import main as run


def main() -> None:
    """Exit with the code of the command."""
    sys.exit(run())


if __name__ == "__main__":
    main()
