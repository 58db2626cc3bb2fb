"""Every code by which /v1 refuses, listed once: what a program decides by, and what it should do.

The sentence that comes with a refusal stands where it is raised; what stands here is for the reader
of the documentation. A route names its own codes (functions.http.operations); what every route may
answer is added to them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.refusals import Kind


@dataclass(frozen=True, slots=True)
class Code:
    """One code.

    Attributes
    ----------
    kind
        What sort of refusal it is: the status follows from it, except where ``status`` says more.
    detail, pointer
        An example of the sentence, and of the field that it is about; None where it is about none.
    advice
        What whoever is refused should do.
    more
        An example of what else stands in the document.
    """

    name: str
    kind: Kind
    detail: str
    advice: str
    pointer: str | None = None
    status: int | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    def refusal(self) -> Refusal:
        """Return an example of it."""
        return Refusal(self.kind, self.name, self.detail, pointer=self.pointer, more=self.more)


ANYWHERE = ("unavailable",)
WITH_SCOPES = ("not_authenticated", "scope_missing")
BY_A_BROWSER = ("cross_site",)
PROVED = ("proof_needed",)
COUNTED = ("too_fast", "busy")
WITH_NAMES = ("not_found", "no_such_address")
WITH_FIELDS = ("invalid_request",)
OF_PEOPLE = ("member_unreadable",)
OF_A_PLACE = ("location_not_allowed", "unknown_location")
WITH_BODY = (
    "not_json",
    "not_utf8",
    "not_an_object",
    "too_large",
    "too_deep",
    "duplicate_key",
    "number_out_of_range",
    "not_text",
    "invalid_request",
)
WITH_KEY = ("idempotency_key_missing", "idempotency_key_reused")
WITH_TAG = ("precondition_missing", "precondition_failed")
CHANGING = ("busy",)

_MEND = "Mend the program that sends it."
_AGAIN = "Send the same request again after Retry-After seconds; it counts once."
_LISTED = (
    Code("not_authenticated", "unauthenticated",
         "Send the header Authorization: Bearer lk_… with a key that is still good.",
         "Check the key: it is missing, mistyped, revoked or expired."),
    Code("cross_site", "forbidden",
         "Send what changes something from our own page, with its X-Form-Token.",
         "Only whoever is signed in by a cookie is asked this: GET /v1/session tells the token."),
    Code("proof_needed", "forbidden",
         "Prove once more who you are: with your passkey, or by a new link.",
         "Only in a session: POST /v1/session/proof, then send the same again."),
    Code("session_needed", "forbidden", "This is for people who are signed in, not for keys.",
         "Sign in with a link or a passkey."),
    Code("sign_in_refused", "unauthenticated",
         "That does not let anybody in (any more). Ask for a new link.",
         "A link is good once and for 15 minutes, a question to a passkey for 5."),
    Code("session_not_found", "not_found", "", "It is over: nothing is left to end."),
    Code("passkey_not_found", "not_found", "", "It is not one of yours."),
    Code("passkey_refused", "invalid",
         "That is no passkey that was asked for here a moment ago: begin again.",
         "Ask for a new question and answer that one, from our own page.", pointer="/credential"),
    Code("passkey_known", "conflict", "That passkey is known already.", "Nothing is left to do."),
    Code("too_many_passkeys", "too_many", "A person has 20 passkeys at most: remove one first.",
         "Remove one that is not used.", status=429),
    Code("scope_missing", "forbidden",
         "This needs a key with the scope staff; yours is till.",
         "Use a key of a kind that the route names."),
    Code("not_found", "not_found", "",
         "There is nothing of that name for this key. What belongs to others is answered alike."),
    # Said by whoever answers where no route is: a name with a line end in it leads there.
    Code("no_such_address", "not_found", "There is nothing at this address.",
         "Check the address, and escape the names in it."),
    Code("invalid_request", "invalid", "Field required",
         "Look at errors: a pointer, a code and a sentence for each field.",
         pointer="/card_code"),
    Code("not_json", "unreadable", "Not JSON: Expecting value, line 1, column 1.", _MEND),
    Code("not_utf8", "unreadable", "The body is not UTF-8: byte 12 does not belong there.", _MEND),
    Code("not_an_object", "unreadable", "The body has to be a JSON object: {…}.", _MEND),
    Code("too_large", "unreadable", "The body is larger than 16384 bytes.", _MEND),
    Code("too_deep", "unreadable", "Objects and arrays are nested deeper than 16 levels.", _MEND),
    Code("duplicate_key", "unreadable", "An object has the same key twice.", _MEND),
    Code("number_out_of_range", "unreadable",
         "An integer is outside ±9007199254740991; send it as text.", _MEND),
    Code("not_text", "unreadable", "A text holds half of a surrogate pair.", _MEND),
    Code("idempotency_key_missing", "invalid",
         "Send the header Idempotency-Key: 1 to 255 visible ASCII characters, new for every act.",
         "Make a random key for each act, keep it, and send it again with every repeat.",
         status=400),
    Code("idempotency_key_reused", "reused",
         "This Idempotency-Key came with other content before; the first request stands.",
         "Use a new key for what is another act."),
    Code("precondition_missing", "invalid",
         "Send the header If-Match with the ETag of what you have looked at.",
         "Look at it first, and send the ETag of that answer in If-Match.", status=428),
    Code("precondition_failed", "conflict",
         "It was changed meanwhile: look at what is there now, and change that.",
         "Look at it again, make your change to that, and send its ETag.", status=412),
    Code("busy", "busy", "Send the same request again; it counts once.", _AGAIN),
    Code("unavailable", "unavailable",
         "The fault is on our side. Send the same request again; it counts once.", _AGAIN),
    Code("card_not_found", "invalid", "No card of this program has that code.",
         "Scan again; the card may be another shop's, or void.", pointer="/card_code"),
    Code("invalid_cursor", "invalid", "The cursor is none that a page has returned.",
         "Begin again without a cursor.", pointer="/cursor"),
    Code("ends_before_it_begins", "invalid", "That is before since: nothing lies between.",
         "Name a time that ends after it begins.", pointer="/until"),
    Code("figures_missing", "conflict",
         "Figures were not worked out yet: that happens every night, or when you ask for it.",
         "Ask for them (POST /v1/figures/work-out), and look again in a minute."),
    Code("unknown_figure", "invalid",
         "Name a figure and its days as GET /v1/figures tells them: active/30, active/90.",
         "Name one of those.", pointer="/figure"),
    Code("too_many_goals", "conflict", "There are 20 goals already: take one away first.",
         "Take one away."),
    Code("segment_not_found", "not_found", "There is no such segment.",
         "List them with GET /v1/segments."),
    Code("invalid_segment", "invalid", "It is one of attribute, tag, level, balance, …",
         "Mend the condition at the pointer.", pointer="/conditions/all/0/field"),
    Code("too_many_segments", "conflict", "A program has at most 100 segments.",
         "Forget one first."),
    Code("campaign_not_found", "not_found", "There is no such campaign.",
         "List them with GET /v1/campaigns."),
    Code("invalid_campaign", "invalid", "Say it in ru, too.",
         "Mend the field at the pointer.", pointer="/actions/0/text"),
    Code("campaign_state", "conflict", "It is cancelled, and that cannot be undone.",
         "Look at its state; make another campaign."),
    Code("feedback_not_found", "not_found", "There is no such answer.",
         "List them with GET /v1/feedback."),
    Code("no_question", "not_found", "This campaign asks nothing.",
         "Name one with an action of the kind question."),
    Code("too_many_campaigns", "conflict", "A program has at most 200 campaigns.",
         "Tell us what you need so many for."),
    Code("currency_mismatch", "invalid", "The program counts in USD.",
         "Report in the program's currency.", pointer="/currency"),
    Code("unknown_reward", "invalid", "The program has no such reward; it has: free-coffee.",
         "Ask for one of those.", pointer="/reward"),
    Code("no_codes", "conflict", "Everybody types SPRING24: there are no codes of its own.",
         "Print the word."),
    Code("coupon_exists", "conflict",
         "There is a coupon of that id, or there was: choose another one.",
         "Choose another id.", pointer="/id"),
    Code("word_taken", "conflict", "Another coupon has that word, or had it.",
         "Choose another word.", pointer="/word"),
    Code("bad_word", "invalid", "A word has 3 to 15 letters, digits and hyphens.",
         "Choose another word.", pointer="/word"),
    Code("codes_of_its_own", "conflict",
         "Only a coupon that is made for another system's codes takes some in.",
         "Make one with foreign, and send them there."),
    Code("too_many_codes", "too_many", "A coupon has 1000000 codes at most.", "Make another one."),
    Code("too_many_coupons", "too_many", "A program has 1000 at most.", "Change one."),
    Code("language_missing", "invalid", "The program speaks en, ru: name it in each.",
         "Name it in every language of the program.", pointer="/name"),
    Code("fewer_codes", "conflict",
         "1000 codes may be printed already; stop the coupon instead.",
         "Stop the coupon, or send no fewer codes.", pointer="/codes"),
    Code("fewer_uses", "conflict", "It was used 12 times already.",
         "Send at least as many, or stop it.", pointer="/uses"),
    Code("not_stocked", "conflict",
         "The program does not count the stock of mug: set stocked first.",
         "Set `stocked` of that reward in the program."),
    Code("below_nothing", "conflict", "That would leave -1; 0 are left now.",
         "Look at what is left, and take away no more than that.", pointer="/more"),
    Code("offline_redemption", "invalid",
         "This was redeemed while the till was offline. Points are spent online only.",
         "Charge the full price, or let staff set it right.", pointer="/occurred_at"),
    Code("reason_missing", "invalid", "Say why.", "Send a reason.", pointer="/reason"),
    Code("source_not_allowed", "forbidden", "This key may speak for: till.",
         "Use that till's key, or a key without sources."),
    Code("not_yours", "forbidden", "Another till has made it. Staff can undo it.",
         "Ask staff."),
    Code("too_late", "conflict", "The time to undo it is over.",
         "Staff can adjust the member's balance."),
    Code("id_reused", "reused", "The id was used before for something else; the first stands.",
         "Send exactly what was sent first, or take a new hold.", pointer="/id"),
    Code("too_fast", "too_many", "A key may make 300 calls of the kind spending in a minute.",
         "Wait for Retry-After seconds; owners set limits in the program (velocity)."),
    Code("too_many_misses", "too_many",
         "20 short codes of no card were tried with this key within the hour; scan, or wait.",
         "Scan the card; typed codes are taken again after Retry-After seconds."),
    Code("order_taken", "conflict", "The order counts for another member already.",
         "Staff can move a sale; a till cannot."),
    Code("bad_id", "invalid", "An id is 1 to 40 small letters, digits and hyphens.",
         "Choose another one.", pointer="/id"),
    Code("bad_url", "invalid", "The URL begins with https://.",
         "Name a public host by https, on port 443.", pointer="/url"),
    Code("unknown_event", "invalid", "There is no such event; docs/outgoing.md lists them all.",
         "Name events as they are listed.", pointer="/events"),
    Code("receiver_exists", "conflict", "There is a receiver of that id: choose another one.",
         "Change that one, or choose another id.", pointer="/id"),
    Code("bad_key_id", "invalid", "A key's id is 8 to 26 small letters and digits.",
         "Choose another one.", pointer="/id"),
    Code("key_exists", "conflict",
         "There is a key of that id, or there was: it names who did something.",
         "Choose another id.", pointer="/id"),
    Code("key_ends_before_it_begins", "invalid", "That is over already: name an instant to come.",
         "Name a later instant.", pointer="/expires_at"),
    Code("unknown_limit", "invalid",
         "A key has limits of its own for: at_once, per_shift, per_month, acts_per_hour, "
         "sales_per_minute, spending_per_minute, spending_per_hour, others_per_minute.",
         "Name one of these.", pointer="/limits/per_year"),
    Code("too_many_keys", "too_many",
         "A program has 200 keys at most: revoke what nobody uses.", "Revoke some."),
    Code("beyond_your_rights", "forbidden",
         "That key can do more than yours: it ends later, or speaks for more tills.",
         "Use a key that can do as much as the one you want."),
    Code("person_not_found", "invalid", "No such person.", "Take them in first.",
         pointer="/person"),
    Code("not_their_role", "invalid",
         "They are staff: a key of theirs can do neither more nor less.",
         "Send their role as the scope, or change their role first.", pointer="/scope"),
    Code("person_has_key", "conflict", "They have a key: rotate or revoke it.",
         "Rotate that one.", pointer="/person"),
    Code("key_ended", "conflict", "It is revoked or expired: make another one.",
         "Make another one."),
    Code("key_changed", "conflict", "Somebody else has just changed it.",
         "Look at it, and change it again."),
    Code("unknown_person", "invalid", "There is no such person.",
         "Leave the id away for somebody new.", pointer="/id"),
    Code("works_here_already", "conflict", "They work here: change their role.",
         "Change their role.", pointer="/id"),
    Code("too_many_people", "too_many", "A program has 100 people at most.",
         "Let go who works here no more."),
    Code("last_owner", "conflict", "They are the last owner: make somebody else one first.",
         "Make somebody else an owner first."),
    Code("person_changed", "conflict", "Somebody else has just changed them.",
         "Look at them, and change them again."),
    Code("import_not_planned", "conflict",
         "Plan the import with a mapping first, and look at what would become of it.",
         "Plan it, and look at it until its state is `planned`."),
    Code("too_many_receivers", "too_many", "A program has 5 receivers at most.",
         "Remove one, or let one hand events on."),
    Code("receiver_changed", "conflict", "Somebody else has just changed it.",
         "Look at it, and change it again."),
    Code("rotation_unfinished", "conflict",
         "Two secrets are good already: end the old one first.", "End the old one."),
    Code("nothing_to_end", "conflict", "There is one secret only.", "Make another one first."),
    Code("several_cards", "conflict",
         "Several people have typed this contact. Send member_id with the one you see.",
         "Ask the person in front of you which one they are, and send its member_id.",
         more={"cards": [{"member_id": "01JX3M8E7S4T9C2VQ5W6Y7Z8A9", "first_name": "Ann",
                          "joined": "2026-05-04"}]}),
    Code("invalid_phone", "invalid", "This cannot be read.", "Ask for the number again.",
         pointer="/phone"),
    Code("invalid_email", "invalid", "This cannot be read.", "Ask for the address again.",
         pointer="/email"),
    Code("member_not_found", "not_found", "",
         "There is no such member here, or they have left."),
    Code("member_unreadable", "gone",
         "What is kept of this member cannot be read: their data key is gone. Erase them.",
         "Tell the engineer: a data key was lost, or a restore has brought an erased person back."),
    Code("unknown_pot", "invalid", "The program has no pot moons.",
         "Name one of the program's pots.", pointer="/pot"),
    Code("same_pot", "invalid", "The pot points is named twice: say once how much.",
         "Add up what is for the same pot.", pointer="/also/0/pot"),
    Code("limit_reached", "too_many", "The limit per_shift is 500.",
         "Ask the owner: limits are per key, at once, an hour, a day and a month."),
    Code("same_member", "conflict", "The sale is this member's already.",
         "There is nothing to do."),
    Code("order_paid_with_points", "conflict",
         "Points or a reward paid for this sale; undo that first.",
         "Undo the redemption, then do this again."),
    Code("receipt_not_found", "invalid",
         "No receipt of that number, amount and day waits for its customer.",
         "Look at number, amount and day again; staff can look through parked orders.",
         pointer=""),
    Code("invalid_application", "invalid", "Please enter your first name.",
         "Look at errors: a pointer and a code for each field.", pointer="/first_name"),
    Code("too_many_attempts", "too_many",
         "This contact was tried too often; wait before the next attempt.",
         "Wait for Retry-After seconds."),
    Code("customer_taken", "conflict",
         "This customer is another member; take the link away there first.",
         "Ask who it is; staff can take the other link away."),
    Code("too_many_customers", "conflict", "At most 20 customers of tills lead to one member.",
         "Take links away that are not needed."),
    Code("customer_not_found", "not_found", "", "No such customer leads to this member."),
    Code("name_too_short", "invalid", "Type at least 2 letters of a name.", "Ask for more of it.",
         pointer="/name"),
    Code("unknown_attribute", "invalid", "The program declares no such attribute; it has: dog.",
         "Name one of the program's attributes.", pointer="/attributes/cat"),
    Code("invalid_attribute", "invalid", "The value is neither yes nor no.",
         "Send a value of the attribute's kind.", pointer="/attributes/dog"),
    Code("location_not_allowed", "forbidden",
         "This key is used at main-street: it speaks for no other location.",
         "Leave the location out, or use a key of that place.", pointer="/location"),
    Code("unknown_location", "invalid", "The program has no such location.",
         "Name one of the program's locations.", pointer="/home"),
    Code("unknown_language", "invalid", "The program speaks: en, ru.",
         "Name one of the program's languages.", pointer="/language"),
    Code("too_many_tags", "conflict", "A member has at most 30 tags.", "Take one away first."),
    Code("invalid_program", "invalid", "pots.0.expriy: unknown key; did you mean 'expiry'?",
         "Look at errors: a pointer into the document and a sentence for each fault.",
         pointer="/document/pots/0/expriy"),
    Code("picture_not_found", "invalid",
         "Nothing is there under that name: put the file to the address first, within a day.",
         "Put the file to the upload's address, then send this again.", pointer="/logo"),
    Code("picture_unusable", "invalid", "the logo moves; save one picture of it as PNG or JPEG",
         "Do what the sentence says, and upload it again.", pointer="/logo"),
    Code("colour_unusable", "invalid",
         "'green' is no colour: write six digits after a #, such as #1b4a3c",
         "Write it as #rrggbb.", pointer="/colour"),
    Code("recipe_unusable", "invalid",
         "a card of style stamps has from 3 to 20 of them, not 21",
         "Do what the sentence says.", pointer="/count"),
    Code("design_unusable", "invalid", "design.toml: apple.images[0]: icon@3x.png cannot be read: "
         "it is not there", "Mend the folder, and pack it again.", pointer="/folder"),
    Code("design_refused", "invalid",
         "a card of a new member: Google Wallet: programLogo is missing",
         "Change the design, or what the program shows on its cards.", pointer=""),
    Code("shipped_design", "conflict", "A design of that id is shipped: choose another one.",
         "Choose another id."),
    Code("design_exists", "conflict", "There is a design of that id: choose another one.",
         "Choose another id.", pointer="/id"),
    Code("design_in_use", "conflict",
         "The program wears this design: put a program with another design first.",
         "Name another design in the program first."),
    Code("design_not_found", "not_found", "", "The program has no such design."),
    Code("design_version_not_found", "not_found", "", "There is no such version of the design."),
    Code("too_many_designs", "too_many", "A program has 50 designs at most: delete one first.",
         "Delete one."),
    Code("test_side", "conflict", "Change coffee: its test side follows.",
         "Use a key of the real side: both share one document."),
    Code("version_not_found", "not_found", "", "There is no such version of the program."),
    Code("location_not_found", "not_found", "", "The program has no such location."),
    Code("language_not_spoken", "invalid", "The program speaks: en, ru.",
         "Ask for one of the program's languages.", pointer="/language"),
    Code("request_not_found", "not_found", "", "No such request waits: it was answered."),
    Code("missing", "invalid", "Send a phone or an email.", "Send one of them.", pointer=""),
)  # fmt: skip
CODES = {code.name: code for code in _LISTED}
