"""From the columns of a strange file to our fields.

``propose`` matches columns to fields by their names and their values and asks
what it is not sure of; ``apply`` turns rows into fields with that mapping.
"""

from spatial.mapping.apply import apply
from spatial.mapping.model import Mapping, Match, Question, fingerprint
from spatial.mapping.propose import propose

__all__ = ["Mapping", "Match", "Question", "apply", "fingerprint", "propose"]
