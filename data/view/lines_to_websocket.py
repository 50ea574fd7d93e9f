"""Gives the lines of standard input to every page that connects by WebSocket; Python's standard library only.

usage: csl-infer --model model.h5 --stream … | python3 lines_to_websocket.py [PORT]

The port is 8765 if none is given, 0 takes a free one; its address is printed on standard error. Only programs of this
computer can connect. A page that connects late gets the lines from then on. The program ends with its input.
"""

import base64
import hashlib
import socket
import sys
import threading

# RFC 6455, section 1.3.
KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def answer(request):
    """The answer to a handshake; None if the request is none."""
    headers = {}
    for line in request.decode("latin-1").split("\r\n")[1:]:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    if "sec-websocket-key" not in headers:
        return None
    digest = hashlib.sha1((headers["sec-websocket-key"] + KEY_SUFFIX).encode()).digest()
    return ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {base64.b64encode(digest).decode()}\r\n\r\n").encode()


def frame(text):
    """A text message of a server: one frame without a mask (RFC 6455, section 5.2)."""
    data = text.encode()
    if len(data) < 126:
        head = bytes([0x81, len(data)])
    elif len(data) < 1 << 16:
        head = bytes([0x81, 126]) + len(data).to_bytes(2, "big")
    else:
        head = bytes([0x81, 127]) + len(data).to_bytes(8, "big")
    return head + data


class Clients:
    """The pages that are connected."""

    def __init__(self, server):
        self.server = server
        self.open = []
        self.lock = threading.Lock()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.server.accept()
            client.settimeout(5)
            try:
                request = b""
                while b"\r\n\r\n" not in request and (part := client.recv(4096)):
                    request += part
                reply = answer(request)
                client.sendall(reply or b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
                if reply:
                    with self.lock:
                        self.open.append(client)
                else:
                    client.close()
            except OSError:
                client.close()

    def send(self, line):
        """Sends a line to every page; forgets those that have gone or that do not read."""
        message = frame(line)
        with self.lock:
            for client in list(self.open):
                try:
                    client.sendall(message)
                except OSError:
                    self.open.remove(client)
                    client.close()


def main(arguments):
    if len(arguments) > 1 or (arguments and not arguments[0].isdigit()):
        print(__doc__, file=sys.stderr)
        return 2
    with socket.create_server(("localhost", int(arguments[0]) if arguments else 8765)) as server:
        print(f"lines_to_websocket.py: ws://localhost:{server.getsockname()[1]}", file=sys.stderr, flush=True)
        clients = Clients(server)
        for line in sys.stdin:
            clients.send(line.rstrip("\n"))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(0)
