"""Where submissions are worked on: this process, processes beside it, or a Dask cluster; and what is under way there.

Workers get a `Job` and return a `Done`; they share nothing and hold no database.
"""

from __future__ import annotations

import contextlib
import os
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from loyaltylib.errors import ClassError

from . import job
from .messages import N_, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .job import Done, Job

TRIES = 2  # of a submission whose worker was lost

Asked = TypeVar("Asked")


class Here(Executor):
    """An executor that works in this very process, when it is asked."""

    def submit(self, call: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        """Return a future that is done already."""
        future: Future[Any] = Future()
        try:
            future.set_result(call(*arguments, **named))
        except Exception as error:  # noqa: BLE001  # as every executor hands errors on
            future.set_exception(error)
        return future


def local(workers: int) -> Executor:
    """Return an executor of so many worker processes; one works in this very process."""
    if workers <= 1:
        return Here()
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_begin_worker)


@contextlib.contextmanager
def cluster(address: str | None, lang: str = "en") -> Iterator[Executor | None]:
    """Yield an executor on the Dask cluster at an address; None without one. Raises `ClassError` where none answers."""
    if not address:
        yield None
        return
    try:
        from dask.distributed import Client
    except ImportError:
        message = N_("--scheduler needs Dask; install it with: pip install 'loyalty-autograders[cluster]'")
        raise ClassError(tell(lang, message)) from None
    try:
        client = Client(address, timeout="20s", set_as_default=False)
    except (OSError, ValueError) as error:
        message = N_("no Dask scheduler answers at {address} ({error}); start one, or leave --scheduler out")
        raise ClassError(tell(lang, message, address=address, error=error)) from None
    with client:
        yield client.get_executor(pure=False, retries=TRIES)


def _begin_worker() -> None:
    """Leave Ctrl-C to the process that writes, and end with it, however it ends: a pool's own workers would wait."""
    import signal
    import threading
    from multiprocessing import connection, parent_process

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()

    def watch() -> None:
        if parent is not None:
            connection.wait([parent.sentinel])
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


class Workers(Generic[Asked]):
    """An executor with what is under way in it; a pool that breaks is replaced and its submissions are tried again."""

    def __init__(self, pool: Executor, *, replaceable: bool) -> None:
        self._pool, self._replaceable = pool, replaceable
        self._size = getattr(pool, "_max_workers", None) or 8
        self._running: dict[Future[Done], tuple[Asked, Callable[[], Job], int]] = {}

    @property
    def full(self) -> bool:
        """Whether there is enough under way."""
        return len(self._running) >= 2 * self._size or isinstance(self._pool, Here)

    @property
    def busy(self) -> bool:
        """Whether anything is under way."""
        return bool(self._running)

    def start(self, asked: Asked, make: Callable[[], Job], tries: int = 1) -> None:
        """Hand a submission to the executor."""
        try:
            future = self._pool.submit(job.do, make())
        except BrokenExecutor:
            self._renew()
            future = self._pool.submit(job.do, make())
        self._running[future] = (asked, make, tries)

    def done(self) -> Iterator[tuple[Asked, Done | Exception]]:
        """Yield what is done, at least one unless workers were lost."""
        finished, _ = wait(self._running, return_when=FIRST_COMPLETED)
        for future in finished:
            asked, make, tries = self._running.pop(future)
            error = future.exception()
            if isinstance(error, BrokenExecutor) and self._replaceable and tries < TRIES:
                self.start(asked, make, tries + 1)
            elif isinstance(error, Exception):
                yield asked, error
            elif error is not None:
                raise error
            else:
                yield asked, future.result()

    def _renew(self) -> None:
        if not self._replaceable:
            raise BrokenExecutor("the executor is broken")
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = local(self._size)

    def stop(self) -> None:
        """End what is under way."""
        for future in self._running:
            future.cancel()
        if self._replaceable:
            self._pool.shutdown(wait=False, cancel_futures=True)
