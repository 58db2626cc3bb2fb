"""What is known of a person as it lies in the table: their data, their contact, their names."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from loyalty.core.instants import instant, microseconds
from loyalty.core.member import Member
from loyalty.messages import Contact
from loyalty.store import keys
from loyalty.store.sealing import UNREADABLE, is_sealed

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.store.tables import Item


def member_item(member: Member) -> Item:
    """Return a member's personal data, and their place in the order of joining."""
    return {
        **index_values(member.program, member.id, member.enrolled_at),
        "sr": member.serial,
        "cc": member.card_code,
        **({"sc": member.short_code} if member.short_code else {}),
        "lg": member.link_generation,
        "cv": member.card_version,
        # Of whoever was forgotten nothing is private, and nothing is sealed.
        **({} if member.is_forgotten else {"fn": member.first_name}),
        **({"ck": member.contact.kind, "ct": member.contact.value} if member.contact else {}),
        **({"bd": member.birthday.isoformat()} if member.birthday else {}),
        "la": member.language,
        "co": member.consent_version,
        **({"mc": member.marketing_consent_version} if member.marketing_consent_version else {}),
        "en": microseconds(member.enrolled_at),
        **({"rf": member.referrer} if member.referrer else {}),
        **({"ho": member.home} if member.home else {}),
        **({"so": member.source} if member.source else {}),
        **({"as": member.asked} if member.asked else {}),
        **({"wd": 1} if member.welcome_due else {}),
    }


def index_values(program: str, member: str, joined: datetime) -> Item:
    """Return what puts a member into the index ``members``. It never changes."""
    return {
        "mp": keys.members_partition(program, keys.members_shard(member)),
        "mo": keys.members_place(microseconds(joined), member),
    }


def to_member(item: Item) -> Member:
    """Read a member's personal data; of one that is sealed, everything else (``UNREADABLE``)."""
    program, member = keys.owner(item["pk"])
    birthday = item.get("bd")
    return Member(
        program=program,
        id=member,
        serial=item["sr"],
        card_code=item["cc"],
        link_generation=item["lg"],
        card_version=item["cv"],
        first_name=UNREADABLE if is_sealed(item) else item.get("fn", ""),
        contact=Contact(item["ck"], item["ct"]) if "ck" in item else None,
        birthday=date.fromisoformat(birthday) if birthday else None,
        language=item["la"],
        consent_version=item["co"],
        marketing_consent_version=item.get("mc"),
        enrolled_at=instant(item["en"]),
        referrer=item.get("rf"),
        home=item.get("ho"),
        asked=item.get("as"),
        welcome_due=bool(item.get("wd")),
        short_code=item.get("sc", ""),
        source=item.get("so", ""),
    )


def owner_item(program: str, member: str) -> Item:
    """Return what an outside name leads to."""
    return {"program": program, "member": member}


def to_owner(item: Item) -> tuple[str, str]:
    """Read program and member that an outside name leads to."""
    return item["program"], item["member"]


def contact_item(program: str, member: str) -> Item:
    """Return who has proved a contact. Items from before a proof was needed say ``False``."""
    return {**owner_item(program, member), "verified": True}
