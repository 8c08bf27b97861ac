"""Draws the articles that were labelled by hand; run once, kept so that anyone can repeat it.

    python tests/labels/draw.py DATABASE_URL > tests/labels/sample.json

Strata, so that rare things are there at all: articles as they come, articles whose heading speaks of
conditions, licences, reports, standards or inspection, articles that define terms, articles that cite. Every
second article of each stratum may be looked at while rules are written ("dev"); the others are measured only
("kept").
"""

from __future__ import annotations

import hashlib
import json
import re
import sys

import sqlalchemy as sa

SEED = "quydinh-labels-1"
STRATA = (
    ("any", 52, re.compile("")),
    (
        "duty",
        44,
        re.compile(
            r"điều kiện|giấy phép|cấp phép|chứng nhận|chứng chỉ|báo cáo|tiêu chuẩn|quy chuẩn|kiểm tra"
            r"|thủ tục|hồ sơ|vốn|ký quỹ",
            re.I,
        ),
    ),
    ("terms", 8, re.compile("giải thích từ ngữ", re.I)),
    # Added when the first three turned out to hold only 171 citations and 14 conditions.
    ("conditions", 24, re.compile("điều kiện.*(kinh doanh|hành nghề|hoạt động|cấp|đối với)", re.I)),
    ("citing", 36, re.compile(r"((khoản|điểm) \S+ )+Điều \d|(Nghị định|Thông tư|Luật) số \d")),
)


def draw(database_url: str) -> list[dict[str, str]]:
    """The sample: one article a document at most, 150 to 3,000 characters, in the order of a keyed hash."""
    rows = (
        sa.create_engine(database_url)
        .connect()
        .execute(
            sa.text(
                "select d.source_id, p.path, p.heading, p.text from provisions p"
                " join documents d on d.id = p.document_id"
                " where p.level = 'article' and length(p.text) between 150 and 3000"
            )
        )
    )
    keyed = sorted(
        (hashlib.sha256(f"{SEED}:{i}:{p}".encode()).hexdigest(), i, p, h, x) for i, p, h, x in rows
    )
    taken: set[str] = set()
    sample = []
    for stratum, wanted, pattern in STRATA:
        chosen = 0
        for _, source_id, path, heading, text in keyed:
            if chosen == wanted:
                break
            if source_id in taken or not pattern.search(text if stratum == "citing" else heading):
                continue
            taken.add(source_id)
            split = "dev" if chosen % 2 == 0 else "kept"
            sample.append({"source_id": source_id, "provision": path, "stratum": stratum, "split": split})
            chosen += 1
    return sample


if __name__ == "__main__":
    json.dump(draw(sys.argv[1]), sys.stdout, indent=0)
    sys.stdout.write("\n")
