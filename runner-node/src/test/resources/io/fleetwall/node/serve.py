"""Echo servers on ports of this machine, both families, until it is told to stop."""
import socket
import sys
import threading


def serve(port):
    with socket.create_server(("", port), family=socket.AF_INET6, dualstack_ipv6=True) as server:
        while True:
            connection, _ = server.accept()
            threading.Thread(target=talk, args=(connection,), daemon=True).start()


def talk(connection):
    with connection:
        while data := connection.recv(4096):
            connection.sendall(data)


for port in sys.argv[1:]:
    threading.Thread(target=serve, args=(int(port),)).start()
print("ready", flush=True)
