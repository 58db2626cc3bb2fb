"""/v1/designs and /v1/pictures: what an owner's cards look like, as drafts and versions."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime  # noqa: TC003 - pydantic reads annotations when it builds models
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import WORDS, Asked, Sent, Told
from functions.pages.preview import drawn_pages
from functions.wiring import designs, drawing, environment, storage
from functions.wiring.drawing import SECONDS
from functions.wiring.drawing import Asked as Wanted
from loyalty.core.instants import instant
from loyalty.core.news import picture_path
from loyalty.program import sides
from loyalty.refusals import Refusal
from loyalty.store import news_pictures
from loyalty.store.designs import Designs, OwnDesign, read_design, read_designs, read_versions
from passes.designs.design import names as shipped

if TYPE_CHECKING:
    from functions.http.operations import Call
    from loyalty.store.designs import DesignVersion
    from loyalty.store.news_pictures import NewsPicture

operations = Operations("Designs", "others")

MOST_VERSIONS = 50
MOST_LISTED = 200
"""Pictures for news, in one answer."""
MOST_PICTURES = 20
"""Single pictures of an owner's in one design; a whole set of them comes as a folder."""
_ID = r"^[a-z][a-z0-9-]{0,39}$"
_COLOUR = r"^#?[0-9A-Za-z]{0,20}$"
"""Whatever somebody may take for one: what is none is answered in words."""
_NAMES = {"design": Name(_ID.strip("^$"), "The design's id.", "autumn")}
_PICTURE = "4f1c0e6a4f4b5f0e8f7a1d1e2b3c4d5e"
_LOOK = "coffee~9f3c1d7a5b0e4f6c8a2d4e6f8a0b2c4d"
_URL = f"https://cards.example.com/designs/{_LOOK}"
_PUT = f"https://bucket.s3.example.com/uploads/coffee/{_PICTURE}?X-Amz-Signature=…"

Picture = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class PictureUpload(Told):
    """Where a file is put, by one PUT of its bytes."""

    id: Annotated[str, Field(description="What a design names it by, within a day.")]
    url: str
    seconds: Annotated[int, Field(description="How long the address is good.")]


class NewsPictureTold(Told):
    """A picture that news may show."""

    id: Annotated[str, Field(description="What `picture` of news names.")]
    url: str
    width: int
    height: int
    bytes: int
    at: datetime


class NewsPictureList(Told):
    """Pictures that news may show."""

    pictures: list[NewsPictureTold]


class DesignSent(Sent):
    """What a design is drawn from; or, alone beside the name, a packed folder."""

    name: Annotated[str, WORDS, Field(min_length=1, max_length=80, description="Of your own.")]
    style: Annotated[
        Literal["points", "stamps", "ladder", "cashback", "membership"] | None,
        Field(description="How the card works."),
    ] = None
    colour: Annotated[str, Field(pattern=_COLOUR, description="The background: `#12352b`.")] = ""
    accent: Annotated[
        str | None, Field(pattern=_COLOUR, description="Of captions and drawings.")
    ] = None
    pattern: Literal["dots", "plain", "rays", "stripes", "waves"] = "plain"
    icon: Annotated[
        str,
        Field(
            pattern=r"^[a-z0-9]{1,40}$",
            description="Sign of a stamp: `check`, `crown`, `cup`, `drop`, `flower`, `heart`, "
            "`leaf`, `paw`, `scissors`, `star`; or a picture.",
        ),
    ] = "star"
    count: Annotated[
        int | None,
        Field(ge=0, le=100, description="Stamps to a present (3 to 20), steps of a ladder (2-10)."),
    ] = None
    logo: Picture | None = None
    photo: Annotated[Picture | None, Field(description="A photograph behind it all.")] = None
    pictures: Annotated[
        dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,40}$")], Picture],
        Field(
            max_length=MOST_PICTURES,
            description="Your own in the place of drawn ones, by name without scale: `strip-3`.",
        ),
    ] = Field(default_factory=dict)
    folder: Annotated[
        Picture | None,
        Field(description="A folder as docs/designs.md describes it, as a zip."),
    ] = None


class DesignVersionSent(Sent):
    """Which version."""

    version: Annotated[int, Field(ge=1, le=999_999)]


class PreviewSent(Sent):
    """Of which version; without, of the draft."""

    version: Annotated[int | None, Field(ge=1, le=999_999)] = None


class PreviewTold(Told):
    """Where the page is."""

    url: str
    seconds: Annotated[int, Field(description="How long the address is good.")]


