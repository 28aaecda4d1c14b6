"""Connects twenty times to where it must be refused; prints each distinct outcome, then the median time of connect() in us."""
import socket
import statistics
import sys
import time

address, port = sys.argv[1], int(sys.argv[2])
family = socket.AF_INET6 if ":" in address else socket.AF_INET
outcomes, times = set(), []
for _ in range(20):
    with socket.socket(family, socket.SOCK_STREAM) as connection:
        connection.settimeout(2)
        started = time.monotonic_ns()
        try:
            connection.connect((address, port))
            outcomes.add("connected")
        except OSError as error:
            outcomes.add(type(error).__name__)
        times.append((time.monotonic_ns() - started) // 1000)
print(*sorted(outcomes), int(statistics.median(times)))
