"""The backups' second place, off this machine: whether what lies there could be restored.

Whoever copies them there is the machine's owner; the folder of backups itself is db/backup.
"""

from pathlib import Path

from core.rules.backup import BadBackup, Copied, Manifest, after, begun_at
from db import archive, backup
from db.keys import BadKeyFile, KeyFile


def look(copy: Path, folder: Path, home: Path, keys: KeyFile) -> Copied:
    """Return what was found of the newest backup in `copy`, of which `folder` is the first place.

    It is opened: its manifest whole, of its tar the first piece; the tar is as long as the one in
    `folder`, and no segment of the log up to its mark lacks.
    """
    try:
        if not copy.is_dir():
            return Copied(fault=f"没有 {copy} 这个目录，请检查是否已挂载")
        found = backup.names(copy)
        if not found:
            return Copied()
        name = found[-1]
        fault = _fault(copy, folder, name, keys)
        # A mount point in the home is another disk; a folder beside the home is not.
        same = copy.stat().st_dev == home.stat().st_dev
    except OSError as error:
        return Copied(fault=f"读不到 {copy}（{error.strerror or error}）")
    except (BadBackup, BadKeyFile) as refusal:
        return Copied(fault=str(refusal).rstrip("。"))
    return Copied(newest=begun_at(name), same_disk=same, fault=fault)


def _fault(copy: Path, folder: Path, name: str, keys: KeyFile) -> str:
    manifest = backup.manifest_of(copy, name, keys)
    next(backup.base_of(copy, name, keys), None)
    first = backup.base_path(folder, name)
    there = backup.base_path(copy, name)
    if first.exists() and first.stat().st_size != there.stat().st_size:
        return f"{there} 没有复制完整"
    lacking = _lacking(manifest, frozenset(archive.kept_segments(copy)))
    return f"{name} 缺数据库日志 {lacking}" if lacking else ""


def _lacking(manifest: Manifest, kept: frozenset[str]) -> str:
    """Return the first segment up to the mark that is not there; "" where all are."""
    segment = manifest.first_segment
    while segment in kept and segment != manifest.last_segment:
        segment = after(segment)
    return "" if segment in kept else segment
