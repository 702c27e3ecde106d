"""The server as a gateway meets it."""

import http.client
import socket
import threading
import time

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from plimsoll.runtime.steps.serve import server_of


def test_an_idle_connection_is_left_to_the_gateway_to_close() -> None:
    """Servers close one after five seconds if they are not told: the next request in it would be lost."""

    async def answer(_request: object) -> PlainTextResponse:
        return PlainTextResponse("here")

    listener = socket.create_server(("127.0.0.1", 0))
    server = server_of(Starlette(routes=[Route("/", answer)]))
    running = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    running.start()
    connection = http.client.HTTPConnection(*listener.getsockname(), timeout=10)
    try:
        for pause in (0, 6):
            time.sleep(pause)
            connection.request("GET", "/")
            assert connection.getresponse().read() == b"here"
    finally:
        connection.close()
        server.should_exit = True
        running.join()
