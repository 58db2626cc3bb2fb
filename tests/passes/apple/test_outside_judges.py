"""Every shipped design in every state and both languages, before our linter and outside judges."""

from __future__ import annotations

import dataclasses
import json
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509

from passes.apple.linter import lint
from tests.passes.apple.test_bundle import openssl_accepts
from tests.support.apple import make_card
from tests.support.designs import EVERY_STATE
from tests.support.pkpass import opened

if TYPE_CHECKING:
    from datetime import datetime

    from infra.local.certificates import Certificates
    from loyalty.card.view import Card
    from passes.apple.issue import Issuer

ROOT = Path(__file__).parents[3]
JUDGE = next(
    (
        folder
        for folder in (
            ROOT / "node_modules" / "passkit-generator",
            ROOT / ".tools" / "peers" / "node" / "node_modules" / "passkit-generator",
        )
        if folder.is_dir()
    ),
    None,
)


def every_card(now: datetime) -> list[Card]:
    return [
        dataclasses.replace(
            make_card(design=name, fields=card_fields, language=language),
            voided=voided,
            expires_at=now - timedelta(days=1) if voided else None,
        )
        for name, card_fields in EVERY_STATE
        for language in ("en", "ru")
        for voided in (False, True)
    ]


def test_every_pass_is_faultless_and_openssl_takes_its_signature(
    issuer: Issuer, now: datetime, chain: Certificates, tmp_path: Path
) -> None:
    roots = x509.load_pem_x509_certificates(chain.root.read_bytes())
    for number, card in enumerate(every_card(now)):
        made = issuer.issue(card, now)
        assert lint(made, now, roots=roots) == (), card
        if number % 4 == 0:  # another process for each takes its time; every design and state is in
            assert openssl_accepts(opened(made), chain.root, tmp_path)


def judged(documents: list[dict[str, Any]]) -> list[str | None]:
    done = subprocess.run(
        ["node", Path(__file__).with_name("judge.mjs"), str(JUDGE)],
        input=json.dumps(documents),
        capture_output=True,
        text=True,
        check=True,
    )
    complaints: list[str | None] = json.loads(done.stdout)
    return complaints


@pytest.mark.skipif(JUDGE is None, reason="npm passkit-generator is not installed")
def test_passkit_generators_schemas_find_nothing(issuer: Issuer, now: datetime) -> None:
    documents = [
        json.loads(opened(issuer.issue(card, now))["pass.json"]) for card in every_card(now)
    ]
    assert set(judged(documents)) == {None}
    # Negative control: the judge does judge.
    (complaint,) = judged([{**documents[0], "authenticationToken": "short"}])
    assert complaint is not None
