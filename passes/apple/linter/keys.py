"""Every documented key of ``pass.json``: its kind, its relations, and Apple's page on it.

The one table that the linter judges by. Sources: the pages named, Apple's Pass Builder (source of
June 2026), and the archived Package Format Reference for relations that the newer pages leave out.
"""

from __future__ import annotations

from passes.apple.linter.kinds import (
    ANY_ADDRESS,
    CHANGE,
    COLOUR,
    CURRENCY,
    DATE,
    ENCODING,
    FLAG,
    JSON,
    LATITUDE,
    LONGITUDE,
    MAIL,
    METRES,
    MINOR,
    NUMBER,
    P256,
    PAYLOAD,
    ROW,
    SOME_TEXT,
    TEXT,
    TOKEN,
    UUID,
    VALUE,
    WEB,
    WHOLE,
    Choice,
    Key,
    Kind,
    ListOf,
    Shape,
    shaped,
)
from passes.apple.linter.semantic_keys import SEMANTICS

DOCUMENTATION = "https://developer.apple.com/documentation/walletpasses/"
PASS_BUILDER = "https://github.com/apple/pass-builder"  # noqa: S105 - an address
ARCHIVE = (
    "https://developer.apple.com/library/archive/documentation/UserExperience/Reference/"
    "PassKit_Bundle/Chapters/FieldDictionary.html"
)
STYLES = ("boardingPass", "coupon", "eventTicket", "generic", "storeCard", "posterGeneric")
GROUPS = (
    "headerFields", "primaryFields", "secondaryFields", "auxiliaryFields", "backFields",
    "additionalInfoFields", "footerFields",
)  # fmt: skip
OLD_BARCODES = tuple(f"PKBarcodeFormat{name}" for name in ("QR", "PDF417", "Aztec", "Code128"))
NEW_BARCODES = tuple(f"PKBarcodeFormat{name}" for name in ("Code39", "Codabar", "EAN13", "I2of5"))
_EVENT, _BOARDING = frozenset({"eventTicket"}), frozenset({"boardingPass"})
_MOST_PLACES, _MOST_ACTIONS = 10, 2


def _named(start: str, *ends: str) -> Choice:
    return Choice(tuple(f"{start}{end}" for end in ends))


_DATE_STYLE = _named("PKDateStyle", "None", "Short", "Medium", "Long", "Full")

FIELD = Shape(
    f"{DOCUMENTATION}passfieldcontent",
    {
        "key": Key(SOME_TEXT, 21, required=True),
        "value": Key(VALUE, 21, required=True),
        "label": Key(TEXT, 21),
        "attributedValue": Key(VALUE, 24),
        "changeMessage": Key(CHANGE, 22),
        "textAlignment": Key(
            _named("PKTextAlignment", "Left", "Center", "Right", "Natural"),
            23,
            groups=frozenset(GROUPS) - {"primaryFields", "backFields"},
        ),
        "dataDetectorTypes": Key(
            ListOf(_named("PKDataDetectorType", "PhoneNumber", "Link", "Address", "CalendarEvent")),
            23,
            groups=frozenset({"backFields"}),
        ),
        "currencyCode": Key(CURRENCY, 21, value="number"),
        "numberStyle": Key(
            _named("PKNumberStyle", "Decimal", "Percent", "Scientific", "SpellOut"),
            21,
            value="number",
            excludes=("currencyCode",),
        ),
        # "Either specify both a date style and a time style, or neither."
        "dateStyle": Key(_DATE_STYLE, 21, value="date", needs=("timeStyle",), page=ARCHIVE),
        "timeStyle": Key(_DATE_STYLE, 21, value="date", needs=("dateStyle",), page=ARCHIVE),
        "isRelative": Key(FLAG, 21, value="date"),
        "ignoresTimeZone": Key(FLAG, 21, value="date"),
        "semantics": Key(SEMANTICS, 29),
        "row": Key(ROW, 23, styles=_EVENT, groups=frozenset({"auxiliaryFields"})),
    },
)

FIELDS = Shape(
    f"{DOCUMENTATION}passfields",
    {
        **{
            name: Key(ListOf(FIELD), 21)
            for name in GROUPS
            if name not in {"additionalInfoFields", "footerFields"}
        },
        "additionalInfoFields": Key(
            ListOf(FIELD), 25, styles=frozenset({"eventTicket", "posterGeneric"})
        ),
        "footerFields": Key(ListOf(FIELD), 25, styles=frozenset({"posterGeneric"})),
        "transitType": Key(
            _named("PKTransitType", "Air", "Boat", "Bus", "Generic", "Train"),
            23,
            required=True,
            styles=_BOARDING,
        ),
    },
)

