"""From request rows to scores: features from the online store, then the model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import ServingRequest
from plimsoll.runtime.features.store import FeatureStore
from plimsoll.runtime.models.loading import Scorer


@dataclass(frozen=True)
class Scored:
    """Rows that were scored: the model's inputs by column, one score for each row, and how many values were stale."""

    inputs: Mapping[str, Sequence[Any]]
    scores: npt.NDArray[np.float64]
    stale: int


@dataclass(frozen=True)
class Predictor:
    """A loaded model and the online features that it reads."""

    request: ServingRequest
    scorer: Scorer
    features: FeatureStore

    def score(self, rows: Sequence[Mapping[str, Any]], now: datetime) -> Scored:
        """Score rows, each with the inputs and the keys of the examples, as of ``now``.

        Raises:
            Refused: when a row lacks an input or a key, or a feature is stale and the deployment rejects that.
        """
        examples, uses = self.request.inputs.examples, self.request.inputs.uses
        wanted = dict.fromkeys((*examples.columns, *examples.keys))
        for index, row in enumerate(rows):
            if missing := [name for name in wanted if name not in row]:
                mend = "send every input and key of the model with every row"
                raise Refused("request", f"row {index}", f"{', '.join(missing)} missing", mend)
        inputs: dict[str, Sequence[Any]] = {name: [row[name] for row in rows] for name in examples.columns}
        stale = 0
        if uses:
            keyed = [{name: row[name] for name in wanted} for row in rows]
            online = self.features.read_online(keyed, uses, now, self.request.max_staleness)
            inputs.update(online.values)
            stale = sum(online.stale.values())
        return Scored(inputs, self.scorer.score(inputs), stale)
