"""The process that opens files of strangers with GDAL, and nothing else.

Started by :mod:`spatial.readers.ogr` as a script of its own, so that a file
that makes GDAL crash, loop or swallow memory takes only this process down, and
so that every driver except the one the content calls for can be taken out of
GDAL: what is not there follows no path, URL, /vsi prefix or VRT.

Requests are JSON lines on standard input. An answer is a JSON line; that of
``read`` is followed by an Arrow stream and another JSON line.
"""

from __future__ import annotations

import json
import resource
import sys
import warnings
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

if __name__ == "__main__":
    # Only the raw half of pyogrio is used; these would cost most of the start-up time.
    for heavy in ("pandas", "geopandas", "shapely"):
        sys.modules[heavy] = None  # type: ignore[assignment]  # makes an import fail at once

import pyogrio
import pyogrio.raw
from pyogrio._ogr import _register_drivers

if __name__ == "__main__":
    for heavy in ("pandas", "geopandas", "shapely"):
        del sys.modules[heavy]  # pyarrow looks for pandas in its own way

HEAD_BYTES = 5
SLACK_BYTES = 1 << 16
EMPTY = pa.scalar(b"", type=pa.large_binary())
FIRST_CURVE, LAST_CURVE = 8, 17
COLLECTION = 7
NAMES: dict[str, str] = {}
"""What the parent calls the columns of the feature id and of the geometry."""
CONFIG = {
    # GML: follow no xlink:href, neither inside nor outside the file.
    "GML_SKIP_RESOLVE_ELEMS": "ALL",
    "GML_SAVE_RESOLVED_TO": None,
    # No network, in whatever way a path may be smuggled in.
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "/none",
    "GDAL_HTTP_PROXY": "127.0.0.1:9",
    "GDAL_HTTP_CONNECTTIMEOUT": "1",
    "GDAL_HTTP_MAX_RETRY": "0",
    # SQLite: no extensions, no functions that open other files.
    "OGR_SQLITE_LOAD_EXTENSIONS": None,
    "OGR_GPKG_ALLOW_EXTERNAL_ACCESS": "NO",
    # An unclosed ring is closed and reported by us, not refused with its layer.
    "OGR_GEOMETRY_ACCEPT_UNCLOSED_RING": "YES",
    "SHAPE_RESTORE_SHX": "NO",
    "OGR_GML_NULLABLE_FIELDS": None,
}


def bar_drivers(allowed: list[str]) -> None:
    """Take every driver but these out of GDAL.

    Raises
    ------
    RuntimeError
        One of the others stays in, which must never be read past.
    """
    others = sorted(set(pyogrio.list_drivers()) - set(allowed))
    names = ",".join(others)
    pyogrio.set_gdal_config_options({**CONFIG, "OGR_SKIP": names, "GDAL_SKIP": names})
    _register_drivers()
    left = set(pyogrio.list_drivers()) - set(allowed)
    if left:
        raise RuntimeError(sorted(left))


