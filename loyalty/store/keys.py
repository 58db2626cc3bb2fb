"""Where everything lies in the three tables: every key format, and nothing else.

Every key starts with the program, except directory items (``D#…``), which find a program from an
outside name. Program ids and sources hold no ``#``, so no two kinds of key can be mistaken.

========================  ==============================  =====================================
table and partition key   sort key                        item
========================  ==============================  =====================================
state  <program>          PROGRAM                         current version of the program
state  <program>          PROGRAM#<version>               every version, as JSON
state  <program>#M#<id>   ACCOUNT, MEMBER                 standing; personal data
state  <program>#M#<id>   REFERRAL                        what bringing this member has earned
state  <program>#M#<id>   GOOGLE                          a save to Google Wallet
state  <program>#M#<id>   GOOGLE#CHECK                    look later at what Google shows
state  <program>#M#<id>   GOOGLE#HISTORY                     messages and notifications of a card
state  <program>          GOOGLE#HISTORY                     the same, of the program's whole class
state  <program>          GOOGLE#CLASS                    the class as Google was last sent it
state  <program>          GOOGLE#WALK                     a walk over all saved cards
state  <program>#I        <id>                            how far an import of members has come
state  <program>#M#<id>   DEVICE#<device>                 a phone that wants updates of the pass
state  <program>#M#<id>   RECORD                          tags, attributes and consents
state  <program>#M#<id>   USED#<what>                     how often a reward or coupon was had
state  <program>#M#<id>   FOUND#<word>                    that they are found by a word
state  <program>#M#<id>   NOTE#<kind>#<key>#<name>        why staff did something
state  <program>#V        COUPON#<id>                     what codes of a coupon are good for
state  <program>#V#…      COUNT                           how many there are left (what#shard)
state  <program>#V#…      CODE#<serial>                   a single-use code that was used
state  <program>#K        KEY#<key>                       that a key is the program's
state  <program>#K        PERSON#<id>                     who works for the program, and as what
state  <program>#S#<who>  SESSION#<id>                    that a session is this person's (TTL)
state  <program>#S#<who>  PASSKEY#<hash>                  that a passkey is this person's
state  <program>#D        DESIGN#<id>                     an owner's design: draft, published
state  <program>#D        VERSION#<id>#<number>           what was published of it
state  <program>#L        <at, µs>#<random>               what was changed: one line a change
state  <program>#K#<key>  <hour, day or month>#<number>   what an API key has done and given
state  <program>#K#<key>  ACT#<when>#…                    what a key did, one line per act
state  <program>#M#<id>   ACT#<when>#…                    the same, on the member's side
state  <program>#K#<who>  MISSES#<hour>                   short codes of no card, tried (TTL)
state  <program>#K#<who>  RATE#<kind>#<hour>              what a key has asked of a kind (TTL)
state  <program>#U#…      CUSTOMER                        whose a till's customer is (source#id)
state  <program>#M#<id>   CUSTOMER#<source>#<id>          the same, on the member's side
state  <program>#R#<no>   <source>#<id>                   a parked order, by its receipt (TTL)
state  <program>#O#…      ORDER                           head of an order (source#id)
state  <program>#O#…      PAGE#<number, 6 digits>         what of it the head has no room for
state  <program>#O#…      DOUBLE                          an order kept apart from its id's first
state  <program>#M#<id>   CONTACT#<key>                   a contact that leads to this member
state  <program>#M#<id>   MERGED#<id>                     a member who was merged into this one
state  <program>#M#<id>   PROOF                           a code on its way to their contact (TTL)
state  <program>#C#<key>  CONTACT                         who has proved that contact
state  <program>#C#<key>  CLAIM#<id>                      a member who has only typed it
state  <program>#A#<key>  <hour>                          attempts to join with a contact (TTL)
state  <program>#P        PRIVACY#<id>                    what a vendor asks for a customer
state  <program>#T        TILL#<endpoint>                 what is watched of a till's address
state  <program>#T        WRITING                         whose tools are told what cards show
state  <program>#W#…      SOLD                            categories of a till's product (source#id)
state  <program>#H#…      <day since 1970, 5 digits>      messages of a till, by the hour (TTL)
state  <program>#R        RECEIVER#<id>                   where events of the program are sent
state  <program>#E#…      <at, µs>#<event>                an event on its way to a receiver (TTL)
state  <program>#M#<id>   DERIVED                         what follows from entries, and up to which
state  <program>          DERIVED                         up to which version changes were told
state  <program>#M#<id>   COUNTED                         up to which entry figures count, rhythm
state  <program>#M#<id>   PORTRAIT                        what the night knows beside others
state  <program>#M#<id>   CAMPAIGNS                       what campaigns have told a member
state  <program>#M#<id>   APPOINTMENTS                    when they come, as booking tools say
state  <program>#B#…      BOOKING                         a booking as told last (source#id; TTL)
state  <program>#M#<id>   ASK#<id>                        what a member was asked, and answered
state  <program>#M#<id>   INVITED#<id>                    what a member was invited to, and said
state  <program>#J        GUESTS#<campaign>               how many have answered an invitation what
state  <program>#J        GUEST#<campaign>#<c or w>#<no>  who comes, or waits for a place
state  <program>#J        CAUSE#<id>                      what members may give points to
state  <program>#J        COLLECTED#<cause>               how many points it was given
state  <program>#J        DRAW#<id>                       a prize draw that an owner has named
state  <program>#J        ENTERED#<draw>                  how a draw stands, and what has decided
state  <program>#J        TICKET#<draw>#<member>          how many entries a member has
state  <program>#J        SAVING#<id>                     a goal that members save for together
state  <program>#G#<goal> GROUP#<goal>#<id>               who saves for it together, and how far
state  <program>#G#<goal> PLACES                          how many groups have a place of it
state  <program>#M#<id>   SAVES#<goal>                    which group of a goal a member is in
state  <program>#J        SEGMENT#<id>                    conditions that an owner has named
state  <program>#J        CAMPAIGN#<id>                   a campaign, and how it stands
state  <program>#J        SEED#<id>                       what a surprise is drawn from
state  <program>#J        EVENTS                          that campaigns wait for events
state  <program>#J        SPENT#<id>                      what a campaign has cost so far
state  <program>#J        HANDED#<coupon>                 how many codes campaigns have handed out
state  <program>#J        CHANNEL#<channel>               how a channel to members is set up
state  <program>#M#<id>   CHANNELS                        what ended or leads to them by channel
state  <program>#Y#<id>#… <occurrence>#<member>           how it ended (campaign#shard)
state  <program>#N#<mon>  <day>#S#<source>#<id>           an order as figures count it
state  <program>#N#<mon>  <day>#E#<member>#<seq>          an entry of no order, as figures count it
state  <program>#N#<mon>  <day>#W#<member>#<wallet>#…     a card put into a wallet, or taken out
state  <program>#N#<mon>  <day>#L#<at, µs>#<who>          somebody has looked for a card (TTL)
state  <program>#N#Q<mon> <day>#<member>#<ask>            an answer as figures count it
state  <program>#N#TILLS  <source>                        that orders came from a till
state  <program>#N        CHART#<name>                    figures, as they were worked out last
state  <program>#N        GOAL#<id>                       what an owner wants a figure to be
state  D#<kind>#<name>    D                               code, link, serial, key or endpoint
state  D#endpoint-name#…  D                               whose the name of an endpoint is, for good
state  D#programs         <program>                       that the deployment has this program
state  D#person#<id>      D                               as what somebody works for programs
state  D#founder#<id>     D                               somebody may make programs
state  D#session#<id>     D                               who is signed in, and since when (TTL)
state  D#passkey#<hash>   D                               whose a passkey is, and its public key
state  D#troubles         D                               what the watch knows to be wrong
state  D#once#<hash>      D                               a link or question, good once (TTL)
state  D#short#<prog>#…   D                               short code of a card
state  D#coupon#<prog>#…  D                               word, or number, of a coupon
state  D#join#<hash>      D                               what an application has made (TTL)
state  D#device#<device>  <serial>                        passes of a phone
state  D#issuer#<id>      PACE                            turns of a Google issuer spoken for
state  D#issuer#<id>      CLOSED                          what a Google issuer may not use
state  D#bind#<hash>      D                               a link that binds a chat, good once (TTL)
state  D#sent#<channel>#… D                               an offer, by its carrier's id (TTL)
state  D#nonce#<nonce>    D                               a Google callback that has counted (TTL)
keys   <program>#M#<id>   KEY                             data key of a member, wrapped
ledger <program>#M#<id>   E#<seq, 12 digits>              entry
ledger <program>#F#…      FACT                            fact (kind#source#id) and its answer
========================  ==============================  =====================================

Two sparse indexes of the state table lead to items by other names; what puts an item into one is
an attribute pair of its own.

========================  ==============================  =====================================
index and partition       order                           what stands there
========================  ==============================  =====================================
waiting  publish#<shard>  second of the change            accounts whose card is not handed over
waiting  <prog>#parked#…  second of the first report      orders that wait for their member
waiting  <prog>#doubles   second of the first report      orders kept apart from their id's first
waiting  google-checks    second when it is due           objects to be looked at again at Google
waiting  programs         second of the change            programs whose cards are drawn anew
waiting  privacy          second when it is told again    what vendors ask for a customer's sake
waiting  tills            second of the next look         tills' addresses that are watched
waiting  leaving          second when that ends           the forgotten, while wallets are told
waiting  <prog>#feedback#… second of the answer           answers, by how they stand
waiting  <prog>#guests    second of the answer            answers to invitations nobody was told of
waiting  draws            second of end or round          draws to be fixed, or drand asked for
waiting  saving           second of the next look         groups of which something may come yet
waiting  sending#<shard>  second of the next attempt      events that a receiver did not take
waiting  offers           second of the next attempt      what a channel has to be handed
members  <prog>#<shard>   <joined, µs>#<id>               who belongs to a program
members  <prog>#F#<word>   <joined, µs>#<id>               who is found by a name, tag or attribute
========================  ==============================  =====================================
"""

