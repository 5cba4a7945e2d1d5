"""Before the lesson: whether the phones of a room can reach the poll, and what to do where they cannot."""

from __future__ import annotations

import asyncio
import io
import socket
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from tornado.httpclient import AsyncHTTPClient

from .errors import LoyaltyError
from .messages import tell
from .poll import Poll
from .poll_server import Join, serve

if TYPE_CHECKING:
    from collections.abc import Callable

NOWHERE = ("192.0.2.1", 9)  # an address for documentation: nothing is sent, but the way there names our own address
OWN = ("127.0.0.1", "::1")
_WAIT_SECONDS = 60.0


def own_addresses() -> list[str]:
    """Return the addresses by which a room may reach this machine, the one of the way out first."""
    found: dict[str, None] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way_out:
        try:
            way_out.connect(NOWHERE)
            found[way_out.getsockname()[0]] = None
        except OSError:
            pass
    try:
        known = socket.gethostbyname_ex(socket.gethostname())[2]
    except OSError:
        known = []
    found |= dict.fromkeys(known)
    return [address for address in found if not address.startswith("127.")]


def check(
    host: str, port: int, lang: str = "en", *, wait: float = _WAIT_SECONDS, say: Callable[[str], object] = print
) -> bool:
    """Serve an empty room at an address until another device comes or the time is over; return whether one came.

    say  is given each line: what was tried, what to open on a phone, and what to do where none comes

    Raises `LoyaltyError` for an address that is not this machine's, and for a port that is taken.
    """
    known = own_addresses()
    if host not in (*known, *OWN):
        raise LoyaltyError(
            tell(
                lang,
                "{host} is not an address of this computer; it has: {known}. Give one with --poll-host.",
                host=host,
                known=", ".join(known) or tell(lang, "none, it is in no network"),
            )
        )
    say(tell(lang, "✓ {host} is an address of this computer.", host=host))
    try:
        came = asyncio.run(_wait_for_a_phone(host, port, lang, wait, say))
    except OSError as error:
        raise LoyaltyError(
            tell(
                lang,
                "port {port} cannot be used ({error}); give another one with --poll-port",
                port=port,
                error=error.strerror or error,
            )
        ) from error
    for line in _advice(lang, came=came):
        say(line)
    return came


async def _wait_for_a_phone(host: str, port: int, lang: str, wait: float, say: Callable[[str], object]) -> bool:
    came = asyncio.Event()
    server = serve(Poll(lang), host, port, _watched(host, came))
    try:
        address = f"http://{host}:{port}/"
        await AsyncHTTPClient().fetch(address, request_timeout=10)
        say(tell(lang, "✓ The poll answers at {address} on this computer.", address=address))
        if host in OWN:
            say(tell(lang, "✗ Only this computer can open that; for phones give --poll-host."))
            return False
        say(_code(address))
        say(
            tell(
                lang,
                "Now open {address} on a phone in the room's network. Waiting {seconds} seconds ...",
                address=address,
                seconds=round(wait),
            )
        )
        with suppress(TimeoutError):
            await asyncio.wait_for(came.wait(), wait)
        return came.is_set()
    finally:
        server.stop()
        await server.close_all_connections()


def _watched(host: str, came: asyncio.Event) -> type[Join]:
    class Watched(Join):
        """The join page, which notes that somebody came."""

        def prepare(self) -> None:
            """Note one that is not this computer."""
            if self.request.remote_ip not in (host, *OWN):
                came.set()

    return Watched


def _code(address: str) -> str:
    import segno

    out = io.StringIO()
    segno.make(address, micro=False).terminal(out=out, compact=True)
    return out.getvalue()


def _advice(lang: str, *, came: bool) -> list[str]:
    """Return what to do now."""
    if came:
        return [tell(lang, "✓ A phone was here: the room can vote.")]
    firewall = {
        "win32": tell(lang, "Windows: allow Python in private networks (Windows Defender Firewall)."),
        "darwin": tell(lang, "macOS: allow incoming connections for Python (System Settings, Network, Firewall)."),
    }
    elsewhere = tell(lang, "Linux: open the port in the firewall (ufw, firewalld).")
    return [
        tell(lang, "✗ No phone has come. What to try:"),
        tell(lang, "1. The phone must be in the same network as this computer, not in mobile data."),
        "2. " + firewall.get(sys.platform, elsewhere),
        tell(
            lang,
            "3. Many guest networks keep their devices apart; nothing here can change that. Open a hotspot on a phone "
            "or on this computer, and let computer and phones join it.",
        ),
        tell(lang, "4. Without a network: count raised hands and type the numbers in the presenter's view."),
    ]
