"""Sockets: a client and an echo server in two threads, over a socket pair."""

import socket
import threading

SIZE = 6000
SMALL = 20


def serve(connection):
    with connection:
        while data := connection.recv(4096):
            connection.sendall(data)


def run(n):
    here, there = socket.socketpair()
    server = threading.Thread(target=serve, args=(there,))
    server.start()
    total = 0
    with here:
        for i in range(n):
            message = b"message %d" % i
            here.sendall(message)
            answer = b""
            while len(answer) < len(message):
                answer += here.recv(4096)
            total += len(answer) + (answer == message)
        here.shutdown(socket.SHUT_WR)
    server.join()
    return f"{total}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("lib_sockets", n, run(n))
