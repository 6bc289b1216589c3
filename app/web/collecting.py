"""How often Python looks for what can be thrown away."""

import gc
from functools import cache

OFTEN = (10_000, 20, 20)  # Python's own is (700, 10, 10), for programs with little that stays


@cache
def collect_seldom() -> None:
    """Once in a process that serves: what is loaded by now stays, and is looked through no more.

    A look through everything takes a tenth of a second with ten thousand stories, in the middle of
    somebody's request (benchmarks/tracing.py).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*OFTEN)
