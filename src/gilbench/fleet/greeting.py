"""Whether a scheduler of Dask is at an address, asked before anything of Dask waits for it.

A client or a worker of Dask waits for ever for the greeting of what accepts connections and is no
scheduler.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Mapping
from typing import Any

import distributed
from tornado.iostream import StreamClosedError

from gilbench.fleet import tls
from gilbench.fleet.messages import Obstacle
from gilbench.model import one_line

GREETING_S = 3.0  # for the answer, once a connection stands
START_ONE = "start one: dask scheduler"
OTHER_ADDRESS = "give the address that the scheduler says"
OTHER_ADDRESS_OR_TCP = f"say tcp:// if it uses no TLS, or {OTHER_ADDRESS}"
CLOSED = (StreamClosedError, ConnectionResetError, BrokenPipeError, ssl.SSLEOFError)
WHERE = re.compile(r"^in <[^>]*>: ")  # Dask names the object in which it happened


def why_no_scheduler(
    address: str, security: distributed.Security | None, connect_limit_s: float
) -> Obstacle | None:
    """What keeps from using the scheduler at an address; None where one answers.

    Args:
        address: Where it should be.
        security: What it must show, and what it is shown.
        connect_limit_s: How long to try to connect.
    """
    options = security.get_connection_args("client") if security is not None else {}
    limit_s = connect_limit_s + GREETING_S
    try:
        asked = _identity(address, options, connect_limit_s)
        identity = asyncio.run(asyncio.wait_for(asked, limit_s))
    except TimeoutError:
        reason = f"something accepts connections there and does not answer within {limit_s:g} s"
        return Obstacle(reason, OTHER_ADDRESS)
    except OSError as error:
        return _obstacle(address, error)
    except Exception:  # what answers may be anything, and is decoded as if it were Dask
        identity = None
    if isinstance(identity, dict) and "workers" in identity:
        return None
    remedy = OTHER_ADDRESS_OR_TCP if address.startswith("tls://") else OTHER_ADDRESS
    return Obstacle("what answers there is no scheduler of Dask", remedy)


async def _identity(address: str, options: Mapping[str, Any], connect_limit_s: float) -> object:
    """What a scheduler says of itself; a worker of Dask refuses that question."""
    async with distributed.rpc(
        address, timeout=connect_limit_s, deserialize=False, connection_args=dict(options)
    ) as process:
        return await process.identity(n_workers=0)


def _obstacle(address: str, error: OSError) -> Obstacle:
    """What a connection failed of: the first cause, for Dask says that it tried for long enough."""
    cause = first_cause(error)
    if isinstance(cause, (TimeoutError, asyncio.CancelledError)):
        return Obstacle("nothing answers there", START_ONE)
    if isinstance(cause, CLOSED):
        return Obstacle("it closes the connection", tls.remedy_where_closed(address))
    reason = one_line(WHERE.sub("", str(cause))) or type(cause).__name__
    return Obstacle(reason, tls.remedy_of(reason) or START_ONE)


def first_cause(error: BaseException) -> BaseException:
    """The first of the exceptions that led to one."""
    while error.__cause__ is not None:
        error = error.__cause__
    return error
