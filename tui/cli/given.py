"""A file given to a command: by its path, on standard input, or over SSH from 上传."""

import asyncio
from pathlib import Path

from core.rules.errors import BadInput
from core.rules.upload import UPLOADS
from core.services import upload
from core.services.desk import Desk
from tui.cli.command import Source


async def given(
    desk: Desk, name: str | None, stdin: Source, most: int, *, remote: bool
) -> bytes:
    """Return a file, at most one byte more than is allowed: a larger one is told by it.

    Raises BadInput, or NoUpload.
    """
    if name in {None, "-"}:
        return await stdin(most + 1)
    if remote:
        # Any other path typed over SSH would be the server's own file.
        folder, _, file = str(name).lstrip("/").partition("/")
        if folder != UPLOADS or not file:
            raise BadInput(
                f"经 SSH 办理时请从标准输入给出文件（… < 文件），或写 {UPLOADS}/文件名。"
            )
        return await upload.fetched(desk, file)
    try:
        return await asyncio.to_thread(_first_bytes, Path(str(name)), most)
    except OSError as error:
        raise BadInput(f"读不到文件 {name}，请核对路径和权限。") from error


def _first_bytes(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most + 1)
