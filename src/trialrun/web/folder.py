"""Show the pages of one folder on this machine, until stopped."""

from __future__ import annotations

import functools
from collections.abc import Callable
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Quiet(SimpleHTTPRequestHandler):
    """Files of one folder, without a line for each request."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def serve_folder(folder: Path, say: Callable[[str], None], port: int = 0) -> None:
    """Serve a folder's files on the loopback address until Ctrl-C. Raises OSError when the port is taken."""
    with ThreadingHTTPServer(("127.0.0.1", port), functools.partial(Quiet, directory=str(folder))) as server:
        say(f"pages: http://127.0.0.1:{server.server_port}/report.html and /play.html (Ctrl-C ends)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            say("")
