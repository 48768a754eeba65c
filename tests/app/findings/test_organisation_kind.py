"""Rules see what kind of party a work is of."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from app.findings.read_works import read_works
from app.tables import organisations
from spatial.vocabulary import ORGANISATION_KIND


@pytest.mark.parametrize("kind", ORGANISATION_KIND.ids)
def test_works_are_read_with_the_kind_of_their_organisation(world: Any, kind: str) -> None:
    world.work("riool")
    world.connection.execute(update(organisations).values(kind=kind))
    read = read_works(world.connection).works.organisation_kind
    assert [ORGANISATION_KIND.ids[code] for code in read] == [kind]
