"""The two errors that end a run; everything else is data (`Refused`)."""


class SettingsError(Exception):
    """Something the user has to change before work can start: exit 2.

    The message is one line that names the thing and the remedy.
    """


class StoreError(Exception):
    """The store failed in the middle of the work; a retry is safe: exit 4."""


class AbortedError(StoreError):
    """Another run has fenced this one off (its heartbeat had expired): nothing more may be committed."""
