"""Following every link of an archive, as somebody outside does."""

import html
import re
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from tests.web.asking import Web


def crawl(web: Web, *starts: str, **asked: Any) -> dict[str, tuple[int, tuple, bytes]]:
    """Every answer that can be reached, by its address: what anyone outside sees, or who is `asked` as."""
    waiting, seen = ["/", *starts], {}
    while waiting:
        address = waiting.pop()
        if address in seen or not address.startswith("/"):
            continue
        answer = web.get(address, **asked)
        seen[address] = (answer.status, answer.headers, answer.body)
        waiting += [found for found in links(web, address, answer) if found not in seen]
    return seen


def links(web: Web, address: str, answer) -> list[str]:
    kind = answer.get("content-type")
    if answer.get("location"):
        return [] if address == "/random" else [answer["location"]]
    if kind.startswith("text/html"):
        found = [html.unescape(one) for one in re.findall(r'(?:href|src|action)="([^"]*)"', answer.text)]
        inside = [urljoin(address, one).partition("#")[0] for one in found if not urlsplit(one).netloc]
        again = address.startswith("/search?")  # its other orders say the same words in another order
        kept = [one for one in inside if not (again and one.startswith("/search?"))]
        return [one for one in kept if not is_printed(one)]
    if kind == "application/json" and "/api/v1/" in address:
        items = answer.json.get("items", []) if isinstance(answer.json, dict) else []
        base = address.partition("?")[0]
        slugs = [f"{base}/{quote(item['slug'])}" for item in items if "slug" in item]
        return slugs + [item["address"] for item in items if "address" in item]
    return []


def is_printed(address: str) -> bool:
    """Whether it is a file or a reference that takes a while to make, of the page that leads to it."""
    return urlsplit(address).path.endswith((".pdf", ".pptx", "/cite"))
