"""``gilbench fleet``: measure many hosts at once, with Dask."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from gilbench.commands._arguments import DEFAULT_OUT, count, number
from gilbench.commands._exit_codes import INTERRUPTED, OK, UNDECIDED, UNUSABLE
from gilbench.commands._printing import console, waiting
from gilbench.commands._streams import say
from gilbench.commands.run import PLANNING, add_request, request_of

if TYPE_CHECKING:
    from gilbench.commands._arguments import Commands
    from gilbench.fleet.cluster import Cluster
    from gilbench.fleet.conversation import Terms
    from gilbench.fleet.measuring import Measured
    from gilbench.fleet.tls import TlsFiles
    from gilbench.model.fleets import Fleet

PATIENCE_S = 60.0
WORKER_PATIENCE_S = 600.0  # as long as its run continues without a coordinator
ORPHAN_S = 600.0  # how long a run continues that no coordinator follows
LOCAL_ORPHAN_S = 20.0
MOST_LOCAL = 32  # each takes 100 MB and seconds to start
TLS = ("tls_ca_file", "tls_cert", "tls_key")


def add(commands: Commands) -> None:
    command = commands.add_parser(
        "fleet", help="measure many hosts at once, with Dask (pip install 'gilbench[fleet]')"
    )
    verbs = command.add_subparsers(required=True, metavar="run|worker")
    _add_run(verbs)
    _add_worker(verbs)


def _add_run(verbs: Commands) -> None:
    command = verbs.add_parser("run", help="have every host of a scheduler measure the same")
    where = command.add_mutually_exclusive_group(required=True)
    where.add_argument(
        "--scheduler", metavar="ADDRESS", help="a scheduler, such as tcp://HOST:8786"
    )
    local = "try it out: a scheduler and N worker processes on this host, which take turns"
    where.add_argument("--local", type=_few, metavar="N", help=local)
    add_request(command)
    _add_tls(command)
    command.add_argument(
        "--hosts", type=_hosts, default=1, metavar="N", help="wait until N hosts have joined"
    )
    patience = f"wait for hosts that are not there (default: {PATIENCE_S:g})"
    command.add_argument(
        "--patience", type=_seconds, default=PATIENCE_S, metavar="SECONDS", help=patience
    )
    at_once = "let hosts that share a machine measure at the same time"
    command.add_argument("--at-once", action="store_true", help=at_once)
    command.add_argument(
        "--out", type=Path, default=Path(DEFAULT_OUT), metavar="DIR", help="where fleets are kept"
    )
    command.add_argument("--resume", type=Path, metavar="FLEET", help="complete a fleet's folder")
    command.add_argument("--quiet", action="store_true", help="no progress, only the outcome")
    command.add_argument("--json", action="store_true", help="print fleet.json")
    command.set_defaults(command=run)


def _add_worker(verbs: Commands) -> None:
    command = verbs.add_parser("worker", help="join a scheduler, and measure what fleets ask for")
    command.add_argument("scheduler", metavar="ADDRESS", help="such as tcp://HOST:8786")
    command.add_argument("--name", help="the host's name in fleets (default: its host name)")
    command.add_argument("--scheduler", action=_NoOption, help=argparse.SUPPRESS)
    patience = f"give up when no scheduler answers for so long (default: {WORKER_PATIENCE_S:g})"
    command.add_argument(
        "--patience", type=_seconds, default=WORKER_PATIENCE_S, metavar="SECONDS", help=patience
    )
    _add_tls(command)
    command.set_defaults(command=work)


class _NoOption(argparse.Action):
    """What is an option of another verb, and is given to this one without its name."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,  # noqa: ARG002 - as actions are called
        values: object,
        option: str | None = None,
    ) -> None:
        parser.error(f"the address is given without {option}: {parser.prog} {values}")


def _add_tls(command: argparse.ArgumentParser) -> None:
    command.add_argument("--tls-ca-file", type=Path, metavar="FILE", help="authority of TLS, PEM")
    command.add_argument("--tls-cert", type=Path, metavar="FILE", help="own certificate, PEM")
    command.add_argument("--tls-key", type=Path, metavar="FILE", help="key of the certificate, PEM")


