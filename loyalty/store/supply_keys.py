"""Keys of what there is only so much of: stock, coupons and their codes (formats: `keys`).

They stand apart from the others because the door for tills' messages loads those, and its size is
bounded.
"""

from __future__ import annotations

from zlib import crc32

from loyalty.store.keys import member_key
from loyalty.store.tables import Key

SUPPLY_SHARDS = 8
"""Partitions that what is left of a reward or coupon is spread over. An item takes 500 transactions
a second (1000 write units, of which each takes two), so together they bear 4000."""


def code_key(program: str, what: str) -> Key:
    """Return the key of a single-use code that was used (``code:<coupon>:<serial>``)."""
    _, coupon, serial = what.split(":")
    return Key(
        "state", code_partitions(program, coupon)[int(serial) % SUPPLY_SHARDS], f"CODE#{serial}"
    )


def foreign_key(program: str, coupon: str, serial: int) -> Key:
    """Return the key of another system's code as it is written, by its serial in the coupon."""
    partition = code_partitions(program, coupon)[serial % SUPPLY_SHARDS]
    return Key("state", partition, f"FOREIGN#{serial:07d}")


def code_partitions(program: str, coupon: str) -> tuple[str, ...]:
    """Return all partitions that used codes of a coupon are spread over, by their serial."""
    return tuple(f"{program}#V#code:{coupon}#{shard}" for shard in range(SUPPLY_SHARDS))


def coupon_key(program: str, coupon: str) -> Key:
    """Return the key of what codes of a coupon are good for."""
    return Key("state", f"{program}#V", f"COUPON#{coupon}")


def supply_key(program: str, what: str, shard: int) -> Key:
    """Return the key of one shard of what there is left of something."""
    return Key("state", f"{program}#V#{what}#{shard}", "COUNT")


def used_key(program: str, member: str, what: str) -> Key:
    """Return the key that counts how often a member has had something."""
    return Key("state", member_key(program, member).pk, f"USED#{what}")


def supplied(pk: str) -> str:
    """Return what such a partition key is of."""
    return pk.partition("#V#")[2].rpartition("#")[0]


def supply_shard(member: str) -> int:
    """Return the shard that a member looks at first."""
    return crc32(member.encode()) % SUPPLY_SHARDS
