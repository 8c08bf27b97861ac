"""Writing a calculation: on a regulation, where its yearly cost becomes the calculated one."""

from __future__ import annotations

import sqlalchemy as sa

from schemas import regulation_tables as r
from schemas.costs import CostSheet, compare_costs, whole
from schemas.errors import Conflict, Refused
from schemas.people import Person
from schemas.plans import PlanItem, figures
from schemas.regulations import Regulation

from ..regulations import store as regulations


def save_for_regulation(
    connection: sa.Connection, person: Person, code: str, version: int, sheet: CostSheet, source: str
) -> None:
    """Write the calculation and the cost it gives. `version`: of the regulation as the form showed it.

    Raises Conflict when somebody changed the regulation since, Refused without authority.
    """
    g = r.regulations
    # Writing the row to itself takes it (on SQLite: the file) for this transaction.
    mine = sa.update(g).where(g.c.code == code, g.c.version == version).values(version=g.c.version)
    if connection.execute(mine).rowcount != 1:
        raise Conflict(f"regulation {code} is not at version {version}")
    regulation_id = connection.execute(sa.select(g.c.id).where(g.c.code == code)).scalar_one()
    held = regulations.read(connection, regulation_id, code)
    cost = whole(compare_costs(sheet).current.year)
    values = {**dict(held), "annual_cost": cost, "cost_source": source, "cost_sheet": sheet}
    regulations.save(connection, person, Regulation.model_validate(values))


def item_with(item: PlanItem, sheet: CostSheet) -> PlanItem:
    """The item with this calculation and its figures. Refused("after") without a situation afterwards."""
    current, after, hours_now, hours_after = figures(sheet)
    if current is None:
        raise Refused("after")
    values = {
        "current_cost": current,
        "after_cost": after,
        "current_hours": hours_now,
        "after_hours": hours_after,
        "cost_sheet": sheet,
    }
    return PlanItem.model_validate({**dict(item), **values})
