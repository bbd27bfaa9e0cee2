"""A bucket on this machine that speaks as much S3 as the store asks for.

It computes every signature (AWS Signature Version 4) again and refuses a wrong one.
"""

import hashlib
import hmac
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, quote, unquote, urlsplit

KEY_ID, SECRET, REGION = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG", "eu-south-1"
BUCKET = "grants"


@dataclass
class Bucket:
    """What lies there (key → bytes and time), and what was asked for."""

    address: str = ""
    files: dict[str, tuple[bytes, datetime]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    is_full: bool = False

    @property
    def environment(self) -> dict[str, str]:
        return {
            "AWS_ACCESS_KEY_ID": KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": self.address,
        }


@contextmanager
def bucket() -> Iterator[Bucket]:
    kept = Bucket()
    handler = type("Handler", (_Handler,), {"bucket": kept})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    kept.address = f"http://127.0.0.1:{server.server_port}"
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    serving.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        serving.join()


class _Handler(BaseHTTPRequestHandler):
    bucket: Bucket
    protocol_version = "HTTP/1.1"

    def handle_one(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length)
        split = urlsplit(self.path)
        self.bucket.asked.append(f"{self.command} {split.path}")
        if not self._is_signed(body):
            self._answer(403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>")
            return
        key = unquote(split.path).removeprefix(f"/{BUCKET}").removeprefix("/")
        getattr(self, f"_{self.command.lower()}")(key, body, dict(parse_qsl(split.query)))

    do_GET = do_PUT = do_HEAD = do_DELETE = handle_one  # noqa: N815 - http.server wants these names

    def _put(self, key: str, body: bytes, _query: dict[str, str]) -> None:
        if self.bucket.is_full:
            self._answer(507, b"<Error><Code>QuotaExceeded</Code></Error>")
        elif self.headers.get("if-none-match") == "*" and key in self.bucket.files:
            self._answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")
        else:
            self.bucket.files[key] = (body, datetime.now(UTC))
            self._answer(200, b"", etag=f'"{hashlib.md5(body).hexdigest()}"')

    def _get(self, key: str, _body: bytes, query: dict[str, str]) -> None:
        if "list-type" in query:
            self._list(query.get("prefix", ""))
        elif key not in self.bucket.files:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        else:
            body, at = self.bucket.files[key]
            modified = at.strftime("%a, %d %b %Y %H:%M:%S GMT")
            self._answer(200, body, etag='"x"', **{"last-modified": modified})

    _head = _get

    def _delete(self, key: str, _body: bytes, _query: dict[str, str]) -> None:
        self.bucket.files.pop(key, None)
        self._answer(204, b"")

    def _list(self, prefix: str) -> None:
        lines = "".join(
            f"<Contents><Key>{key}</Key><Size>{len(body)}</Size><ETag>x</ETag>"
            f"<LastModified>{at:%Y-%m-%dT%H:%M:%S.000Z}</LastModified></Contents>"
            for key, (body, at) in sorted(self.bucket.files.items())
            if key.startswith(prefix)
        )
        told = f"<ListBucketResult><IsTruncated>false</IsTruncated>{lines}</ListBucketResult>"
        self._answer(200, told.encode())

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: a test reads `asked`."""

    def _is_signed(self, body: bytes) -> bool:
        told = self.headers.get("authorization", "")
        found = re.fullmatch(
            r"AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=(\w+)", told
        )
        if found is None:
            return False
        credential, names, signature = found.groups()
        key_id, day, region, service, end = credential.split("/")
        payload = self.headers["x-amz-content-sha256"]
        if payload not in {"UNSIGNED-PAYLOAD", hashlib.sha256(body).hexdigest()}:
            return False
        split = urlsplit(self.path)
        pairs = sorted(parse_qsl(split.query, keep_blank_values=True))
        query = "&".join(f"{quote(a, safe='-_.~')}={quote(b, safe='-_.~')}" for a, b in pairs)
        headers = "".join(
            f"{name}:{' '.join(self.headers[name].split())}\n" for name in names.split(";")
        )
        canonical = f"{self.command}\n{split.path}\n{query}\n{headers}\n{names}\n{payload}"
        scope = f"{day}/{region}/{service}/{end}"
        told_at = self.headers["x-amz-date"]
        hashed = hashlib.sha256(canonical.encode()).hexdigest()
        secret = f"AWS4{SECRET}".encode()
        for part in (day, region, service, end):
            secret = hmac.digest(secret, part.encode(), "sha256")
        to_sign = f"AWS4-HMAC-SHA256\n{told_at}\n{scope}\n{hashed}"
        wanted = hmac.digest(secret, to_sign.encode(), "sha256").hex()
        return key_id == KEY_ID and hmac.compare_digest(wanted, signature)
