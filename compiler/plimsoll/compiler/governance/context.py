"""What a rule may know beside the object it judges: the variable ``context``, typed and documented field by field."""

from typing import Annotated

from pydantic import Field

from plimsoll.compiler.kinds import DataSource, Deployment, Environment, FeatureSet, Model
from plimsoll.compiler.kinds.common import Part
from plimsoll.compiler.kinds.scalars import Name


class Demand(Part):
    """The most that the judged object may take of an environment."""

    monthly_cost: Annotated[
        float,
        Field(description="at most, in the budget's currency: all replicas all month, every run to its deadline"),
    ]
    cpu: Annotated[float, Field(description="cores in use at once, at most")]
    memory_gib: Annotated[float, Field(description="GiB of memory in use at once, at most")]
    gpus: Annotated[dict[str, int], Field(description="GPUs in use at once, at most, by type")]


class Pinned(Part):
    """The version of a model that a deployment serves in one of its environments."""

    deployment: Annotated[Name, Field(description="the deployment")]
    environment: Annotated[Name, Field(description="the environment")]
    stage: Annotated[str, Field(description="the environment's stage")]
    version: Annotated[int | None, Field(description="the version; absent where nothing is promoted yet")] = None
    digest: Annotated[str | None, Field(description="the digest of its package; absent like the version")] = None


_TODAY = "the day of the judgement as 2027-06-30; days compare as text"


class RenderedContext(Part):
    """The specs that a rendered object has to do with. It is judged in the environment that it is rendered for."""

    environment: Annotated[Environment, Field(description="where the object is applied")]
    today: Annotated[str, Field(description=_TODAY)]


class Context(Part):
    """The specs that an object has to do with. A list is empty and a single field absent where there is none.

    A rule that reads ``environment`` or ``demand`` is judged once for each environment that reaches the object, and not
    at all where none does; lists then hold what lives in that environment. Any other rule is judged once.
    """

    environment: Annotated[
        Environment | None, Field(description="where the object is judged; absent for a rule that is judged once")
    ] = None
    model: Annotated[Model | None, Field(description="a deployment's model; absent for other kinds")] = None
    models: Annotated[
        tuple[Model, ...],
        Field(description="the models that read a data source or feature set, or that live in an environment"),
    ] = ()
    feature_sets: Annotated[
        tuple[FeatureSet, ...],
        Field(description="what the object reads, by way of other sets too; for a data source, what is made from it"),
    ] = ()
    data_sources: Annotated[
        tuple[DataSource, ...], Field(description="what the object reads, by way of models and feature sets too")
    ] = ()
    deployments: Annotated[
        tuple[Deployment, ...],
        Field(description="of an environment, or of the same models; each as it is in each of its environments"),
    ] = ()
    pins: Annotated[
        tuple[Pinned, ...],
        Field(description="what the deployments of the same models serve, in whichever environment"),
    ] = ()
    demand: Annotated[
        Demand | None,
        Field(description="what a deployment, a model's training or all of an environment takes; else absent"),
    ] = None
    today: Annotated[str, Field(description=_TODAY)] = ""
