"""Who calls /v1, and whether they may: a bearer key becomes an `ApiKey`, or a refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.wiring import access, environment
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

    from loyalty.access.keys import ApiKey, Scope


def authorize(event: APIGatewayProxyEventV2, *scopes: Scope) -> ApiKey:
    """Return whose key a request carries, if it has one of these scopes.

    Raises
    ------
    Refusal
        There is no key that is good now, or it may not do this.
    """
    kind, _, text = event.headers.get("authorization", "").partition(" ")
    key = None
    if kind.lower() == "bearer":
        key = access.credentials().key(text.strip(), environment.now())
    if key is None:
        detail = "Send the header Authorization: Bearer lk_… with a key that is still good."
        raise Refusal("unauthenticated", "not_authenticated", detail)
    if not key.may(*scopes):
        detail = f"This needs a key with the scope {' or '.join(scopes)}; yours is {key.scope}."
        raise Refusal("forbidden", "scope_missing", detail)
    return key
