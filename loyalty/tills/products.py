"""What vendors say of their products' categories, for those whose orders name products only.

Source: Square, "Batch retrieve catalog objects"; shopify.dev, "Product" of the REST Admin API;
WooCommerce REST API v3, "Products". Each returns names by the vendor's ids of products; an empty
one is none, and products that the vendor does not know are left out; each raises ``VendorFailed``.
The door for tills' messages does not load this: what is asked is asked by the worker behind it.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from loyalty.tills import shopify, square, woocommerce
from loyalty.tills.client import path
from loyalty.tills.fields import Fields
from loyalty.tills.incoming import texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from loyalty.tills.client import Client

_BATCH = 100
_MOST_AT_SHOPIFY = 250
_MOST_AT_WOOCOMMERCE = 100


def _square(client: Client, names: Sequence[str]) -> Mapping[str, str]:
    """Return the name of each variation's category; of those without one it is empty.

    A variation names its item, an item its categories: Square tells one step at a time.
    """
    homes = _homes(client, names)
    titles = {
        one.id("id"): one.text("category_data", "name")
        for answer in _objects(client, sorted({*homes.values()} - {""}), related=False)
        for one in answer.objects("objects")
        if one.get("category_data", "name")
    }
    return {one: titles.get(home, "") for one, home in homes.items()}


def _homes(client: Client, names: Sequence[str]) -> dict[str, str]:
    """Return the id of each variation's category; of those without one it is empty."""
    found: dict[str, str] = {}
    for answer in _objects(client, names, related=True):
        items = {one.get("id"): _category_of(one) for one in answer.objects("related_objects")}
        for one in answer.objects("objects"):
            # A line may be of an item itself, where that has no variations.
            home = items.get(one.get("item_variation_data", "item_id")) or _category_of(one)
            found[one.id("id")] = home
    return found


def _objects(client: Client, names: Sequence[str], *, related: bool) -> Iterator[Fields]:
    headers = {"Authorization": f"Bearer {client.token}", "Square-Version": square.VERSION}
    for start in range(0, len(names), _BATCH):
        wanted = {
            "object_ids": list(names[start : start + _BATCH]),
            "include_related_objects": related,
            "include_deleted_objects": True,
        }
        place = path("v2", "catalog", "batch-retrieve")
        answer = client.post(place, wanted, headers=headers)
        yield Fields(answer if isinstance(answer, dict) else {})


def _category_of(item: Fields) -> str:
    """Return the category that reports go by, else the first one; an item has several today."""
    data = item.get("item_data")
    if not isinstance(data, dict):
        return ""
    fields = Fields(data)
    lists = [one.get("id") for one in fields.objects("categories")]
    named = texts(fields.get("reporting_category", "id"), *lists, fields.get("category_id"))
    return named[0] if named else ""


def _shopify(client: Client, products: Sequence[str]) -> Mapping[str, str]:
    """Return the types of products: the one word that a shop sorts each of them by."""
    headers = {"X-Shopify-Access-Token": client.token}
    found: dict[str, str] = {}
    for start in range(0, len(products), _MOST_AT_SHOPIFY):
        names = ",".join(products[start : start + _MOST_AT_SHOPIFY])
        query = {"ids": names, "fields": "id,product_type", "limit": str(_MOST_AT_SHOPIFY)}
        answer = client.get(f"{shopify.API}/products.json", query, headers)
        for one in Fields(answer or {}).objects("products"):
            found[one.id("id")] = one.word("product_type")
    return found


def _woocommerce(client: Client, products: Sequence[str]) -> Mapping[str, str]:
    """Return the categories of products; of several the first that the shop tells."""
    found: dict[str, str] = {}
    for start in range(0, len(products), _MOST_AT_WOOCOMMERCE):
        names = ",".join(products[start : start + _MOST_AT_WOOCOMMERCE])
        query = {"include": names, "per_page": str(_MOST_AT_WOOCOMMERCE), "status": "any"}
        answer = client.get("/wp-json/wc/v3/products", query, woocommerce.authorization(client))
        for one in Fields({"products": answer}).objects("products"):
            named = texts(*(each.get("name") for each in one.objects("categories")))
            found[one.id("id")] = html.unescape(named[0]) if named else ""
    return found


CATEGORIES: Mapping[str, Callable[[Client, Sequence[str]], Mapping[str, str]]] = {
    "square": _square,
    "shopify": _shopify,
    "woocommerce": _woocommerce,
}
"""By an endpoint's scheme: asks the vendor for the categories of products."""