from __future__ import annotations

from zlib import crc32

from loyalty.core.report import OrderKey
from loyalty.store.tables import Key

MEMBER_SHARDS = 8
"""Partitions that a program's members are spread over, so that no key of the index is hot."""

PARKED_SHARDS = 8
"""Partitions of the index that a program's parked orders are spread over. A till whose customers
name themselves late parks every sale first; a partition takes 1000 writes a second."""

PUBLISH_SHARDS = 8
"""Partitions of the index that holds cards waiting to be published: each sale that changes a card
enters it and leaves it."""

SENDING_SHARDS = 4
"""Partitions of the index that holds events which wait for their next attempt."""

DELIVERY_SHARDS = 8
"""Partitions that the events of one receiver are spread over, so that no key is hot."""

TILL_SHARDS = 4
"""Partitions that the counts of one till's messages are spread over. A batch of the inbox worker
holds five messages at most and is one write: a thousand messages a second are 200 to 1000."""

ORDER_HEAD = "ORDER"
"""Sort key of every order's head."""

TILLS = "tills"
"""Index partition of tills' addresses, by the second when each is looked at next."""

CAMPAIGNS = "campaigns"
"""The index partition in which campaigns that run wait to be looked at."""

OFFERS = "offers"
"""The index partition of what waits to be handed to a channel, by the second when it is due."""

