"""Commands that run a service, feed it, and say who may use it."""

import threading
from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from cargoscope import cli_users
from cargoscope.cli_edge import DataDir, sentences
from cargoscope.errors import SettingsError

app = typer.Typer(no_args_is_help=True)
stations = typer.Typer(no_args_is_help=True, help="Scanner stations, which send scans.")
app.add_typer(cli_users.app, name="users")
app.add_typer(cli_users.app, name="officers", hidden=True)
app.add_typer(stations, name="stations")

Port = Annotated[
    int | None, typer.Option(help="Where the service listens.  [default: 8400]", min=1, max=65535, show_default=False)
]
Config = Annotated[Path | None, typer.Option("--settings", help="TOML file with settings of this machine.")]
LogFormat = Annotated[str | None, typer.Option(help="console or json.  [default: console]", show_default=False)]


@app.command()
def serve(
    data_dir: DataDir = None,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; only this machine by default.  [default: 127.0.0.1]")
    ] = None,
    port: Port = None,
    settings: Config = None,
    log_format: LogFormat = None,
    console: Annotated[bool, typer.Option(help="With the officers' console.")] = True,
) -> None:
    """Run the service: stations' uploads and streams, the worker, the officers' console.

    Example: cargoscope serve --data-dir /srv/cargoscope --port 8400
    """
    from cargoscope.logs import set_up_logs
    from cargoscope.serving import run
    from cargoscope.settings import Settings

    with sentences():
        chosen = Settings.read(settings, data_dir=data_dir, host=host, port=port, log_format=log_format)
        set_up_logs(chosen.log_format)
        _until_ctrl_c(lambda: run(chosen, with_console=console))


@app.command()
def demo(
    data_dir: DataDir = None,
    port: Port = None,
    every: Annotated[float, typer.Option(help="Seconds between two simulated scans.", min=0.1)] = 6.0,
    reset_password: Annotated[bool, typer.Option(help="Give the demo officer a new one-time password.")] = False,
    settings: Config = None,
) -> None:
    """Run everything at once on this machine, with a simulated scanner, for a first look.

    Example: cargoscope demo --data-dir var
    """
    from cargoscope import demo as demonstration
    from cargoscope.logs import set_up_logs
    from cargoscope.settings import Settings

    with sentences():
        chosen = Settings.read(settings, data_dir=data_dir, port=port)
        set_up_logs(chosen.log_format)
        _until_ctrl_c(lambda: demonstration.demo(chosen, every, reset_password))


@app.command()
def station(
    service: Annotated[str, typer.Option(help="Address of the service.")] = "http://127.0.0.1:8400",
    key: Annotated[str, typer.Option(envvar="CARGOSCOPE_STATION_KEY", help="Key of this station.")] = "",
    folder: Annotated[Path | None, typer.Option(help="Play the scans in this folder.", exists=True)] = None,
    simulate: Annotated[str | None, typer.Option(metavar="PROFILE", help="Play simulated scans of a profile.")] = None,
    every: Annotated[float, typer.Option(help="Seconds between two scans.", min=0)] = 6.0,
    stream: Annotated[bool, typer.Option(help="Column by column (packages and simulated scans).")] = False,
    count: Annotated[int | None, typer.Option(help="Stop after so many scans.", min=1)] = None,
    seed: Annotated[int, typer.Option(help="Of the simulated scans.", min=0)] = 0,
    start: Annotated[int, typer.Option(help="Index of the first simulated scan.", min=0)] = 0,
    outbox: Annotated[Path, typer.Option(help="Keeps simulated scans until they are stored.")] = Path("outbox"),
    pitch_mm: Annotated[float | None, typer.Option(help="Of images that do not say theirs.", min=0.05, max=100)] = None,
    zone: Annotated[str | None, typer.Option(help="Zone of times in XML that say none; else this machine's.")] = None,
) -> None:
    """Play scans to a service: a folder of them, or simulated ones. Tries until each is stored.

    XML that the scanner wrote beside its images gives scans their id and time, and declares their containers.

    Simulated scans are of station "sim-PROFILE": the key must be that station's.

    Example: cargoscope station --folder scans/ --stream --every 10
    """
    from cargoscope.datasets.simulation.simulate import Plan
    from cargoscope.inference import playing
    from cargoscope.inference.gate import deliveries
    from cargoscope.inference.station import Service
    from cargoscope.logs import set_up_logs

    set_up_logs("console")
    target = Service(service.rstrip("/"), key)
    stop = threading.Event()
    with sentences():
        if (folder is None) == (simulate is None):
            raise SettingsError("a station plays either --folder DIR or --simulate PROFILE")
        if not key:
            raise SettingsError("a station needs its --key (or CARGOSCOPE_STATION_KEY); see 'cargoscope stations add'")
        if folder is not None:
            files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
            found, problems = deliveries(files, _zone(zone))
            for problem in problems:
                typer.echo(f"sent without what its XML says: {problem}", err=True)
            pitch = None if pitch_mm is None else (pitch_mm, pitch_mm)
            refused: list[tuple[Path, str]] = []
            _until_ctrl_c(
                lambda: refused.extend(playing.play_folder(target, found[:count], every, stream, stop, pitch))
            )
            for path, why in refused:
                typer.echo(f"refused: {path}: {why}", err=True)
            raise typer.Exit(1 if refused else 0)
        plan = Plan(profile=str(simulate), seed=seed)
        play = playing.Play(plan, start, every, count, stream)
        box = playing.Outbox(outbox)
        _until_ctrl_c(lambda: playing.play_simulated(target, play, box, stop, threading.Event()))


def _zone(name: str | None) -> tzinfo | None:
    """The time zone of a name, or that of this machine."""
    try:
        return ZoneInfo(name) if name else datetime.now().astimezone().tzinfo
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise SettingsError(f"no time zone named {name!r}") from error


@stations.command("add")
def add_station(
    station_id: str,
    data_dir: DataDir = None,
    replace: Annotated[bool, typer.Option("--replace", help="Give a known station a new key.")] = False,
) -> None:
    """Add a scanner station; prints its key, which is stored nowhere.

    Example: cargoscope stations add gate-1 --data-dir /srv/cargoscope
    """
    _accounts(data_dir, lambda accounts: f"key of {station_id}: {accounts.add_station(station_id, replace)}")


@stations.command("streams")
def list_streams(data_dir: DataDir = None) -> None:
    """List the scans of which only a part arrived, and where it lies. A station may go on with each.

    Example: cargoscope stations streams --data-dir /srv/cargoscope
    """
    from cargoscope.inference.streams import Streams
    from cargoscope.settings import Settings

    with sentences():
        for one in Streams(Settings.read(data_dir=data_dir)).unfinished():
            columns = "+".join(map(str, one.columns))
            said = f"{one.station_id} {one.hello.scan_id}: {columns} columns, {one.state}"
            typer.echo(f"{said} since {one.touched_at:%Y-%m-%d %H:%M:%S} UTC, {one.folder}")


def _accounts(data_dir: Path | None, act: Callable[[Any], str]) -> None:
    from cargoscope.datasets.archive import Archive
    from cargoscope.settings import Settings

    with sentences(), Archive(Settings.read(data_dir=data_dir).data_dir) as archive:
        typer.echo(act(archive.accounts))


def _until_ctrl_c(work: Callable[[], None]) -> None:
    """Ctrl-C is how these commands end: no traceback, exit code 0."""
    try:
        work()
    except KeyboardInterrupt:
        typer.echo("stopped", err=True)
