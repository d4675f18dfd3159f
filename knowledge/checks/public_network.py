"""HTTP requests that reach the public internet alone, never a private network or this machine."""

import ipaddress
import socket
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from urllib.parse import urlsplit
from urllib.request import (
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    Request,
    build_opener,
    getproxies,
)


class _NoRedirects(HTTPRedirectHandler):
    """Redirects come back as answers: each has to be looked at, and none may lead to a local file."""

    def redirect_request(self, *_: object) -> None:
        return None


class PrivateAddressError(OSError):
    """The address leads into a network that is not the internet's, where editors' links must not reach."""


class _PublicConnection(HTTPConnection):
    """Looks where a name leads, and again before anything is sent: by then it may lead elsewhere."""

    def connect(self) -> None:
        proxies = {urlsplit(proxy).hostname for proxy in getproxies().values()}
        if self.host in proxies:  # what a proxy reaches is its business
            return super().connect()
        for *_, address in socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM):
            _refuse_private(str(address[0]))
        super().connect()
        try:
            _refuse_private(self.sock.getpeername()[0])
        except PrivateAddressError:
            self.close()
            raise


class _PublicSecureConnection(HTTPSConnection, _PublicConnection):
    """The same with TLS, which begins after the look."""


class _PublicHandler(HTTPHandler):
    def http_open(self, request: Request) -> HTTPResponse:
        return self.do_open(_PublicConnection, request)


class _PublicSecureHandler(HTTPSHandler):
    def https_open(self, request: Request) -> HTTPResponse:
        return self.do_open(_PublicSecureConnection, request)


def new_opener(*, private: bool = False) -> OpenerDirector:
    """What sends the requests; only with `private` to addresses of private networks and of this machine too."""
    return build_opener(_NoRedirects, *(() if private else (_PublicHandler, _PublicSecureHandler)))


def _refuse_private(address: str) -> None:
    known = ipaddress.ip_address(address.partition("%")[0])
    inner = known.ipv4_mapped if isinstance(known, ipaddress.IPv6Address) else None
    if not (inner or known).is_global:
        raise PrivateAddressError(address)
