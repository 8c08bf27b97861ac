"""Files of petitions, what happens when more is asked for, and the letters about it."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import time

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from schemas import petition_tables as p
from schemas.people import Grant, Role
from schemas.petitions import Step
from tests.webapp.people import Browser, add_person, letters, link_in
from tests.webapp.petitions.test_pages import TYPED, officer, sent, site
from tests.webapp.plans.people import MINISTRY, OTHER
from webapp.audit import now
from webapp.consultations import attachments, jobs
from webapp.petitions import files, store
from webapp.petitions.store import Done
from webapp.working_days import vietnam

__all__ = ["site"]
PDF, PNG = b"%PDF-1.7\n%", b"\x89PNG\r\n\x1a\n"
DESK = "/quan-tri/phan-anh/1"


def upload(browser: Browser, path: str, data: dict[str, object], *given: tuple[bytes, str]) -> TestResponse:
    return browser.post(path, {**data, "file": [(io.BytesIO(content), name) for content, name in given]})


def hidden(page: TestResponse) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))


def rows(site: Flask) -> list[sa.Row[tuple[object, ...]]]:
    with site.extensions["quydinh"].database.connect() as connection:
        return list(connection.execute(sa.select(p.petition_files).order_by(p.petition_files.c.id)))


def sent_with_files(site: Flask, *given: tuple[bytes, str]) -> tuple[Browser, str]:
    citizen = Browser(site)
    preview = upload(citizen, "/phan-anh/gui", {**TYPED, "ministry": MINISTRY}, *given)
    assert preview.status_code == 200
    answer = citizen.post("/phan-anh/gui", {**hidden(preview), "viec": "gui", "consent": "1"})
    assert answer.status_code == 303
    return citizen, answer.headers["Location"]


def test_files_go_with_the_petition_and_never_become_public(site: Flask) -> None:
    citizen = Browser(site)
    form = hidden(citizen.get("/phan-anh/gui"))
    # What is wrong is said; what was right stays uploaded and may be taken off.
    first = upload(
        citizen, "/phan-anh/gui", {**form, **TYPED, "title": ""}, (PDF, "../Hợp đồng.pdf"), (PNG, "ảnh")
    )
    assert first.status_code == 422 and "Hợp đồng.pdf" in first.text and "ảnh.png" in first.text
    kept = [row.id for row in rows(site)]
    # One that is refused is named and does not cost the others.
    both = ((b"MZ\x90", "xấu.pdf"), (PDF + b"2", "tốt.pdf"))
    wrong = upload(citizen, "/phan-anh/gui", {**form, **TYPED, "bo": kept[1]}, *both)
    assert wrong.status_code == 422 and 'href="#file">xấu.pdf: ' in wrong.text
    assert [row.name for row in rows(site)] == ["Hợp đồng.pdf", "tốt.pdf"]
    kept = [row.id for row in rows(site)]
    preview = citizen.post("/phan-anh/gui", {**form, **TYPED, "ministry": MINISTRY, "bo": kept[1]})
    assert preview.status_code == 200 and "Hợp đồng.pdf" in preview.text and "ảnh.png" not in preview.text
    own = citizen.post("/phan-anh/gui", {**hidden(preview), "viec": "gui", "consent": "1"}).headers[
        "Location"
    ]
    (file,) = rows(site)
    assert (file.petition_id, file.state) == (1, "quarantined")
    # In quarantine: named to the sender, shown to nobody but the agency.
    page = citizen.get(own).text
    assert "Hợp đồng.pdf" in page and "đang chờ kiểm tra" in page and "/tep/" not in page
    assert citizen.get(f"{own}/tep/{file.id}").status_code == 404
    ours, stranger = officer(site, Grant(Role.OFFICER, MINISTRY)), officer(site, Grant(Role.OFFICER, OTHER))
    at = f"{DESK}/tep/{file.id}"
    assert at in ours.get(DESK).text
    answer = ours.get(at)
    assert answer.status_code == 200 and answer.data == PDF
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert stranger.get(at).status_code == 403
    assert stranger.post(at, {"decision": "clean"}).status_code == 403
    assert ours.post(at, {"decision": "x"}).status_code == 400
    assert ours.post(at, {"decision": "clean"}).status_code == 303
    assert ours.post(at, {"decision": "refused"}).status_code == 404  # decided
    assert citizen.get(f"{own}/tep/{file.id}").data == PDF
    assert citizen.get(f"{own[:-4]}0000/tep/{file.id}").status_code == 404
    # Another petition's code opens nothing of this one.
    other, theirs = sent(site)
    assert other.get(f"{theirs}/tep/{file.id}").status_code == 404
    assert ours.get(f"/quan-tri/phan-anh/2/tep/{file.id}").status_code in (403, 404)
    # Published: words and answer, no file.
    revision = 1
    for values in ({"viec": "forward", "ministry": MINISTRY}, {"viec": "answer", "outcome": "explained"}):
        data = {**values, "note-answer": "Đủ.", "revision": revision}
        assert ours.post(DESK, data).status_code == 303
        revision += 1
    boss = officer(site, Grant(Role.APPROVER, MINISTRY))
    assert boss.get(at).status_code == 200
    assert boss.post(DESK, {"viec": "publish", "revision": revision}).status_code == 303
    public = Browser(site).get("/phan-anh/1")
    assert public.status_code == 200 and "Hợp đồng.pdf" not in public.text
    assert Browser(site).get(f"/phan-anh/1/tep/{file.id}").status_code == 404


def test_a_refused_file_is_given_to_nobody(site: Flask) -> None:
    citizen, own = sent_with_files(site, (PDF, "a.pdf"))
    ours = officer(site, Grant(Role.OFFICER, MINISTRY))
    assert ours.post(f"{DESK}/tep/1", {"decision": "refused"}).status_code == 303
    assert ours.get(f"{DESK}/tep/1").status_code == 404
    assert citizen.get(f"{own}/tep/1").status_code == 404
    assert "không được nhận" in citizen.get(own).text


@pytest.mark.parametrize("count", [5, 6])
def test_at_most_five_files_a_form(site: Flask, count: int) -> None:
    given = [(PDF + bytes([n]), f"{n}.pdf") for n in range(count)]
    answer = upload(Browser(site), "/phan-anh/gui", dict(TYPED), *given)
    assert answer.status_code == (200 if count == 5 else 422)
    assert len(rows(site)) == (5 if count == 5 else 0)


def test_what_is_asked_for_is_supplied_with_files(site: Flask) -> None:
    citizen, own = sent(site, email="Nguoi.Gui@thu.example")
    database = site.extensions["quydinh"].database
    office = officer(site, Grant(Role.OFFICER))
    # The officer reads English; the sender's letter is in Vietnamese all the same.
    assert (
        office.post(f"/en{DESK}", {"viec": "ask", "note-ask": "Gửi bản sao.", "revision": 1}).status_code
        == 303
    )
    assert "Cần bạn bổ sung" in citizen.get(own).text
    received, asked = letters(database, "nguoi.gui@thu.example")
    assert link_in(received) == link_in(asked) == own
    assert "Cần bạn bổ sung" in asked.body and "Gửi bản sao." not in asked.body
    # One bad file: nothing is written, the words stay.
    data = {"viec": "supply", "note-supply": "Đây."}
    bad = upload(citizen, own, data, (PDF, "a.pdf"), (b"<html>", "b.pdf"))
    assert bad.status_code == 422 and 'href="#file"' in bad.text and "Đây." in bad.text
    assert rows(site) == [] and "Cần bạn bổ sung" in citizen.get(own).text
    # Files alone will do.
    assert (
        upload(citizen, own, {**data, "note-supply": ""}, (PDF, "a.pdf"), (PNG, "b.png")).status_code == 303
    )
    assert [row.name for row in rows(site)] == ["a.pdf", "b.png"]
    assert "Gửi kèm 2 tệp" in office.get(DESK).text and f"{DESK}/tep/2" in office.get(DESK).text
    assert "người gửi đã bổ sung" in office.get("/quan-tri/phan-anh?loc=cho-bo-sung").text
    # Now the portal is waited for: five working days, not prolonged by a second letter.
    with database.connect() as connection:
        first = connection.execute(sa.select(p.petitions.c.due_on)).scalar_one()
    assert first is not None and "được xem lại chậm nhất ngày" in citizen.get(own).text
    assert citizen.post(own, data).status_code == 303
    # Not enough: asked again, and the sender is waited for.
    assert office.post(DESK, {"viec": "ask", "note-ask": "Thiếu trang 2.", "revision": 4}).status_code == 303
    with database.connect() as connection:
        row = connection.execute(sa.select(p.petitions)).one()
    assert (row.state, row.due_on, row.supplied_at, row.asked_from) == ("awaiting", None, None, "new")
    # What the sender takes back takes the files along; their bytes go with the next clearing.
    (path, _other) = [
        attachments.path_of(site.extensions["quydinh"].settings, row.sha256) for row in rows(site)
    ]
    assert citizen.post(own, {"viec": "withdraw", "sure": "1"}).status_code == 303
    assert rows(site) == []
    old = time.time() - 2 * 86400
    os.utime(path, (old, old))
    jobs.clear(site.extensions["quydinh"].settings, database)
    assert not path.exists()


def test_an_agency_that_asked_goes_on_when_it_has_what_it_needs(site: Flask) -> None:
    citizen, own = sent(site)
    office, ours = officer(site, Grant(Role.OFFICER)), officer(site, Grant(Role.OFFICER, MINISTRY))
    assert office.post(DESK, {"viec": "forward", "ministry": MINISTRY, "revision": 1}).status_code == 303
    assert ours.post(DESK, {"viec": "ask", "note-ask": "?", "revision": 2}).status_code == 303
    assert ours.post(DESK, {"viec": "ask", "note-ask": "Và trang 2.", "revision": 3}).status_code == 303
    assert citizen.post(own, {"viec": "supply", "note-supply": "Đây."}).status_code == 303
    with site.extensions["quydinh"].database.connect() as connection:
        row = connection.execute(sa.select(p.petitions)).one()
    assert row.state == "in_progress" and row.due_on is not None


def test_what_waits_too_long_after_it_was_supplied_is_overdue(site: Flask) -> None:
    citizen, own = sent(site)
    office = add_person(site.extensions["quydinh"].database, Grant(Role.OFFICER))
    with site.extensions["quydinh"].database.begin() as connection:
        store.take(connection, office, 1, Done(Step.ASK, "?"), vietnam())
        long_ago = now() - dt.timedelta(days=30)
        store.take(connection, None, 1, Done(Step.SUPPLY, "Đây."), vietnam(), moment=long_ago)
    assert "Quá hạn" in citizen.get(own).text
    assert "1 phản ánh trên trang này đã quá hạn." in Browser(site, office).get("/quan-tri/phan-anh").text
    board = Browser(site).get("/bang-chi-so/dong/petitions_late.csv").text
    assert len(board.strip().splitlines()) == 2  # the heading, and this one


def test_uploads_never_sent_are_cleared_and_those_sent_stay(site: Flask) -> None:
    part = site.extensions["quydinh"]
    sent_with_files(site, (PDF, "a.pdf"))
    upload(Browser(site), "/phan-anh/gui", dict(TYPED), (PNG, "b.png"))
    paths = [attachments.path_of(part.settings, row.sha256) for row in rows(site)]
    ago = now() - dt.timedelta(days=365)
    with part.database.begin() as connection:
        connection.execute(sa.update(p.petition_files).values(created_at=ago))
    for path in paths:
        os.utime(path, (ago.timestamp(), ago.timestamp()))
    jobs.clear(part.settings, part.database)
    assert [row.name for row in rows(site)] == ["a.pdf"]
    assert [path.exists() for path in paths] == [True, False]


def test_a_petition_has_a_largest_number_of_files(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    citizen, own = sent_with_files(site, (PDF, "a.pdf"))
    ours = officer(site, Grant(Role.OFFICER, MINISTRY))
    ours.post(DESK, {"viec": "ask", "note-ask": "?", "revision": 1})
    monkeypatch.setattr(files, "MOST_OF_ALL", 1)
    answer = upload(citizen, own, {"viec": "supply", "note-supply": "Đây."}, (PDF, "a.pdf"))
    assert answer.status_code == 422 and len(rows(site)) == 1


def test_clamd_looks_at_files_of_petitions(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    part = site.extensions["quydinh"]
    sent_with_files(site, (PDF, "a.pdf"), (PDF + b"virus", "b.pdf"))
    assert files.check_waiting(part.settings, part.database) == 0  # nobody set it
    checked = part.settings.model_copy(update={"clamav": "127.0.0.1:1"})
    monkeypatch.setattr(attachments, "scan", lambda _address, data: "Eicar" if b"virus" in data else "")
    assert files.check_waiting(checked, part.database) == 2
    assert [(row.state, row.verdict) for row in rows(site)] == [
        ("clean", "ClamAV: OK"),
        ("refused", "ClamAV: Eicar"),
    ]
    assert files.check_waiting(checked, part.database) == 0


def test_a_file_sent_again_is_young_again(site: Flask) -> None:
    """Clearing reads which files have a row before it looks at the folder: one just sent again must stay."""
    settings = site.extensions["quydinh"].settings
    attachments.stored(settings, PDF, "a.pdf", ".pdf")
    (path,) = settings.data_dir.glob("uploads/*/*")
    os.utime(path, (0, 0))
    attachments.stored(settings, PDF, "b.pdf", ".pdf")
    assert path.stat().st_mtime > time.time() - 60 and path.read_bytes() == PDF


def test_large_files_are_taken_where_files_are_taken(site: Flask) -> None:
    """Everything else keeps the site's limit of a megabyte."""
    large = PDF + b"0" * (3 << 20)
    citizen, own = sent_with_files(site, (large, "a.pdf"))
    ours = officer(site, Grant(Role.OFFICER, MINISTRY))
    ours.post(DESK, {"viec": "ask", "note-ask": "?", "revision": 1})
    assert (
        upload(citizen, own, {"viec": "supply"}, (large + b"1", "b.pdf"), (large, "c.pdf")).status_code == 303
    )
    assert [row.size for row in rows(site)] == [len(large), len(large) + 1, len(large)]
    assert upload(ours, DESK, {"viec": "keep", "revision": 3}, (large, "d.pdf")).status_code == 413
    assert upload(citizen, "/phan-anh/theo-doi", {}, (large, "d.pdf")).status_code == 413
    too_large = PDF + b"0" * (site.extensions["quydinh"].settings.upload_megabytes << 20)
    refused = upload(citizen, "/phan-anh/gui", dict(TYPED), (too_large, "e.pdf"))
    assert refused.status_code == 422 and "e.pdf: Tệp lớn hơn 10 MB" in refused.text
