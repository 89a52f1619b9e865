"""The error tree: users catch `BatdocError`; each message is one sentence that names the mend.

BatdocError
├── ConfigError        settings that cannot be used
├── InputError         a path, a file or a name that cannot be used
│   ├── DecodeError    a file whose bytes are not text in its declared encoding
│   └── ParseError     a file that is not valid source in its language
├── ProofError         an edit that would change more than documentation; nothing was written
├── JournalError       the record of runs cannot be used; nothing was written
├── ModelError         a model file or a backend that cannot be used
│   └── ExportError    an exported model that differs from the trained one
├── MissingExtraError  a package that an optional feature needs is not installed
└── Cancelled          the caller's stop flag was set; nothing was changed
"""


class BatdocError(Exception):
    """Base of everything that batdoc raises on purpose."""


class ConfigError(BatdocError):
    """Settings that cannot be used; the message names the key and the nearest valid one."""


class InputError(BatdocError):
    """A path, a file or a name that cannot be used."""


class DecodeError(InputError):
    """A file whose bytes are not text in its declared encoding."""


class ParseError(InputError):
    """A file that is not valid source in its language."""


class ProofError(BatdocError):
    """An edit that would change more than documentation; nothing was written."""


class JournalError(BatdocError):
    """The record of runs cannot be used; nothing was written that could not be undone."""


class ModelError(BatdocError):
    """A model file or a backend that cannot be used."""


class ExportError(ModelError):
    """An exported model that differs from the trained one; no file was left behind."""


class MissingExtraError(BatdocError):
    """A package that an optional feature needs is not installed."""

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f'{feature} needs the "{extra}" extra: pip install "batdoc[{extra}]"')


class Cancelled(BatdocError):
    """The caller's stop flag was set; nothing was changed."""
