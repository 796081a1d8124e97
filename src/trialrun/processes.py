"""Work in several processes: parts done apart and handed back in their order; workers leave a stop to the parent, and end with it, however it ends."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from typing import TypeVar

Task = TypeVar("Task")
Done = TypeVar("Done")
AHEAD = 3  # parts a process that are asked for before the first is handed back


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def done_apart(work: Callable[[Task], Done], tasks: Iterable[Task], processes: int) -> Iterator[Done]:
    """What a function of a module makes of each task, in their order; by one process here, by more in as many of their own.

    Tasks are taken from `tasks` as they are needed. Processes are started afresh, not forked: a script that asks for more than one does so
    under `if __name__ == "__main__"`. Where the caller stops early, or a task raises, what was not begun is not done.
    """
    if processes < 2:
        yield from map(work, tasks)
        return
    with ProcessPoolExecutor(processes, get_context("spawn"), initializer=_end_with_parent) as pool:
        asked: list[Future[Done]] = []
        try:
            for task in tasks:
                asked.append(pool.submit(work, task))
                if len(asked) >= AHEAD * processes:
                    yield asked.pop(0).result()
            while asked:
                yield asked.pop(0).result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _end_with_parent() -> None:
    """In a worker: leave Ctrl-C to the parent, and end when the parent has ended, however it did."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
