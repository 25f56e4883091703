"""A Milvus server, spoken to: tables of passages with vector, stems, day and outlet. Only file with pymilvus.

It knows nothing of the archive; what must stand in a table is known to ``index.storage.milvus_index``. Only the
address that was given is contacted.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from index.errors import EngineError, EngineRefused
from index.storage.engine_address import address_of
from index.storage.fts5_scores import K1, B
from index.storage.vectors import Vectors

if TYPE_CHECKING:
    from pymilvus import MilvusClient

MOST_FOUND = 16_384  # in one search or query; Milvus takes no more
# Above it the vectors get a graph (HNSW) and are no longer compared one by one; by hand. M and efConstruction lie in
# the middle of what Milvus recommends (https://milvus.io/docs/hnsw.md).
MAX_FLAT = 200_000
_HNSW = {"M": 32, "efConstruction": 200}
_CONNECT_S, _QUESTION_S, _WRITE_S = 2.0, 10.0, 120.0
_MAX_STEMS_BYTES = 60_000  # of a passage's 65,535; a passage of 128 tokens has hundreds
_log = logging.getLogger("tanya.engine")


@dataclass(frozen=True)
class Row:
    """A passage as the server has it: ``day`` is YYYYMMDD, ``outlet`` a number for its name, 0 where unknown."""

    id: int
    vector: Vectors
    stems: str
    day: int
    outlet: int


class MilvusServer:
    """One server. Safe to share by threads; connects when it is first asked, and again after it was gone.

    Every method raises EngineError where the server cannot be reached or refuses.
    """

    def __init__(self, address: str) -> None:
        self.address = address_of(address)
        self.connections = 0  # how often it was connected to
        self._lock = threading.Lock()
        self._client: MilvusClient | None = None

    # --- tables ---

    def exists(self, table: str) -> bool:
        """Tell whether there is such a table."""
        with self._speaking() as client:
            return bool(client.has_collection(table, timeout=_QUESTION_S))

    def create(self, table: str, dimension: int) -> None:
        """Make a table for vectors of this dimension, in which what was written is seen at once."""
        with self._speaking() as client:
            from pymilvus import DataType, Function, FunctionType

            schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
            schema.add_field("id", DataType.INT64, is_primary=True)
            schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
            # subtle: the stems are ours; the server only parts them at spaces. Its own Indonesian stemmer does nothing.
            schema.add_field(
                "stems", DataType.VARCHAR, max_length=65_535, enable_analyzer=True,
                analyzer_params={"tokenizer": "standard"},
            )  # fmt: skip
            schema.add_field("words", DataType.SPARSE_FLOAT_VECTOR)
            schema.add_field("day", DataType.INT64)
            schema.add_field("outlet", DataType.INT64)
            schema.add_function(
                Function(
                    name="bm25", function_type=FunctionType.BM25, input_field_names=["stems"],
                    output_field_names=["words"],
                )
            )  # fmt: skip
            indexes = client.prepare_index_params()
            indexes.add_index(field_name="vector", index_type="FLAT", metric_type="IP")
            indexes.add_index(
                field_name="words", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25",
                params={"bm25_k1": K1, "bm25_b": B},
            )  # fmt: skip
            client.create_collection(
                table, schema=schema, index_params=indexes, consistency_level="Strong", timeout=_WRITE_S
            )

    def load(self, table: str) -> None:
        """Make a table ready to be searched; it does no harm to one that is."""
        with self._speaking() as client:
            client.load_collection(table, timeout=_WRITE_S)

    def drop(self, table: str) -> None:
        """Delete a table, if there is one."""
        with self._speaking() as client:
            client.drop_collection(table, timeout=_WRITE_S)

    def make_graph(self, table: str) -> None:
        """Give the vectors of a table their graph, if they have none."""
        with self._speaking() as client:
            kind = client.describe_index(table, "vector", timeout=_QUESTION_S).get("index_type")
            if kind == "HNSW":
                return
            client.release_collection(table, timeout=_WRITE_S)
            client.drop_index(table, "vector", timeout=_WRITE_S)
            indexes = client.prepare_index_params()
            indexes.add_index(field_name="vector", index_type="HNSW", metric_type="IP", params=_HNSW)
            client.create_index(table, indexes, timeout=_WRITE_S)
            client.load_collection(table, timeout=_WRITE_S)

    # --- rows ---

    def put(self, table: str, rows: Sequence[Row]) -> None:
        """Write rows; one of an id that is there takes its place."""
        written = [
            {
                "id": row.id,
                "vector": row.vector.tolist(),
                "stems": row.stems.encode()[:_MAX_STEMS_BYTES].decode(errors="ignore"),
                "day": row.day,
                "outlet": row.outlet,
            }
            for row in rows
        ]
        with self._speaking() as client:
            client.upsert(table, written, timeout=_WRITE_S)

    def delete(self, table: str, ids: Sequence[int]) -> None:
        """Delete rows; ids that are not there do no harm."""
        with self._speaking() as client:
            client.delete(table, ids=list(ids), timeout=_WRITE_S)

    def flush(self, table: str) -> None:
        """Have what was written put in its place on the server's disk."""
        with self._speaking() as client:
            client.flush(table, timeout=_WRITE_S)

    def count(self, table: str) -> int:
        """Return how many rows there are."""
        with self._speaking() as client:
            # subtle: without a filter the server has the number at hand; with one milvus-lite reads every row
            found = client.query(table, filter="", output_fields=["count(*)"], timeout=_QUESTION_S)
            return int(found[0]["count(*)"])

    def ids(self, table: str, low: int, high: int) -> list[int]:
        """Return the ids from ``low`` to below ``high``, at most ``MOST_FOUND`` of them apart."""
        with self._speaking() as client:
            condition = f"id >= {low} and id < {high}"
            found = client.query(
                table, filter=condition, output_fields=["id"], limit=MOST_FOUND, timeout=_WRITE_S
            )  # fmt: skip
            return sorted(int(row["id"]) for row in found)

    def nearest(self, table: str, vector: Vectors, count: int, condition: str) -> list[int]:
        """Return the ids of the nearest rows, nearest first."""
        return self._search(table, vector.tolist(), "vector", count, condition, {"ef": min(32_768, 2 * count)})

    def best_by_words(self, table: str, stems: str, count: int, condition: str) -> list[int]:
        """Return the ids of the rows with the best BM25 for stems with spaces between, best first."""
        return self._search(table, stems, "words", count, condition, {})

    def _search(
        self, table: str, asked: Any, field: str, count: int, condition: str, params: dict[str, int]
    ) -> list[int]:
        metric = "BM25" if field == "words" else "IP"
        with self._speaking() as client:
            (found,) = client.search(
                table, data=[asked], anns_field=field, limit=count, filter=condition, output_fields=["id"],
                search_params={"metric_type": metric, "params": params}, timeout=_QUESTION_S,
            )  # fmt: skip
            return [int(hit["id"]) for hit in found]

    # --- the connection ---

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            self._forget()

    @contextmanager
    def _speaking(self) -> Iterator[MilvusClient]:
        client = self._connected()
        from grpc import RpcError
        from pymilvus.exceptions import MilvusException

        began = time.monotonic()
        try:
            yield client
        except (MilvusException, RpcError, OSError, ValueError) as error:
            with self._lock:
                if self._client is client:
                    self._forget()  # the next one connects anew
            if not self._answers():
                raise self._unreachable() from error
            if (took_s := time.monotonic() - began) >= _QUESTION_S:
                raise EngineError(
                    f"Mesin pencari {self.address} tidak menjawab dalam {took_s:.0f} detik; periksa servernya, atau "
                    "lepas --engine (TANYA_ENGINE) agar indeks di komputer ini yang mencari."
                ) from error
            raise EngineRefused(
                f"Mesin pencari {self.address} menolak permintaan ({_line(error)}); periksa log servernya."
            ) from error

    def _connected(self) -> MilvusClient:
        if find_spec("pymilvus") is None:
            raise EngineError(
                f'Mesin pencari {self.address} memerlukan pymilvus; pasang: pip install "tanya-arsip[milvus]".'
            )
        with self._lock:
            if self._client is not None:
                return self._client
            if not self._answers():  # pymilvus itself would try for long
                raise self._unreachable()
            from pymilvus import MilvusClient
            from pymilvus.exceptions import MilvusException

            # Its lines hold addresses and tracebacks; what matters is raised. subtle: the import sets its own level.
            logging.getLogger("pymilvus").setLevel(logging.CRITICAL + 1)
            try:
                # Nobody between here and there, and no pings, which servers take for an attack.
                self._client = MilvusClient(
                    uri=f"http://{self.address.removeprefix('milvus://')}", timeout=_QUESTION_S, dedicated=True,
                    grpc_options={"grpc.enable_http_proxy": 0, "grpc.keepalive_time_ms": 2**31 - 1},
                )  # fmt: skip
            except (MilvusException, OSError, ValueError) as error:
                raise EngineError(
                    f"Mesin pencari {self.address} tidak menjawab sebagai Milvus ({_line(error)}); "
                    "periksa alamat, port dan servernya."
                ) from error
            self.connections += 1
            return self._client

    def _answers(self) -> bool:
        host, _, port = self.address.removeprefix("milvus://").rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), timeout=_CONNECT_S).close()
        except OSError:
            return False
        return True

    def _forget(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(Exception):  # it is gone either way
                client.close()

    def _unreachable(self) -> EngineError:
        return EngineError(
            f"Mesin pencari {self.address} tidak dapat dihubungi; nyalakan servernya, atau lepas --engine "
            "(TANYA_ENGINE) agar indeks di komputer ini yang mencari."
        )


def _line(error: Exception) -> str:
    message = getattr(error, "message", "") or str(error)
    return " ".join(str(message).split())[:200]
