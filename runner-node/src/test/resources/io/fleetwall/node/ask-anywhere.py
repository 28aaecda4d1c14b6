"""DNS of every form towards the world, from where a job runs: datagrams small and in fragments, and connections."""
import socket
import sys

rounds = int(sys.argv[1])
for _ in range(rounds):
    for family, address in ((socket.AF_INET, "198.51.100.1"), (socket.AF_INET6, "2001:db8:99::1")):
        for size in (40, 3000):
            with socket.socket(family, socket.SOCK_DGRAM) as datagram:
                try:
                    datagram.sendto(b"x" * size, (address, 53))
                    datagram.sendto(b"x" * size, (address, 53))
                except OSError:
                    pass  # refused at once is as good
        with socket.socket(family, socket.SOCK_STREAM) as stream:
            stream.settimeout(0.05)
            try:
                stream.connect((address, 53))
                stream.sendall(b"\0\2hi")
            except OSError:
                pass
