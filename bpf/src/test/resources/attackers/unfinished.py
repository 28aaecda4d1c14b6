"""unfinished.py tcp|udp START OFFSET: a frame to 10.77.0.1 port 443 whose checksum the last device is to write there."""
import socket
import struct
import sys

SOL_PACKET, PACKET_VNET_HDR, NEEDS_CSUM = 263, 15, 1
kind, start, offset = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
number = 6 if kind == "tcp" else 17
body = struct.pack("!HHIIBBHHH", 40000, 443, 1, 0, 5 << 4, 2, 64, 0, 0) if number == 6 else struct.pack(
    "!HHHH", 40000, 443, 20, 0) + b"x" * 12
ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 1, 0, 64, number, 0, socket.inet_aton("10.77.0.2"),
                 socket.inet_aton("10.77.0.1"))
with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as s:
    s.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
    s.bind(("eth0", 0x0800))
    s.send(struct.pack("=BBHHHH", NEEDS_CSUM, 0, 0, 0, start, offset) + b"\2\0\0\0\0\1\2\0\0\0\0\2\x08\0" + ip + body)