CLAIM_SHARDS = 8
"""Partitions that what a campaign did is spread over: a blast is on no one of them."""

LEAVING = "leaving"
"""Index partition of the forgotten whose wallets are still told, by the second when that ends."""

GOOGLE_CHECKS = "google-checks"
"""Index partition of objects to be looked at again at Google, by the second when that is due."""

PRIVACY = "privacy"
"""Index partition of what vendors ask for a customer's sake, by when the owner is told again."""

CHANGED_PROGRAMS = "programs"
"""Index partition of programs whose saved cards have to be drawn anew, by the second of that."""


def program_key(program: str) -> Key:
    """Return the key of the current version of a program."""
    return Key("state", program, "PROGRAM")


def troubles_key() -> Key:
    """Return the key of what the watch knows to be wrong."""
    return Key("state", "D#troubles", "D")


def program_version_key(program: str, version: int) -> Key:
    """Return the key of one version of a program."""
    return Key("state", program, f"PROGRAM#{version:06d}")


def account_key(program: str, member: str) -> Key:
    """Return the key of a member's standing."""
    return Key("state", _member(program, member), "ACCOUNT")


def member_key(program: str, member: str) -> Key:
    """Return the key of a member's personal data."""
    return Key("state", _member(program, member), "MEMBER")


def referral_key(program: str, friend: str) -> Key:
    """Return the key of what bringing a member has earned."""
    return Key("state", _member(program, friend), "REFERRAL")


def google_key(program: str, member: str) -> Key:
    """Return the key of what is known of a card in Google Wallet."""
    return Key("state", _member(program, member), "GOOGLE")


def google_check_key(program: str, member: str) -> Key:
    """Return the key of the wish to look later at what Google shows of a card."""
    return Key("state", _member(program, member), "GOOGLE#CHECK")


def google_history_key(program: str, member: str | None) -> Key:
    """Return the key of what Google was asked to say on a card, or on all of a program's."""
    return Key("state", _member(program, member) if member else program, "GOOGLE#HISTORY")


def google_class_key(program: str) -> Key:
    """Return the key of what is known of a program's class at Google."""
    return Key("state", program, "GOOGLE#CLASS")


def google_walk_key(program: str) -> Key:
    """Return the key of the walk over a program's saved cards."""
    return Key("state", program, "GOOGLE#WALK")


def import_key(program: str, name: str) -> Key:
    """Return the key of what is known of an import of members."""
    return Key("state", f"{program}#I", name)


def google_pace_key(issuer: str) -> Key:
    """Return the key of a Google issuer's line of turns, shared by all processes."""
    return Key("state", f"D#issuer#{issuer}", "PACE")


def google_closed_key(issuer: str) -> Key:
    """Return the key of what a Google issuer may not use."""
    return Key("state", f"D#issuer#{issuer}", "CLOSED")


