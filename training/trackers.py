"""Where the figures of a run go besides its log: TensorBoard, MLflow. By name, each an extra of its own."""

from collections.abc import Callable, Mapping
from pathlib import Path

from cargoscope.errors import TrainingError

Tracker = Callable[[int, Mapping[str, float]], None]
"""Takes a step and what was measured there."""


def tensorboard(output: Path) -> Tracker:
    """Event files in output/tensorboard: `tensorboard --logdir output`."""
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as problem:
        raise TrainingError("TensorBoard is not installed: pip install 'cargoscope[tensorboard]'") from problem
    writer = SummaryWriter(str(output / "tensorboard"))

    def track(step: int, figures: Mapping[str, float]) -> None:
        for name, value in figures.items():
            writer.add_scalar(name, value, step)
        writer.flush()

    return track


def mlflow(output: Path) -> Tracker:
    """A run named like the output folder, at MLFLOW_TRACKING_URI, else in files below the folder."""
    try:
        import mlflow as client
    except ImportError as problem:
        raise TrainingError("MLflow is not installed: pip install 'cargoscope[mlflow]'") from problem
    if not client.is_tracking_uri_set():
        client.set_tracking_uri(f"sqlite:///{(output / 'mlflow.db').resolve()}")
    client.set_experiment("cargoscope")
    client.start_run(run_name=output.name)
    return lambda step, figures: client.log_metrics(dict(figures), step=step)


TRACKERS: dict[str, Callable[[Path], Tracker]] = {"tensorboard": tensorboard, "mlflow": mlflow}


def tracker(name: str, output: Path) -> Tracker:
    """The tracker of a name, writing about the run in output."""
    if name not in TRACKERS:
        raise TrainingError(f"no tracker named {name!r}; there are {sorted(TRACKERS)}")
    return TRACKERS[name](output)
