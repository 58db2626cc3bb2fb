"""How every function of /v1 words its refusals: one voice, whichever function answers."""

from __future__ import annotations

from functions.http import problems

WORDING = problems.Wording(
    # What is another program's is answered like what there never was, to the letter.
    codes={
        "idempotency_key_missing": "idempotency_key_missing",
        "precondition_missing": "precondition_missing",
        "invalid": "invalid_request",
        "not_found": "not_found",
        "no_such_address": "no_such_address",
        "method_not_allowed": "method_not_allowed",
        "reused": "id_reused",
        "idempotency_key_reused": "idempotency_key_reused",
    },
    titles={
        "order_taken": "Taken",
        "several_cards": "Which card is it?",
        "method_not_allowed": "Not with that verb",
    },
    details={
        "not_found": "",
        "no_such_address": "There is nothing at this address.",
        "method_not_allowed": "This address takes other verbs: those that Allow names.",
    },
    # draft-ietf-httpapi-idempotency-key-header-07, section 2.7; RFC 6585, section 3; RFC 9110
    statuses={
        "idempotency_key_missing": 400,
        "method_not_allowed": 405,
        "precondition_missing": 428,
        "precondition_failed": 412,
    },
)
