"""DNS of every form towards the world, from where a job runs: datagrams small and in fragments, and connections.
Source ports count up from the second argument, so that a sniffer knows which attack a packet belongs to."""
import itertools
import socket
import sys

rounds, ports = int(sys.argv[1]), itertools.count(int(sys.argv[2]))
for _ in range(rounds):
    for family, address in ((socket.AF_INET, "198.51.100.1"), (socket.AF_INET6, "2001:db8:99::1")):
        for size in (40, 3000):
            with socket.socket(family, socket.SOCK_DGRAM) as datagram:
                datagram.bind(("", next(ports)))
                for _ in range(2):
                    try:
                        datagram.sendto(b"x" * size, (address, 53))
                    except OSError:
                        pass  # refused at once is as good
        with socket.socket(family, socket.SOCK_STREAM) as stream:
            stream.bind(("", next(ports)))
            stream.settimeout(0.05)
            try:
                stream.connect((address, 53))
                stream.sendall(b"\0\2hi")
            except OSError:
                pass
