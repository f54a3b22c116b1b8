"""Starts the embedded database with a log of bounded size.

usage: database.py LOG [option of secantusd-py ...]

At 5 MB the log begins anew; the two before it are kept as LOG.1 and LOG.2.
"""

import logging
import logging.handlers
import sys

from secantus.cli import main


def run(log: str, options: list[str]) -> int:
    handler = logging.handlers.RotatingFileHandler(log, maxBytes=5_000_000, backupCount=2)
    # Set up before the database does it, whose own set-up then changes nothing.
    logging.basicConfig(
        level=logging.INFO, handlers=[handler], format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    return main(options)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], sys.argv[2:]))