def google_nonce_key(nonce: str) -> Key:
    """Return the key that lets a callback count once."""
    return Key("state", f"D#nonce#{nonce}", "D")


def device_key(program: str, member: str, device: str) -> Key:
    """Return the key of a phone's registration, on the member's side."""
    return Key("state", _member(program, member), f"DEVICE#{device}")


def device_pass_key(device: str, serial: str) -> Key:
    """Return the key of a phone's registration, on the phone's side."""
    return Key("state", f"D#device#{device}", serial)


def order_key(order: OrderKey) -> Key:
    """Return the key of an order's head."""
    return Key("state", f"{order.program}#O#{order.source}#{order.id}", ORDER_HEAD)


def order_page_key(order: OrderKey, number: int) -> Key:
    """Return the key of one of the pages beside an order's head, counted from 1."""
    return Key("state", order_key(order).pk, f"PAGE#{number:06d}")


def double_key(order: OrderKey) -> Key:
    """Return the key of the mark that lets an owner find a possible double."""
    return Key("state", order_key(order).pk, "DOUBLE")


def contact_key(program: str, contact: str) -> Key:
    """Return the key that keeps a contact (its pseudonym) to the member who has proved it."""
    return Key("state", f"{program}#C#{contact}", "CONTACT")


def claim_key(program: str, contact: str, member: str) -> Key:
    """Return the key that says that a member has typed a contact, which proves nothing."""
    return Key("state", f"{program}#C#{contact}", f"CLAIM#{member}")


def member_contact_key(program: str, member: str, contact: str) -> Key:
    """Return the key that says, on the member's side, that a contact leads to them."""
    return Key("state", _member(program, member), f"CONTACT#{contact}")


def merged_key(program: str, member: str, old: str) -> Key:
    """Return the key that says who was merged into a member."""
    return Key("state", _member(program, member), f"MERGED#{old}")


def proof_key(program: str, member: str) -> Key:
    """Return the key of the code that was sent to a member's contact."""
    return Key("state", _member(program, member), "PROOF")


def attempts_key(program: str, contact: str, hour: int) -> Key:
    """Return the key that counts attempts to join with a contact within an hour since 1970."""
    return Key("state", f"{program}#A#{contact}", str(hour))


def note_key(program: str, member: str, kind: str, key: str, name: str) -> Key:
    """Return the key of the reason that staff gave for an act; words of people, so not ledger."""
    return Key("state", _member(program, member), f"NOTE#{kind}#{key}#{name}")


def record_key(program: str, member: str) -> Key:
    """Return the key of what a shop has written down of a member: tags, attributes, consents."""
    return Key("state", _member(program, member), "RECORD")


def found_key(program: str, member: str, word: str) -> Key:
    """Return the key that puts a member under a word (its keyed hash) in the index ``members``."""
    return Key("state", _member(program, member), f"FOUND#{word}")


def found_partition(program: str, word: str) -> str:
    """Return the index partition of all members who are found by a word (its keyed hash)."""
    return f"{program}#F#{word}"


def given_key(program: str, key: str, length: str, number: int) -> Key:
    """Return the key that counts what an API key has given in a day or month."""
    return Key("state", f"{program}#K#{key}", f"{length}#{number}")


def listed_key_key(program: str, key: str) -> Key:
    """Return the key that lists an API key among a program's."""
    return Key("state", f"{program}#K", f"KEY#{key}")


def person_key(program: str, person: str) -> Key:
    """Return the key of somebody who works for a program."""
    return Key("state", f"{program}#K", f"PERSON#{person}")


def listed_session_key(program: str, person: str, session: str) -> Key:
    """Return the key that lists a session among a person's."""
    return Key("state", f"{program}#S#{person}", f"SESSION#{session}")


def listed_passkey_key(program: str, person: str, passkey: str) -> Key:
    """Return the key that lists a passkey among a person's."""
    return Key("state", f"{program}#S#{person}", f"PASSKEY#{passkey}")


def design_key(program: str, design: str) -> Key:
    """Return the key of a design that an owner has made."""
    return Key("state", f"{program}#D", f"DESIGN#{design}")


def design_version_key(program: str, design: str, number: int) -> Key:
    """Return the key of a published version of a design; versions are in their order."""
    return Key("state", f"{program}#D", f"VERSION#{design}#{number:06d}")


def news_picture_key(program: str, picture: str) -> Key:
    """Return the key of a picture that news may show."""
    return Key("state", f"{program}#D", f"PICTURE#{picture}")


def listed_name(sk: str) -> str:
    """Return whose key or person's sort key it is."""
    return sk.partition("#")[2]


