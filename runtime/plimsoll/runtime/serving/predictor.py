"""From request rows to scores: features from the online store, then the model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from plimsoll.contract.requests import ServingRequest
from plimsoll.runtime.features.store import FeatureStore
from plimsoll.runtime.models.loading import Scorer
from plimsoll.runtime.serving.asked import columns_of


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
            Refused: when a row lacks an input or a key, a value can't be what it is declared as, or a feature is stale
                and the deployment rejects that.
        """
        examples, uses = self.request.inputs.examples, self.request.inputs.uses
        given = columns_of(rows, examples)
        inputs: dict[str, Sequence[Any]] = {name: given[name] for name in examples.columns}
        stale = 0
        if uses:
            keyed = [dict(zip(given, values, strict=True)) for values in zip(*given.values(), strict=True)]
            online = self.features.read_online(keyed, uses, now, self.request.max_staleness)
            inputs.update(online.values)
            stale = sum(online.stale.values())
        return Scored(inputs, self.scorer.score(inputs), stale)
