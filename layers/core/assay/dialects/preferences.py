"""The header Prefer (RFC 7240): what a client would rather have."""

import re
from collections.abc import Iterable

from assay.domain.errors import InvalidRequest

WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
QUOTED = r'"(?:[^"\\]|\\.)*"'
VALUE = rf"(?:[ \t]*=[ \t]*(?:{WORD}|{QUOTED})?)?"
PREFERENCE = re.compile(rf"[ \t]*(?:({WORD}){VALUE}(?:[ \t]*;(?:[ \t]*{WORD}{VALUE})?)*)?[ \t]*(?:,|\Z)")
"""One of the list, perhaps with a value and parameters; or nothing between two commas."""
SHOWN = 100


def preferences(headers: Iterable[str]) -> frozenset[str]:
    """The names of all that is preferred, in lower case, whatever their values.

    Raises InvalidRequest for what cannot be read: were it passed over, a launch could begin that was to be estimated.
    """
    text, at, names = ",".join(headers), 0, set[str]()
    while at < len(text):
        found = PREFERENCE.match(text, at)
        if found is None:
            said = text[at : at + SHOWN].strip()
            raise InvalidRequest(f"The header Prefer cannot be read at '{said}'. Say, for one, Prefer: estimate.")
        names.add((found[1] or "").lower())
        at = found.end()
    return frozenset(names - {""})
