"""B23: a bundle waits for a decision that was not taken, or a signature without a mandate.

Exactly: an organisation with works in an accepted bundle, neither completed nor
withdrawn nor over on the day that counts as today, of which a decision moment
lies before that day while it is not decided; or for which somebody signs
without a decision to act on. One finding for each organisation and reason, with
these works. Period: from the first to the last day of the works. Score: base x
exposure x p, with exposure from 0.5 to 1 at ``full_works``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from spatial import wide, wording
from spatial.context import ContextObjects
from spatial.finding import Explanation, WideHits, WideText
from spatial.overlay import base_score
from spatial.overlay_words import named
from spatial.rule import Kind, Threshold, WideRule
from spatial.situation import Situation
from spatial.vocabulary import Language
from spatial.wide_words import listed
from spatial.work import NOBODY, Flags, Keys

THRESHOLDS = (
    base_score(85.0),
    Threshold(
        "full_works",
        5,
        "works",
        "[D]",
        "aantal werken dat de volle score geeft",
        "works that give the full score",
        1,
    ),
)
REASONS = ("decision", "mandate")
_DOCUMENT = {
    "nl": {
        "framework_note": "de kadernota",
        "programme_budget": "de begroting",
        "investment_plan": "het investeringsplan",
        "annual_plan": "het jaarplan",
    },
    "en": {
        "framework_note": "the framework note",
        "programme_budget": "the programme budget",
        "investment_plan": "the investment plan",
        "annual_plan": "the annual plan",
    },
}


@dataclass(frozen=True)
class DecisionOrMandateMissing(WideRule):
    """A party in a bundle that did not decide, or signs without a mandate."""

    code: ClassVar[str] = "B23"
    version: ClassVar[int] = 1
    kind: ClassVar[Kind] = "bottleneck"
    title_nl: ClassVar[str] = "Besluit of mandaat ontbreekt"
    title_en: ClassVar[str] = "Decision or mandate missing"
    condition_nl: ClassVar[str] = (
        "Van een organisatie met werk in een vastgestelde bundel is een beslismoment voorbij "
        "zonder besluit, of de ondertekenaar heeft geen mandaat."
    )
    condition_en: ClassVar[str] = (
        "An organisation with work in an accepted bundle let a decision moment pass without a "
        "decision, or its signatory has no mandate."
    )
    order_nl: ClassVar[str] = "naar de eerste dag van de werken"
    order_en: ClassVar[str] = "by the first day of the works"
    source: ClassVar[str] = "[C] kaart; [S] mandate in Stcrt 2025, 25298"
    any_context: ClassVar[frozenset[str]] = frozenset({"decision_moments", "signatures"})
    may_use: ClassVar[frozenset[str]] = frozenset({"decision_moments", "signatures"})
    about: ClassVar[str] = "organisations"
    asks_today: ClassVar[bool] = True

    thresholds: tuple[Threshold, ...] = THRESHOLDS

    @property
    def reach_m(self) -> float:
        """All works of the organisation, wherever they lie."""
        return 0.0

    def hits(self, situation: Situation) -> WideHits:
        """Parties in a bundle of which a decision or mandate is missing."""
        today = situation.as_of if situation.as_of is not None else 0
        moments, signers = _missed(situation, today), _without_mandate(situation)
        works, parties = situation.subject.works, situation.organisations
        bundled = wide.active(situation) & (works.accepted_bundle != NOBODY)
        bundled &= works.end > today
        judged = wide.is_judged(situation, len(parties))
        of_reason = [
            np.flatnonzero(judged & np.isin(parties.key, keys)) for keys in (moments, signers)
        ]
        party = np.concatenate(of_reason)
        reason = np.repeat([0, 1], [len(some) for some in of_reason])
        mine = np.flatnonzero(bundled)
        mine = mine[np.argsort(works.organisation[mine], kind="stable")]
        owner = works.organisation[mine]
        low = np.searchsorted(owner, parties.key[party])
        counts = np.searchsorted(owner, parties.key[party], side="right") - low
        has = counts > 0
        party, reason, low, counts = party[has], reason[has], low[has], counts[has]
        if not len(party):
            return wide.no_hits()
        group = np.repeat(np.arange(len(party)), counts)
        at = np.arange(len(group)) - np.repeat(np.cumsum(counts) - counts - low, counts)
        members = wide.Members.of(situation, group, mine[at], len(party))
        start, end = members.hull(situation)
        exposure = 0.5 + 0.5 * np.minimum(1.0, members.counts() / self.value("full_works"))
        return wide.made(
            members,
            key=[
                f"{wide.key_of(parties.id[p])}:{REASONS[r]}"
                for p, r in zip(party.tolist(), reason.tolist(), strict=True)
            ],
            subject=parties.id[party],
            start=start,
            end=end,
            score=self.value("base_score") * exposure * wide.probability(situation, members),
            measures={"works": members.counts()},
            geometry=wide.place_of(situation, members),
            told=[
                {"party": str(parties.name[p]), "reason": REASONS[r]}
                | _told(situation, int(parties.key[p]), r, today)
                for p, r in zip(party.tolist(), reason.tolist(), strict=True)
            ],
        )

    def explain(self, text: WideText) -> Explanation:
        """Who must decide or give a mandate, and for which works."""
        party = str(text.told["party"])
        if text.told["reason"] == "mandate":
            title_nl, title_en = f"Mandaat ontbreekt: {party}", f"Mandate missing: {party}"
        else:
            title_nl, title_en = f"Besluit ontbreekt: {party}", f"Decision missing: {party}"
        return Explanation(
            title_nl=title_nl,
            title_en=title_en,
            nl=(
                f"{_why(text, 'nl')} Het gaat om {listed(text.works, 'nl')} "
                f"({wording.period(text.start, text.end, 'nl')})."
            ),
            en=(
                f"{_why(text, 'en')} It is about {listed(text.works, 'en')} "
                f"({wording.period(text.start, text.end, 'en')})."
            ),
        )


def _overdue(moments: ContextObjects, today: int) -> Flags:
    late: Flags = ~moments.columns["is_decided"].astype(np.bool_)
    return late & (moments.columns["decided_on"] < today)


def _missed(situation: Situation, today: int) -> Keys:
    """Keys of organisations that let a moment pass."""
    if "decision_moments" not in situation.context:
        return np.empty(0, dtype=np.int64)
    moments = situation.objects("decision_moments")
    keys: Keys = moments.columns["organisation_key"][_overdue(moments, today)]
    return keys


def _without_mandate(situation: Situation) -> Keys:
    """Keys of organisations for which somebody signs without a mandate."""
    if "signatures" not in situation.context:
        return np.empty(0, dtype=np.int64)
    columns = situation.objects("signatures").columns
    keys: Keys = columns["organisation_key"][columns["mandate"] == ""]
    return keys


def _told(situation: Situation, key: int, reason: int, today: int) -> dict[str, object]:
    """What the text says of one organisation: its last missed moment, or who signs."""
    if REASONS[reason] == "mandate":
        columns = situation.objects("signatures").columns
        rows = np.flatnonzero((columns["organisation_key"] == key) & (columns["mandate"] == ""))
        return {"signers": sorted({str(s) for s in columns["signer"][rows] if s})}
    moments = situation.objects("decision_moments")
    late = _overdue(moments, today) & (moments.columns["organisation_key"] == key)
    rows = np.flatnonzero(late)
    last = rows[np.argmax(moments.columns["decided_on"][rows])]
    return {
        "decided_on": int(moments.columns["decided_on"][last]),
        "document": str(moments.columns["document"][last]),
    }


def _why(text: WideText, language: Language) -> str:
    party, nl = str(text.told["party"]), language == "nl"
    if text.told["reason"] == "mandate":
        who = named(text.told["signers"], language, "de ondertekenaar" if nl else "the signatory")
        if nl:
            return f"{party} tekent zonder mandaat: voor {who} is geen besluit bekend."
        return f"{party} signs without a mandate: no decision is known for {who}."
    day = wording.date(int(text.told["decided_on"]), language)
    document = _DOCUMENT[language].get(str(text.told["document"]), "")
    if nl:
        through = f" bij {document}" if document else ""
        return f"{party} moest{through} vóór {day} besluiten en deed dat niet."
    through = f" with {document}" if document else ""
    return f"{party} had to decide{through} before {day} and did not."


RULE = DecisionOrMandateMissing()