def audit_key(program: str, at: int, name: str) -> Key:
    """Return the key of the line of a change at an instant (µs since 1970)."""
    return Key("state", f"{program}#L", f"{at:017d}#{name}")


def member_act_key(program: str, member: str, place: str) -> Key:
    """Return the key of the line of an act on a member; places are in the order of time."""
    return Key("state", _member(program, member), f"ACT#{place}")


def key_act_key(program: str, key: str, place: str) -> Key:
    """Return the key of the same line on the side of the API key that did it."""
    return Key("state", f"{program}#K#{key}", f"ACT#{place}")


def misses_key(program: str, seeker: str, hour: int) -> Key:
    """Return the key that counts short codes of no card that were tried in an hour since 1970."""
    return Key("state", f"{program}#K#{seeker}", f"MISSES#{hour}")


def velocity_key(program: str, caller: str, kind: str, hour: int) -> Key:
    """Return the key that counts what somebody has asked of one kind in an hour since 1970."""
    return Key("state", f"{program}#K#{caller}", f"RATE#{kind}#{hour}")


def receipts_of(program: str, number: str) -> str:
    """Return the partition of all parked orders with a receipt's number."""
    return f"{program}#R#{number}"


def receipt_key(order: OrderKey, number: str) -> Key:
    """Return the key by which a parked order is found by its receipt's number."""
    return Key("state", receipts_of(order.program, number), f"{order.source}#{order.id}")


def customer_key(program: str, source: str, customer: str) -> Key:
    """Return the key that says whose a customer of a till's is."""
    return Key("state", f"{program}#U#{source}#{customer}", "CUSTOMER")


def member_customer_key(program: str, member: str, source: str, customer: str) -> Key:
    """Return the key that says the same on the member's side."""
    return Key("state", _member(program, member), f"CUSTOMER#{source}#{customer}")


def privacy_request_key(program: str, request: str) -> Key:
    """Return the key of what a vendor asks for a customer's sake."""
    return Key("state", f"{program}#P", f"PRIVACY#{request}")


def privacy_request_at(key: Key) -> tuple[str, str]:
    """Return the program and the id of a request by its key."""
    return key.pk.removesuffix("#P"), key.sk.partition("#")[2]


def till_product_key(program: str, source: str, product: str) -> Key:
    """Return the key of what categories a product of a till has had."""
    return Key("state", f"{program}#W#{source}#{product}", "SOLD")


def till_watch_key(program: str, endpoint: str) -> Key:
    """Return the key of what is watched of a till's address."""
    return Key("state", f"{program}#T", f"TILL#{endpoint}")


def till_watched(pk: str, sk: str) -> tuple[str, str]:
    """Return program and endpoint of such a key."""
    return pk.removesuffix("#T"), sk.removeprefix("TILL#")


def till_counts_key(program: str, endpoint: str, worker: int, day: int) -> Key:
    """Return the key of what a worker has counted of a till's messages on a day since 1970."""
    shard = worker % TILL_SHARDS
    return Key("state", f"{program}#H#{endpoint}#{shard}", f"{day:05d}")


def till_counts_partitions(program: str, endpoint: str) -> tuple[str, ...]:
    """Return all partitions that the counts of a till's messages are spread over."""
    return tuple(f"{program}#H#{endpoint}#{shard}" for shard in range(TILL_SHARDS))


def receiver_key(program: str, receiver: str) -> Key:
    """Return the key of a place that a program's events are sent to."""
    return Key("state", f"{program}#R", f"RECEIVER#{receiver}")


def delivery_key(program: str, receiver: str, at: int, event: str) -> Key:
    """Return the key of an event (of that instant, µs) on its way to a receiver."""
    shard = crc32(event.encode()) % DELIVERY_SHARDS
    return Key("state", f"{program}#E#{receiver}#{shard}", f"{at:017d}#{event}")


def delivery_partitions(program: str, receiver: str) -> tuple[str, ...]:
    """Return all partitions that the events of a receiver are spread over."""
    return tuple(f"{program}#E#{receiver}#{shard}" for shard in range(DELIVERY_SHARDS))


def delivery_at(key: Key) -> tuple[str, str, int, str]:
    """Return program, receiver, instant (µs) and event of a delivery's key."""
    program, _, rest = key.pk.partition("#E#")
    at, _, event = key.sk.partition("#")
    return program, rest.rpartition("#")[0], int(at), event


def derived_key(program: str, member: str) -> Key:
    """Return the key of what follows from a member's entries; of a program's versions for ""."""
    return Key("state", _member(program, member) if member else program, "DERIVED")


def counted_key(program: str, member: str) -> Key:
    """Return the key of how far a member's entries are in figures, and of their rhythm."""
    return Key("state", _member(program, member), "COUNTED")


