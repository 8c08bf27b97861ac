"""The card of an administrative procedure: the answers first, then steps, papers, conditions, legal bases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, redirect, render_template
from werkzeug.wrappers import Response

from schemas.addresses import document_url, procedure_url
from schemas.text.normalise import slugify

from .condition_kinds import kind_label
from .formats import duration, long_name, moment, number, paragraphs, type_of
from .languages import gettext as _
from .languages import local, ngettext
from .links import source_of
from .pages import Crumb, Frame, LinkRow, VersionRow
from .queries import documents as documents_read
from .queries import procedures as read
from .queries.procedures import StoredProcedure
from .record_pages import Answer, Paper, PaperList, ProcedurePage, StepRow
from .state import site
from .validity import badge

bp = Blueprint("procedures", __name__)
LONGEST_NAME = 80


@bp.get("/thu-tuc/<code>")
def procedure(code: str) -> str | Response:
    """The card of the procedure with this code."""
    with site().database.connect() as connection:
        record = read.find(connection, code)
        if record is None:
            clean = code.strip().upper()
            if clean != code and read.find(connection, clean):
                return redirect(local(procedure_url(clean)), 301)
            abort(404)
        return render_template("procedures/procedure.html", page=_page(connection, record))


def _page(connection: sa.Connection, record: StoredProcedure) -> ProcedurePage:
    content = record.content
    url = local(procedure_url(record.code))
    crumbs = [Crumb(_("Trang chủ"), local("/")), Crumb(_("Thủ tục"), local("/tim-kiem?dang=thu-tuc"))]
    return ProcedurePage(
        frame=Frame(
            record.name,
            active="search",
            crumbs=tuple(crumbs),
            sample=record.sample,
            description=record.name[:300],
            canonical=url,
        ),
        code=record.code,
        title=record.name,
        lead=_subjects(content),
        warnings=_warnings(record),
        answers=(_how_long(content), _how_much(content), _where(content), _who(content)),
        steps=tuple(_step(step) for step in content.get("steps", ())),
        papers=tuple(_papers(dossier) for dossier in content.get("dossiers", ())),
        requirements=paragraphs(content.get("requirements")),
        conditions=_conditions(connection, record),
        bases=_bases(connection, content),
        results=tuple(content.get("results", ())),
        methods=tuple(_method(method) for method in content.get("methods", ())),
        facts=_facts(record),
        related=tuple(
            LinkRow(name, local(procedure_url(code)), code, None)
            for code, name in read.same_field(connection, record)
        ),
        versions=_versions(connection, record, url),
        url=url,
        json_url=f"/api/v1/procedures/{record.code}",
        source=source_of(record.source, record.source_id, record.code, record.provenance, record.sample),
    )


def _warnings(record: StoredProcedure) -> tuple[str, ...]:
    result = []
    if record.withdrawn_at:
        result.append(_("Nguồn đã gỡ thủ tục này."))
    if record.problem:
        result.append(_("Lần lấy gần nhất không đọc được; trang này hiện bản đọc được trước đó."))
    return tuple(result)


def _subjects(content: Mapping[str, Any]) -> str:
    """For whom. The source cuts "Tổ chức (không bao gồm doanh nghiệp, HTX)" in two; it is joined again."""
    subjects = ", ".join(content.get("subjects", ()))
    return _("Cho: %(subjects)s.", subjects=subjects) if subjects else ""


def channel_label(channel: str | None) -> str:
    return {
        "DIRECT": _("Trực tiếp"),
        "ONLINE": _("Trực tuyến"),
        "POSTAL": _("Qua bưu điện"),
    }.get(channel or "", channel or _("Cách khác"))


def _how_long(content: Mapping[str, Any]) -> Answer:
    times = {duration(m.get("time"), m.get("unit")): m for m in content.get("methods", ())}
    times.pop("", None)
    question = _("Bao lâu")
    if not times:
        return Answer("clock", question, _("Chưa công bố"), (_("Xem các bước ở dưới."),))
    if len(times) == 1:
        return Answer("clock", question, next(iter(times)), (_("từ khi nộp đủ hồ sơ hợp lệ"),))
    longest = list(times)
    notes = tuple(f"{channel_label(method.get('channel'))}: {text}" for text, method in times.items())
    return Answer("clock", question, longest[0], notes)


def money(amount: str | None, currency: str | None) -> str:
    """ "1700000", "Đồng" → "1.700.000 đồng"; what is not a number stays as written."""
    if amount is None:
        return ""
    try:
        value = number(float(amount)) if "." not in amount else number(float(amount), 2)
    except ValueError:
        value = amount
    return f"{value} {(currency or 'đồng').lower()}"


def _how_much(content: Mapping[str, Any]) -> Answer:
    fees = [fee for method in content.get("methods", ()) for fee in method.get("fees", ())]
    question = _("Phí, lệ phí")
    notes = tuple(dict.fromkeys(filter(None, map(_fee_note, fees))))[:4]
    amounts = {fee["amount"]: money(fee["amount"], fee.get("currency")) for fee in fees if fee.get("amount")}
    paid = sorted((amount for amount in amounts if amount.strip("0.,")), key=_amount)
    if paid:
        least = amounts[paid[0]]
        big = least
        if len(paid) > 1:
            most = amounts[paid[-1]]
            big = _("Từ %(least)s đến %(most)s", least=least.removesuffix(" đồng"), most=most)
        return Answer("money", question, big, notes)
    if amounts and notes:
        return Answer("money", question, _("Xem mức phí"), notes)
    if amounts:
        return Answer("money", question, _("Không mất phí"), (_("nguồn ghi 0 đồng"),))
    return Answer("money", question, _("Chưa công bố"), notes)


def _fee_note(fee: Mapping[str, Any]) -> str:
    """ "Phí thẩm định: 750.000 đồng"; a fee of 0 with a description says only what it is for."""
    amount = money(fee.get("amount"), fee.get("currency")) if (fee.get("amount") or "0").strip("0.,") else ""
    description = (fee.get("description") or "").strip().rstrip(".")
    return f"{description}: {amount}" if description and amount else description


def _amount(text: str) -> float:
    """A fee as a number to order by; what is not one comes last."""
    try:
        return float(text)
    except ValueError:
        return float("inf")


def _where(content: Mapping[str, Any]) -> Answer:
    channels = list(dict.fromkeys(channel_label(m.get("channel")) for m in content.get("methods", ())))
    question = _("Nộp bằng cách nào")
    if not channels:
        return Answer("place", question, _("Chưa công bố"), ())
    return Answer("place", question, _list(channels), tuple(levels(content)))


def _list(items: list[str]) -> str:
    """ "Trực tiếp, trực tuyến hoặc qua bưu điện"."""
    lower = [items[0], *(item[:1].lower() + item[1:] for item in items[1:])]
    if len(lower) == 1:
        return lower[0]
    return _("%(first)s hoặc %(last)s", first=", ".join(lower[:-1]), last=lower[-1])


def levels(content: Mapping[str, Any]) -> list[str]:
    """At which levels of government it is handled."""
    names = {"ministry": _("cấp bộ"), "province": _("cấp tỉnh"), "ward": _("cấp xã")}
    given = content.get("levels") or {}
    return [name for key, name in names.items() if given.get(key)]


def _who(content: Mapping[str, Any]) -> Answer:
    authorities = list(content.get("authorities", ()))
    question = _("Ai giải quyết")
    if not authorities:
        ministry = content.get("ministry")
        return Answer("office", question, _("Chưa công bố"), (ministry,) if ministry else ())
    more = ngettext("và %(num)s cơ quan khác", "và %(num)s cơ quan khác", len(authorities) - 3)
    notes = (*authorities[1:3], *((more,) if len(authorities) > 3 else ()))
    return Answer("office", question, authorities[0], notes)


def _step(step: Mapping[str, Any]) -> StepRow:
    return StepRow(step.get("name") or "", paragraphs(step.get("description")))


def _papers(dossier: Mapping[str, Any]) -> PaperList:
    papers = []
    for component in dossier.get("components", ()):
        copies = []
        if component.get("originals"):
            copies.append(_("%(n)s bản chính", n=component["originals"]))
        if component.get("copies"):
            copies.append(_("%(n)s bản sao", n=component["copies"]))
        if component.get("required") is False:
            copies.append(_("nếu có"))
        forms = ", ".join(component.get("forms", ()))
        if forms:
            copies.append(_("mẫu: %(forms)s", forms=forms))
        papers.append(Paper(component.get("name") or _("Giấy tờ chưa ghi tên"), "; ".join(copies)))
    return PaperList(dossier.get("name") or "", tuple(papers))


def _method(method: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    head = ": ".join(
        filter(None, (channel_label(method.get("channel")), duration(method.get("time"), method.get("unit"))))
    )
    body = list(paragraphs(method.get("description")))
    for fee in method.get("fees", ()):
        amount = money(fee.get("amount"), fee.get("currency"))
        name = (fee.get("description") or "").strip().rstrip(".:")
        if amount or name:  # a long description is a text of its own, a short one the fee's name
            named = name and len(name) <= LONGEST_NAME
            body.append(f"{name}: {amount}" if named and amount else name or _("Phí: %(text)s", text=amount))
            if amount and name and not named:
                body.append(_("Phí: %(text)s", text=amount))
    return head, tuple(body)


def _bases(connection: sa.Connection, content: Mapping[str, Any]) -> tuple[LinkRow, ...]:
    """Legal bases, linked to the document where its number is held."""
    bases = content.get("legal_bases", ())
    slugs = {slugify(base["number"]) for base in bases if base.get("number")}
    held = documents_read.references(connection, slugs) if slugs else {}
    rows = []
    for base in bases:
        found = held.get(slugify(base.get("number") or ""), [])
        name = _base_name(base.get("number") or "", base.get("name") or "")
        if len(found) == 1:
            one = found[0]
            title = long_name(one.type, one.number, one.title)
            rows.append(LinkRow(title, local(document_url(one.address)), "", badge(one.status)))
        elif found:
            rows.append(LinkRow(name, local(document_url(slugify(base["number"]))), "", None))
        else:
            rows.append(LinkRow(name, "", _("chưa có trên cổng này"), None))
    return tuple(rows)


def _base_name(number_text: str, name: str) -> str:
    """A legal basis as the source names it, its number once: some names hold it too, some have no type."""
    if not number_text or number_text in name:
        return name or _("Văn bản không rõ số")
    return long_name(type_of(number_text), number_text, name)


def _conditions(
    connection: sa.Connection, record: StoredProcedure
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The split conditions by kind."""
    kinds: dict[str, list[str]] = {}
    for row in read.conditions(connection, record.id):
        kinds.setdefault(row.condition_kind, []).append(row.text)
    return tuple((kind_label(kind), tuple(texts)) for kind, texts in kinds.items())


def _facts(record: StoredProcedure) -> tuple[tuple[str, str], ...]:
    content = record.content
    missing = _("Chưa công bố")
    return (
        (_("Quyết định công bố"), content.get("decision_number") or missing),
        (_("Bộ, ngành"), record.ministry or missing),
        (_("Lĩnh vực"), "; ".join(content.get("fields", ())) or missing),
        (_("Cấp thực hiện"), ", ".join(levels(content)) or missing),
    )


def _versions(connection: sa.Connection, record: StoredProcedure, url: str) -> tuple[VersionRow, ...]:
    old = read.old_versions(connection, record.id)
    if not old:
        return ()
    rows = [VersionRow(record.version, moment(record.recorded_at), ", ".join(record.version_changes), url)]
    rows += [VersionRow(row.number, moment(row.recorded_at), ", ".join(row.changes), "") for row in old]
    return tuple(rows)
