"""A private certificate authority, made known to deltalake.

deltalake takes authorities from the system or from the file that SSL_CERT_FILE names, and from nowhere else. So a file
with the system's authorities and the private one is written, once a process, and named there.
"""

import atexit
import os
import ssl
import tempfile
from functools import cache
from pathlib import Path


@cache
def trust(ca_file: str) -> None:
    """Let this process trust an authority, beside those it trusts already; raises OSError when the file is unreadable.

    Those are the system's, or the ones of a SSL_CERT_FILE that is set already.
    """
    text = Path(ca_file).read_text(encoding="ascii")
    known = ssl.create_default_context().get_ca_certs(binary_form=True)
    with tempfile.NamedTemporaryFile("w", prefix="newsbeam-", suffix=".pem", delete=False) as bundle:
        bundle.write("".join(map(ssl.DER_cert_to_PEM_cert, known)) + text)
    atexit.register(Path(bundle.name).unlink, missing_ok=True)
    os.environ["SSL_CERT_FILE"] = bundle.name
