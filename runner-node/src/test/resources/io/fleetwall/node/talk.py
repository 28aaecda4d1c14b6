"""Opens a connection and talks over it, a word for each line it is told: echoed, or the error and how long it took."""
import socket
import sys
import time

host, port = sys.argv[1], int(sys.argv[2])
started = time.monotonic()
try:
    source = (sys.argv[3], 0) if len(sys.argv) > 3 else None
    connection = socket.create_connection((host, port), timeout=5, source_address=source)
except OSError as error:
    print(type(error).__name__, round((time.monotonic() - started) * 1e6), flush=True)
    sys.exit(1)
print("connected", flush=True)
for line in sys.stdin:
    try:
        connection.settimeout(5)
        connection.sendall(line.encode())
        print(connection.recv(100).decode().strip(), flush=True)
    except OSError as error:
        print(type(error).__name__, flush=True)
