"""Logos become published designs over HTTP, and cards that are installed already follow them."""

from __future__ import annotations

import secrets
import time
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import pytest

from functions.aws.queues import SqsNightlyQueue
from infra.commands.__main__ import main
from infra.local.deployment import Cloud
from infra.local.web import ask, ask_json, until
from loyalty.access.keys import ApiKey, Credentials, key_text
from loyalty.program.document import read_toml
from loyalty.store import program_marks
from loyalty.store.dynamodb import DynamoTables
from loyalty.store.program_marks import Walk
from loyalty.store.program_versions import KEEP, Programs
from passes.designs import archive
from tests.stack.shop import Shop
from tests.support.deployed import ROOT
from tests.support.drawing_tools import logos
from tests.support.extent import FULL

if TYPE_CHECKING:
    from pathlib import Path

    from infra.local.web import Reply
    from tests.stack.running import RunningStack

pytestmark = pytest.mark.stack

PROGRAM = "gallery"
COLOURS = ("#12352b", "#f4efe6", "#7a1f3d", "#101418", "#2b6cb0", "#e0b13a")
STYLES = ("stamps", "points", "ladder", "cashback", "membership")
TRIED = tuple(logos()) if FULL else ("svg", "white-on-nothing", "for-print")


@dataclass
class Studio:
    """An owner with a program of their own, who draws designs."""

    shop: Shop
    tables: Any
    cloud: Cloud
    key: str
    tags: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, body: Any = None, tag: str = "") -> Reply:
        headers = {"Authorization": f"Bearer {self.key}", **({"If-Match": tag} if tag else {})}
        return ask_json(method, f"{self.shop.stack['base_url']}{path}", body, headers)

    def upload(self, data: bytes) -> str:
        begun = self.call("POST", "/v1/pictures")
        assert begun.status == 201, begun
        sent = Request(begun.json()["url"], data=data, method="PUT")
        with urlopen(sent, timeout=20) as answer:
            assert answer.status == 200
        name: str = begun.json()["id"]
        return name

    def draw(self, name: str, **asked: Any) -> Reply:
        tag = self.tags.get(name, '"0"')
        drawn = self.call("PUT", f"/v1/designs/{name}", {"name": name, **asked}, tag)
        if drawn.status == 200:
            self.tags[name] = drawn.headers["etag"]
        return drawn

    def publish(self, name: str) -> dict[str, Any]:
        reply = self.call("POST", f"/v1/designs/{name}/publish", tag=self.tags[name])
        assert reply.status == 200, reply
        self.tags[name] = reply.headers["etag"]
        told: dict[str, Any] = reply.json()
        return told

    def wear(self, name: str) -> None:
        shown = self.call("GET", "/v1/program")
        document = {**shown.json()["document"], "design": name}
        put = self.call("PUT", "/v1/program", {"document": document}, shown.headers["etag"])
        assert put.status == 200, put

    def walk(self) -> None:
        """Let installed cards follow at once, as the sweeper does some minutes after a change."""
        marked = program_marks.mark_of(self.tables, PROGRAM)
        assert marked, "who publishes marks the program"
        since = marked.since
        walk = Walk(since, 0, "", 0, since, 0, marked.reach, says=marked.says)
        program_marks.put_walk(self.tables, PROGRAM, walk)
        queue = SqsNightlyQueue(self.cloud.client("sqs"), self.cloud.queue_url("nightly"))
        queue.put_redraw(PROGRAM, since, 0)


@pytest.fixture(scope="module")
def studio(open_shop: Shop) -> Studio:
    stack = open_shop.stack
    aws = stack["aws"]
    cloud = Cloud(int(aws["endpoint_url"].rpartition(":")[2]))
    names = {"state": aws["state_table"], "ledger": aws["ledger_table"]}
    tables = DynamoTables(cloud.client("dynamodb"), names)  # type: ignore[arg-type]
    text = (ROOT / "templates" / "programs" / "coffee.toml").read_text(encoding="utf-8")
    program = replace(read_toml(text), id=PROGRAM)
    Programs(tables, lambda: datetime.now(UTC)).put(program)
    secret = secrets.token_hex(20)
    Credentials(tables).add_key(ApiKey("galleryowner", PROGRAM, "owner"), "local", secret)
    base_url = stack["base_url"]
    own = Shop({**stack, "program": PROGRAM, "join_url": f"{base_url}/join/{PROGRAM}"})
    return Studio(own, tables, cloud, key_text("galleryowner", "local", secret))


