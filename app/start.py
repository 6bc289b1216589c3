"""Where the command `storyhold` begins."""

import gc


def main() -> None:
    """Load the command line, then run it.

    What is loaded stays until the end: looking through all of it for what can be thrown away, as Python does
    again and again meanwhile, makes every start a sixth longer (docs/performance.md).
    """
    gc.disable()
    from app.cli import main as run

    gc.freeze()
    gc.enable()
    run()
