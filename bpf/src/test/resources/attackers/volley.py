"""volley.py ADDRESS COUNT PORT...: sends COUNT datagrams to each port in turn; prints how many left."""
import socket
import sys

address, count, ports = sys.argv[1], int(sys.argv[2]), [int(port) for port in sys.argv[3:]]
family = socket.AF_INET6 if ":" in address else socket.AF_INET
with socket.socket(family, socket.SOCK_DGRAM) as s:
    s.bind(("", 40000))
    for _ in range(count):
        for port in ports:
            s.sendto(b"volley", (address, port))
    print(count * len(ports))
