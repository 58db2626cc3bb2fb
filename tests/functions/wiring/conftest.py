from __future__ import annotations

from tests.support.google_shop import member, shop

__all__ = ["member", "shop"]
