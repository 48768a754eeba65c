"""What is told of a bundle: a title, who does what when, and why it does or does not fit."""

from __future__ import annotations

from typing import NamedTuple

from spatial import wording
from spatial.finding import Explanation, WorkText
from spatial.vocabulary import FACILITY, Language


class Tight(NamedTuple):
    """Why nothing fits: two works whose windows face each other.

    ``ready`` is the first day (half-open end) on which the one can be finished,
    ``begin`` the last day on which the other can start.
    """

    late: WorkText
    early: WorkText
    ready: int
    begin: int


class BundleText(NamedTuple):
    """All that the text of a bundle may use; ``shifts`` in days, negative to earlier."""

    works: tuple[WorkText, ...]
    shifts: tuple[int, ...]
    start: int
    end: int
    saving: tuple[float, float, float]
    lacking_days: int
    too_long_days: int
    most_days: int
    tight: Tight
    street: str


def tell(text: BundleText) -> Explanation:
    """Title and explanation in both languages."""
    fits = not (text.lacking_days or text.too_long_days)
    nl, en = (
        _fits(text, language) if fits else _misses(text, language) for language in ("nl", "en")
    )
    return Explanation(_title(text, "nl", fits=fits), _title(text, "en", fits=fits), nl, en)


def _title(text: BundleText, language: Language, *, fits: bool) -> str:
    facilities = dict.fromkeys(FACILITY.title(w.facility, language) for w in text.works)
    what = _list(list(facilities), language)
    place = f" {text.street}" if text.street else ""
    if language == "nl":
        return f"{'Bundel' if fits else 'Net geen bundel'}{place}: {what}"
    return f"{'Bundle' if fits else 'Near miss'}{place}: {what}"


def _list(words: list[str], language: Language) -> str:
    last = " en " if language == "nl" else " and "
    return last.join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def _who(text: BundleText, language: Language) -> str:
    parties = len({w.organisation for w in text.works})
    works = "; ".join(wording.work(w, language) for w in text.works)
    if language == "nl":
        return f"{parties} organisaties, {len(text.works)} werken: {works}."
    return f"{parties} organisations, {len(text.works)} works: {works}."


def _saves(text: BundleText, language: Language) -> str:
    usual, low, high = (wording.euros(amount, language) for amount in text.saving)
    if language == "nl":
        return f"Samen uitvoeren scheelt naar schatting {usual} ({low} tot {high})."
    return f"Doing them together saves an estimated {usual} ({low} to {high})."


def _moves(text: BundleText, language: Language) -> str:
    nl = language == "nl"
    moves = []
    for work, shift in zip(text.works, text.shifts, strict=True):
        if shift:
            way = ("eerder" if shift < 0 else "later") if nl else ("earlier", "later")[shift > 0]
            moves.append(
                f"{wording.work(work, language)} {wording.days(abs(shift), language)} {way}"
            )
    if not moves:
        return "Niemand hoeft te schuiven." if nl else "Nobody has to move."
    return f"{'Daarvoor schuift' if nl else 'For that'}: {'; '.join(moves)}."


def _fits(text: BundleText, language: Language) -> str:
    when = wording.period(text.start, text.end, language)
    long = wording.days(text.end - text.start, language)
    slot = (
        f"Het slot {when}, {long}, past binnen ieders speelruimte."
        if language == "nl"
        else f"The slot {when}, {long}, fits within every window."
    )
    return " ".join((_who(text, language), slot, _moves(text, language), _saves(text, language)))


def _misses(text: BundleText, language: Language) -> str:
    nl = language == "nl"
    told = [_who(text, language)]
    if text.lacking_days:
        told.append(_lacks(text, language))
    if text.too_long_days:
        most = wording.days(text.most_days, language)
        over = wording.days(text.too_long_days, language)
        told.append(
            f"Het langste werk duurt {over} langer dan een bundel mag duren, {most}."
            if nl
            else f"The longest work lasts {over} longer than a bundle may last, {most}."
        )
    return " ".join((*told, _would_save(text, language)))


def _would_save(text: BundleText, language: Language) -> str:
    usual, low, high = (wording.euros(amount, language) for amount in text.saving)
    if language == "nl":
        return f"In één keer zou het naar schatting {usual} schelen ({low} tot {high})."
    return f"In one go it would save an estimated {usual} ({low} to {high})."


def _lacks(text: BundleText, language: Language) -> str:
    tight, lacking = text.tight, wording.days(text.lacking_days, language)
    late, early = wording.work(tight.late, language), wording.work(tight.early, language)
    ready, begin = wording.date(tight.ready - 1, language), wording.date(tight.begin, language)
    if tight.late is tight.early:
        return (
            f"De speelruimte van {late} is {lacking} te kort voor het werk zelf."
            if language == "nl"
            else f"The window of {late} is {lacking} too short for the work itself."
        )
    if language == "nl":
        return (
            f"Er is geen gezamenlijk slot: {late} kan op zijn vroegst op {ready} klaar zijn, en "
            f"{early} moet uiterlijk op {begin} beginnen. De speelruimte van één van beide is "
            f"{lacking} te kort."
        )
    return (
        f"There is no common slot: {late} can be ready on {ready} at the earliest, and {early} "
        f"must start on {begin} at the latest. The window of one of the two is {lacking} too short."
    )