class DesignCopySent(Sent):
    """What the copy is called."""

    id: Annotated[str, Field(pattern=_ID)]
    name: Annotated[str, WORDS, Field(min_length=1, max_length=80)]


class DesignVersionsAsked(Asked):
    """Which page."""

    limit: Annotated[int, Field(ge=1, le=MOST_VERSIONS, description="At most so many.")] = 20
    below: Annotated[
        int | None, Field(ge=2, le=1_000_000, description="DesignVersions older than this one.")
    ] = None


class RecipeTold(Told):
    """What a draft was drawn from; send it again, changed, to change the draft."""

    style: str
    colour: str
    accent: str | None
    pattern: str
    icon: str
    count: int | None
    logo: str | None
    photo: str | None
    pictures: dict[str, str]


class DesignTold(Told):
    """A design as it stands."""

    id: str
    name: str
    at: datetime
    actor: Annotated[str | None, Field(description="Who changed it last; null: a command.")]
    recipe: Annotated[RecipeTold | None, Field(description="Null: it came as a folder.")]
    notes: Annotated[list[str], Field(description="What had to be mended, or could be better.")]
    look: Annotated[str, Field(description="Which pictures the draft has.")]
    pictures: Annotated[dict[str, str], Field(description="The draft's, by file name.")]
    published: Annotated[int | None, Field(description="The version; null: none yet.")]
    changed: Annotated[bool, Field(description="Whether the draft is another one than that.")]
    in_use: Annotated[bool, Field(description="Whether the program's cards wear it.")]


class DesignLine(Told):
    """A design in a list."""

    id: str
    name: str
    at: datetime
    published: int | None
    in_use: bool


class DesignList(Told):
    """Designs that a program may name."""

    designs: list[DesignLine]
    shipped: Annotated[list[str], Field(description="Those that are here anyhow, by id.")]


class DesignVersionTold(Told):
    """What was published once."""

    version: int
    since: datetime
    actor: str | None
    back_to: Annotated[int | None, Field(description="The earlier version that it repeats.")]
    look: str
    pictures: dict[str, str]


class DesignVersions(Told):
    """DesignVersions, the newest first."""

    versions: list[DesignVersionTold]
    next: Annotated[int | None, Field(description="The next page's `below`; null at the end.")]


class DesignRemoved(Told):
    """It is gone."""

    id: str


_RECIPE: dict[str, Any] = {
    "style": "stamps", "colour": "#12352b", "accent": "#f0b84b", "pattern": "waves",
    "icon": "flower", "count": 7, "logo": _PICTURE, "photo": None, "pictures": {},
}  # fmt: skip
_PREVIEW = "https://bucket.s3.example.com/uploads/coffee/preview.html?X-Amz-Signature=…"
_SENT = {"name": "Autumn", **_RECIPE}
_SHOWN: dict[str, Any] = {
    "id": "autumn",
    "name": "Autumn",
    "at": "2026-05-04T12:00:00Z",
    "actor": "key:ownerkey1",
    "recipe": _RECIPE,
    "notes": [],
    "look": _LOOK,
    "pictures": {"logo@3x.png": f"{_URL}/logo@3x.png"},
    "published": 2,
    "changed": False,
    "in_use": True,
}
_DRAFT = {**_SHOWN, "published": None, "changed": True, "in_use": False}
_VERSION = {
    "version": 2, "since": "2026-05-04T12:00:00Z", "actor": "key:ownerkey1", "back_to": None,
    "look": _LOOK, "pictures": {"logo@3x.png": f"{_URL}/logo@3x.png"},
}  # fmt: skip
_NEWS_PICTURE: dict[str, Any] = {
    "id": _PICTURE, "url": f"https://cards.example.com/designs/news/coffee~{_PICTURE}.jpg",
    "width": 1860, "height": 1046, "bytes": 213_000, "at": "2026-05-04T12:00:00Z",
}  # fmt: skip
_UNUSABLE = (
    "picture_not_found", "picture_unusable", "colour_unusable", "recipe_unusable",
    "design_unusable", "design_refused", "shipped_design", "too_many_designs", "test_side",
)  # fmt: skip


@operations.add(
    "POST",
    "/v1/pictures",
    summary="Begin an upload of a picture",
    scopes=("owner",),
    answers={
        201: Said(
            PictureUpload,
            "Put it there.",
            {"one": {"id": _PICTURE, "url": _PUT, "seconds": SECONDS}},
        )
    },
    refusals=("test_side",),
)
def begin_picture(call: Call[None, None]) -> Answer:
    """Return an address to put a picture, or a packed folder, to, up to 20 MB.

    PNG, JPEG, WebP and SVG are read. Nothing is looked at before a design names it; what no
    design has named within a day is gone.
    """
    name, url = drawing.begin_upload(_program(call))
    return Answer(PictureUpload(id=name, url=url, seconds=SECONDS), 201)


