"""The content of files: kept by its SHA-256, apart for each workspace, in a folder or an S3 bucket (obstore).

Who may read a file, and what it is called, is settled where its row is (conversations). Here nothing that was
said about a file is believed: its type is read from its bytes, its name is cleaned, its size is counted.
"""

from alongside.storage.files.names import safe_name
from alongside.storage.files.sniffing import SHOWN_TYPES, media_type_of
from alongside.storage.files.store import FileStore, Stored, open_file_store

__all__ = ["SHOWN_TYPES", "FileStore", "Stored", "media_type_of", "open_file_store", "safe_name"]
