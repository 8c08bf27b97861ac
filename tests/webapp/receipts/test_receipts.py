"""Receipts: what they prove, what changes they find, and what lawful deletion leaves valid."""

from __future__ import annotations

import base64
import json
import stat
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import sqlalchemy as sa
from flask import Flask

from schemas import consultation_tables as c
from schemas import merkle
from schemas.consultations import Sender
from schemas.errors import SettingsError
from schemas.log_tables import log_heads, log_leaves
from schemas.settings import Settings
from tests.rfc9162 import consistent, included
from tests.webapp.consultations.people import KEY, SIGNER, add_people, opened, send
from tests.webapp.people import Browser, add_person
from webapp.__main__ import main
from webapp.accounts import personal
from webapp.audit import now
from webapp.consultations import comments, moderation
from webapp.consultations.comments import Letter, Sent
from webapp.consultations.rows import clock
from webapp.receipts import entries, erasure, keys, log
from webapp.receipts.keys import signer_of
from webapp.receipts.receipt import build, check
from webapp.receipts.verify import against_database, verify_log

NAMED = {"name": "Nguyễn Thị Thử", "email": "", "shows": frozenset({"name"})}


@pytest.fixture
def consultation(database: sa.Engine) -> int:
    with database.begin() as connection:
        add_people(connection)
    return opened(database)


def receipt_of(database: sa.Engine, sent: Sent) -> dict[str, Any]:
    with database.begin() as connection:
        keys.publish(connection, SIGNER)
        row = comments.by_tracking(connection, sent.tracking)
        made = build(connection, SIGNER, row, now())
    assert made
    return made


def problems(database: sa.Engine) -> list[str]:
    with database.begin() as connection:
        log.sign_head(connection, SIGNER, now())
    with database.connect() as connection:
        return verify_log(connection)[0]


def wrong(database: sa.Engine, receipt: dict[str, Any]) -> set[str]:
    with database.connect() as connection:
        found = check(receipt, keys.published(connection)) + against_database(connection, receipt)
    return {finding.code for finding in found if finding.ok is False}


def raw(database: sa.Engine, statement: str) -> None:
    """SQL of one's own, past everything the site does."""
    with database.begin() as connection:
        connection.execute(sa.text(statement))


def test_a_receipt_proves_what_was_received(database: sa.Engine, consultation: int) -> None:
    sent = [send(database, consultation, f"Góp ý số {n}.", letter=NAMED) for n in range(5)]
    receipt = receipt_of(database, sent[2])
    assert wrong(database, receipt) == set() and problems(database) == []
    assert receipt["key_id"] == SIGNER.key_id and receipt["log"]["index"] == 2
    said = json.loads(receipt["comment"]["text"])
    assert said["body"] == "Góp ý số 2." and said["version"] == 1
    assert json.loads(receipt["person"]["text"])["name"] == "Nguyễn Thị Thử"
    assert "Nguyễn" not in receipt["entry"] and "Góp ý" not in receipt["entry"]
    place = receipt["log"]
    path = [bytes.fromhex(step) for step in place["inclusion"]]
    leaf = merkle.leaf_hash(receipt["entry"].encode())
    assert included(leaf, 2, place["head"]["size"], path, bytes.fromhex(place["head"]["root"]))


def test_the_text_made_when_sending_is_the_text_read_back(database: sa.Engine, consultation: int) -> None:
    """With answers, a clause, a replacement; otherwise every later check would cry wolf."""
    with database.connect() as connection:
        question = connection.execute(sa.select(c.consultation_questions.c.id)).scalar_one()
    letter = {
        "path": "dieu-2/khoan-1",
        "replacement": "Đơn\nmới",
        "answers": {question: (1, "vì thế")},
        **NAMED,
    }
    send(database, consultation, "Thân\r\nbài “có dấu” \U0001f600", letter=letter)
    send(database, consultation, "", letter={"path": "dieu-99"}, sender="anonymous")
    assert problems(database) == []


@pytest.mark.parametrize("part", ["entry", "hash", "signature", "comment", "person", "head", "index", "path"])
def test_a_changed_receipt_is_refused(database: sa.Engine, consultation: int, part: str) -> None:
    receipts = [
        receipt_of(database, send(database, consultation, f"Góp ý {n}", letter=NAMED)) for n in range(3)
    ]
    receipt = json.loads(json.dumps(receipts[2]))
    if part in ("comment", "person"):
        receipt[part]["text"] = receipt[part]["text"].replace("G", "g").replace("N", "n")
    elif part == "head":
        receipt["log"]["head"]["size"] += 1
    elif part == "index":
        receipt["log"]["index"] = 0
    elif part == "path":
        receipt["log"]["inclusion"] = [*receipt["log"]["inclusion"][::-1], "00" * 32]
    else:
        receipt[part] = receipts[0][part]
    with database.connect() as connection:
        found = check(receipt, keys.published(connection))
    assert any(finding.ok is False for finding in found)