@operations.add(
    "POST",
    "/v1/pictures/{picture}/news",
    summary="Keep a picture for news",
    scopes=("owner",),
    names={"picture": Name(r"[0-9a-f]{32}", "As the upload was called.", _PICTURE)},
    answers={201: Said(NewsPictureTold, "It is kept.", {"one": _NEWS_PICTURE})},
    refusals=("picture_not_found", "picture_unusable", "test_side"),
)
def keep_picture_for_news(call: Call[None, None]) -> Answer:
    """Keep a picture that was put there, for news of campaigns: made smaller, as a JPEG.

    Its id is made of what it shows: the same picture again is the same one. Anybody who has its
    address sees it.
    """
    program = _program(call)
    kept = drawing.keep_for_news(program, call.names["picture"], call.now)
    return Answer(_news_picture(program, kept), 201)


@operations.add(
    "GET",
    "/v1/pictures",
    summary="List pictures for news",
    scopes=("owner",),
    answers={
        200: Said(NewsPictureList, "The newest first.", {"one": {"pictures": [_NEWS_PICTURE]}})
    },
)
def list_news_pictures(call: Call[None, None]) -> Answer:
    """List pictures that news may show, two hundred at most."""
    program = call.key.program
    found = news_pictures.read_all(storage.tables(), program)[:MOST_LISTED]
    return Answer(NewsPictureList(pictures=[_news_picture(program, one) for one in found]))


@operations.add(
    "GET",
    "/v1/designs",
    summary="List designs",
    scopes=("owner",),
    answers={
        200: Said(
            DesignList,
            "All there are.",
            {
                "one": {
                    "designs": [
                        {name: _SHOWN[name] for name in ("id", "name", "at", "published", "in_use")}
                    ],
                    "shipped": ["coffee", "plain"],
                }
            },
        )
    },
)
def list_designs(call: Call[None, None]) -> Answer:
    """List designs of your own, and those that are shipped: a program may name any of them."""
    program = sides.real(call.key.program)
    worn = _worn(program)
    found = [
        DesignLine(
            id=one.id,
            name=one.name,
            at=one.at,
            published=one.version or None,
            in_use=one.id == worn,
        )
        for one in read_designs(storage.tables(), program)
    ]
    return Answer(DesignList(designs=found, shipped=list(shipped())))


@operations.add(
    "GET",
    "/v1/designs/{design}",
    summary="Show a design",
    scopes=("owner",),
    names=_NAMES,
    answers={200: Said(DesignTold, "As it stands.", {"published": _SHOWN})},
    refusals=("design_not_found",),
)
def show_design(call: Call[None, None]) -> Answer:
    """Show a design's draft and what is published. Its ETag is what a change has to name."""
    return _told(_found(call, sides.real(call.key.program)))


@operations.add(
    "PUT",
    "/v1/designs/{design}",
    summary="Draw a design",
    scopes=("owner",),
    names=_NAMES,
    body=DesignSent,
    guarded=True,
    examples={"from a logo": _SENT, "from a folder": {"name": "Autumn", "folder": _PICTURE}},
    answers={200: Said(DesignTold, "The draft is drawn.", {"a draft": _DRAFT})},
    refusals=_UNUSABLE,
)
def put_design(call: Call[DesignSent, None]) -> Answer:
    """Draw every picture of both wallets, judge them by both wallets' rules, keep them as a draft.

    If-Match is the ETag of the design, or `"0"` for one that is not there yet. No card changes by
    it before it is published.
    """
    program, id_ = _program(call), call.names["design"]
    if id_ in shipped():
        detail = "A design of that id is shipped: choose another one."
        raise Refusal("conflict", "shipped_design", detail)
    before = read_design(storage.tables(), program, id_)
    seen = _seen(call)
    if (before.revision if before else 0) != seen:
        raise _changed()
    made = _made(call.body, program)
    sent = call.body
    if before and (before.draft, before.recipe, before.name) == (made.look, made.recipe, sent.name):
        return _told(before)
    design = OwnDesign(
        program=program,
        id=id_,
        name=sent.name,
        recipe=made.recipe,
        draft=made.look,
        notes=made.notes,
        at=call.now,
        by=call.actor,
        published=before.published if before else "",
        version=before.version if before else 0,
        revision=seen + 1,
    )
    return _told(_designs().keep(design))


