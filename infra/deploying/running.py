"""The steps of a deployment, each of which looks first and does nothing twice."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from infra.build import ROOT
from infra.deploying import checks, domain, first, formation, wanted
from infra.failures import Failure
from loyalty.store import erasing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from infra.deploying.first import FirstShop
    from infra.deploying.hand import Hand
    from infra.deploying.wanted import Wanted

SIGNS = {"good": "ok      ", "later": "LATER   ", "stops": "STOPS   "}
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Given:
    """What was said beside the settings.

    Attributes
    ----------
    artifacts
        Built already, by the names of serverless.yml's parameters; else osls has them built.
    apple_keys, google_key
        Where the pass certificate's files lie, and the service account's file; None for not now.
    old_address_stays
        Cards ask another address, which will lead to the new one for good.
    """

    artifacts: Mapping[str, str]
    apple_keys: Path | None
    google_key: Path | None
    old_address_stays: bool
    shop: FirstShop | None


class Deployment:
    """One run of `loyalty deploy`; it may be broken off anywhere, and goes on from there."""

    def __init__(
        self,
        hand: Hand,
        told: Wanted,
        given: Given,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._hand, self._told, self._given, self._sleep = hand, told, given, sleep
        self._stage = hand.place.stage
        self._tables = wanted.tables(asdict(told), self._stage)
        self._folder = ROOT / ".build" / "deploying" / self._stage

    def run(self) -> str:
        """Deploy, and return the address that customers see.

        Raises
        ------
        Failure
            Something is in the way; the same command goes on once it is mended.
        """
        self._look()
        self._step("Room for the stack")
        formation.make_room(self._hand)
        self._adopt()
        arn = ""
        if self._told.domain:
            self._step(f"The certificate of {self._told.domain}")
            arn = domain.certify(self._hand, self._told.domain, self._sleep)
        self._secrets()
        self._step("The stack (the first time takes about five minutes)")
        new = not formation.standing(self._hand, self._tables)
        protection = {"deletion-protection": "false"} if new else {}
        # Only once a stack stands are its tables protected: what a failed first one has made has
        # to go with it, or the next one finds the names taken.
        parameters = {**self._told.parameters(), **self._given.artifacts, **protection}
        self._hand.osls(("deploy",), parameters, self._folder / "osls.log")
        self._protect()
        self._keep()
        if arn:
            self._step(f"The way from {self._told.domain} to the stack")
            domain.connect(self._hand, self._told.domain, arn)
        self._wallets()
        address = self._told.address or settings(self._hand).get("BASE_URL", "")
        self._step("The first program, its till, key and owner")
        first.make(self._hand, self._given.shop, self._folder)
        return address

    def _look(self) -> None:
        self._step("Looking before anything is made")
        stay = self._given.old_address_stays
        serving = "" if stay else settings(self._hand).get("BASE_URL", "")
        cards = bool(serving) and _anybody(self._hand)
        given = self._given
        if given.apple_keys and not self._told.pass_type:
            raise Failure("--apple-keys needs --pass-type and --team: nothing was made")
        if not stay and not serving:
            self._check_left()
        storing = {
            name
            for name, file in (("apple", given.apple_keys), ("google", given.google_key))
            if file
        }
        found = list(checks.look(self._hand, self._told, serving, cards=cards, storing=storing))
        for one in found:
            self._hand.say(f"    {SIGNS[one.weight]}{one.sentence}")
        stopping = [one.sentence for one in found if one.weight == "stops"]
        if stopping:
            raise Failure("\n".join(("nothing was made, because:", *stopping)))

    def _check_left(self) -> None:
        """Refuse where cards ask an address that went with an earlier stack.

        Raises
        ------
        Failure
            Nobody gets that address again.
        """
        kept = wanted.kept(self._hand, self._stage)
        served = kept.get(wanted.SERVED, "")
        left = formation.left_behind(self._hand, kept)
        if wanted.OWN_NAME in served and "StateTable" in left and self._told.address != served:
            raise Failure(
                f"nothing was made: cards in pockets ask {served}, which AWS had given to the "
                "stack that is gone and gives nobody again. They will stay as they are, and their "
                "people have to get a new card; say --old-address-stays to go on all the same, "
                "best with a --domain of your own, which outlives a stack"
            )

    def _adopt(self) -> None:
        left = formation.left_behind(self._hand, wanted.kept(self._hand, self._stage))
        if not left:
            return
        names = ", ".join(sorted(physical for _, physical in left.values()))
        self._step(f"Taking in what an earlier stack has left: {names}")
        parameters = {**self._told.parameters(), **self._given.artifacts}
        package = self._folder / "package"
        words = ("package", "--package", str(package))
        self._hand.osls(words, parameters, self._folder / "osls.log")
        if self._hand.dry:
            self._hand.say(f"    aws cloudformation create_change_set (IMPORT) of {names}")
        else:
            formation.adopt(self._hand, left, package)

    def _secrets(self) -> None:
        self._step("The master key, from which every card comes")
        if self._hand.place.parameters().read("master-key") is None:
            self._hand.command("secret", "master-key")
        else:
            self._hand.say("    is there, and stays")

    def _protect(self) -> None:
        self._step("Protection of the tables from being deleted")
        for name in self._tables.values():
            if not self._hand.dry:
                found = self._hand.client("dynamodb").describe_table(TableName=name)["Table"]
                if found.get("DeletionProtectionEnabled"):
                    continue
            self._hand.change(
                "dynamodb", "update_table", TableName=name, DeletionProtectionEnabled=True
            )

    def _keep(self) -> None:
        """Keep what was told, for the next time; no secret is in it."""
        before = wanted.kept(self._hand, self._stage)
        more = {wanted.LET_GO: before.get(wanted.LET_GO, "")}
        if not self._hand.dry:
            more[wanted.BUCKET] = formation.resource(self._hand, "DesignFiles")
            more[wanted.SERVED] = settings(self._hand).get("BASE_URL", "")
        name, value = wanted.where(self._stage), wanted.text(self._told, more)
        self._hand.change(
            "ssm", "put_parameter", Name=name, Value=value, Type="String", Overwrite=True
        )

    def _wallets(self) -> None:
        if self._given.apple_keys:
            self._step("The pass certificate")
            self._hand.command("certificate", "store", "--keys", str(self._given.apple_keys))
        if self._given.google_key:
            self._step("The service account at Google")
            self._hand.command("google", "store", str(self._given.google_key))

    def _step(self, title: str) -> None:
        self._hand.say(f"\n{title}")


def settings(hand: Hand) -> Mapping[str, str]:
    """Return what the deployed functions are set to; nothing where none are deployed."""
    try:
        return hand.place.settings()
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return {}


def _anybody(hand: Hand) -> bool:
    """Tell whether anybody has a card: a member who was not forgotten."""
    tables: Any = hand.place.tables()
    after = None
    while True:
        found, after = erasing.people(tables, after, _PAGE)
        if any(not gone for _, _, gone in found):
            return True
        if after is None:
            return False
