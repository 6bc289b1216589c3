"""A process that writes to an index until it is killed: `python -m tests.search.saving FOLDER`."""

import sys
from itertools import count
from pathlib import Path

from app.search.whoosh_index import WhooshIndex
from tests.search.stories import ALL, story


def main() -> None:
    """Put, remove, rewrite and rebuild in turn."""
    index = WhooshIndex(Path(sys.argv[1]))
    print("ready", flush=True)
    for number in count():
        index.put([story(f"s-{number % 5}", f"lighthouse {number}")])
        index.remove([f"s-{(number + 2) % 5}"])
        index.optimise()
        if number % 6 == 5:
            index.rebuild(ALL)


if __name__ == "__main__":
    main()