@operations.add(
    "POST",
    "/v1/designs/{design}/publish",
    summary="Publish a design",
    scopes=("owner",),
    names=_NAMES,
    guarded=True,
    answers={200: Said(DesignTold, "It is published.", {"published": _SHOWN})},
    refusals=("design_not_found", "design_refused", "test_side"),
)
def publish_design(call: Call[None, None]) -> Answer:
    """Publish the draft as the next version.

    Where the program wears this design, every card follows by itself: new ones within a minute,
    installed ones at 40 iPhones and 8 Google cards a second.
    """
    found = _seen_design(call)
    _judge(call, found.draft)
    return _told(_designs().publish(found, call.now, call.actor))


@operations.add(
    "POST",
    "/v1/designs/{design}/rollback",
    summary="Publish an earlier version again",
    scopes=("owner",),
    names=_NAMES,
    body=DesignVersionSent,
    guarded=True,
    examples={"the first": {"version": 1}},
    answers={200: Said(DesignTold, "It is published.", {"published": _SHOWN})},
    refusals=("design_not_found", "design_version_not_found", "design_refused", "test_side"),
)
def roll_back_design(call: Call[DesignVersionSent, None]) -> Answer:
    """Publish an earlier version again, as a new version; the draft is as it was then."""
    found = _seen_design(call)
    earlier = _versions(found, call.body.version + 1, 1)
    if earlier and earlier[0].number == call.body.version:
        _judge(call, earlier[0].look)
    return _told(_designs().roll_back(found, call.body.version, call.now, call.actor))


@operations.add(
    "GET",
    "/v1/designs/{design}/versions",
    summary="List versions of a design",
    scopes=("owner",),
    names=_NAMES,
    query=DesignVersionsAsked,
    answers={200: Said(DesignVersions, "A page.", {"one": {"versions": [_VERSION], "next": None}})},
    refusals=("design_not_found",),
)
def list_design_versions(call: Call[None, DesignVersionsAsked]) -> Answer:
    """List what was published, the newest first, with the addresses of its pictures."""
    found, asked = _found(call, sides.real(call.key.program)), call.query
    below = min(asked.below or found.version + 1, found.version + 1)
    versions = _versions(found, below, asked.limit)
    more = bool(versions) and versions[-1].number > 1
    return Answer(
        DesignVersions(
            versions=[
                DesignVersionTold(
                    version=one.number,
                    since=one.at,
                    actor=one.by or None,
                    back_to=one.back_to or None,
                    look=one.look,
                    pictures=_pictures(one.look),
                )
                for one in versions
            ],
            next=versions[-1].number if more else None,
        )
    )


@operations.add(
    "POST",
    "/v1/designs/{design}/previews",
    summary="Preview a design",
    scopes=("owner",),
    names=_NAMES,
    body=PreviewSent,
    examples={"the draft": {}, "the first version": {"version": 1}},
    answers={201: Said(PreviewTold, "The page.", {"one": {"url": _PREVIEW, "seconds": SECONDS}})},
    refusals=("design_not_found", "design_version_not_found", "test_side"),
)
def preview_design(call: Call[PreviewSent, None]) -> Answer:
    """Return the address of one page: cards of both wallets, notices, our pages, the poster.

    In every state of the program, in all its languages, light and dark. It is an approximation, and
    says what is different on a phone.
    """
    program = _program(call)
    found = _found(call, program)
    look = found.draft
    if call.body.version is not None:
        earlier = _versions(found, call.body.version + 1, 1)
        if not earlier or earlier[0].number != call.body.version:
            raise Refusal("not_found", "design_version_not_found")
        look = earlier[0].look
    wearing = replace(storage.programs().latest(program).program, look=look)
    base = environment.configuration().base_url
    pages = drawn_pages(wearing, base, call.now.date())
    return Answer(PreviewTold(url=drawing.preview(program, look, pages), seconds=SECONDS), 201)


@operations.add(
    "POST",
    "/v1/designs/{design}/copies",
    summary="Copy a design",
    scopes=("owner",),
    names=_NAMES,
    body=DesignCopySent,
    examples={"for winter": {"id": "winter", "name": "Winter"}},
    answers={201: Said(DesignTold, "A draft of its own.", {"a draft": {**_DRAFT, "id": "winter"}})},
    refusals=(
        "design_not_found", "design_exists", "shipped_design", "too_many_designs", "test_side",
    ),
)  # fmt: skip
def copy_design(call: Call[DesignCopySent, None]) -> Answer:
    """Make another design of a design's draft; nothing of it is published."""
    found = _found(call, _program(call))
    if call.body.id in shipped():
        detail = "A design of that id is shipped: choose another one."
        raise Refusal("conflict", "shipped_design", detail, pointer="/id")
    made = _designs().copy(found, call.body.id, call.body.name, call.now, call.actor)
    return replace(_told(made), status=201)