def test_installed_cards_follow_from_one_design_to_another(shop: Shop, studio: Studio) -> None:
    """Both wallets, by the ways that a program's change goes; the pictures, too."""
    first = studio.draw("first", style="points", colour=COLOURS[0])
    assert first.status == 200, first
    studio.publish("first")
    studio.wear("first")
    ann = studio.shop.customer().install().save()
    begun = ann.held.document["backgroundColor"]
    second = studio.draw("second", style="stamps", count=5, colour=COLOURS[2], accent="#ffd166")
    assert second.status == 200, second
    look = studio.publish("second")["look"]
    studio.wear("second")
    changed = time.monotonic()
    # What somebody does meanwhile: every function knows a program for a minute.
    for number, name in enumerate(TRIED):
        style = STYLES[number % len(STYLES)]
        colour, accent = COLOURS[number % 6], COLOURS[(number + 3) % 6]
        logo = studio.upload(logos()[name]())
        drawn = studio.draw(name, style=style, colour=colour, accent=accent, logo=logo)
        assert drawn.status == 200, (name, drawn)
        told = studio.publish(name)
        assert told["published"] == 1
        picture = ask("GET", told["pictures"]["google-logo.png"])
        assert (picture.status, picture.headers["content-type"]) == (200, "image/png"), name
    one_picture_is_the_owners(studio)
    forgotten(changed)
    studio.walk()
    assert ann.phone.wait_for_push()
    assert ann.phone.fetch_news() == (ann.serial,)
    assert ann.held.document["backgroundColor"] != begun
    assert ann.held.document["backgroundColor"] == "rgb(122, 31, 61)"
    # Without a stamp its banner is the class's, which all cards share, as the logo is.
    of_class = (
        f"{studio.shop.stack['google']['inspect_url']}/classes/{ann.google.object['classId']}"
    )

    def at_google() -> Any:
        return f"/designs/{look}/" in ask("GET", of_class).body.decode() or None

    until("logo and banner at Google", at_google, 60)
    page = ask("GET", ann.card["card_url"])
    assert f"/designs/{look}/" in page.body.decode()
    join = ask("GET", studio.shop.stack["join_url"])
    assert f"/designs/{look}/" in join.body.decode()


def forgotten(since: float) -> None:
    """Wait until no function holds the program as it was at an instant of the monotonic clock."""
    until(
        "every function to have forgotten the old program",
        lambda: time.monotonic() - since > KEEP.total_seconds() + 1 or None,
        KEEP.total_seconds() + 10,
    )


def test_a_broadcast_is_said_on_every_card_and_taken_back(shop: Shop, studio: Studio) -> None:
    """… also of who has not agreed to marketing; and news of a campaign shows a picture."""
    languages = studio.call("GET", "/v1/program").json()["document"]["languages"]
    ann = studio.shop.customer().install().save()
    kept = studio.call("POST", f"/v1/pictures/{studio.upload(logos()['for-print']())}/news")
    assert kept.status == 201, kept
    picture = ask("GET", kept.json()["url"])
    assert (picture.status, picture.headers["content-type"]) == (200, "image/jpeg")

    closed, path = f"Closed {uuid.uuid4().hex[:8]}", f"/v1/broadcasts/b{uuid.uuid4().hex[:12]}"
    sent = {"text": dict.fromkeys(languages, closed)}
    made = studio.call("PUT", path, sent, '"0"')
    assert made.status == 200, made
    tried = studio.call("GET", f"{path}/preview").json()
    assert tried["members"] >= 1
    assert (tried["google_requests"], tried["cost"]) == (1, 0)
    told = studio.call("POST", f"{path}/send", tag=made.headers["etag"])
    assert (told.status, told.json()["state"]) == (200, "running"), told
    paused = studio.call("POST", f"{path}/pause", tag=told.headers["etag"])
    assert (paused.status, paused.json()["state"]) == (200, "paused"), paused
    resumed = studio.call("POST", f"{path}/resume", tag=paused.headers["etag"])
    assert (resumed.status, resumed.json()["state"]) == (200, "running"), resumed
    forgotten(time.monotonic())
    studio.walk()
    assert ann.phone.wait_for_push()
    assert ann.phone.fetch_news() == (ann.serial,)
    assert closed in str(ann.held.shown)
    assert closed in ask("GET", ann.card["card_url"]).body.decode()
    assert closed not in str(ann.google.object)
    of_class = (
        f"{studio.shop.stack['google']['inspect_url']}/classes/{ann.google.object['classId']}"
    )

    def at_google() -> Any:
        return closed in ask("GET", of_class).body.decode() or None

    until("the class at Google to say it", at_google, 60)

    def finished() -> Any:
        return studio.call("GET", path).json()["state"] == "finished" or None

    until("the walk to end", finished, 60)
    assert studio.call("GET", path).json()["rung"] >= 1
    ended = studio.call("POST", f"{path}/cancel", tag=resumed.headers["etag"])
    assert (ended.status, ended.json()["state"]) == (200, "cancelled"), ended
    forgotten(time.monotonic())
    studio.walk()
    until("the class at Google to say nothing", lambda: not at_google() or None, 60)
    assert closed not in ask("GET", ann.card["card_url"]).body.decode()


