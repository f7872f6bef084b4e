"""What commands check first that work on a lake which must be there."""

from dataclasses import replace

from lake.snapshot import has_begun
from lake.store import open_store
from schemas.errors import SettingsError, StoreError
from schemas.settings import LakeSettings


def check_lake(lake: LakeSettings) -> None:
    """Refuse a lake that is not there, without making it.

    Raises:
        SettingsError: there is none, or the store refuses.

    """
    try:
        begun = has_begun(open_store(replace(lake, patience=0.0)))
    except StoreError as error:
        raise SettingsError(str(error)) from error
    if not begun:
        raise SettingsError(f"there is no lake at {lake.uri}: name another with --lake, or begin with newsbeam ingest")
