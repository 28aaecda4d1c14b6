"""Asks for a name over one UDP socket each time it is told to: the response code, or the error."""
import socket
import sys

asker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
asker.bind(("", int(sys.argv[2])))
asker.connect((sys.argv[1], 53))
print("connected", flush=True)
for line in sys.stdin:
    name = b"".join(bytes([len(label)]) + label.encode() for label in line.strip().split(".")) + b"\0"
    try:
        asker.settimeout(10)
        asker.send(b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0" + name + b"\0\x01\0\x01")
        print("code", asker.recv(1000)[3] & 15, flush=True)
    except OSError as error:
        print(type(error).__name__, flush=True)
