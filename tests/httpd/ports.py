"""Ports that stay a test's own while no server listens on them: another process is never given one, also not for its outgoing connections."""
import socket

held = []


def reserve():
    """A port of this machine until the test ends, for a server that sets SO_REUSEADDR."""
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(('127.0.0.1', 0))
    held.append(s)
    return s.getsockname()[1]
