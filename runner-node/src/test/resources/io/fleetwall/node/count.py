"""Numbered datagrams. send ADDRESS: until its input ends, then tells how many. receive: tells each number that arrives."""
import select
import socket
import sys
import time

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    if sys.argv[1] == "receive":
        s.setsockopt(socket.SOL_SOCKET, 33, 4 << 20)  # SO_RCVBUFFORCE: whatever the machine's limit is
        s.bind(("", 9999))
        print("ready", flush=True)
        while True:
            print(s.recv(100).decode(), flush=True)
    print("ready", flush=True)
    number = 0
    while not select.select([sys.stdin], [], [], 0)[0]:
        s.sendto(str(number).encode(), (sys.argv[2], 9999))
        number += 1
        time.sleep(0.001)
    print(number, flush=True)
