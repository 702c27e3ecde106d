"""What an environment offers is the same in plain values as in its model, whatever it leaves out."""

from typing import Any

import pytest

from plimsoll.compiler.kinds.platform import Platform
from plimsoll.compiler.project.references.offers import Place

GATEWAY = {"name": "public", "namespace": "edge", "domain": "models.example.org"}


@pytest.mark.parametrize(
    "said",
    [
        None,
        {},
        {"mesh": "istio"},
        {"mesh": "linkerd", "gateway": GATEWAY},
        {"serving": "rollouts", "autoscaling": "keda", "prometheus": {"address": "http://prometheus.example:9090"}},
    ],
)
def test_what_is_left_out_is_what_the_model_fills_in(said: dict[str, Any] | None) -> None:
    typed = Platform.model_validate(said or {})
    plain = Place({"stage": "staging"} | ({} if said is None else {"platform": said}))
    for name in ("serving", "autoscaling", "mesh", "shifts_traffic_by"):
        assert getattr(plain, name) == getattr(typed, name)
    assert (plain.prometheus is None) == (typed.prometheus is None)
    assert (plain.gateway is None) == (typed.gateway is None)
