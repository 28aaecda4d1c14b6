"""The world's services: a resolver that answers every name with this host, echo servers on two ports, both families."""
import socket
import struct
import threading

ADDRESSES = {1: socket.inet_pton(socket.AF_INET, "198.51.100.1"), 28: socket.inet_pton(socket.AF_INET6, "2001:db8:99::1")}


def resolve():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("198.51.100.1", 53))
        while True:
            query, client = server.recvfrom(4096)
            end = 12
            while query[end]:
                end += query[end] + 1
            kind = struct.unpack(">H", query[end + 1:end + 3])[0]
            address = ADDRESSES.get(kind)
            head = query[:2] + struct.pack(">HHHHH", 0x8180, 1, 1 if address else 0, 0, 0)
            answer = struct.pack(">HHHIH", 0xC00C, kind, 1, 60, len(address)) + address if address else b""
            server.sendto(head + query[12:end + 5] + answer, client)


def echo(family, port):
    with socket.create_server(("", port), family=family, dualstack_ipv6=True) as server:
        while True:
            connection, _ = server.accept()
            threading.Thread(target=talk, args=(connection,), daemon=True).start()


def talk(connection):
    with connection:
        while data := connection.recv(4096):
            connection.sendall(data)


for port in (8080, 8081):
    threading.Thread(target=echo, args=(socket.AF_INET6, port)).start()
print("ready", flush=True)
resolve()
