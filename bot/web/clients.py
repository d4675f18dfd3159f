"""Who a web request comes from, behind any number of proxies, and whether that is a machine of our own."""

from ipaddress import IPv6Address, ip_address, ip_network

from flask import Request

OWN_NETWORKS = tuple(
    map(ip_network, ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7"))
)
SITE_PREFIX = 64  # bits of an IPv6 address that a provider gives to one customer
FORWARDING = ("X-Forwarded-For", "Forwarded", "X-Real-IP")  # any of them says that a proxy passed the request on


def client_of(request: Request, proxies: int) -> str:
    """The address that the outermost of our `proxies` saw, or "" where the headers do not tell.

    Each proxy appends whom it saw to X-Forwarded-For, so only the last `proxies` values are to be
    believed; what stands before them the client may have written itself.
    """
    if not any(name in request.headers for name in FORWARDING):
        return _plain(request.remote_addr or "")
    seen = [part.strip() for part in ",".join(request.headers.getlist("X-Forwarded-For")).split(",") if part.strip()]
    return _plain(seen[-proxies]) if 0 < proxies <= len(seen) else ""


def is_own(address: str) -> bool:
    """True for an address of this machine or of a private network."""
    if not address:
        return False
    found = ip_address(address)
    return any(found in network for network in OWN_NETWORKS if network.version == found.version)


def bucket_of(request: Request, proxies: int) -> str:
    """Whom to count a request against: the client, or its whole site with IPv6; unknown ones share their proxy's."""
    return network_of(client_of(request, proxies) or request.remote_addr or "")


def network_of(text: str) -> str:
    """The address `text` without its trimmings, of IPv6 the network of its customer; "" for what is none."""
    address = _plain(text)
    if not address or not isinstance(ip_address(address), IPv6Address):
        return address
    return str(ip_network(f"{address}/{SITE_PREFIX}", strict=False))


def _plain(text: str) -> str:
    """An address without port, brackets, zone or IPv4-in-IPv6; "" for what is none."""
    text = text.strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return str(mapped or found)
