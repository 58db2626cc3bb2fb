"""What a vendor's language is made of, whether it is a till's or a bridge's."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from loyalty.tills import signatures

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from loyalty.access.keys import Endpoint
    from loyalty.tills import standard
    from loyalty.tills.client import Client
    from loyalty.tills.incoming import Sender
    from loyalty.tills.reading import Message, Reading, Wanted

    Verify = Callable[[Endpoint, list[str], Mapping[str, str], bytes, datetime], bool]
    Ping = Callable[[Mapping[str, str], bytes], bool]
    Read = Callable[[Sender, Message], Reading]
    ReadBack = Callable[[Client, Sender, Wanted], Reading]
    Write = Callable[[Client, Sender, str, Mapping[str, str]], bool]
    Changed = Callable[[Client, Sender, datetime, datetime], Reading]
    ReadRedemption = Callable[[Mapping[str, Any]], standard.RedemptionMessage]

PATH_SECRET = ":secret"  # noqa: S105 - a name, and none of a secret
"""Under this name what stood in the address lies beside the headers; no header is called so."""


def by_address(
    _: Endpoint, secrets: list[str], headers: Mapping[str, str], __: bytes, ___: datetime
) -> bool:
    """Tell whether a message came to the address with the secret in it; nothing is signed."""
    return signatures.token(secrets, headers.get(PATH_SECRET, ""))


@dataclass(frozen=True, slots=True)
class Connector:
    """One vendor's language.

    Attributes
    ----------
    verify
        Whether a message is the endpoint's: endpoint, its secrets, headers with lower-case names,
        raw body, present instant. False for anything malformed.
    read
        Reads a message of a sender: orders, what has to be read back, what is not for us. Pure.
        Raises a refusal of kind ``invalid``, code ``invalid_message``, with every field at fault.
    read_back
        Asks the vendor for one thing that a reading wants; what it answers may want more. None for
        vendors whose messages say everything. Raises ``VendorFailed``; an empty reading where the
        vendor knows nothing of it.
    changed
        Asks the vendor what changed between two instants, for what no message brought. None for
        vendors without such a list.
    write
        Writes texts into fields of a client there, by the client's id: False where the vendor has
        that client no more. None for vendors whose clients have no fields, or none that we know
        how to write. Raises ``VendorFailed``.
    ping
        Whether an unsigned message (headers, raw body) is what the vendor tries an address with:
        answered 200 whatever the endpoint is, and nothing follows from it.
    headers
        Lower-case names of headers that `read` looks at; they are kept with the message.
    address
        Where the vendor is asked, unless the endpoint says otherwise: ``https://host``.
    taken
        How a message that was kept is answered; some vendors send all again that is not 200.
    exact_numbers
        Whether ids may be integers past 2^53 and decimals are to be read exactly (as ``Decimal``).
    lists
        Whether a message may be a list rather than an object.
    form
        Whether a message may be a form (``data[FIELDS][ID]=7``) rather than JSON.
    secret_in_path
        Whether its vendor signs nothing, so that the address itself holds the secret
        (``/webhooks/<endpoint>/from/<secret>``) and all that counts is read back.
    pause
        Seconds that pass before each question to the vendor, for its limit of questions.
    feed
        Whether nothing is sent to us: an address is asked for a calendar by the clock
        (``loyalty.tills.bridges.following``), and lies where the others' tokens lie.
    read_redemption
        Reads a request to redeem; None for vendors that ask for none.
    """

    verify: Verify
    read: Read
    read_back: ReadBack | None = None
    changed: Changed | None = None
    write: Write | None = None
    ping: Ping | None = None
    headers: tuple[str, ...] = ()
    address: str = ""
    taken: HTTPStatus = HTTPStatus.OK
    exact_numbers: bool = True
    lists: bool = False
    form: bool = False
    secret_in_path: bool = False
    pause: float = 0.0
    feed: bool = False
    read_redemption: ReadRedemption | None = None
