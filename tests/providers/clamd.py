"""A scanner that speaks as clamd does: INSTREAM, and an answer that ends with a zero byte."""

import socketserver
import struct
import threading
from contextlib import contextmanager


class Clamd:
    def __init__(self):
        self.seen: list[bytes] = []
        self.answer = b"stream: OK\0"
        self.address = ""
        self.trickles = False  # it answers a letter at a time, and never comes to the end
        self.is_over = threading.Event()


@contextmanager
def clamd():
    state = Clamd()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            assert self.rfile.read(10) == b"zINSTREAM\0"
            content = b""
            while length := struct.unpack("!I", self.rfile.read(4))[0]:
                content += self.rfile.read(length)
            state.seen.append(content)
            while state.trickles and not state.is_over.wait(0.05):
                self.wfile.write(b".")
            self.wfile.write(state.answer)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        state.address = f"127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield state
        state.is_over.set()
        server.shutdown()