def portrait_key(program: str, member: str) -> Key:
    """Return the key of what the night has worked out of a member beside all others."""
    return Key("state", _member(program, member), "PORTRAIT")


def reached_key(program: str, member: str) -> Key:
    """Return the key of what campaigns have told a member, and when."""
    return Key("state", _member(program, member), "CAMPAIGNS")


def appointments_key(program: str, member: str) -> Key:
    """Return the key of a member's appointments."""
    return Key("state", _member(program, member), "APPOINTMENTS")


def booking_key(program: str, source: str, booking: str) -> Key:
    """Return the key of what was told last of a booking."""
    return Key("state", f"{program}#B#{source}#{booking}", "BOOKING")


def bridge_sources_key(program: str) -> Key:
    """Return the key of which sources are booking tools and CRMs."""
    return Key("state", f"{program}#T", "BRIDGES")


def writing_key(program: str) -> Key:
    """Return the key of which addresses' tools are told what cards show."""
    return Key("state", f"{program}#T", "WRITING")


def feed_key(program: str, endpoint: str) -> Key:
    """Return the key of what a calendar said last."""
    return Key("state", f"{program}#T", f"FEED#{endpoint}")


def asked_key(program: str, member: str, name: str) -> Key:
    """Return the key of what a member was asked, and has answered."""
    return Key("state", _member(program, member), f"ASK#{name}")


def asked_at(key: Key) -> tuple[str, str]:
    """Return member and id of a question's key."""
    return owner(key.pk)[1], key.sk.partition("#")[2]


def invited_key(program: str, member: str, name: str) -> Key:
    """Return the key of what a member was invited to, and has answered."""
    return Key("state", _member(program, member), f"INVITED#{name}")


def guests_partition(program: str) -> str:
    """Return the partition of who has answered a program's invitations."""
    return f"{program}#J"


def guest_book_key(program: str, campaign: str) -> Key:
    """Return the key of how many have answered a campaign's invitation what."""
    return Key("state", guests_partition(program), f"GUESTS#{campaign}")


def guest_key(program: str, campaign: str, letter: str, number: int) -> Key:
    """Return the key of who comes (``c``) or waits (``w``), by the number of their yes."""
    return Key("state", guests_partition(program), f"GUEST#{campaign}#{letter}#{number:08d}")


def calendar_address_key(program: str) -> Key:
    """Return the key of how often the address of a program's calendar was replaced."""
    return Key("state", f"{program}#J", "CALENDAR")


def broadcast_key(program: str, broadcast: str) -> Key:
    """Return the key of what is said on all cards at once."""
    return Key("state", f"{program}#J", f"BROADCAST#{broadcast}")


def cause_key(program: str, cause: str) -> Key:
    """Return the key of what members may give points to."""
    return Key("state", f"{program}#J", f"CAUSE#{cause}")


def collected_key(program: str, cause: str) -> Key:
    """Return the key of how many points a cause was given."""
    return Key("state", f"{program}#J", f"COLLECTED#{cause}")


def draw_key(program: str, draw: str) -> Key:
    """Return the key of a prize draw."""
    return Key("state", f"{program}#J", f"DRAW#{draw}")


def entered_key(program: str, draw: str) -> Key:
    """Return the key of how a draw stands."""
    return Key("state", f"{program}#J", f"ENTERED#{draw}")


def ticket_key(program: str, draw: str, member: str) -> Key:
    """Return the key of how many entries a member has in a draw."""
    return Key("state", f"{program}#J", f"TICKET#{draw}#{member}")


SAVING = "saving"
"""Index partition of groups that are to be looked at, by the second of that."""


DRAWS = "draws"
"""Index partition of draws, by the second from which on they can be fixed, and then decided."""


def entered_at(key: Key) -> tuple[str, str]:
    """Return program and id of the draw that a key says how it stands of."""
    return key.pk.removesuffix("#J"), key.sk.partition("#")[2]


def savings_goal_key(program: str, goal: str) -> Key:
    """Return the key of a goal that members save for together."""
    return Key("state", f"{program}#J", f"SAVING#{goal}")


def places_key(program: str, goal: str) -> Key:
    """Return the key of how many groups have a place of a goal."""
    return Key("state", f"{program}#G#{goal}", "PLACES")


def group_key(program: str, goal: str, name: str) -> Key:
    """Return the key of a group that saves for a goal."""
    return Key("state", f"{program}#G#{goal}", f"GROUP#{goal}#{name}")


def group_at(key: Key) -> tuple[str, str, str]:
    """Return program, goal and id of a group's key."""
    _, goal, name = key.sk.split("#")
    return key.pk.removesuffix(f"#G#{goal}"), goal, name


def saves_key(program: str, member: str, goal: str) -> Key:
    """Return the key of which group of a goal a member is in."""
    return Key("state", _member(program, member), f"SAVES#{goal}")


