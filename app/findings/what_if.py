"""What a drafted work would meet: the same detection, nothing stored."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import orjson
import shapely
from sqlalchemy import BigInteger, Connection, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from app.findings.draft import NEW_KEY, Draft, columns_of, place_of, refuse
from app.findings.explain import explanations
from app.findings.found import Found, make_found, uuid_texts
from app.findings.only_in import keep_where_switched_on
from app.findings.parameters import read_rules
from app.findings.read_works import read_organisation_names, read_works
from app.findings.rows import own_measures
from app.findings.situation import situation_of
from app.findings.stored_works import StoredWorks, join
from app.findings.surroundings import (
    PARTNERS,
    PUBLIC,
    judged,
    touched_by,
    works_at,
)
from app.ogc.crs import DEGREE_DIGITS, ServedCrs
from app.organisations.viewer import Viewer
from app.several_works import SEPARATOR
from app.tables import organisations, projects, works
from spatial.crs import transform
from spatial.detect import detect, reach_of
from spatial.detect_wide import detect_wide
from spatial.finding import MEASURE_COLUMNS, Findings
from spatial.finding import join as join_findings
from spatial.period import day
from spatial.rule import Rule
from spatial.vocabulary import Language
from spatial.work import Flags

MOST_NEIGHBOURS = 20_000
NO_ID = UUID(int=0)
YOURS = {"nl": "uw organisatie", "en": "your organisation"}


class Owner(NamedTuple):
    """Whose draft it is: key, id and kind of the organisation, key of the project."""

    key: int
    id: UUID
    kind: str
    project: int = NEW_KEY


def _owner(connection: Connection, draft: Draft, viewer: Viewer) -> Owner:
    """The organisation named, else that of the stored work, else the viewer's, else nobody's."""
    columns = (organisations.c.key, organisations.c.id, organisations.c.kind)
    slug = draft.properties.organisation
    if slug is not None:
        named = connection.execute(select(*columns).where(organisations.c.slug == slug)).first()
        if named is None:
            msg = f"there is no organisation {slug!r}"
            raise refuse(msg, at="/properties/organisation")
        return Owner(*named)
    own = connection.execute(select(*columns).where(organisations.c.id == viewer.organisation_id))
    mine = own.first()
    return Owner(*mine) if mine else Owner(NEW_KEY, NO_ID, "unknown")


def _in_place_of(connection: Connection, draft: Draft, viewer: Viewer, owner: Owner) -> Owner:
    """A draft of a stored work belongs to that work's project and, unless said, owner."""
    replaced = draft.properties.work
    if replaced is None:
        return owner
    query = (
        select(
            organisations.c.key,
            organisations.c.id,
            organisations.c.kind,
            projects.c.key.label("project"),
        )
        .select_from(works)
        .join(projects, projects.c.id == works.c.project_id)
        .join(organisations, organisations.c.id == works.c.organisation_id)
        .where(works.c.id == replaced, viewer.sees_rows_of(works))
    )
    row = connection.execute(query).first()
    if row is None:
        msg = f"there is no work {replaced}, or you may not see it"
        raise refuse(msg, at="/properties/work")
    if draft.properties.organisation is not None:
        return owner._replace(project=row.project)
    return Owner(*row)


def _neighbours(
    connection: Connection, drafted: StoredWorks, rules: Sequence[Rule], viewer: Viewer, srid: int
) -> StoredWorks:
    """Stored works within reach that the viewer may see, without the one that is replaced."""
    reach_m, reach_days = reach_of(rules)
    west, south, east, north = shapely.bounds(drafted.works.footprint[0]).tolist()
    box = func.ST_MakeEnvelope(
        west - reach_m, south - reach_m, east + reach_m, north + reach_m, srid
    )
    hull = drafted.works
    days = func.daterange(day(hull.start[0] - reach_days), day(hull.end[0] + reach_days))
    query = (
        select(works.c.key)
        .where(
            works.c.footprint.bool_op("&&")(box),
            works.c.period.bool_op("&&")(days),
            ~works.c.withdrawn,
            works.c.id != UUID(bytes=hull.id.tobytes()),
            viewer.sees_rows_of(works),
        )
        .limit(MOST_NEIGHBOURS + 1)
    )
    keys = list(connection.scalars(query))
    if len(keys) > MOST_NEIGHBOURS:
        msg = f"lies near more than {MOST_NEIGHBOURS} works; draw a smaller part"
        raise refuse(msg, at="/geometry")
    return read_works(connection, "w.key = ANY(%(keys)s::bigint[])", {"keys": keys})


def read_visible(
    connection: Connection, keys: Sequence[int], viewer: Viewer, *, but: UUID
) -> StoredWorks:
    """The works with these keys that the viewer may see, without one."""
    query = select(works.c.key).where(
        works.c.key == any_(literal(list(keys), ARRAY(BigInteger))),
        works.c.id != but,
        viewer.sees_rows_of(works),
    )
    seen = list(connection.scalars(query))
    return read_works(connection, "w.key = ANY(%(keys)s::bigint[])", {"keys": seen})


def members_among(findings: Findings, work: int) -> Flags:
    """Findings of which this work is one."""
    rows = np.repeat(np.arange(len(findings)), np.diff(findings.offsets))
    found = np.zeros(len(findings), dtype=np.bool_)
    found[rows[findings.members == work]] = True
    return found


