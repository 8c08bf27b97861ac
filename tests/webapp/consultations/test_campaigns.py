"""Near-duplicates: what groups, what does not, and that nothing is ever lost."""

from __future__ import annotations

import random

import pytest
import sqlalchemy as sa
from flask import Flask

from schemas import consultation_tables as c
from schemas.consultations import Verdict
from tests.webapp.people import Browser
from webapp.consultations import answers
from webapp.consultations.campaigns import group_waiting
from webapp.consultations.rows import progress
from webapp.consultations.similarity import CONTAINED, alike, fingerprint, sentences, unique_sentences

from .people import APPROVER, OFFICER, opened, send

TEMPLATE = (
    "Tôi là chủ một cửa hàng nhỏ ở xã. Tôi đề nghị giữ thời hạn giải quyết 05 ngày làm việc như dự thảo. "
    "Nếu kéo dài hơn thì cửa hàng phải chờ và mất khách trong dịp Tết. "
    "Đề nghị cơ quan cấp phép tự tra cứu thông tin đăng ký, không yêu cầu bản sao có chứng thực."
)
OTHER = (
    "Theo tôi, Điều 2 nên bỏ hẳn vì hồ sơ đã có trên cơ sở dữ liệu quốc gia về đăng ký doanh nghiệp, "
    "người dân không cần nộp lại lần nào nữa dù là bản giấy hay bản điện tử."
)


def group(one: str, other: str) -> bool:
    return alike(fingerprint(one), fingerprint(other)) >= CONTAINED


@pytest.mark.parametrize(
    "text",
    [
        TEMPLATE,
        TEMPLATE.upper(),
        TEMPLATE.replace("cửa hàng nhỏ", "tiệm tạp hóa"),
        "Kính gửi Bộ. " + TEMPLATE + " Mong Bộ xem xét cho bà con vùng cao chúng tôi còn nhiều khó khăn.",
        TEMPLATE.replace("ế", "ê").replace("ị", "i"),
        " ".join(sentences(TEMPLATE)[1:]),
        " ".join(reversed(sentences(TEMPLATE))),
    ],
)
def test_the_same_letter_however_it_was_changed(text: str) -> None:
    assert group(TEMPLATE, text) and set(fingerprint(TEMPLATE).bands) & set(fingerprint(text).bands)


@pytest.mark.parametrize("text", [OTHER, "Tôi đồng ý.", "Tôi là chủ một cửa hàng nhỏ ở xã.", ""])
def test_what_is_another_opinion(text: str) -> None:
    assert not group(TEMPLATE, text)


def test_short_texts_group_only_when_they_are_the_same() -> None:
    assert group("Tôi đồng ý!", "tôi đồng ý")
    assert not group("Tôi đồng ý", "Tôi không đồng ý")


def test_sentences_of_ones_own() -> None:
    text = "Kính gửi Bộ. " + TEMPLATE.replace("ở xã", "ở bản") + " Mong Bộ xem xét."
    assert unique_sentences(text, TEMPLATE) == ["Kính gửi Bộ.", "Mong Bộ xem xét."]


def grouped(database: sa.Engine) -> list[sa.Row[tuple[object, ...]]]:
    while group_waiting(database, 7):
        pass
    with database.connect() as connection:
        return list(connection.execute(sa.select(c.comments).order_by(c.comments.c.id)))


def test_a_campaign_has_one_face_a_count_and_loses_nobody(site: Flask, portal: sa.Engine) -> None:
    made = opened(portal)
    send(portal, made, OTHER)
    for number in range(20):
        send(portal, made, TEMPLATE + f" Cửa hàng của tôi ở thôn số {number}." * (number % 3 == 1))
    rows = grouped(portal)
    assert len(rows) == 21 and rows[0].campaign_id is None
    assert len({row.campaign_id for row in rows[1:]}) == 1
    assert rows[1].unique_sentences == [] and rows[2].unique_sentences == ["Cửa hàng của tôi ở thôn số 1."]
    browser = Browser(site)
    page = browser.get(f"/tham-van/{made}").text
    assert page.count("Tôi là chủ một cửa hàng nhỏ") == 1 and "và 19 góp ý gần giống" in page
    everyone = browser.get(f"/tham-van/{made}/y-kien?nhom={rows[1].campaign_id}").text
    assert "20 góp ý có lời văn gần giống nhau; 0 người gửi đã xác minh." in everyone


def test_one_answer_for_a_campaign_answers_everybody(site: Flask, portal: sa.Engine) -> None:
    made = opened(portal)
    sent = [send(portal, made, TEMPLATE) for _ in range(5)]
    grouped(portal)
    with portal.begin() as connection:
        number = answers.save(
            connection, OFFICER, sent[3].comment_id, Verdict.ACCEPTED, "Giữ 05 ngày.", for_campaign=True
        )
        answers.submit(connection, OFFICER, number, 1)
        answers.publish(connection, APPROVER, number, 2)
    with portal.connect() as connection:
        assert progress(connection, made).percent == 100


def test_campaigns_stay_inside_their_consultation(portal: sa.Engine) -> None:
    for made in (opened(portal), opened(portal)):
        for _ in range(2):
            send(portal, made, TEMPLATE)
    rows = grouped(portal)
    assert len({row.campaign_id for row in rows}) == 2


def test_grouping_in_pieces_is_grouping_at_once(portal: sa.Engine) -> None:
    made = opened(portal)
    texts = [TEMPLATE, OTHER, *(TEMPLATE + f" Số {n}." for n in range(5)), *(OTHER for _ in range(4))]
    random.Random(7).shuffle(texts)
    for text in texts:
        send(portal, made, text)
        group_waiting(portal, 2)
    rows = grouped(portal)
    kinds = {row.campaign_id: row.body.startswith(TEMPLATE) for row in rows}
    assert len(kinds) == 2 and None not in kinds
    assert all(row.body.startswith(TEMPLATE) == kinds[row.campaign_id] for row in rows)