def _few(text: str) -> int:
    """The type of an argument that is a number of worker processes of this host."""
    return count(text, f"number of hosts; give 1 to {MOST_LOCAL}", MOST_LOCAL)


def _hosts(text: str) -> int:
    """The type of an argument that is a number of hosts."""
    return count(text, "number of hosts; give 1 or more")


def _seconds(text: str) -> float:
    return number(text, 0, 1e6, "number of seconds; give 0 or more")


def run(arguments: argparse.Namespace) -> int:
    from gilbench.fleet import require_distributed

    require_distributed()
    from gilbench.fleet.measuring import Start, measure_fleet
    from gilbench.model import InputError
    from gilbench.results.fleet_folder import Unwritable
    from gilbench.terminal.fleet import FleetView

    _check_local(arguments)
    fleet = _to_resume(arguments) if arguments.resume is not None else None
    terms = _terms(arguments, fleet)
    start = Start(terms, arguments.out, arguments.resume)
    progress = console(stderr=True)
    progress.quiet = arguments.quiet
    address = arguments.scheduler or "this host"
    try:
        with FleetView(progress) as view:
            measured = measure_fleet(
                lambda: _cluster(arguments), address, start, view.tell, view.show
            )
        if not measured.is_kept:
            say("interrupted before a host had joined; nothing is kept")
            return INTERRUPTED
        return _outcome(measured, arguments)
    except Unwritable as error:
        if start.begun is None:
            raise
        resume = _resume_command(start.begun, arguments)
        raise InputError(f"{error}, then resume it: {resume}") from error
    except KeyboardInterrupt:  # before it was measured, or once more, or in the report
        if start.begun is None:
            raise
        say(f"interrupted; resume it: {_resume_command(start.begun, arguments)}")
        return INTERRUPTED


def _check_local(arguments: argparse.Namespace) -> None:
    """Check what the hosts of ``--local`` are asked for.

    Raises:
        InputError: It cannot be done with them.
    """
    from gilbench.model import InputError

    if arguments.local is None:
        return
    if arguments.hosts > arguments.local:
        raise InputError(
            f"--local {arguments.local} starts fewer hosts than --hosts {arguments.hosts} waits "
            f"for; give --local {arguments.hosts}"
        )
    if any(getattr(arguments, name) for name in TLS):
        raise InputError("--local makes its own certificates; leave out the files of TLS")


def _to_resume(arguments: argparse.Namespace) -> Fleet:
    """What is resumed.

    Raises:
        InputError: Options would change what is measured, or there is no such fleet.
    """
    from gilbench.model import InputError
    from gilbench.results.fleet_folder import FLEET, is_fleet, read_fleet

    for name in (*PLANNING, "at_once"):
        value = getattr(arguments, name)
        if value is not None and value is not False and value != []:
            option = f"--{name.replace('_', '-')}"
            raise InputError(
                f"a fleet is resumed with its original options; leave out {option}, "
                "or start a new one without --resume"
            )
    if not is_fleet(arguments.resume):
        raise InputError(f"{arguments.resume} is no folder of a fleet (no {FLEET})")
    return read_fleet(arguments.resume)


def _terms(arguments: argparse.Namespace, fleet: Fleet | None) -> Terms:
    """How the fleet is measured.

    Raises:
        InputError: A fleet to resume would start what was not named again.
    """
    from gilbench.fleet.conversation import Terms
    from gilbench.fleet.planning import check_names, words_to_name_again
    from gilbench.model import InputError

    request, at_once = request_of(arguments), arguments.at_once
    check_names(request)
    if fleet is not None:
        original = request_of(_parsed(fleet))
        if words_to_name_again(request) != words_to_name_again(original):
            words = shlex.join(words_to_name_again(original)) or "none of them"
            raise InputError(
                f"the options that name interpreters and code were {words}; "
                "name the same again if you trust them"
            )
        request, at_once = original, fleet.at_once
    return Terms(
        request=request,
        at_once=at_once,
        expected=max(arguments.hosts, arguments.local or 1),
        patience_s=arguments.patience,
        orphan_s=LOCAL_ORPHAN_S if arguments.local else ORPHAN_S,
    )


