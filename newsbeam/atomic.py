"""Write a file that others read: whole or not at all."""

import os
import secrets
from pathlib import Path

from schemas.errors import SettingsError


def write_whole(path: Path, data: bytes) -> None:
    """Write a file beside its place and rename it; raises SettingsError with the reason when that is not possible."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        temporary.write_bytes(data)
        os.replace(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise SettingsError(f"{path} can not be written: {error.strerror}") from error
