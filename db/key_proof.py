"""What the database keeps of each key, by which a wrong or missing key file is noticed.

Before anything is read or written with it; the file itself is db/keys.
"""

from typing import Final

from core.rules.cipher import Keyring, proof
from db.keys import BadKeyFile, KeyFile
from db.pool import Migrator

INDEX: Final = "index"
PROOFS: Final = "SELECT id, proof FROM key_proof"
PROVE: Final = "INSERT INTO key_proof (id, proof) VALUES ($1, $2) ON CONFLICT DO NOTHING"


async def prove(conn: Migrator, ring: Keyring) -> None:
    """Let the database know these keys again."""
    for key in ring.keys:
        await conn.execute(PROVE, key.id.hex(), proof(key.secret))
    await conn.execute(PROVE, INDEX, proof(ring.index))


async def must_fit(conn: Migrator, file: KeyFile) -> None:
    """Raise BadKeyFile unless the file holds every key that this database was written with."""
    ring = file.look()
    held = {key.id.hex(): proof(key.secret) for key in ring.keys}
    held[INDEX] = proof(ring.index)
    for row in await conn.fetch(PROOFS):
        if held.get(row["id"]) != row["proof"]:
            raise BadKeyFile(
                f"密钥文件 {file.path} 不是本数据库的：请从备份恢复正确的密钥文件后重试。"
            )
