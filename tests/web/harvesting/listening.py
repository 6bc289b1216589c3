"""An archive behind a real port, for harvesters that know nothing of this one."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from tests.web.asking import Web

PATIENCE_SECONDS = 60


@contextmanager
def listening(web: Web) -> Iterator[str]:
    """The address under which the archive answers; its keeper has read the folders already."""
    config = uvicorn.Config(web.app, log_config=None, ws="none", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        patience = time.monotonic() + PATIENCE_SECONDS
        while not server.started:
            assert time.monotonic() < patience, "the server did not start"
            time.sleep(0.02)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(PATIENCE_SECONDS)