def forged(tracking: str) -> dict[str, Any]:
    """A receipt for words never sent, in a log of its own, with a key of its own: sound in itself."""
    stranger = keys.signer_from(keys.new_seed())
    salt, text = "00" * 16, '{"body":"Tôi không hề gửi."}'
    entry = entries.entry_text(tracking, 1, now(), entries.commitment(salt, text), None)
    leaf, moment = merkle.leaf_hash(entry.encode()).hex(), entries.instant(now())
    public = base64.b64encode(stranger.public_key).decode()
    head = {
        "size": 1, "root": leaf, "signed_at": moment, "key_id": stranger.key_id, "public_key": public,
        "signature": stranger.sign(log.head_text(1, leaf, moment).encode()),
    }  # fmt: skip
    return {
        "kind": "quydinh-receipt", "version": 1, "tracking": tracking, "entry": entry, "hash": leaf,
        "key_id": stranger.key_id, "public_key": public,
        "signature": stranger.sign((entries.ENTRY_CONTEXT + entry).encode()),
        "log": {"index": 0, "inclusion": [], "head": head},
        "comment": {"salt": salt, "text": text},
    }  # fmt: skip


def test_a_receipt_of_somebody_elses_log_is_refused(database: sa.Engine, consultation: int) -> None:
    """Where the portal's keys are known, no other counts; without them a receipt only says it is whole."""
    sent = send(database, consultation)
    receipt_of(database, sent)
    receipt = forged(sent.tracking)
    with database.connect() as connection:
        found = {f.code: f.ok for f in check(receipt, keys.published(connection))}
    assert found["signature"] is False and found["head"] is False
    alone = check(receipt, {})
    assert all(f.ok for f in alone) and sum("itself" in f.detail for f in alone) == 2


@pytest.mark.parametrize("text", ["{}", '{"kind":"quydinh-receipt","version":1}', '{"kind":1}'])
def test_what_is_no_receipt_is_said_so(text: str) -> None:
    assert [(f.code, f.ok) for f in check(json.loads(text), {})] == [("form", False)]


