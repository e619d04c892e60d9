"""Files over the door's own port: `sftp` and `scp`, each over a pair of streams.

Reached as a subsystem or as a command, through the door or through OpenSSH in front of
it; to whom the streams belong is decided before.
"""

from collections.abc import Sequence

from core.services.desk import Desk
from tui.cli.command import Sink, Source
from tui.door import scp
from tui.door.sftp import Sftp
from tui.door.streams import Feed, Pipe
from tui.door.tree import Tree


def are_files(words: Sequence[str]) -> bool:
    """Tell whether words ask for a transfer of files."""
    return words[:1] == ["scp"] or words == ["sftp"]


async def transfer(
    desk: Desk,
    words: Sequence[str],
    stdin: Source,
    stdout: Pipe,
    stderr: Sink,
    idle: float,
) -> int:
    """Serve a transfer until the client has gone; return the exit status.

    `idle` is how many seconds it may stand still.  Raises BadInput, IdleTooLong.
    """
    tree, feed = Tree(desk), Feed(stdin, idle)
    if words[0] == "sftp":
        return await Sftp(tree, feed, stdout, stderr).run()
    return await scp.Scp(tree, feed, stdout).run(scp.asked(words[1:]))
