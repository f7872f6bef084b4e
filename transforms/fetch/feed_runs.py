"""Run a parser of feeds over a document until its end, a fault or the end of its time."""

import xml.sax
import xml.sax.handler
from collections.abc import Iterable
from typing import Any, Final
from xml.sax.expatreader import ExpatParser

from transforms.fetch.feed_parsers import LooseReader, StrictReader, TimeIsUpError

#: What feedparser's handlers raise on broken input.
FAULTS: Final = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError, RecursionError)
TOO_LONG: Final = "it takes too long"


class Expat(ExpatParser):
    """The XML parser of the standard library, which hands over text in large pieces here."""

    _parser: Any
    _cont_handler: Any

    def reset(self) -> None:
        """Prepare for a document."""
        super().reset()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._cont_handler.start_element
        self._parser.EndElementHandler = self._cont_handler.end_element

    def place(self) -> int:
        """Return how many bytes have been read when an event is handled."""
        return int(self._parser.CurrentByteIndex)


def run_strict(reader: StrictReader, pieces: Iterable[bytes], deadline: float) -> str:
    """Read a document strictly; return what is wrong with it, "" for nothing. `deadline`: of the process's CPU time."""
    parser = Expat()
    parser.setFeature(xml.sax.handler.feature_namespaces, True)
    parser.setFeature(xml.sax.handler.feature_external_ges, False)
    parser.setContentHandler(reader)
    parser.setErrorHandler(reader)
    reader.deadline, reader.place = deadline, parser.place
    try:
        for piece in pieces:
            parser.feed(piece)
        parser.close()
    except xml.sax.SAXException as error:
        return f"not well-formed: {reader.exc or error}"
    except TimeIsUpError:
        return TOO_LONG
    except FAULTS as error:
        return f"the parser failed: {error!r}"
    finally:
        reader.forget()
    return ""


def run_loose(reader: LooseReader, body: bytes, deadline: float) -> str:
    """Read a document, or a part of one, forgivingly; return as `run_strict` does."""
    reader.deadline = deadline
    try:
        reader.feed(body.decode("utf-8", "replace"))
    except TimeIsUpError:
        return TOO_LONG
    except FAULTS as error:
        return f"the forgiving parser failed: {error!r}"
    finally:
        reader.forget()
    return ""