def one_picture_is_the_owners(studio: Studio) -> None:
    """Replace a picture of what is worn, in the draft; start another from it; delete neither."""
    before = studio.call("GET", "/v1/designs/second").json()
    own = studio.upload(logos()["for-print"]())
    drawn = studio.draw(
        "second",
        style="stamps",
        count=5,
        colour=COLOURS[2],
        accent="#ffd166",
        pictures={"strip-2": own},
    )
    assert drawn.status == 200, drawn
    told = drawn.json()
    assert (told["published"], told["changed"]) == (1, True), "what is worn stays as it is"
    changed = ask("GET", told["pictures"]["strip-2@3x.png"]).body
    assert changed != ask("GET", before["pictures"]["strip-2@3x.png"]).body
    refused = studio.call("DELETE", "/v1/designs/second", tag=studio.tags["second"])
    assert (refused.status, refused.json()["code"]) == (409, "design_in_use")
    copy = {"id": f"copy-{uuid.uuid4().hex[:8]}", "name": "Another"}
    made = studio.call("POST", "/v1/designs/second/copies", copy)
    assert made.status in {200, 201}, made
    gone = studio.call("DELETE", f"/v1/designs/{copy['id']}", tag=made.headers["etag"])
    assert gone.status == 200, gone


def test_what_is_no_logo_is_refused_and_stored_nowhere(shop: Shop, studio: Studio) -> None:
    bad = {
        "a text": b"hello",
        "a script": b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
    }
    for what, data in bad.items():
        refused = studio.draw("bad", style="points", colour="#123456", logo=studio.upload(data))
        assert refused.status == 422, (what, refused)
        assert refused.json()["errors"][0]["code"] == "picture_unusable"
    assert studio.call("GET", "/v1/designs/bad").status == 404


def test_a_folder_goes_there_and_back_by_command(
    running: RunningStack,
    shop: Shop,
    studio: Studio,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    name = f"f{uuid.uuid4().hex[:8]}"
    assert studio.draw(name, style="points", colour="#224466").status == 200
    studio.publish(name)
    folder = tmp_path / f"{name}-again"

    def command(*words: str) -> str:
        place = ("--program", PROGRAM, "--stage", "local", "--folder", str(running.folder))
        assert main(["design", *words, *place]) == 0, capsys.readouterr().err
        return capsys.readouterr().out

    command("fetch", name, "--to", str(folder))
    said = command("publish", str(folder), "--name", "By hand")
    assert "as version 1" in said
    assert "No card wears it yet" in said
    assert "looks like that already" in command("publish", str(folder))
    shown = studio.call("GET", f"/v1/designs/{folder.name}").json()
    assert (shown["name"], shown["published"], shown["recipe"]) == ("By hand", 1, None)
    assert shown["look"] == studio.call("GET", f"/v1/designs/{name}").json()["look"]
    document = folder / "design.toml"
    text = document.read_text(encoding="utf-8").replace("#224466", "#223355")
    document.write_text(text, encoding="utf-8")
    assert "as version 2" in command("publish", str(folder))
    assert "published as version 3" in command("rollback", folder.name, "--to", "1")
    assert "as version 1 was" in command("history", folder.name).splitlines()[0]
    assert f"{folder.name}  By hand: version 3" in command("list")
    command("delete", folder.name)
    assert studio.call("GET", f"/v1/designs/{folder.name}").status == 404


def test_another_program_has_other_designs(shop: Shop, studio: Studio) -> None:
    name = f"mine-{uuid.uuid4().hex[:8]}"
    assert studio.draw(name, style="points", colour="#224466").status == 200
    theirs = shop.api("GET", f"/v1/designs/{name}", "owner_key")
    assert theirs.status == 404
    assert name not in str(shop.api("GET", "/v1/designs", "owner_key").json())


def test_an_export_carries_designs_as_their_folders(shop: Shop, studio: Studio) -> None:
    """By the worker that moves people out, under its own role."""
    name = f"out-{uuid.uuid4().hex[:8]}"
    assert studio.draw(name, style="points", colour="#224466").status == 200
    studio.publish(name)
    look = studio.call("GET", f"/v1/designs/{name}").json()["look"]
    begun = studio.call("POST", "/v1/exports")
    assert begun.status == 202, begun

    def ended() -> Any:
        told = studio.call("GET", f"/v1/exports/{begun.json()['id']}").json()
        return told if told["ended"] else None

    files = until("the export to end", ended, 60)["files"]
    (place,) = [one for one in files if look.rpartition("~")[2] in one]
    data = ask("GET", place).body
    assert archive.reference(PROGRAM, data) == look
    assert archive.unpacked(data)["design.toml"]