def limit(memory_bytes: int, cpu_seconds: int) -> None:
    """Bound what this process may take; the operating system stops it beyond."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def describe(request: dict[str, Any]) -> dict[str, Any]:
    """Names, columns, CRS and row counts of the layers; what fails is told per layer."""
    layers: list[dict[str, Any]] = []
    for name, kind in pyogrio.list_layers(request["path"]).tolist():
        try:
            info = pyogrio.read_info(request["path"], layer=name, **request["options"])
        except Exception as wrong:  # noqa: BLE001  # GDAL raises what it likes; each layer on its own
            layers.append({"name": name, "error": str(wrong)})
            continue
        layers.append(
            {
                "name": name,
                "crs": info["crs"],
                "columns": [str(f) for f in info["fields"]],
                "types": [str(t) for t in info["ogr_types"]],
                "rows": int(info["features"]),
                "spatial": kind is not None,
                "fid": info["fid_column"],
            }
        )
    return {"layers": layers}


def read(request: dict[str, Any], out: Any) -> None:
    """Write one layer to ``out`` as an Arrow stream with WKB in its last column."""
    options = dict(request["options"])
    if request.get("encoding"):
        options["encoding"] = request["encoding"]
    with pyogrio.open_arrow(
        request["path"],
        layer=request["layer"],
        batch_size=request["batch_rows"],
        return_fids=True,
        use_pyarrow=True,
        **options,
    ) as (meta, reader):
        order = _order(meta, reader.schema)
        schema = _schema(reader.schema, order)
        curves = Curves(request)
        with pa.ipc.new_stream(out, schema) as writer:
            for batch in reader:
                writer.write_batch(_reordered(batch, order, schema, curves))


def _order(meta: dict[str, Any], schema: pa.Schema) -> list[int]:
    """Positions of the columns: feature id first, geometry (-1 where there is none) last."""
    names = list(schema.names)
    fid = names.index(meta["fid_column"]) if meta["fid_column"] in names else 0
    name = meta["geometry_name"] or "wkb_geometry"
    place = len(names) - 1 - names[::-1].index(name) if name in names else -1
    between = [i for i in range(len(names)) if i not in {fid, place}]
    return [fid, *between, place]


def _schema(schema: pa.Schema, order: list[int]) -> pa.Schema:
    between = [schema.field(i) for i in order[1:-1]]
    ends = [pa.field(NAMES["place"], pa.large_binary())] if order[-1] >= 0 else []
    return pa.schema([pa.field(NAMES["key"], pa.int64()), *between, *ends])


def _reordered(
    batch: pa.RecordBatch, order: list[int], schema: pa.Schema, curves: Curves
) -> pa.RecordBatch:
    fids = batch.column(order[0]).cast(pa.int64())
    arrays = [fids, *(batch.column(i) for i in order[1:-1])]
    if order[-1] >= 0:
        arrays.append(curves.straight(batch.column(order[-1]).cast(pa.large_binary()), fids))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


class Curves:
    """Replaces curves by straight segments, which GDAL only makes when it reads without Arrow.

    Features are fetched again by id; from formats that cannot fetch by id, the
    geometry of the layer is read once more as a whole.
    """

    def __init__(self, request: dict[str, Any]) -> None:
        self.request = request
        self.before = 0
        self.whole: list[bytes | None] | None = None

    def straight(self, shapes: Any, fids: Any) -> Any:
        """Return the WKB of a batch without curves, empty where it is larger than allowed."""
        # One value may be hundreds of megabytes: look at heads and lengths before copying any.
        heads = pc.binary_slice(shapes, 0, HEAD_BYTES).to_pylist()
        lengths = pc.binary_length(shapes).to_pylist()
        most = self.request["max_vertices"]
        large = [h is not None and exceeds(h, n, most) for h, n in zip(heads, lengths, strict=True)]
        if any(large):
            shapes = pc.if_else(pa.array(large), EMPTY, shapes)
        if not any(large) and not any(h is not None and may_curve(h) for h in heads):
            self.before += len(heads)
            return shapes
        values = shapes.to_pylist()
        curved = [i for i, wkb in enumerate(values) if wkb is not None and may_curve(wkb)]
        if curved:
            fetch = self._by_id if self.request["by_id"] else self._by_position
            for position, wkb in zip(curved, fetch(curved, fids), strict=True):
                values[position] = wkb
            shapes = pa.array(values, type=pa.large_binary())
        self.before += len(values)
        return shapes

    def _by_id(self, curved: list[int], fids: Any) -> list[bytes | None]:
        wanted = [fids[i].as_py() for i in curved]
        _, keys, geometry, _ = self._read(fids=wanted, return_fids=True)
        found = dict(zip(keys.tolist(), geometry.tolist(), strict=True))
        return [found.get(key) for key in wanted]

    def _by_position(self, curved: list[int], fids: Any) -> list[bytes | None]:
        del fids
        if self.whole is None:
            self.whole = self._read()[2].tolist()
        return [self.whole[self.before + i] for i in curved]

    def _read(self, **more: Any) -> Any:
        options = self.request["options"]
        layer = self.request["layer"]
        return pyogrio.raw.read(self.request["path"], layer=layer, columns=[], **options, **more)


def exceeds(head: bytes, length: int, max_vertices: int) -> bool:
    """Whether WKB of this length must have more vertices than that, by its dimensions.

    Rings and parts take bytes as well, so a geometry of very many small parts
    is only found out after decoding.

    >>> point = bytes.fromhex("0101000000")
    >>> exceeds(point, 21, 10), exceeds(point, 100_000, 10)
    (False, True)
    """
    kind = int.from_bytes(head[1:5], "little" if head[:1] == b"\x01" else "big")
    iso = (kind & 0x0FFFFFFF) // 1000
    has_z = bool(kind & 0x80000000) or iso in {1, 3}
    has_m = bool(kind & 0x40000000) or iso in {2, 3}
    return length > max_vertices * 8 * (2 + has_z + has_m) + SLACK_BYTES


def may_curve(wkb: bytes) -> bool:
    r"""Whether WKB is of a curved or triangulated type, or a collection that may hold one.

    The type is in the second to fifth byte; the first says their order.

    >>> may_curve(b"\x01\x09\x00\x00\x00"), may_curve(b"\x00\x00\x00\x00\x01")
    (True, False)
    """
    if not wkb:
        return False
    kind = int.from_bytes(wkb[1:5], "little" if wkb[:1] == b"\x01" else "big")
    plain = (kind & 0x0FFFFFFF) % 1000
    return FIRST_CURVE <= plain <= LAST_CURVE or plain == COLLECTION


def serve(requests: Any, out: Any) -> None:
    """Answer requests until there are no more."""
    for line in requests:
        request = json.loads(line)
        answer: dict[str, Any] = {}
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            try:
                if request["verb"] == "describe":
                    answer = describe(request)
                else:
                    read(request, out)
            except Exception as wrong:  # noqa: BLE001  # whatever GDAL or Arrow says goes to the parent
                answer = {"error": f"{wrong}"[:500] or type(wrong).__name__}
        answer["warnings"] = list(dict.fromkeys(str(w.message) for w in told))[:20]
        out.write(json.dumps(answer).encode() + b"\n")
        out.flush()


def main() -> None:
    """Set the limits, bar the drivers, serve."""
    settings = json.loads(sys.argv[1])
    limit(settings["memory_bytes"], settings["cpu_seconds"])
    NAMES.update(settings["names"])
    bar_drivers(settings["drivers"])
    serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