_BARCODE_KEYS = {
    "message": Key(SOME_TEXT, 20, required=True),
    "messageEncoding": Key(ENCODING, 20, required=True),
    "altText": Key(TEXT, 20),
}
BARCODE = Shape(
    f"{DOCUMENTATION}pass/barcodes-data.dictionary",
    {"format": Key(Choice(OLD_BARCODES + NEW_BARCODES), 20, required=True), **_BARCODE_KEYS},
)
# Read by iOS 8 and older, which draw these three.
OLD_BARCODE = Shape(
    f"{DOCUMENTATION}pass/barcode-data.dictionary",
    {"format": Key(Choice(OLD_BARCODES[:3]), 20, required=True), **_BARCODE_KEYS},
)
LOCATION = Shape(
    f"{DOCUMENTATION}pass/locations-data.dictionary",
    {
        "latitude": Key(LATITUDE, 18, required=True),
        "longitude": Key(LONGITUDE, 18, required=True),
        "altitude": Key(NUMBER, 18),
        "relevantText": Key(TEXT, 18),
    },
)
BEACON = Shape(
    f"{DOCUMENTATION}pass/beacons-data.dictionary",
    {
        "proximityUUID": Key(UUID, 18, required=True),
        "major": Key(MINOR, 18),
        "minor": Key(MINOR, 18),
        "relevantText": Key(TEXT, 18),
    },
)
# iOS 18 called `relevantDate` what is `date` since iOS 26.
RELEVANT_DATE = Shape(
    f"{DOCUMENTATION}pass/relevantdates-data.dictionary",
    {
        "date": Key(DATE, 17, excludes=("startDate",)),
        "relevantDate": Key(DATE, 17, excludes=("startDate",)),
        "startDate": Key(DATE, 17, needs=("endDate",)),
        "endDate": Key(DATE, 17, needs=("startDate",)),
    },
    one_of=("date", "relevantDate", "startDate"),
)
NFC = Shape(
    f"{DOCUMENTATION}pass/nfc-data.dictionary",
    {
        "message": Key(PAYLOAD, 27, required=True),
        "encryptionPublicKey": Key(P256, 27, required=True),
        "requiresAuthentication": Key(FLAG, 27),
    },
)
ACTION = Shape(
    f"{DOCUMENTATION}pass/featuredactions-data.dictionary",
    {
        "identifier": Key(SOME_TEXT, 25, required=True),
        "type": Key(
            Choice(
                (
                    "viewSchedule", "watchTrailer", "listenToMusic", "call", "place",
                    "addToBalance", "order", "shop", "membershipBenefits", "bookAppointment",
                    "bookCar", "bookFlight", "bookStay", "viewOffersRewards",
                )
            ),
            25,
            required=True,
        ),
        "url": Key(ANY_ADDRESS, 25, excludes=("placeIdentifier",)),
        "placeIdentifier": Key(SOME_TEXT, 25, excludes=("url",)),
    },
    one_of=("url", "placeIdentifier"),
)  # fmt: skip

_EVENT_ADDRESSES = {
    name: Key(WEB, 26, styles=_EVENT)
    for name in (
        "accessibilityURL", "addOnURL", "bagPolicyURL", "contactVenueWebsite",
        "directionsInformationURL", "merchandiseURL", "orderFoodURL", "parkingInformationURL",
        "purchaseParkingURL", "sellURL", "transferURL", "transitInformationURL",
    )
}  # fmt: skip
_EVENT_CONTACTS = {
    "contactVenueEmail": Key(MAIL, 26, styles=_EVENT),
    "contactVenuePhoneNumber": Key(SOME_TEXT, 26, styles=_EVENT),
}
_BOARDING_ADDRESSES = {
    name: Key(WEB, 26, styles=_BOARDING)
    for name in (
        "changeSeatURL", "entertainmentURL", "managementURL", "purchaseAdditionalBaggageURL",
        "purchaseLoungeAccessURL", "purchaseWifiURL", "registerServiceAnimalURL",
        "reportLostBagURL", "requestWheelchairURL", "trackBagsURL", "transitProviderWebsiteURL",
        "upgradeURL",
    )
}  # fmt: skip

_UPCOMING_IMAGE = Shape(
    f"{DOCUMENTATION}upcomingpassinformationentry/image",
    {
        "URLs": Key(
            ListOf(
                Shape(
                    f"{DOCUMENTATION}upcomingpassinformationentry/imageurlentry",
                    {
                        "SHA256": Key(
                            shaped("[0-9a-fA-F]{64}", "Write 64 hex digits", "0" * 64),
                            26,
                            required=True,
                        ),
                        "URL": Key(WEB, 26, required=True),
                        "scale": Key(NUMBER, 26),
                        "size": Key(WHOLE, 26),
                    },
                )
            ),
            26,
        ),
        "reuseExisting": Key(FLAG, 26),
    },
)
UPCOMING = Shape(
    f"{DOCUMENTATION}upcomingpassinformationentry",
    {
        "identifier": Key(SOME_TEXT, 26, required=True),
        "name": Key(SOME_TEXT, 26, required=True),
        "type": Key(Choice(("event",)), 26, required=True),
        "isActive": Key(FLAG, 26),
        "additionalInfoFields": Key(ListOf(FIELD), 26),
        "backFields": Key(ListOf(FIELD), 26),
        "auxiliaryStoreIdentifiers": Key(ListOf(WHOLE), 26),
        "semantics": Key(SEMANTICS, 29),
        "URLs": Key(
            Shape(
                f"{DOCUMENTATION}upcomingpassinformationentry/urls-data.dictionary",
                {**_EVENT_ADDRESSES, **_EVENT_CONTACTS},
            ),
            26,
        ),
        "images": Key(
            Shape(
                f"{DOCUMENTATION}upcomingpassinformationentry/images-data.dictionary",
                {"headerImage": Key(_UPCOMING_IMAGE, 26), "venueMap": Key(_UPCOMING_IMAGE, 26)},
            ),
            26,
        ),
        "dateInformation": Key(
            Shape(
                f"{DOCUMENTATION}upcomingpassinformationentry/dateinformation-data.dictionary",
                {
                    "date": Key(DATE, 26, required=True),
                    **{
                        name: Key(FLAG, 26)
                        for name in (
                            "ignoreTimeComponents", "isAllDay", "isUnannounced", "isUndetermined",
                        )
                    },
                    "timeZone": Key(SOME_TEXT, 26),
                },
            ),
            26,
        ),
    },
)  # fmt: skip

