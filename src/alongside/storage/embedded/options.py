"""How the embedded PostgreSQL is set up: given on its command line, so that no file can disagree."""

from alongside.storage.embedded.places import Places

_ALWAYS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": "5432",
    # Many small commits, each durable before it is acknowledged.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_buffers": "16MB",
    "wal_compression": "on",
    "min_wal_size": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Its log: a week of files, and no row's content in them (terse leaves out DETAIL, which quotes values).
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "postgresql-%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "lc_messages": "C",
}
# Only for tests: a crash of the machine loses the cluster, a crash of a process does not.
_NOT_DURABLE = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
}


# Finished segments of the log are put into the spool, whole and on the disk, from where they are brought to where
# backups lie (storage/backup/keeper.py). A segment is finished a minute after it was begun.
_ARCHIVING = {"archive_mode": "on", "archive_library": "basic_archive", "archive_timeout": "60"}


def server_arguments(
    places: Places, connections: int, *, durable: bool = True, archiving: bool = False
) -> list[str]:
    """The arguments of `postgres` for this cluster and this many connections."""
    options = dict(_ALWAYS)
    if not durable:
        options |= _NOT_DURABLE
    options["max_connections"] = str(connections)
    options["unix_socket_directories"] = '"' + str(places.socket).replace('"', '""') + '"'
    options["hba_file"] = str(places.access / "pg_hba.conf")
    options["ident_file"] = str(places.access / "pg_ident.conf")
    if archiving:
        options |= _ARCHIVING | {"basic_archive.archive_directory": str(places.spool)}
    arguments = ["-D", str(places.cluster)]
    for name, value in options.items():
        arguments += ["-c", f"{name}={value}"]
    return arguments
