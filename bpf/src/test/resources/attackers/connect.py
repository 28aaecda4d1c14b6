"""connect.py tcp|udp ADDRESS PORT: one attempt; prints what the socket said and the microseconds until then."""
import errno
import socket
import sys
import time

kind, address, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
family = socket.AF_INET6 if ":" in address else socket.AF_INET
with socket.socket(family, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM) as s:
    s.settimeout(3)
    start = time.monotonic_ns()
    try:
        s.connect((address, port))
        if kind == "udp":
            s.send(b"secret")
            s.recv(64)
        said = "OK"
    except TimeoutError:
        said = "TIMEOUT"
    except OSError as e:
        said = errno.errorcode[e.errno]
    print(said, (time.monotonic_ns() - start) // 1000)