PASS = Shape(
    f"{DOCUMENTATION}pass",
    {
        "formatVersion": Key(
            Kind("Write the number 1", lambda one: type(one) is int and one == 1, 1),
            12,
            required=True,
        ),
        "passTypeIdentifier": Key(
            shaped(
                r"pass\.[A-Za-z0-9.-]+", "Use pass. and a reversed domain name", "pass.com.example"
            ),
            13,
            required=True,
        ),
        "serialNumber": Key(
            shaped(r"[A-Za-z0-9._~-]+", "Use letters and digits that fit into a path", "1234"),
            13,
            required=True,
        ),
        "teamIdentifier": Key(
            shaped(r"[A-Z0-9]{10}", "Use ten capital letters and digits", "ABCDE12345"),
            13,
            required=True,
        ),
        "organizationName": Key(SOME_TEXT, 13, required=True),
        "description": Key(SOME_TEXT, 13, required=True),
        **{style: Key(FIELDS, 14) for style in STYLES},
        "webServiceURL": Key(WEB, 15, needs=("authenticationToken",)),
        "authenticationToken": Key(TOKEN, 15, needs=("webServiceURL",)),
        "expirationDate": Key(DATE, 17),
        "relevantDate": Key(DATE, 17, successor="relevantDates"),
        "relevantDates": Key(ListOf(RELEVANT_DATE), 17),
        "voided": Key(FLAG, 17),
        "locations": Key(ListOf(LOCATION, _MOST_PLACES), 18),
        "beacons": Key(ListOf(BEACON, _MOST_PLACES), 18),
        "maxDistance": Key(METRES, 18),
        "backgroundColor": Key(COLOUR, 19),
        "foregroundColor": Key(COLOUR, 19),
        "labelColor": Key(COLOUR, 19),
        "stripColor": Key(COLOUR, 19, page=PASS_BUILDER),
        "barcodes": Key(ListOf(BARCODE), 20),
        "barcode": Key(OLD_BARCODE, 20, successor="barcodes"),
        "featuredActions": Key(ListOf(ACTION, _MOST_ACTIONS), 25),
        "nfc": Key(NFC, 27),
        "associatedStoreIdentifiers": Key(ListOf(WHOLE), 28),
        "appLaunchURL": Key(ANY_ADDRESS, 28, needs=("associatedStoreIdentifiers",)),
        "semantics": Key(SEMANTICS, 29),
        "logoText": Key(TEXT),
        "logoSymbolName": Key(SOME_TEXT, page=PASS_BUILDER),
        "suppressStripShine": Key(FLAG),
        "sharingProhibited": Key(FLAG),
        "userInfo": Key(JSON),
        "groupingIdentifier": Key(SOME_TEXT, 26, styles=_EVENT | _BOARDING),
        "preferredStyleSchemes": Key(
            ListOf(
                Choice(("posterEventTicket", "eventTicket", "semanticBoardingPass", "boardingPass"))
            ),
            26,
            styles=_EVENT | _BOARDING,
        ),
        "upcomingPassInformation": Key(ListOf(UPCOMING), 26, styles=_EVENT),
        "eventLogoText": Key(TEXT, 26, styles=_EVENT),
        "footerBackgroundColor": Key(COLOUR, 26, styles=_EVENT),
        "suppressHeaderDarkening": Key(FLAG, 26, styles=_EVENT),
        "useAutomaticColors": Key(FLAG, 26, styles=_EVENT),
        "auxiliaryStoreIdentifiers": Key(ListOf(WHOLE), 26, styles=_EVENT),
        **_EVENT_ADDRESSES,
        **_EVENT_CONTACTS,
        **_BOARDING_ADDRESSES,
        "transitProviderEmail": Key(MAIL, 26, styles=_BOARDING),
        "transitProviderPhoneNumber": Key(SOME_TEXT, 26, styles=_BOARDING),
    },
)
