"""Hearing that the server is to stop before it waits for answers that never end: those would hold it up."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

STOPPING = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def heard_first(stop: Callable[[], None]) -> Iterator[None]:
    """Within it, `stop` is called in the loop's thread when the server is asked to stop, which then stops.

    Outside of the main thread, where nobody hears signals, it is called at the end.
    """
    heard = {one: signal.getsignal(one) for one in STOPPING} if _hears() else {}
    loop = asyncio.get_running_loop()

    def hear(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop)
        before: Any = heard[signal.Signals(number)]
        if callable(before):
            before(number, frame)

    for one, before in heard.items():
        if callable(before):
            signal.signal(one, hear)
    try:
        yield
    finally:
        stop()
        for one, before in heard.items():
            if signal.getsignal(one) is hear:
                signal.signal(one, before)


def _hears() -> bool:
    return threading.current_thread() is threading.main_thread()