def _parsed(fleet: Fleet) -> argparse.Namespace:
    """The options that a fleet was begun with."""
    from gilbench.model import InputError

    parser = argparse.ArgumentParser(prog="fleet.json", exit_on_error=False, add_help=False)
    add_request(parser)
    try:
        arguments, rest = parser.parse_known_args(fleet.options)
    except (argparse.ArgumentError, SystemExit) as error:
        raise InputError(f"fleet.json has options that cannot be ({error})") from error
    if rest:
        raise InputError(f"fleet.json has options that are unknown: {' '.join(rest)}")
    return arguments


def _cluster(arguments: argparse.Namespace) -> Cluster:
    from gilbench.fleet.cluster import LocalCluster, RemoteCluster

    if arguments.local is not None:
        return LocalCluster(arguments.local)
    return RemoteCluster(arguments.scheduler, _tls(arguments))


def _tls(arguments: argparse.Namespace) -> TlsFiles | None:
    """The files of TLS; None where none is named.

    Raises:
        InputError: Only some of them are.
    """
    from gilbench.fleet.tls import OPTIONS, TlsFiles
    from gilbench.model import InputError

    files = [getattr(arguments, name) for name in TLS]
    if not any(files):
        return None
    if not all(files):
        raise InputError(f"TLS needs all three of {OPTIONS}")
    return TlsFiles(*files)


def _outcome(measured: Measured, arguments: argparse.Namespace) -> int:
    """Print what became of every host; returns the exit code."""
    from gilbench.commands._fleets import say_problems
    from gilbench.commands._printing import print_json
    from gilbench.model.fleets import HostStatus
    from gilbench.report.write import write_fleet_pages
    from gilbench.terminal.fleet import print_fleet

    fleet, folder = measured.fleet, measured.folder
    with waiting("judging the claims and writing the report"):
        report = write_fleet_pages(folder)
    say_problems(report)
    if arguments.json:
        print_json(fleet)
    else:
        print_fleet(console(), report.page, fleet, report.verdicts)
    statuses = {host.status for host in fleet.hosts}
    is_short = len(fleet.hosts) < arguments.hosts
    if is_short:
        say(
            f"gilbench: {len(fleet.hosts)} of {arguments.hosts} hosts have joined; "
            "start the others: gilbench fleet worker ADDRESS"
        )
    is_complete = statuses == {HostStatus.COMPLETE} and not is_short
    if not is_complete:
        say(f"resume it: {_resume_command(folder, arguments)}")
    if measured.interrupted:
        return INTERRUPTED
    if statuses & {HostStatus.REFUSED, HostStatus.FAILED} or report.problems:
        return UNUSABLE
    return OK if is_complete else UNDECIDED


def _resume_command(folder: Path, arguments: argparse.Namespace) -> str:
    """The command that completes a fleet."""
    from gilbench.fleet.planning import words_to_name_again

    words = ["gilbench", "fleet", "run"]
    if arguments.local is not None:
        words += ["--local", str(arguments.local)]
    else:
        words += ["--scheduler", arguments.scheduler]
    if arguments.hosts > 1:
        words += ["--hosts", str(arguments.hosts)]
    for name in TLS:
        if (path := getattr(arguments, name)) is not None:
            words += [f"--{name.replace('_', '-')}", str(path)]
    words += words_to_name_again(request_of(arguments))
    return shlex.join([*words, "--resume", str(folder)])


def work(arguments: argparse.Namespace) -> int:
    from gilbench.fleet import require_distributed

    require_distributed()
    from gilbench.fleet.cluster import RemoteCluster, quiet_dask
    from gilbench.fleet.messages import WorkerOrder
    from gilbench.fleet.serving import serve

    tls = _tls(arguments)
    cluster = RemoteCluster(arguments.scheduler, tls)
    files = tuple(str(getattr(arguments, name)) for name in TLS) if tls is not None else ()
    order = WorkerOrder(arguments.scheduler, arguments.name or None, files)
    with quiet_dask():
        serve(cluster, order, arguments.patience, lambda line: say(f"gilbench: {line}"))
    return OK