@operations.add(
    "DELETE",
    "/v1/designs/{design}",
    summary="Delete a design",
    scopes=("owner",),
    names=_NAMES,
    guarded=True,
    answers={200: Said(DesignRemoved, "It is gone.", {"autumn": {"id": "autumn"}})},
    refusals=("design_not_found", "design_in_use", "test_side"),
)
def delete_design(call: Call[None, None]) -> Answer:
    """Delete a design and its versions; refused while the program wears it."""
    found = _seen_design(call)
    _designs().remove(found, call.now, call.actor)
    return Answer(DesignRemoved(id=found.id))


def _made(sent: DesignSent, program: str) -> drawing.Made:
    said = sent.model_fields_set - {"name", "folder"}
    if sent.folder is not None:
        if said:
            detail = "A folder is a whole design: send nothing else beside its name."
            raise Refusal("invalid", "recipe_unusable", detail, pointer="/folder")
        return drawing.unpack(program, sent.folder)
    for name in ("style", "colour"):
        if not getattr(sent, name):
            detail = "A design has a style and a colour: how the card works, and its background."
            raise Refusal("invalid", "recipe_unusable", detail, pointer=f"/{name}")
    recipe = sent.model_dump(exclude={"name", "folder"})
    return drawing.draw(program, Wanted(**recipe))


def _program(call: Call[Any, Any]) -> str:
    """Return the program whose designs are changed; its test side shares them, and changes none."""
    program = call.key.program
    if sides.is_test(program):
        detail = f"Change {sides.real(program)}: its test side follows."
        raise Refusal("conflict", "test_side", detail)
    return program


def _designs() -> Designs:
    return Designs(storage.tables())


def _found(call: Call[Any, Any], program: str) -> OwnDesign:
    return _designs().find(program, call.names["design"])


def _seen(call: Call[Any, Any]) -> int:
    """Return the revision that whoever changes a design has looked at; 0 for none."""
    match = re.fullmatch(r'"(0|[1-9][0-9]{0,8})"', call.seen)
    if match is None:
        raise _changed()
    return int(match[1])


def _seen_design(call: Call[Any, Any]) -> OwnDesign:
    found = _found(call, _program(call))
    if found.revision != _seen(call):
        raise _changed()
    return found


def _changed() -> Refusal:
    detail = "It was changed meanwhile: look at what is there now, and change that."
    return Refusal("conflict", "precondition_failed", detail)


def _news_picture(program: str, kept: NewsPicture) -> NewsPictureTold:
    base = environment.configuration().base_url
    return NewsPictureTold(
        id=kept.id,
        url=f"{base}{picture_path(program, kept.id)}",
        width=kept.width,
        height=kept.height,
        bytes=kept.size,
        at=instant(kept.at),
    )


def _judge(call: Call[Any, Any], look: str) -> None:
    """Look once more: the program may have changed since its pictures were drawn."""
    refused = drawing.refused(call.key.program, look)
    if refused:
        raise Refusal("invalid", "design_refused", refused, pointer="")


def _versions(design: OwnDesign, below: int, limit: int) -> list[DesignVersion]:
    return read_versions(storage.tables(), design.program, design.id, below, limit)


def _worn(program: str) -> str:
    return storage.programs().latest(program).program.design


def _pictures(look: str) -> dict[str, str]:
    """Return the addresses of a version's pictures, by file name."""
    found = designs.found(look)
    base = environment.configuration().base_url
    served = {one.name: one.name for one in (*found.apple_images, *found.google.images)}
    strips = found.apple.strips
    if strips:
        # Served by the state's number, told by what its file is called: that is what is replaced.
        for number, (state, images) in enumerate(zip(strips.states, strips.images, strict=True)):
            for one in images:
                served[one.name.replace("@", f"-{state}@")] = one.name.replace("@", f"-{number}@")
    return {name: f"{base}/designs/{look}/{file}" for name, file in served.items()}


def _told(design: OwnDesign) -> Answer:
    told = DesignTold(
        id=design.id,
        name=design.name,
        at=design.at,
        actor=design.by or None,
        recipe=RecipeTold(**json.loads(design.recipe)) if design.recipe else None,
        notes=list(design.notes),
        look=design.draft,
        pictures=_pictures(design.draft),
        published=design.version or None,
        changed=design.draft != design.published,
        in_use=design.id == _worn(design.program),
    )
    return Answer(told, tag=f'"{design.revision}"')
