"""An HTTP client that refuses addresses of private networks and of this machine, and ends in time."""

import ipaddress
import os
import socket
import threading
import time
from contextlib import suppress
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from urllib.request import HTTPHandler, HTTPRedirectHandler, HTTPSHandler, OpenerDirector, Request, build_opener

CARRIERS = (ipaddress.IPv6Network("64:ff9b::/96"),)  # addresses of IPv4 in their last bits, for NAT64 (RFC 6052)
LOCAL = tuple(  # forms that no public host has: NAT64 of one network, IPv4-compatible and -translated, site-local
    map(ipaddress.IPv6Network, ("64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96", "fec0::/10"))
)


class PrivateAddressError(OSError):
    """The address is that of a private network, which links of editors must not reach."""


class _NoRedirects(HTTPRedirectHandler):
    """Returns redirects instead of following them: each target has to be checked, and none may be a local file."""

    def redirect_request(self, *_: object) -> None:
        return None


class _TimedConnection(HTTPConnection):
    """Breaks off when the head of the answer is not complete in time; the usual limit begins anew with every byte."""

    _end: threading.Timer | None = None

    def connect(self) -> None:
        began = time.monotonic()
        super().connect()
        if self.timeout is not None:
            line = socket.socket(fileno=os.dup(self.sock.fileno()))  # the socket itself is replaced by that of TLS
            self._end = threading.Timer(max(0.0, began + self.timeout - time.monotonic()), _break_off, [line])
            self._end.daemon = True
            self._end.start()

    def getresponse(self) -> HTTPResponse:
        response = super().getresponse()
        self._stop()
        return response

    def close(self) -> None:
        self._stop()
        super().close()

    def _stop(self) -> None:
        if self._end:
            self._end.cancel()
            self._end.args[0].close()  # type: ignore[index]  # the list above


class _TimedSecureConnection(HTTPSConnection, _TimedConnection):
    """The same with TLS, whose beginning counts."""


class _PublicConnection(_TimedConnection):
    """Checks the connected address before anything is sent: DNS may have changed since the request was checked."""

    passes_proxy = False

    def connect(self) -> None:
        super().connect()
        if not self.passes_proxy:  # a proxy may be in our own network
            try:
                _refuse_private(self.sock.getpeername()[0])
            except PrivateAddressError:
                self.close()
                raise


class _PublicSecureConnection(HTTPSConnection, _PublicConnection):
    """The same with TLS, which starts after the check."""


class _ProxiedConnection(_PublicConnection):
    passes_proxy = True


class _ProxiedSecureConnection(_PublicSecureConnection):
    passes_proxy = True


class _Handler(HTTPHandler, HTTPSHandler):
    """Reaches everything, in time."""

    def http_open(self, request: Request) -> HTTPResponse:
        return self.do_open(_TimedConnection, request)

    def https_open(self, request: Request) -> HTTPResponse:
        return self.do_open(_TimedSecureConnection, request)


class _PublicHandler(HTTPHandler, HTTPSHandler):
    """Checks what a request names, while it is no proxy's yet: what a proxy reaches for us is reached by us."""

    def http_request(self, request: Request) -> Request:
        _refuse_private_host(request)
        return super().http_request(request)

    def https_request(self, request: Request) -> Request:
        _refuse_private_host(request)
        return super().https_request(request)

    def http_open(self, request: Request) -> HTTPResponse:
        return self.do_open(_ProxiedConnection if request.has_proxy() else _PublicConnection, request)

    def https_open(self, request: Request) -> HTTPResponse:
        is_proxied = bool(getattr(request, "_tunnel_host", ""))
        return self.do_open(_ProxiedSecureConnection if is_proxied else _PublicSecureConnection, request)


def new_opener(*, private: bool = False) -> OpenerDirector:
    """An opener that follows no redirects; with `private` it also reaches private networks and this machine.

    The time of a request is that for everything up to the end of the answer's headers. Through a proxy only what the
    resolver of this machine knows to be public is asked for.
    """
    return build_opener(_NoRedirects, _Handler if private else _PublicHandler)


def _break_off(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def _refuse_private_host(request: Request) -> None:
    host, _, _ = (request.host or "").rpartition("@")[2].partition("]")
    bare = host[1:] if host.startswith("[") else host.partition(":")[0]
    for *_, address in socket.getaddrinfo(bare, None, type=socket.SOCK_STREAM):
        _refuse_private(str(address[0]))


def _refuse_private(address: str) -> None:
    known = ipaddress.ip_address(address.partition("%")[0])
    meant = _carried(known) if isinstance(known, ipaddress.IPv6Address) else known
    if meant is None or not meant.is_global or meant.is_multicast:
        raise PrivateAddressError(address)


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a packet to `address` reaches in the end; None where that depends on the network around us."""
    if any(address in network for network in LOCAL):
        return None
    if any(address in network for network in CARRIERS):
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address