def invited_at(key: Key) -> tuple[str, str]:
    """Return member and id of an invitation's key."""
    return owner(key.pk)[1], key.sk.partition("#")[2]


def untold_guests(program: str) -> str:
    """Return the index partition of answers to invitations of which nobody was told."""
    return f"{program}#guests"


def feedback(program: str, state: str) -> str:
    """Return the index partition of a program's answers that stand so."""
    return f"{program}#feedback#{state}"


def answers_partition(program: str, month: int) -> str:
    """Return the partition of answers of a month (since year 0, UTC), as figures count them."""
    return f"{program}#N#Q{month:06d}"


def answer_line_key(program: str, member: str, name: str, month: int, day: int) -> Key:
    """Return the key of an answer as figures count it, by the day (UTC) it was first given."""
    return Key("state", answers_partition(program, month), f"{day:02d}#{member}#{name}")


def segment_key(program: str, segment: str) -> Key:
    """Return the key of a segment that an owner has named."""
    return Key("state", f"{program}#J", f"SEGMENT#{segment}")


def campaign_key(program: str, campaign: str) -> Key:
    """Return the key of a campaign."""
    return Key("state", f"{program}#J", f"CAMPAIGN#{campaign}")


def spent_key(program: str, campaign: str) -> Key:
    """Return the key of what a campaign has cost so far."""
    return Key("state", f"{program}#J", f"SPENT#{campaign}")


def seed_key(program: str, campaign: str) -> Key:
    """Return the key of what a campaign's surprise is drawn from."""
    return Key("state", f"{program}#J", f"SEED#{campaign}")


def handed_key(program: str, coupon: str) -> Key:
    """Return the key of how many codes of a coupon campaigns have handed out."""
    return Key("state", f"{program}#J", f"HANDED#{coupon}")


def channel_key(program: str, channel: str) -> Key:
    """Return the key of how a channel to members is set up."""
    return Key("state", f"{program}#J", f"CHANNEL#{channel}")


def channels_of_key(program: str, member: str) -> Key:
    """Return the key of what ended or leads to a member, by channel."""
    return Key("state", _member(program, member), "CHANNELS")


def campaign_events_key(program: str) -> Key:
    """Return the key that says that a program has campaigns which wait for events."""
    return Key("state", f"{program}#J", "EVENTS")


def claim_of_key(program: str, campaign: str, occurrence: str, member: str) -> Key:
    """Return the key of how an occurrence of a campaign ended for a member."""
    shard = crc32(member.encode()) % CLAIM_SHARDS
    return Key("state", f"{program}#Y#{campaign}#{shard}", f"{occurrence}#{member}")


def claim_partitions(program: str, campaign: str) -> tuple[str, ...]:
    """Return all partitions that how a campaign ended for members is spread over."""
    return tuple(f"{program}#Y#{campaign}#{shard}" for shard in range(CLAIM_SHARDS))


def claim_at(key: Key) -> tuple[str, str, str, str]:
    """Return program, campaign, occurrence and member of how an occurrence ended."""
    program, _, campaign, _ = key.pk.split("#")
    occurrence, _, member = key.sk.rpartition("#")
    return program, campaign, occurrence, member


def campaign_at(key: Key) -> tuple[str, str]:
    """Return program and id of a campaign's key."""
    return key.pk.removesuffix("#J"), key.sk.partition("#")[2]


def figures_partition(program: str, month: int) -> str:
    """Return the partition of what figures of a month (since year 0, UTC) are made of."""
    return f"{program}#N#{month:06d}"


def sale_line_key(order: OrderKey, month: int, day: int) -> Key:
    """Return the key of an order as figures count it, by the day (UTC) it was first heard of."""
    place = f"{day:02d}#S#{order.source}#{order.id}"
    return Key("state", figures_partition(order.program, month), place)


def entry_line_key(program: str, member: str, seq: int, month: int, day: int) -> Key:
    """Return the key of an entry as figures count it, by its day (UTC)."""
    place = f"{day:02d}#E#{member}#{seq:012d}"
    return Key("state", figures_partition(program, month), place)


def wallet_line_key(program: str, member: str, what: str, month: int, day: int) -> Key:
    """Return the key of what happened to a card in a wallet, by its day (UTC)."""
    return Key("state", figures_partition(program, month), f"{day:02d}#W#{member}#{what}")


def look_line_key(program: str, who: str, at: int, month: int, day: int) -> Key:
    """Return the key of somebody's looking for a card, by its day (UTC); ``at`` in µs."""
    return Key("state", figures_partition(program, month), f"{day:02d}#L#{at:016d}#{who}")


def declined_line_key(program: str, who: str, at: int, month: int, day: int) -> Key:
    """Return the key of what somebody was refused, by its day (UTC); ``at`` in µs."""
    return Key("state", figures_partition(program, month), f"{day:02d}#D#{at:016d}#{who}")


