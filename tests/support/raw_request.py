"""One HTTP request as it is given, header by header: no library makes it polite."""

import http.client
from contextlib import closing

TIMEOUT_S = 60.0  # as long as a busy machine may need


def sent(
    port: int, method: str, path: str, body: bytes | None, headers: dict[str, str]
) -> tuple[int, dict[str, str], bytes]:
    """Send a request to a server on this machine; return status, headers in small letters, and body.

    Nothing is added but the length of a body whose headers tell none.
    """
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)) as link:
        link.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            link.putheader(name, value)
        if body is not None and headers.keys().isdisjoint({"content-length", "transfer-encoding"}):
            link.putheader("content-length", str(len(body)))
        link.endheaders(body)
        answer = link.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
