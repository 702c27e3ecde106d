"""Programs that build workflows of like size with other compilers: graphs of twelve containers, each dumped as YAML."""

STEPS = 12
"""How many containers a workflow has, as our training has with two feature sets."""

KFP = f"""\
import sys

from kfp import compiler, dsl


@dsl.container_component
def step(name: str, as_of: str):
    image = "registry.example.org/step@sha256:{"7" * 64}"
    return dsl.ContainerSpec(image=image, command=["step"], args=["--name", name, "--as-of", as_of])


def pipeline_of(number):
    @dsl.pipeline(name=f"train-{{number}}", description=f"Trains model {{number}}.")
    def pipeline(as_of: str = "2026-01-01", commit: str = ""):
        before = None
        for place in range({STEPS}):
            task = step(name=f"step-{{place}}", as_of=as_of)
            task.set_cpu_request("500m").set_memory_request("1Gi").set_memory_limit("1Gi").set_caching_options(False)
            task.set_retry(num_retries=2, backoff_duration="30s", backoff_factor=2, backoff_max_duration="600s")
            if before is not None:
                task.after(before)
            before = task

    return pipeline


for number in range(1, int(sys.argv[1]) + 1):
    compiler.Compiler().compile(pipeline_of(number), f"workflow-{{number}}.yaml")
"""
"""Pipelines for KFP's compiler."""

HERA = f"""\
import sys
from pathlib import Path

from hera.workflows import DAG, Container, Parameter, Resources, RetryStrategy, Task, WorkflowTemplate
from hera.workflows.models import (
    Backoff, Capabilities, EmptyDirVolumeSource, IntOrString, SecurityContext, Volume, VolumeMount,
)

IMAGE = "registry.example.org/step@sha256:{"7" * 64}"


def container(place):
    return Container(
        name=f"step-{{place}}",
        image=IMAGE,
        command=["step"],
        args=[f"--name=step-{{place}}", "--as-of={{{{inputs.parameters.as-of}}}}"],
        inputs=[Parameter(name="as-of")],
        annotations={{"workflows.argoproj.io/display-name": f"Step {{place}}"}},
        resources=Resources(cpu_request="500m", memory_request="1Gi", memory_limit="1Gi"),
        security_context=SecurityContext(
            allow_privilege_escalation=False,
            read_only_root_filesystem=True,
            run_as_non_root=True,
            capabilities=Capabilities(drop=["ALL"]),
        ),
        retry_strategy=RetryStrategy(
            limit=IntOrString(root=2), backoff=Backoff(duration="30s", factor=IntOrString(root=2), max_duration="10m")
        ),
        volume_mounts=[
            VolumeMount(name=name, mount_path=f"/mnt/{{name}}") for name in ("request", "state", "data", "out", "tmp")
        ],
    )


for number in range(1, int(sys.argv[1]) + 1):
    labels = {{"app.kubernetes.io/managed-by": "hera", "app.kubernetes.io/part-of": f"model-{{number}}"}}
    names = ("request", "state", "data", "out", "tmp")
    volumes = [Volume(name=name, empty_dir=EmptyDirVolumeSource()) for name in names]
    with WorkflowTemplate(
        name=f"train-{{number}}",
        namespace="ml",
        entrypoint="main",
        labels=labels,
        service_account_name=f"train-{{number}}",
        volumes=volumes,
        arguments=[Parameter(name="as-of", value="2026-01-01"), Parameter(name="commit", value="")],
    ) as workflow:
        steps = [container(place) for place in range({STEPS})]
        with DAG(name="main"):
            before = None
            for place, one in enumerate(steps):
                arguments = {{"as-of": "{{{{workflow.parameters.as-of}}}}"}}
                task = Task(name=f"step-{{place}}", template=one, arguments=arguments)
                if before is not None:
                    before >> task
                before = task
    Path(f"workflow-{{number}}.yaml").write_text(workflow.to_yaml())
"""
"""Workflow templates for Hera."""