def order_source_key(program: str, source: str) -> Key:
    """Return the key of that orders came from a till."""
    return Key("state", f"{program}#N#TILLS", source)


def chart_key(program: str, name: str) -> Key:
    """Return the key of figures as they were worked out last."""
    return Key("state", f"{program}#N", f"CHART#{name}")


def goal_key(program: str, goal: str) -> Key:
    """Return the key of what an owner wants a figure to be."""
    return Key("state", f"{program}#N", f"GOAL#{goal}")


def data_key_key(pk: str) -> Key:
    """Return the key of the data key of the member whose partition that is."""
    return Key("keys", pk, "KEY")


def founder_key(person: str) -> Key:
    """Return the place that says that somebody may make programs in this deployment."""
    return directory_key("founder", person)


def listed_program_key(program: str) -> Key:
    """Return the place that says that this deployment has a program."""
    return Key("state", "D#programs", program)


def directory_key(kind: str, name: str) -> Key:
    """Return the key of an outside name; see above for the kinds."""
    return Key("state", f"D#{kind}#{name}", "D")


def entry_key(program: str, member: str, seq: int) -> Key:
    """Return the key of an account's entry."""
    return Key("ledger", _member(program, member), f"E#{seq:012d}")


def last_entry_key(program: str, member: str) -> Key:
    """Return a key behind those of all entries of an account."""
    return Key("ledger", _member(program, member), "E#:")


def is_entry(key: Key) -> bool:
    """Tell whether a key is that of an account's entry."""
    return key.table == "ledger" and key.sk.startswith("E#")


def fact_key(program: str, kind: str, source: str, name: str) -> Key:
    """Return the key of a fact from outside that must count once."""
    return Key("ledger", f"{program}#F#{kind}#{source}#{name}", "FACT")


def fact_of(program: str, name: str) -> Key:
    """Return the key of the fact that an entry names (``<kind>#…``, as the use cases name them)."""
    kind, _, rest = name.partition("#")
    if kind in {"hold", "capture", "release"}:
        source, _, rest = rest.partition(":")
    else:
        source, _, rest = rest.partition("#")
    if kind == "birthday":
        source, rest = rest, source
    return fact_key(program, kind, source, rest)


# Partitions and places of the indexes


def sending(event: str) -> str:
    """Return the index partition in which an event waits for its next attempt."""
    return f"sending#{crc32(event.encode()) % SENDING_SHARDS}"


def sending_partitions() -> tuple[str, ...]:
    """Return all index partitions of events that wait for their next attempt."""
    return tuple(f"sending#{shard}" for shard in range(SENDING_SHARDS))


def parked(order: OrderKey) -> str:
    """Return the index partition in which an order waits for its member."""
    name = f"{order.source}#{order.id}"
    return f"{order.program}#parked#{crc32(name.encode()) % PARKED_SHARDS}"


def parked_partitions(program: str) -> tuple[str, ...]:
    """Return all index partitions of a program's parked orders."""
    return tuple(f"{program}#parked#{shard}" for shard in range(PARKED_SHARDS))


def doubles(program: str) -> str:
    """Return the index partition of a program's possible doubles."""
    return f"{program}#doubles"


def publish(program: str, member: str) -> str:
    """Return the index partition in which a changed card waits to be published."""
    return f"publish#{crc32(f'{program}#{member}'.encode()) % PUBLISH_SHARDS}"


def publish_partitions() -> tuple[str, ...]:
    """Return all index partitions of cards waiting to be published."""
    return tuple(f"publish#{shard}" for shard in range(PUBLISH_SHARDS))


def members_partition(program: str, shard: int) -> str:
    """Return one of the index partitions that a program's members are spread over."""
    return f"{program}#{shard}"


def members_shard(member: str) -> int:
    """Return the shard of a member."""
    return crc32(member.encode()) % MEMBER_SHARDS


def members_place(joined: int, member: str) -> str:
    """Return where a member stands in the order of joining (microseconds since 1970): total."""
    return f"{joined:020d}#{member}"


# What a key says


def owner(pk: str) -> tuple[str, str]:
    """Return program and member of a partition key of the form ``<program>#M#<member>``."""
    program, _, member = pk.partition("#M#")
    return program, member


def is_of_member(key: Key) -> bool:
    """Tell whether an item is a member's own."""
    return "#M#" in key.pk


def order_at(pk: str) -> OrderKey:
    """Return the order whose head has that partition key."""
    program, _, rest = pk.partition("#O#")
    source, _, name = rest.partition("#")
    return OrderKey(program, source, name)


def _member(program: str, member: str) -> str:
    return f"{program}#M#{member}"