def _slugs(connection: Connection, found: Found) -> dict[str, str]:
    wanted = {UUID(text) for text in found.owner_id.tolist()}
    query = select(organisations.c.id, organisations.c.slug).where(organisations.c.id.in_(wanted))
    return {str(key): slug for key, slug in connection.execute(query)}


def _numbers(found: Found, name: str) -> list[float | None]:
    values = found.findings.measures[name]
    return [None if np.isnan(value) else value for value in values.tolist()]


def _or_zero(values: list[float | None]) -> list[float]:
    return [value or 0.0 for value in values]


def _properties(
    connection: Connection, found: Found, language: Language
) -> dict[str, Sequence[object]]:
    """Columns with the names, the order and the types of the layers of findings."""
    findings = found.findings
    rows = np.arange(len(found))
    names = read_organisation_names(connection, found.works.organisation_id)
    names.setdefault(NO_ID.bytes, YOURS[language])
    told = list(explanations(found, rows, names))
    slugs = _slugs(connection, found)
    cuts = pairwise(findings.offsets.tolist())
    about = [findings.members[begin:end].tolist() for begin, end in cuts]
    owners = [dict.fromkeys(slugs.get(found.owner_id[w], "") for w in works_) for works_ in about]
    measures = {name: _numbers(found, name) for name in MEASURE_COLUMNS}
    rules = [found.rules[code] for code in findings.rule.tolist()]
    return {
        "id": uuid_texts(found.id),
        "rule": [rule.code for rule in rules],
        "kind": [rule.kind for rule in rules],
        "title": [t.title_en if language == "en" else t.title_nl for t in told],
        "explanation": [t.en if language == "en" else t.nl for t in told],
        "score": findings.score.tolist(),
        "state": ["new"] * len(found),
        "organisations": [SEPARATOR.join(filter(None, slugs_)) for slugs_ in owners],
        "works": [SEPARATOR.join(found.work_id[w] for w in works_) for works_ in about],
        "start": [day(d) for d in findings.start.tolist()],
        "end": [day(d - 1) for d in findings.end.tolist()],
        **measures,
        "shift_days": _or_zero(measures["shift_days"]),
        "saving_eur": _or_zero(measures["saving_eur"]),
        "solves": [_list(found.solves.get(row, "")) for row in rows.tolist()],
        "solved_by": [_list(found.solved_by.get(row, "")) for row in rows.tolist()],
        "measures": [told.decode() for told in own_measures(found, rows)],
    }


def _list(array: str) -> str:
    return array.strip("{}").replace(",", SEPARATOR)


def _geometries(found: Found, storage_crs: int) -> list[orjson.Fragment]:
    stored = shapely.set_srid(found.findings.geometry, 0)
    served = transform(stored, storage_crs, 4326)
    rounded = shapely.transform(served, lambda xy: np.round(xy, DEGREE_DIGITS))
    return [orjson.Fragment(text) for text in shapely.to_geojson(rounded).tolist()]


def _pairs(rules: Sequence[Rule], together: StoredWorks) -> Findings:
    """What the drafted work, the last of all, gives with each other."""
    focus = np.zeros(len(together.works), dtype=bool)
    focus[-1] = True
    return detect(together.works, focus=focus, rules=rules, threads=1)


def _found(
    connection: Connection,
    rules: Sequence[Rule],
    neighbours: StoredWorks,
    drafted: StoredWorks,
    viewer: Viewer,
) -> Found:
    """What the drafted work meets: each neighbour, the street, the area and what surrounds it.

    Only works and objects that the viewer may see take part.
    """
    pairs = _pairs(rules, join([neighbours, drafted]))
    own = UUID(bytes=drafted.works.id.tobytes())
    widest = PUBLIC if viewer.role == "public" else PARTNERS
    touched = touched_by(connection, rules, drafted, [own], widest=widest)
    keys = set(works_at(connection, touched)) - set(neighbours.key.tolist())
    others = read_visible(connection, sorted(keys), viewer, but=own)
    together = join([neighbours, drafted, others])
    situation = situation_of(connection, together, touched.context)
    wide = detect_wide(situation, touched.rules, judged=judged(touched, situation))
    mine = np.flatnonzero(members_among(wide, len(neighbours.key)))
    everywhere = join_findings([pairs, wide.take(mine)])
    return make_found(keep_where_switched_on(connection, everywhere), together, rules)


def what_if(
    connection: Connection,
    draft: Draft,
    viewer: Viewer,
    *,
    crs: ServedCrs,
    language: Language,
    storage_crs: int,
) -> dict[str, Any]:
    """The findings of a draft among the works that the viewer may see, as GeoJSON in CRS84.

    Nothing is stored. RequestValidationError names the place in the draft that
    cannot be.
    """
    place = place_of(draft, crs, storage_crs)
    owner = _in_place_of(connection, draft, viewer, _owner(connection, draft, viewer))
    drafted = columns_of(
        draft, place, organisation=(owner.key, owner.id, owner.kind), project=owner.project
    )
    rules = read_rules(connection)
    neighbours = _neighbours(connection, drafted, rules, viewer, storage_crs)
    found = _found(connection, rules, neighbours, drafted, viewer)
    columns = _properties(connection, found, language)
    features = [
        {
            "type": "Feature",
            "id": values[0],
            "geometry": geometry,
            "properties": dict(zip(columns, values, strict=True)),
        }
        for geometry, values in zip(
            _geometries(found, storage_crs), zip(*columns.values(), strict=True), strict=True
        )
    ]
    return {"type": "FeatureCollection", "numberReturned": len(features), "features": features}
