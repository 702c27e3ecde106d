"""The HTTP application: MLflow's ``/invocations``, KServe's Open Inference Protocol v2, health and metrics."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from plimsoll.contract.refusal import Refused
from plimsoll.runtime.models.answers import Scores
from plimsoll.runtime.serving.answered import answer_tensors, predictions
from plimsoll.runtime.serving.asked import Rows, ids_of, kinds_of, read_body, records, tensors
from plimsoll.runtime.serving.counters import Counters
from plimsoll.runtime.serving.journal import Journal
from plimsoll.runtime.serving.predictor import Predictor
from plimsoll.runtime.serving.score_drift import ScoreDrift
from plimsoll.runtime.serving.watch import Watch

MAX_ROWS = 10_000
"""The most rows that one request may hold."""

CLOCK_HEADER = "plimsoll-now"
"""In a replay, the moment that a request pretends to be at."""

FLUSH_PATH = "/replay/flush"
"""In a replay, where the journal is told to write everything it holds."""

FLUSH_SECONDS = 5.0
"""How long a served row may be held in memory."""

_LOG = logging.getLogger(__name__)


class Service:
    """The routes of one served model."""

    def __init__(
        self, predictor: Predictor, journal: Journal, watch: Watch, *, replay: bool, drift: ScoreDrift | None = None
    ) -> None:
        self.predictor, self.journal, self.replay, self.drift = predictor, journal, replay, drift
        self.counters, self.watch = Counters(), watch
        self.model = predictor.request.model
        self.classes = predictor.request.inputs.examples.classes

    def application(self) -> Starlette:
        """The ASGI application; its journal is flushed when it shuts down."""
        name = self.model.name
        routes = [
            Route("/invocations", self._endpoint(self._invocations), methods=["POST"]),
            Route(f"/v2/models/{name}/infer", self._endpoint(self._infer), methods=["POST"]),
            Route(f"/v2/models/{name}", self._metadata),
            Route("/v2/health/live", self._healthy),
            Route("/v2/health/ready", self._healthy),
            Route("/metrics", self._metrics),
        ]
        if self.replay:
            routes.append(Route(FLUSH_PATH, self._flush, methods=["POST"]))

        @asynccontextmanager
        async def lifespan(_app: Starlette) -> Any:
            flushing = asyncio.create_task(self._flush_often())
            yield
            flushing.cancel()
            await run_in_threadpool(self.journal.flush)

        return Starlette(routes=routes, lifespan=lifespan)

    def _endpoint(self, answer: Callable[[Any, datetime], dict[str, Any]]) -> Callable[[Request], Any]:
        async def handle(request: Request) -> Response:
            began = time.perf_counter()
            try:
                body, now = await read_body(request), self._now(request)
                told, status = await run_in_threadpool(answer, body, now), 200
            except Refused as refusal:
                told, status = {"error": str(refusal)}, 400
            except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
                told, status = {"error": f"the request is malformed: {error}"}, 400
            except Exception:
                self.counters.observe(500, time.perf_counter() - began)
                raise
            response = _response(told, status)
            self.counters.observe(response.status_code, time.perf_counter() - began)
            return response

        return handle

    def _now(self, request: Request) -> datetime:
        given = request.headers.get(CLOCK_HEADER)
        if given and self.replay:
            return datetime.fromisoformat(given).astimezone(UTC)
        return datetime.now(UTC)

    def _serve(self, rows: Rows, now: datetime) -> tuple[list[str], Scores]:
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            raise Refused("request", "its rows", "they are not a list of objects", "send each row as {column: value}")
        if not 0 < len(rows) <= MAX_ROWS:
            raise Refused("request", "its rows", f"there are {len(rows)}; between 1 and {MAX_ROWS:,} are answered")
        ids = ids_of(rows, self.predictor.request.inputs.examples)
        scored = self.predictor.score(rows, now)
        self.journal.add(ids, now, scored.inputs, scored.scores)
        self.counters.rows(len(rows), scored.stale)
        if self.drift is not None:
            self.drift.add(now, scored.scores, self.classes)
        return ids, scored.scores

    def _invocations(self, body: Any, now: datetime) -> dict[str, Any]:
        """MLflow's scoring protocol: ``{"dataframe_records": [{column: value}]}``."""
        ids, scores = self._serve(records(body), now)
        return {**predictions(scores, self.classes), "prediction_ids": ids, **self._identity()}

    def _infer(self, body: Any, now: datetime) -> dict[str, Any]:
        """Open Inference Protocol v2: one named tensor of shape [n] for each input column."""
        ids, scores = self._serve(tensors(body), now)
        return {
            "model_name": self.model.name,
            "model_version": str(self.model.version),
            "id": str(body.get("id") or uuid4()),
            "outputs": [
                *answer_tensors(scores, self.classes),
                {"name": "prediction_id", "datatype": "BYTES", "shape": [len(ids)], "data": ids},
            ],
            "parameters": {"digest": self.model.digest},
        }

    def _identity(self) -> dict[str, Any]:
        return {"model": self.model.name, "version": self.model.version, "digest": self.model.digest}

    async def _flush_often(self) -> None:
        """Write the journal every few seconds; what fails is counted, and tried again with what has come since."""
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            try:
                await run_in_threadpool(self.journal.flush)
            except (OSError, Refused):
                self.counters.failed_flush()
            except Exception:  # noqa: BLE001
                # A fault of ours loses what was to be written then, and must not end what is written from now on.
                self.counters.failed_flush()
                _LOG.exception("what was served could not be written down")

    async def _flush(self, _request: Request) -> Response:
        await run_in_threadpool(self.journal.flush)
        return Response(status_code=204)

    async def _metadata(self, _request: Request) -> Response:
        kinds = kinds_of(self.predictor.request.inputs.examples)
        inputs = [{"name": name, "datatype": _DATATYPES[kind], "shape": [-1]} for name, kind in kinds.items()]
        return JSONResponse({"name": self.model.name, "versions": [str(self.model.version)], "inputs": inputs})

    async def _healthy(self, _request: Request) -> Response:
        return JSONResponse(self._identity())

    async def _metrics(self, _request: Request) -> Response:
        told = self.counters.prometheus(self.model) + (self.drift.prometheus(self.model) if self.drift else "")
        text = told + await run_in_threadpool(self.watch.prometheus, self.model)
        return PlainTextResponse(text, media_type="text/plain; version=0.0.4")


def _response(told: dict[str, Any], status: int) -> JSONResponse:
    """An answer. What is no finite number has no form in JSON, and a model that gives such a score is at fault."""
    try:
        return JSONResponse(told, status)
    except ValueError:
        return JSONResponse({"error": "the model gave a score that is no finite number"}, 500)


_DATATYPES = {"string": "BYTES", "int": "INT64", "float": "FP64", "bool": "BOOL", "timestamp": "BYTES"}
