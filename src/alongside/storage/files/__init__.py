"""The content of files: kept by its SHA-256, apart for each workspace, in a folder or an S3 bucket (obstore).

Who may read a file, and what it is called, is settled where its row is (conversations). Here nothing that was
said about a file is believed: its type is read from its bytes, its name is cleaned, its size is counted.
"""

from alongside.storage.files.measuring import Stored, measure, readable, too_large
from alongside.storage.files.names import safe_name
from alongside.storage.files.opening import open_file_store, try_out
from alongside.storage.files.parts import LARGEST as LARGEST_PART
from alongside.storage.files.sniffing import SHOWN_TYPES, media_type_of
from alongside.storage.files.store import FileStore, Received

__all__ = [
    "LARGEST_PART",
    "SHOWN_TYPES",
    "FileStore",
    "Received",
    "Stored",
    "measure",
    "media_type_of",
    "open_file_store",
    "readable",
    "safe_name",
    "too_large",
    "try_out",
]
