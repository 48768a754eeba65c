"""The entity tag of a feature that can be edited: its versions, so that a change can name them."""

from __future__ import annotations

from collections.abc import Sequence

from app.kit.media import Language


def feature_tag(versions: Sequence[int], language: Language, form: str = "json") -> str:
    """The tag of one representation; what stands before the point is the state.

    >>> feature_tag((3, 1), "nl"), feature_tag((3, 1), "en", "html")
    ('"3-1.nl"', '"3-1.en.html"')
    """
    state = "-".join(map(str, versions))
    return f'"{state}.{language}{"" if form == "json" else f".{form}"}"'


def is_matched(if_match: str, versions: Sequence[int]) -> bool:
    """Whether ``If-Match`` names this state, in whatever representation; ``*`` names any.

    A weak tag matches nothing (RFC 9110, section 13.1.1).

    >>> is_matched('"9-9.nl", "3-1.en"', (3, 1)), is_matched('W/"3-1.nl"', (3, 1))
    (True, False)
    """
    state = "-".join(map(str, versions))
    tags = [part.strip() for part in if_match.split(",")]
    return "*" in tags or any(
        tag.startswith('"') and tag.strip('"').partition(".")[0] == state for tag in tags
    )
