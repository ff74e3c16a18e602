"""The embedded engine behind ClickHouse's HTTP interface: each request on a connection of its own, with its settings."""

import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import chdb

ENGINE = "/var/lib/clickhouse?config-file=/etc/clickhouse-server/config.xml"
# What the interface itself takes; every other parameter is a setting of the query.
ITS_OWN = {"query", "query_id", "database", "default_format", "wait_end_of_query"}


def answer(parameters, body):
    """As the server does it: the query is the parameter's text and then the body's, which may be rows to insert."""
    connection = chdb.connect(ENGINE)
    try:
        for name, value in parameters.items():
            if name not in ITS_OWN:
                quoted = value.replace("\\", "\\\\").replace("'", "\\'")
                connection.query(f"SET {name} = '{quoted}'")
        query = "\n".join(text for text in (parameters.get("query", ""), body) if text)
        return connection.query(query, "TabSeparated").bytes() or b""
    finally:
        connection.close()


class Interface(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        parameters = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        body = self.body().decode()
        try:
            self.reply(200, answer(parameters, body))
        except Exception as error:  # The engine's own words are the answer, as the server gives them.
            self.reply(500, str(error).encode())

    do_GET = do_POST

    def body(self):
        if self.headers.get("Transfer-Encoding", "") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        chunks = []
        while size := int(self.rfile.readline(), 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def reply(self, status, content):
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        """Requests are not logged."""


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
# The engine lives as long as somebody is connected.
opened = chdb.connect(ENGINE)
server = ThreadingHTTPServer(("0.0.0.0", 8123), Interface)
server.daemon_threads = True
server.serve_forever()
