"""An HTTP client that refuses addresses of private networks and of this machine."""

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
    """Returns redirects instead of following them: each target has to be checked, and none may be a local file."""

    def redirect_request(self, *_: object) -> None:
        return None


class PrivateAddressError(OSError):
    """The address is that of a private network, which links of editors must not reach."""


class _PublicConnection(HTTPConnection):
    """Checks the resolved address, and the connected one before anything is sent: DNS may have changed in between."""

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
    """The same with TLS, which starts after the check."""


class _PublicHandler(HTTPHandler):
    def http_open(self, request: Request) -> HTTPResponse:
        return self.do_open(_PublicConnection, request)


class _PublicSecureHandler(HTTPSHandler):
    def https_open(self, request: Request) -> HTTPResponse:
        return self.do_open(_PublicSecureConnection, request)


def new_opener(*, private: bool = False) -> OpenerDirector:
    """An opener that follows no redirects; with `private` it also reaches private networks and this machine."""
    return build_opener(_NoRedirects, *(() if private else (_PublicHandler, _PublicSecureHandler)))


def _refuse_private(address: str) -> None:
    known = ipaddress.ip_address(address.partition("%")[0])
    inner = known.ipv4_mapped if isinstance(known, ipaddress.IPv6Address) else None
    if not (inner or known).is_global:
        raise PrivateAddressError(address)
