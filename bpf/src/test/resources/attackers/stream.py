"""stream.py ADDRESS PORT: sends a byte every 5 ms and reads its echo until the connection ends; prints why."""
import errno
import socket
import sys
import time

with socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=3) as s:
    print("CONNECTED", flush=True)
    try:
        while True:
            s.send(b"x")
            if not s.recv(1):
                print("CLOSED", flush=True)
                break
            time.sleep(0.005)
    except TimeoutError:
        print("TIMEOUT", flush=True)
    except OSError as e:
        print(errno.errorcode[e.errno], flush=True)
