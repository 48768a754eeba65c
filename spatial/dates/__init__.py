"""Dates and periods as real files write them, read into half-open days.

``read`` understands one value, ``habit_of`` decides for a whole column what a
single value cannot say (day or month first, date or moment), ``read_column``
reads a column and looks at each distinct value once.
"""

from spatial.dates.column import DateColumn, Habit, habit_of, join_habits, read_column
from spatial.dates.reading import Reading, read

__all__ = ["DateColumn", "Habit", "Reading", "habit_of", "join_habits", "read", "read_column"]
