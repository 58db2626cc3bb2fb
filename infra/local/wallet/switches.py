"""What the stand-in does where Google's behaviour is unknown, or is to be made difficult."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final

Json = dict[str, Any]

_CHOICES: Final = {
    "eleventh_message": ("reject", "drop"),
    "beyond_fifty_links": ("ignore", "reject"),
    "rate_answer": (403, 429),
}


_LISTS: Final = {"test_users": "e-mail addresses", "closed": "members"}


@dataclass(frozen=True, slots=True)
class Switches:
    """All switches with what holds at first; docs/local-google-wallet.md explains them.

    Attributes
    ----------
    lower_camel
        Answer with the old spelling of enums (``active``) where there is one.
    eleventh_message, beyond_fifty_links
        ``reject`` or ``drop`` the oldest; ``ignore`` or ``reject``.
    rate_limit, rate_answer
        Requests a second (Google: 20; 0 for no limit), and the status beyond.
    latency
        Seconds that every API request takes at least.
    unfetchable
        A picture whose address contains this text cannot be fetched; empty for none.
    closed
        Members that the issuer is not allowlisted for, such as ``merchantLocations``.
    demo, test_users
        Demo mode: only these people may save cards.
    keys_max_age
        Seconds that the callback keys may be kept.
    hold_callbacks
        Keep callbacks back until they are released.
    """

    lower_camel: bool = False
    eleventh_message: str = "reject"
    beyond_fifty_links: str = "ignore"
    rate_limit: int = 0
    rate_answer: int = 403
    latency: float = 0.0
    unfetchable: str = ""
    closed: tuple[str, ...] = ()
    demo: bool = False
    test_users: tuple[str, ...] = ()
    keys_max_age: int = 3600
    hold_callbacks: bool = False

    def changed(self, wish: Json) -> Switches:
        """Return these with the given ones changed.

        Raises
        ------
        ValueError
            There is no such switch, or it cannot be set so.
        """
        known = {field.name: getattr(Switches(), field.name) for field in fields(self)}
        if unknown := set(wish) - set(known):
            raise ValueError(f"no such switch: {', '.join(sorted(unknown))}; known: {list(known)}")
        taken: Json = {}
        for name, value in wish.items():
            if name in _LISTS:
                if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
                    raise ValueError(f"{name} is a list of {_LISTS[name]}")
                taken[name] = tuple(value)
                continue
            kind = type(known[name])
            number = kind is float and isinstance(value, int) and not isinstance(value, bool)
            if type(value) is not kind and not number:
                raise ValueError(f"{name} is of type {kind.__name__}")
            if name in _CHOICES and value not in _CHOICES[name]:
                raise ValueError(f"{name} is one of {_CHOICES[name]}")
            taken[name] = value
        return replace(self, **taken)

    def view(self) -> Json:
        """Return them as JSON."""
        return {**asdict(self), **{name: list(getattr(self, name)) for name in _LISTS}}
