"""Every way in which the domain refuses, as one small tree.

The class docstring's first line is the title a person reads; the message of
the instance says what happened here and what to do. Nothing in this package
knows of HTTP: the service maps classes to status codes in one table.

    KansenkaartError
    ├── FileRefused            the file as a whole cannot be taken in
    │   ├── EmptyFile
    │   ├── UnknownFormat
    │   ├── UnreadableFile
    │   ├── WrongExtension
    │   ├── UnsafeFile
    │   ├── NoHeader
    │   ├── FileTooLarge
    │   ├── NoGeometry
    │   └── LayerNotFound
    ├── CrsUnknown
    ├── MappingRefused
    └── GeometryRefused
"""


class KansenkaartError(Exception):
    """Something in the request cannot be done."""


class FileRefused(KansenkaartError):
    """The file cannot be taken in."""


class EmptyFile(FileRefused):
    """The file holds nothing."""


class UnknownFormat(FileRefused):
    """The format of the file is not one we read."""


class UnreadableFile(FileRefused):
    """The file is damaged or is not what its name says."""


class WrongExtension(FileRefused):
    """The content of the file is not what its extension says."""


class UnsafeFile(FileRefused):
    """The file refers to something outside itself."""


class NoHeader(FileRefused):
    """The table has no row with column names."""


class FileTooLarge(FileRefused):
    """The file, or what it unpacks to, is larger than allowed."""


class NoGeometry(FileRefused):
    """No column or layer of the file holds a place."""


class LayerNotFound(FileRefused):
    """The file has no layer of that name."""


class CrsUnknown(KansenkaartError):
    """The coordinate reference system is unknown or cannot be used."""


class MappingRefused(KansenkaartError):
    """The mapping does not fit the file or our fields."""


class GeometryRefused(KansenkaartError):
    """The geometry cannot be used."""
