"""After any sequence of deliveries, edits and undos, history and present agree."""

from __future__ import annotations

from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, or_, select, text

from app.kit.problems import Conflict
from app.organisations.viewer import ADMINISTRATOR
from app.projects.change_work import Editor, change_work, withdraw_work
from app.projects.stored import read_projects, read_works
from app.tables import project_versions, projects, work_versions, works
from app.uploads.undo import undo

files = st.lists(
    st.tuples(
        st.sampled_from("AB"),
        st.sampled_from([0, 10, 400]),
        st.sampled_from(["2028-05-31", "2028-06-30"]),
        st.sampled_from(["sewer", "gas"]),
        st.sampled_from(["idea", "committed"]),
        st.sampled_from(["own", "public"]),
        st.sampled_from(["Stedin", "Gemeente Gouda"]),
    ),
    min_size=1,
    max_size=4,
)


def machine(deliver, a_work):  # noqa: C901  # a state machine is one class of many small rules
    engine, settings = deliver.engine, deliver.settings
    deliver.organisation("leiden")

    class History(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            deliver.uploads.clear()
            with engine.begin() as connection:
                connection.execute(text("truncate projects, uploads cascade"))

        @rule(file=files, complete=st.booleans())
        def upload(self, file, complete):
            rows = [
                a_work(r, x=x, end=end, facility=f, status=s, visibility=v, organisatie=o)
                for r, x, end, f, s, v, o in file
            ]
            report = deliver(rows, complete=complete, yes=True)
            assert report.state in {"done", "unchanged"}, report.problem
            again = deliver(rows, complete=complete, yes=True)
            assert again.state == "unchanged"

        @rule(pick=st.integers(0, 30))
        def undo_one(self, pick):
            if not deliver.uploads:
                return
            try:
                undo(engine, settings, deliver.uploads[pick % len(deliver.uploads)], by="x")
            except Conflict:
                return

        @rule(pick=st.integers(0, 30), title=st.sampled_from(["x", "y"]), withdraw=st.booleans())
        def edit(self, pick, title, withdraw):
            with engine.begin() as connection:
                found = connection.execute(
                    select(works.c.id, works.c.version)
                    .where(~works.c.withdrawn)
                    .order_by(works.c.key)
                ).all()
                if not found:
                    return
                one = found[pick % len(found)]
                editor = Editor(ADMINISTRATOR, "x", one.version)
                if withdraw:
                    withdraw_work(connection, settings, one.id, editor)
                else:
                    change_work(connection, settings, one.id, {"title": title}, editor)

        @invariant()
        def the_last_version_is_what_is_stored(self):
            with engine.connect() as connection:
                self.check(connection, works, work_versions, "work_id", read_works)
                self.check(connection, projects, project_versions, "project_id", read_projects)

        def check(self, connection, table, versions, key, read):
            stored = read(connection, table.c.id.is_not(None))
            last = {
                row[0]: row
                for row in connection.execute(
                    select(versions.c[key], versions.c.version, versions.c.snapshot).order_by(
                        versions.c.version
                    )
                )
            }
            for id_, version, facts in zip(stored.id, stored.version, stored.facts, strict=True):
                assert last[id_].version == version
                assert last[id_].snapshot == facts

        @invariant()
        def versions_are_numbered_without_gaps(self):
            c = work_versions.c
            with engine.connect() as connection:
                gaps = connection.execute(
                    select(c.work_id)
                    .group_by(c.work_id)
                    .having(func.max(c.version) != func.count())
                ).all()
            assert gaps == []

        @invariant()
        def a_standing_work_has_a_standing_project(self):
            with engine.connect() as connection:
                lost = connection.scalar(
                    select(func.count())
                    .select_from(works.join(projects, projects.c.id == works.c.project_id))
                    .where(~works.c.withdrawn, projects.c.withdrawn)
                )
            assert lost == 0

        @invariant()
        def standing_works_share_what_is_their_projects(self):
            names = ("organisation_id", "planning_status", "commitment", "visibility")
            differ = or_(*(works.c[n] != projects.c[n] for n in names))
            query = select(func.count()).select_from(
                works.join(projects, projects.c.id == works.c.project_id)
            )
            with engine.connect() as connection:
                assert connection.scalar(query.where(~works.c.withdrawn, differ)) == 0

    return History


def test_history_and_present_agree(deliver, a_work):
    run_state_machine_as_test(
        machine(deliver, a_work),
        settings=hypothesis_settings(
            max_examples=15,
            stateful_step_count=8,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
