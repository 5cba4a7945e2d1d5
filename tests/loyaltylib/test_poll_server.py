"""The poll's server as a process of its own: a room of a hundred, and clients that are no good."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPRequest

from loyaltylib.simulators import stems
from loyaltylib.simulators.stories import stories

ROOM = 100
STEM = stems()[0]
STORY = stories(STEM, "en")[1]
WORD = re.compile(r'name="number" value="(\d+)"')


class Server:
    """The process, the trainer's end of it, and a browser's view of its pages."""

    def __init__(self, lang="en"):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = [sys.executable, "-m", "loyaltylib.poll_server", "--port", str(self.port), "--lang", lang]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert json.loads(self.process.stdout.readline()) == {"ready": True, "port": self.port}

    def order(self, do, **more):
        self.process.stdin.write(json.dumps({"do": do, **more}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def address(self, path="/"):
        return f"http://127.0.0.1:{self.port}{path}"

    def end(self):
        self.process.stdin.close()
        assert self.process.wait(10) == 0
        self.process.stdout.close()


@pytest.fixture
def server():
    started = Server()
    yield started
    started.end()


class Phone:
    """A browser with a cookie and no script."""

    def __init__(self, server, client):
        self.server, self.client, self.cookie = server, client, ""

    async def ask(self, path="/", body=None, **more):
        headers = {"Cookie": self.cookie} if self.cookie else {}
        request = HTTPRequest(
            self.server.address(path),
            method="GET" if body is None else "POST",
            body=body,
            headers=headers,
            follow_redirects=False,
            request_timeout=60,
            **more,
        )
        answer = await self.client.fetch(request, raise_error=False)
        if "Set-Cookie" in answer.headers:
            self.cookie = answer.headers["Set-Cookie"].partition(";")[0]
        return answer

    async def vote(self, option):
        page = (await self.ask()).body.decode()
        return await self.ask("/vote", f"number={WORD.search(page)[1]}&option={option}")


def in_a_room(server, what):
    """Run what a room does, with enough connections for all at once."""

    async def run():
        client = AsyncHTTPClient(force_instance=True, max_clients=2 * ROOM)
        try:
            return await what(lambda: Phone(server, client))
        finally:
            client.close()

    with ThreadPoolExecutor(1) as thread:  # a browser of another test may have left a loop in this one
        return thread.submit(asyncio.run, run()).result()


async def all_vote(phone, options):
    phones = [phone() for _ in options]
    answers = await asyncio.gather(*(each.vote(option) for each, option in zip(phones, options, strict=True)))
    return phones, [answer.code for answer in answers]


def test_a_room_of_a_hundred_votes_at_once_and_every_vote_is_counted_once(server):
    server.order("ask", stem=STEM, story=STORY.name)
    options = [str(1 + number % len(STORY.guesses)) for number in range(ROOM)]

    async def room(phone):
        phones, codes = await all_vote(phone, options)
        assert codes == [303] * ROOM
        page = (await phones[0].ask()).body.decode()
        assert "You have voted" in page
        assert '<meta http-equiv="refresh"' in page
        again = await asyncio.gather(*(each.ask("/vote", "number=1&option=2") for each in phones))  # pressed twice
        assert [answer.code for answer in again] == [303] * ROOM
        return phones

    in_a_room(server, room)
    seen = server.order("state")
    assert seen["votes"] == seen["devices"] == ROOM
    assert seen["counts"] == [{str(n): ROOM if n == 2 else 0 for n in range(1, len(STORY.guesses) + 1)}]


def test_the_pages_say_only_what_the_phase_allows(server):
    async def look(phone):
        one = phone()
        return [(await one.ask(path)).body.decode() for path in ("/", "/results")]

    waiting, _ = in_a_room(server, look)
    assert "You are in the room" in waiting
    server.order("ask", stem=STEM, story=STORY.name)
    asked = in_a_room(server, look)
    assert STORY.question in asked[0]
    assert "<meter" not in "".join(asked)
    server.order("close")
    closed = in_a_room(server, look)
    assert all("<meter" in page for page in closed)
    assert not any("✓" in page or STORY.answer in page for page in (*asked, *closed))
    server.order("reveal")
    assert all("✓" in page and STORY.answer in page for page in in_a_room(server, look))


def raw(server, sent, wait=5.0):
    """Send bytes as no browser does, and return the beginning of what comes back."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=wait) as line:
        line.sendall(sent)
        try:
            return line.recv(4096)
        except OSError:  # no answer, or the door shut
            return b""


MALFORMED = [
    b"\x00\x01\x02\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nCookie: device=" + b"\xff" * 500 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(5000)) + b"\r\n",
    b"POST /vote HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n",
    b"POST /vote HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST /vote HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
    b"POST /vote HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data\r\nContent-Length: 9\r\n\r\n--a--\r\n\r\n",
    b"DELETE / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /vote?option=2&number=1 HTTP/1.1\r\nHost: x\r\n\r\n",
]


@pytest.mark.parametrize("sent", MALFORMED, ids=lambda sent: repr(sent[:40]))
def test_what_is_no_request_counts_nothing_and_gives_nothing_away(server, sent):
    server.order("ask", stem=STEM, story=STORY.name)
    got = raw(server, sent)
    assert not re.match(rb"HTTP/1.1 (2|3)\d\d", got) or b"GET / " in sent
    assert b"Traceback" not in got
    assert b"tornado" not in got.lower()
    assert server.order("state")["votes"] == 0


def test_a_flood_and_those_who_never_finish_do_not_keep_a_room_from_voting(server):
    server.order("ask", stem=STEM, story=STORY.name)
    idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(150)]
    for line in idle:
        line.sendall(b"POST /vote HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\nnumber=1")

    async def room(phone):
        async def flood():
            same = phone()
            for _ in range(300):
                await same.ask("/vote", "number=1&option=9")

        floods = [asyncio.create_task(flood()) for _ in range(5)]
        start = time.monotonic()
        _, codes = await all_vote(phone, ["1"] * ROOM)
        took = time.monotonic() - start
        await asyncio.gather(*floods)
        return codes, took

    codes, _ = in_a_room(server, room)
    assert codes == [303] * ROOM
    assert server.order("state")["counts"][0]["1"] == ROOM
    for line in idle:
        line.close()


def test_an_order_that_makes_no_sense_is_answered_and_the_poll_goes_on(server):
    assert "no order" in server.order("dance")["error"]
    assert "story" in server.order("ask", stem=STEM, story="nobody")["error"]
    assert "item" in server.order("ask", item="tiers-nothing")["error"]
    assert "counts for a mark" in server.order("ask", item="tiers-order")["error"]
    assert server.order("state")["phase"] == "idle"


def test_in_chinese_the_pages_are_chinese():
    server = Server("zh")
    try:
        server.order("ask", stem=STEM, story=STORY.name)
        page = in_a_room(server, lambda phone: phone().ask()).body.decode()
        assert 'lang="zh-Hans"' in page
        assert "投票" in page
        assert not re.search(r"[A-Za-z]{3,}", re.sub(r"<style>.*?</style>|<[^>]*>", "", page, flags=re.DOTALL))
    finally:
        server.end()
