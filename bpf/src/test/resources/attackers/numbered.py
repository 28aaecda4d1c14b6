"""numbered.py ADDRESS ALLOWED DENIED TCP: every millisecond a numbered datagram to each of two ports, and a TCP connection tried to a third,
until its input ends; prints how many datagrams went to each, and how many connections were made."""
import select
import socket
import sys
import time

address, allowed, denied, tcp = sys.argv[1], *[int(port) for port in sys.argv[2:]]
number = connected = 0
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    print("BEGUN", flush=True)
    while not select.select([sys.stdin], [], [], 0)[0]:
        s.sendto(number.to_bytes(4, "big"), (address, allowed))
        s.sendto(number.to_bytes(4, "big"), (address, denied))
        number += 1
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as t:
            t.settimeout(0.2)
            connected += t.connect_ex((address, tcp)) == 0
        time.sleep(0.001)
print(number, connected, flush=True)
