"""The keys of semantic tags (part of the table in ``keys``), all told under rule 29."""

from __future__ import annotations

from typing import TYPE_CHECKING

from passes.apple.linter.kinds import (
    AMOUNT,
    COLOUR,
    CURRENCY,
    DATE,
    FLAG,
    LATITUDE,
    LONGITUDE,
    NUMBER,
    SOME_TEXT,
    TEXT,
    WHOLE,
    Choice,
    Key,
    Kind,
    ListOf,
    Shape,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_TAGS = "https://developer.apple.com/documentation/walletpasses/semantictags"
_TYPES = "https://developer.apple.com/documentation/walletpasses/semantictagtype/"
_RULE = 29


def _shape(page: str, keys: Mapping[str, Kind], required: tuple[str, ...] = ()) -> Shape:
    return Shape(
        f"{_TYPES}{page}",
        {name: Key(kind, _RULE, required=name in required) for name, kind in keys.items()},
    )


_CURRENCY_AMOUNT = _shape(
    "currencyamount",
    {"amount": AMOUNT, "currencyCode": CURRENCY},
    required=("amount", "currencyCode"),
)
_LOCATION = _shape(
    "location",
    {"latitude": LATITUDE, "longitude": LONGITUDE},
    required=("latitude", "longitude"),
)
_EVENT_DATE = _shape(
    "eventdateinfo",
    {
        "date": DATE,
        "ignoreTimeComponents": FLAG,
        "timeZone": SOME_TEXT,
        "unannounced": FLAG,
        "undetermined": FLAG,
    },
)
_PERSON = _shape(
    "personnamecomponents",
    dict.fromkeys(
        (
            "familyName", "givenName", "middleName", "namePrefix", "nameSuffix", "nickname",
            "phoneticRepresentation",
        ),
        TEXT,
    ),
)  # fmt: skip
_SEAT = _shape(
    "seat",
    {
        **dict.fromkeys(
            (
                "seatAisle", "seatDescription", "seatIdentifier", "seatLevel", "seatNumber",
                "seatRow", "seatSection", "seatType",
            ),
            TEXT,
        ),
        "seatSectionColor": COLOUR,
    },
)  # fmt: skip
_WIFI = _shape("wifinetwork", {"ssid": SOME_TEXT, "password": TEXT}, required=("ssid", "password"))
_AIRPLAY = _shape("airplay", {"airplayDeviceGroupToken": SOME_TEXT})
_SECURITY = ListOf(
    Choice(
        tuple(
            f"PKTransitSecurityProgram{name}"
            for name in (
                "TSAPreCheck", "TSAPreCheckTouchlessID", "OSS", "ITI", "ITD", "GlobalEntry",
                "CLEAR",
            )
        )
    )
)  # fmt: skip
_EVENT_TYPE = Choice(
    tuple(
        f"PKEventType{name}"
        for name in (
            "Generic", "LivePerformance", "Movie", "Sports", "Conference", "Convention",
            "Workshop", "SocialGathering",
        )
    )
)  # fmt: skip
_CAPABILITIES = ListOf(
    Choice(
        tuple(
            f"PKPassengerCapability{name}"
            for name in ("Preboarding", "PriorityBoarding", "Carryon", "PersonalItem")
        )
    )
)

_TEXTS = (
    "additionalTicketAttributes", "admissionLevel", "admissionLevelAbbreviation", "airlineCode",
    "airlineLoungePlaceID", "attendeeName", "awayTeamAbbreviation", "awayTeamLocation",
    "awayTeamName", "boardingGroup", "boardingSequenceNumber", "boardingZone", "carNumber",
    "confirmationNumber", "departureAirportCode", "departureAirportName",
    "departureAirportTimeZone", "departureCityName", "departureGate",
    "departureLocationDescription", "departureLocationTimeZone", "departurePlatform",
    "departureStationName", "departureTerminal", "destinationAirportCode",
    "destinationAirportName", "destinationAirportTimeZone", "destinationCityName",
    "destinationGate", "destinationLocationDescription", "destinationLocationTimeZone",
    "destinationPlatform", "destinationStationName", "destinationTerminal", "entranceDescription",
    "eventLiveMessage", "eventName", "flightCode", "genre", "homeTeamAbbreviation",
    "homeTeamLocation", "homeTeamName", "internationalDocumentsVerifiedDeclarationName",
    "leagueAbbreviation", "leagueName", "membershipProgramName", "membershipProgramNumber",
    "membershipProgramStatus", "priorityStatus", "securityScreening", "sportName",
    "ticketFareClass", "transitProvider", "transitStatus", "transitStatusReason", "vehicleName",
    "vehicleNumber", "vehicleType", "venueEntrance", "venueEntranceDoor", "venueEntranceGate",
    "venueEntrancePortal", "venueName", "venuePhoneNumber", "venuePlaceID", "venueRegionName",
    "venueRoom",
)  # fmt: skip
_DATES = (
    "currentArrivalDate", "currentBoardingDate", "currentDepartureDate", "eventEndDate",
    "eventStartDate", "originalArrivalDate", "originalBoardingDate", "originalDepartureDate",
    "venueBoxOfficeOpenDate", "venueCloseDate", "venueDoorsOpenDate", "venueFanZoneOpenDate",
    "venueGatesOpenDate", "venueOpenDate", "venueParkingLotsOpenDate",
)  # fmt: skip
_LISTS_OF_TEXTS = (
    "albumIDs", "artistIDs", "loungePlaceIDs", "passengerAirlineSSRs", "passengerInformationSSRs",
    "passengerServiceSSRs", "performerNames", "playlistIDs",
)  # fmt: skip
_SECURITIES = (
    "departureAirportSecurityPrograms", "departureLocationSecurityPrograms",
    "destinationAirportSecurityPrograms", "destinationLocationSecurityPrograms",
    "passengerEligibleSecurityPrograms",
)  # fmt: skip
_FLAGS = ("internationalDocumentsAreVerified", "silenceRequested", "tailgatingAllowed")

SEMANTICS = Shape(
    _TAGS,
    {
        **{name: Key(TEXT, _RULE) for name in _TEXTS},
        **{name: Key(DATE, _RULE) for name in _DATES},
        **{name: Key(ListOf(TEXT), _RULE) for name in _LISTS_OF_TEXTS},
        **{name: Key(_SECURITY, _RULE) for name in _SECURITIES},
        **{name: Key(FLAG, _RULE) for name in _FLAGS},
        **{
            name: Key(_LOCATION, _RULE)
            for name in ("departureLocation", "destinationLocation", "venueLocation")
        },
        "airplay": Key(ListOf(_AIRPLAY), _RULE),
        "balance": Key(_CURRENCY_AMOUNT, _RULE, styles=frozenset({"storeCard"})),
        "duration": Key(NUMBER, _RULE),
        "eventStartDateInfo": Key(_EVENT_DATE, _RULE),
        "eventType": Key(_EVENT_TYPE, _RULE),
        "flightNumber": Key(WHOLE, _RULE),
        "passengerCapabilities": Key(_CAPABILITIES, _RULE),
        "passengerName": Key(_PERSON, _RULE),
        "seats": Key(ListOf(_SEAT), _RULE),
        "totalPrice": Key(_CURRENCY_AMOUNT, _RULE),
        "wifiAccess": Key(ListOf(_WIFI), _RULE),
    },
)
