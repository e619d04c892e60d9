"""key rotate: new keys for the numbers, while everybody goes on working."""

import sys

import uvloop

from core.services import rotate
from tui.cli.wiring import database, desk_for, office
from tui.settings import Settings


def run(settings: Settings, signs_as: str | None) -> int:
    """Change the keys and close every number anew; return the exit status."""

    def tell(closed: int, whole: int) -> None:
        sys.stderr.write(f"已重新加密 {closed}/{whole} 项\n")

    async def work(dsn: str) -> rotate.Rotated:
        file = settings.keys
        async with office(dsn, file, own=settings.dsn is None) as here:
            desk = await desk_for(here.front, signs_as)
            return await rotate.rotate(desk, file, tell)

    with database(settings) as dsn:
        done = uvloop.run(work(dsn))
    told = "已接着完成上次的密钥更换" if done.resumed else "密钥已更换"
    sys.stdout.write(f"{told}：重新加密 {done.closed} 项，余 {done.left} 项。\n")
    if done.left:
        sys.stdout.write("余下的正被他人使用，请稍后再执行一次。\n")
    sys.stdout.write(
        f"旧密钥仍在密钥文件中，读留痕和旧备份要用：请另存 {settings.keys.path}。\n"
    )
    return 1 if done.left else 0
