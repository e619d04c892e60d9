"""Whether one of Textual's message pumps has anything to do."""

from asyncio import Future
from collections import deque

from textual.message_pump import MessagePump


def is_waiting(pump: MessagePump) -> bool:
    """Tell whether a pump waits for its next message, having handled all before it.

    To ask by a message of one's own would cost ten times as much: each is followed by an
    idle event, and a key asks every widget of a screen three times.
    """
    # A pump in the midst of a message is not at its queue, however empty that is.
    at_queue: deque[Future[bool]] = pump._message_queue.ready_event._waiters  # noqa: SLF001
    return not pump.message_queue_size and bool(at_queue)