CHANGES = {
    "one letter of the words": "update comments set body = 'Góp ý số 9.' where tracking = '{}'",
    "a blank": "update comments set body = body || ' ' where tracking = '{}'",
    "the stance": "update comments set stance = 'agree' where tracking = '{}'",
    "the time": "update comments set received_at = '2026-01-01 00:00:00+00' where tracking = '{}'",
    "the name": "update comment_people set name = 'Người khác' where comment_id = "
    "(select id from comments where tracking = '{}')",
    "the sender": "delete from comment_people where comment_id = "
    "(select id from comments where tracking = '{}')",
    "the salt": "update comments set commitment_salt = '' where tracking = '{}'",
    "a strange salt": "update comments set commitment_salt = 'xyz' where tracking = '{}'",
    "the clause": "update comment_anchors set path = 'dieu-1' where comment_id = "
    "(select id from comments where tracking = '{}')",
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.integration
def test_what_is_changed_with_raw_sql_is_named(database: sa.Engine, consultation: int, change: str) -> None:
    sent = [send(database, consultation, f"Góp ý số {n}.", letter=NAMED) for n in range(4)]
    receipt, other = receipt_of(database, sent[1]), receipt_of(database, sent[2])
    raw(database, CHANGES[change].format(sent[1].tracking))
    named = problems(database)
    assert len(named) == 1 and sent[1].tracking in named[0]
    assert wrong(database, receipt) == {"stored"} and wrong(database, other) == set()


def test_a_comment_that_is_deleted_or_slipped_in_is_named(database: sa.Engine, consultation: int) -> None:
    sent = [send(database, consultation, f"Góp ý số {n}.") for n in range(3)]
    receipt = receipt_of(database, sent[0])
    raw(database, f"delete from comments where id = {sent[0].comment_id}")
    kept = (
        "consultation_id, state, sender, stance, body, replacement, hide_reason, verification, proof, "
        "received_at, commitment_salt, sample"
    )
    raw(
        database,
        f"insert into comments (id, tracking, secret_hash, submission, {kept}) "
        f"select 9999, 'GY-0000-0001', 'x', 'x', {kept} from comments where id = {sent[1].comment_id}",
    )
    named = problems(database)
    assert len(named) == 2
    assert any(sent[0].tracking in text and "gone" in text for text in named)
    assert any("GY-0000-0001" in text and "no leaf" in text for text in named)
    assert wrong(database, receipt) == {"stored"}


def test_the_log_itself_cannot_be_rewritten_unseen(database: sa.Engine, consultation: int) -> None:
    sent = [send(database, consultation, f"Góp ý số {n}.") for n in range(6)]
    assert problems(database) == []
    for table in ("log_leaves", "log_heads", "log_keys"):
        with pytest.raises(sa.exc.DatabaseError, match="append-only"):
            raw(database, f"delete from {table}")
    # The owner of the tables takes the triggers away and rewrites a leaf, with its hash.
    name = f"append_only_log_leaves_{'rows' if database.dialect.name == 'postgresql' else 'update'}"
    on = " on log_leaves" if database.dialect.name == "postgresql" else ""
    raw(database, f"drop trigger {name}{on}")
    with database.begin() as connection:
        leaf = connection.execute(sa.select(log_leaves).where(log_leaves.c.id == 3)).one()
        data = leaf.data.replace(sent[3].tracking, "GY-0000-0001")
        values = {"data": data, "hash": merkle.leaf_hash(data.encode()).hex()}
        connection.execute(sa.update(log_leaves).where(log_leaves.c.id == 3).values(**values))
    named = problems(database)
    assert any("leaf 3" in text and "signature" in text for text in named)
    assert any("head of 6 leaves" in text for text in named)


def test_withdrawing_and_deleting_leave_the_log_valid(database: sa.Engine, consultation: int) -> None:
    sent = [send(database, consultation, f"Góp ý số {n}.", letter=NAMED) for n in range(4)]
    receipts = [receipt_of(database, one) for one in sent]
    with database.begin() as connection:
        comments.withdraw(connection, comments.by_tracking(connection, sent[0].tracking))
    with database.begin() as connection:
        erasure.erase(connection, sent[1].tracking.lower(), "Luật 91/2025/QH15, yêu cầu của chủ thể")
    assert problems(database) == []
    for receipt in receipts:
        assert wrong(database, receipt) == set()
    with database.connect() as connection:
        row = comments.by_tracking(connection, sent[1].tracking)
        assert row.body == "" and row.commitment_salt == "" and row.state == "hidden"
        people = connection.scalars(sa.select(c.comment_people.c.comment_id)).all()
        assert set(people) == {sent[2].comment_id, sent[3].comment_id}
    # What is left cannot be opened: the receipt made now holds no words, and is still sound.
    later = receipt_of(database, sent[1])
    assert "comment" not in later and "person" not in later
    assert all(finding.ok is not False for finding in check(later, {}))


def test_a_deleted_account_leaves_the_log_valid(database: sa.Engine, consultation: int) -> None:
    person = add_person(database)
    sent = send(database, consultation, person=person, letter=NAMED)
    receipt = receipt_of(database, sent)
    with database.begin() as connection:
        personal.erase(connection, person)
        assert connection.execute(sa.select(c.comment_people)).first() is None
    assert problems(database) == [] and wrong(database, receipt) == set()


def test_a_name_that_was_not_the_senders_may_go(database: sa.Engine, consultation: int) -> None:
    from tests.webapp.consultations.people import MODERATOR

    sent = send(database, consultation, letter=NAMED)
    with database.begin() as connection:
        claim = moderation.claim(connection, sent.comment_id, "Nguyễn Thị Thử", "0900", "Không phải tôi")
    with database.begin() as connection:
        moderation.decide_claim(connection, MODERATOR, claim, upheld=True)
    assert problems(database) == []


def test_heads_are_consistent_and_made_once(database: sa.Engine, consultation: int) -> None:
    heads = []
    for step in (1, 2, 5, 1, 9):
        for n in range(step):
            send(database, consultation, f"Góp ý {n}")
        with database.begin() as connection:
            heads.append(log.sign_head(connection, SIGNER, now()))
        with database.begin() as connection:
            assert log.sign_head(connection, SIGNER, now()) == heads[-1]
    sizes = [head.size for head in heads if head]
    assert sizes == [1, 3, 8, 9, 18]
    with database.connect() as connection:
        roots = {row.size: bytes.fromhex(row.root) for row in connection.execute(sa.select(log_heads))}
        for first in sizes:
            for second in sizes:
                if first <= second:
                    path = [bytes.fromhex(p) for p in log.consistency(connection, first, second)]
                    assert consistent(first, second, path, roots[first], roots[second])
    assert problems(database) == []


def test_a_comment_that_fails_leaves_no_leaf(database: sa.Engine, consultation: int) -> None:
    send(database, consultation, submission="s1")
    again = send(database, consultation, submission="s1")
    assert again.repeated
    with pytest.raises(RuntimeError, match="power"), database.begin() as connection:
        comments.send(
            connection, KEY, consultation, "s2", Letter(Sender.ANONYMOUS, body="x"), clock(connection), "",
            signer=SIGNER,
        )  # fmt: skip
        raise RuntimeError("power")
    send(database, consultation, submission="s3")
    with database.connect() as connection:
        assert connection.scalars(sa.select(log_leaves.c.id).order_by(log_leaves.c.id)).all() == [0, 1]
    assert problems(database) == []


# ---------------------------------------------------------------- keys


def test_the_key_is_private_rotates_and_old_ones_stay(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    first = signer_of(settings)
    path = tmp_path / "data" / "receipt_key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert signer_of(settings) is first
    old, new = keys.rotate(settings)
    assert (old, new) == (first.key_id, signer_of(settings).key_id) and old != new
    kept = path.with_name(f"receipt_key.{old}")
    assert kept.exists() and stat.S_IMODE(kept.stat().st_mode) == 0o600
    given = Settings(data_dir=tmp_path / "other", receipt_key=kept.read_text(encoding="ascii"))
    assert signer_of(given).key_id == old
    assert not (tmp_path / "other").exists()
    with pytest.raises(SettingsError, match="RECEIPT_KEY"):
        keys.rotate(given)
    for bad in ("x", "AAAA", "!" * 44):
        with pytest.raises(SettingsError, match="RECEIPT_KEY") as caught:
            signer_of(Settings(data_dir=tmp_path, receipt_key=bad))
        assert bad not in str(caught.value).replace("RECEIPT_KEY", "") or bad == "x"


# ---------------------------------------------------------------- commands


@pytest.fixture
def portal(settings: Settings, database: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("QUYDINH_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("QUYDINH_DATABASE_URL", settings.database)
    return settings


def test_commands_name_a_changed_byte(
    portal: Settings,
    database: sa.Engine,
    consultation: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    sent = send(database, consultation, "Nên giữ 05 ngày.", letter=NAMED)
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(receipt_of(database, sent)), encoding="utf-8")
    assert main(["verify-receipt", str(file)]) == 0
    assert main(["verify-log"]) == 0
    assert "1 leaves, 1 heads, 1 keys, 0 erasures: 0 problems" in capsys.readouterr().out
    raw(database, f"update comments set body = 'Nên giữ 06 ngày.' where tracking = '{sent.tracking}'")
    assert main(["verify-receipt", str(file)]) == 1
    said = capsys.readouterr().out
    assert f"comment {sent.tracking} is not what was received" in said and "differs in: body" in said
    assert main(["verify-log"]) == 1
    assert sent.tracking in capsys.readouterr().out
    assert main(["rotate-receipt-key"]) == 0
    assert main(["erase-comment", sent.tracking, "--basis", "yêu cầu"]) == 0
    assert main(["verify-log"]) == 0  # nothing left to compare, and a record of why
    assert main(["erase-comment", "GY-0000-0000", "--basis", "yêu cầu"]) == 1


def test_a_receipt_is_checked_without_a_database(
    database: sa.Engine,
    consultation: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    receipt = receipt_of(database, send(database, consultation, letter=NAMED))
    file, trusted = tmp_path / "receipt.json", tmp_path / "log.json"
    file.write_text(json.dumps(receipt), encoding="utf-8")
    known = [{"key_id": receipt["key_id"], "public_key": receipt["public_key"]}]
    trusted.write_text(json.dumps({"keys": known}), encoding="utf-8")
    monkeypatch.setenv("QUYDINH_DATA_DIR", str(tmp_path / "nowhere"))
    monkeypatch.delenv("QUYDINH_DATABASE_URL", raising=False)
    assert main(["verify-receipt", str(file)]) == 0
    said = capsys.readouterr().out
    assert "as the receipt itself gives it" in said and "no database here" in said
    assert main(["verify-receipt", str(file), "--keys", str(trusted)]) == 0
    assert "as the receipt itself gives it" not in capsys.readouterr().out
    assert not (tmp_path / "nowhere").exists()
    receipt["comment"]["text"] = receipt["comment"]["text"].replace("05", "06")
    file.write_text(json.dumps(receipt), encoding="utf-8")
    assert main(["verify-receipt", str(file)]) == 1
    file.write_text("no json", encoding="utf-8")
    assert main(["verify-receipt", str(file)]) == 1
    assert "cannot be read" in capsys.readouterr().err


# ---------------------------------------------------------------- pages and API


def _site(app: Flask) -> tuple[sa.Engine, int, Sent]:
    database = app.extensions["quydinh"].database
    with database.begin() as connection:
        add_people(connection)
    made = opened(database)
    letter = Letter(Sender.INDIVIDUAL, body="Nên giữ 05 ngày.", name="Nguyễn Thị Thử")
    with database.begin() as connection:
        sent = comments.send(
            connection, app.secret_key, made, "s", letter, clock(connection), "",  # type: ignore[arg-type]
            proof=True, signer=signer_of(app.extensions["quydinh"].settings),
        )  # fmt: skip
    return database, made, sent


def test_a_sender_gets_a_receipt_and_anybody_checks_it(people_app: Flask, visitor: Browser) -> None:
    database, _made, sent = _site(people_app)
    own = f"/tham-van/gop-y/{sent.tracking}/{sent.secret}"
    page = visitor.get(own).text
    assert f'href="{own}/bien-nhan.json"' in page
    answer = visitor.get(f"{own}/bien-nhan.json")
    assert (
        "attachment" in answer.headers["Content-Disposition"]
        and answer.headers["Cache-Control"] == "no-store"
    )
    checked = visitor.post("/bien-nhan", {"text": answer.text})
    assert "Không thấy gì sai" in checked.text and "SAI" not in checked.text
    raw(database, "update comments set body = 'Nên giữ 06 ngày.'")
    changed = visitor.post("/bien-nhan", {"text": answer.text})
    assert "SAI" in changed.text and sent.tracking in changed.text
    for text in ("", "[1]", "không phải", "{" * 100_000, '{"kind": "<script>alert(1)</script>"}'):
        refused = visitor.post("/bien-nhan", {"text": text})
        assert refused.status_code in (200, 422) and "<script>alert" not in refused.text
    offline = visitor.get("/bien-nhan/kiem-tra.html")
    assert "sha256-" in offline.headers["Content-Security-Policy"]
    assert json.loads(answer.text)["key_id"] in offline.text
    assert "src=" not in offline.text and "http://" not in offline.text


def test_the_log_is_public_and_described(people_app: Flask, visitor: Browser) -> None:
    database, made, _sent = _site(people_app)
    settings = people_app.extensions["quydinh"].settings
    for n in range(1, 4):
        with database.begin() as connection:
            log.sign_head(connection, signer_of(settings), now())
        with database.begin() as connection:
            comments.send(
                connection, KEY, made, f"s{n}", Letter(Sender.ANONYMOUS, body=str(n)), clock(connection), "",
                signer=signer_of(settings),
            )  # fmt: skip
    described: Any = visitor.get("/api/v1/openapi.json").json
    asked = {
        "/api/v1/log": "",
        "/api/v1/log/heads": "/heads",
        "/api/v1/log/entries": "/entries",
        "/api/v1/log/inclusion": "/inclusion?index=1&size=3",
        "/api/v1/log/consistency": "/consistency?first=1&second=3",
    }
    assert {path for path in described["paths"] if path.startswith("/api/v1/log")} == set(asked)
    answers: dict[str, Any] = {}
    for path, address in asked.items():
        schema = described["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        answers[path] = visitor.get(f"/api/v1/log{address}").json
        jsonschema.validate(answers[path], {**schema, "components": described["components"]})
    heads = {h["size"]: bytes.fromhex(h["root"]) for h in answers["/api/v1/log/heads"]["heads"]}
    assert sorted(heads) == [1, 2, 3] and answers["/api/v1/log"]["head"]["size"] == 3
    entry = answers["/api/v1/log/entries"]["entries"][1]
    leaf = merkle.leaf_hash(entry["entry"].encode())
    assert leaf.hex() == entry["hash"]
    path = [bytes.fromhex(p) for p in answers["/api/v1/log/inclusion"]["path"]]
    assert included(leaf, 1, 3, path, heads[3])
    path = [bytes.fromhex(p) for p in answers["/api/v1/log/consistency"]["path"]]
    assert consistent(1, 3, path, heads[1], heads[3])
    by_hash: Any = visitor.get(f"/api/v1/log/inclusion?hash={entry['hash'].upper()}").json
    assert by_hash["index"] == 1
    assert visitor.get("/api/v1/log/inclusion?index=3&size=3").status_code == 404
    for bad in (
        "inclusion",
        "inclusion?index=-1",
        "consistency?first=0&second=2",
        "consistency?first=3&second=1",
    ):
        assert visitor.get(f"/api/v1/log/{bad}").status_code == 400
    assert entries.canonical({"b": 1, "a": "đ"}) == '{"a":"đ","b":1}'
