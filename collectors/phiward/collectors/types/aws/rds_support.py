"""How long AWS supports the major versions of RDS engines, and what their parameters say of TLS.

Sources of the dates, read on 2026-11-25 in copies of AWS's pages: *Release calendars for Amazon RDS for PostgreSQL*
(state of March 2026), *Supported MySQL major versions on Amazon RDS* (March 2026), *Supported MariaDB major versions on
Amazon RDS* (August 2026), *Release calendars for Aurora PostgreSQL* (August 2026) and *for Aurora MySQL* (September
2026). Where AWS names a month only, it is the month's last day.

- https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html
- https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/MySQL.Concepts.VersionMgmt.html
- https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/MariaDB.Concepts.VersionMgmt.html
- https://docs.aws.amazon.com/AmazonRDS/latest/AuroraPostgreSQLReleaseNotes/aurorapostgresql-release-calendar.html
- https://docs.aws.amazon.com/AmazonRDS/latest/AuroraMySQLReleaseNotes/AuroraMySQL.release-calendars.html
"""

from typing import Final

from phiward.inventory.model import Maybe, Unknown

_POSTGRESQL = {
    "9.6": "2022-04-30",
    "10": "2023-04-30",
    "11": "2024-02-29",
    "12": "2025-02-28",
    "13": "2026-02-28",
    "14": "2027-02-28",
    "15": "2028-02-29",
    "16": "2029-02-28",
    "17": "2030-02-28",
    "18": "2031-02-28",
}
END_OF_STANDARD_SUPPORT: Final = {
    "postgres": _POSTGRESQL,
    "aurora-postgresql": {version: date for version, date in _POSTGRESQL.items() if int(version.split(".")[0]) > 10},
    "mysql": {"5.6": "2022-03-01", "5.7": "2024-02-29", "8.0": "2026-07-31", "8.4": "2029-07-31"},
    "aurora-mysql": {"5.7": "2024-10-31", "8.0": "2028-04-30", "8.4": "2032-04-30"},
    "mariadb": {
        "10.3": "2023-10-23",
        "10.4": "2025-02-28",
        "10.5": "2026-08-31",
        "10.6": "2026-12-31",
        "10.11": "2028-02-29",
        "11.4": "2029-05-31",
        "11.8": "2028-06-30",
        "12.3": "2029-06-30",
    },
}
"""Engine and major version to the last day of standard support, from the release calendars of the RDS and Aurora user
guides. What comes after it, extended support, mends only the worst weaknesses and is paid for."""

FORCE_TLS: Final = {
    "postgres": "rds.force_ssl",
    "aurora-postgresql": "rds.force_ssl",
    "mysql": "require_secure_transport",
    "aurora-mysql": "require_secure_transport",
    "mariadb": "require_secure_transport",
}
"""Engine to the parameter that refuses connections in plain text. SQL Server's are `rds.force_ssl` too."""

_ON = {"1", "on", "true"}

_MYSQL_LOGS = ("audit", "error", "general", "slowquery")
_LOGS: Final = {
    "aurora": _MYSQL_LOGS,
    "aurora-mysql": _MYSQL_LOGS,
    "aurora-postgresql": ("postgresql",),
    "db2": ("diag.log", "notify.log"),
    "mariadb": _MYSQL_LOGS,
    "mysql": _MYSQL_LOGS,
    "oracle": ("alert", "audit", "listener", "trace"),
    "postgres": ("postgresql", "upgrade"),
    "sqlserver": ("agent", "error"),
    "sqlserver-ex": ("error",),
}
"""Engine, or the family before its edition, to the logs that it can send to CloudWatch Logs (*Publishing database logs
to Amazon CloudWatch Logs*). SQL Server Express has no agent."""

_PORTS: Final = {
    "aurora": 3306,
    "aurora-mysql": 3306,
    "aurora-postgresql": 5432,
    "db2": 50000,
    "mariadb": 3306,
    "mysql": 3306,
    "oracle": 1521,
    "postgres": 5432,
    "sqlserver": 1433,
}
"""Engine, or the family before its edition, to the port that it listens on where nobody chose another."""


def logs_not_exported(engine: Maybe[str], exported: Maybe[tuple[str, ...]]) -> Maybe[tuple[str, ...]]:
    """Return the logs that an engine writes and that do not go to CloudWatch Logs."""
    if isinstance(engine, Unknown) or isinstance(exported, Unknown):
        return engine if isinstance(engine, Unknown) else exported
    logs = _LOGS.get(engine) or _LOGS.get(engine.partition("-")[0])
    if logs is None:
        return Unknown(f"which logs {engine} can send to CloudWatch Logs is not known")
    return tuple(log for log in logs if log not in exported)


def default_port(engine: Maybe[str]) -> int | None:
    """Return the port that an engine listens on by default; None where it is not known."""
    if isinstance(engine, Unknown):
        return None
    return _PORTS.get(engine) or _PORTS.get(engine.partition("-")[0])


def major(engine: str, version: str) -> str:
    """Return the major version as AWS counts it: `14` of PostgreSQL 14.12, `8.0` of MySQL 8.0.36."""
    numbers = version.split(".")
    whole = engine.endswith("postgresql") or engine == "postgres"
    return numbers[0] if whole and not version.startswith("9.") else ".".join(numbers[:2])


def end_of_support(engine: Maybe[str], version: Maybe[str]) -> Maybe[str | None]:
    """Return the last day of standard support (a date)."""
    if isinstance(engine, Unknown) or isinstance(version, Unknown):
        return engine if isinstance(engine, Unknown) else version
    date = END_OF_STANDARD_SUPPORT.get(engine, {}).get(major(engine, version))
    return date or Unknown(f"no published end of standard support is known for {engine} {version}")


def version_parameter(engine: str) -> str | None:
    """Return the parameter that names the lowest TLS version; None where the engine has none that is read."""
    return "ssl_min_protocol_version" if engine in {"postgres", "aurora-postgresql"} else None


def minimum_tls(engine: Maybe[str], version: Maybe[str], value: Maybe[str | None]) -> Maybe[str | None]:
    """Return the lowest TLS version, given the value of the engine's parameter (None: the default).

    PostgreSQL's default is TLS 1.2 since version 13; MySQL has had nothing older since 8.0.28 (release notes of both).
    """
    for unseen in (engine, version, value):
        if isinstance(unseen, Unknown):
            return unseen
    if isinstance(value, str):
        return {"TLSv1": "1.0"}.get(value, value.removeprefix("TLSv"))
    numbers = _numbers(version) if isinstance(version, str) else []
    since = {"postgres": [13], "aurora-postgresql": [13], "mysql": [8, 0, 28]}.get(str(engine))
    if since is not None and numbers >= since:
        return "1.2"
    return Unknown(f"the lowest TLS version of {engine} {version} is not known")


def _numbers(version: str) -> list[int]:
    return [int(number) for number in version.split(".") if number.isdigit()]


def tls_parameter(engine: str) -> str | None:
    """Return the parameter that demands TLS; None where the engine has no such parameter."""
    return "rds.force_ssl" if engine.startswith("sqlserver") else FORCE_TLS.get(engine)


def tls_by_default(engine: str, version: Maybe[str]) -> Maybe[bool]:
    """Say whether TLS is demanded where no parameter says otherwise (*Using SSL with RDS*, per engine)."""
    since = {"postgres": 15, "aurora-postgresql": 17}.get(engine)
    if since is None and engine != "mariadb":
        return False
    if isinstance(version, Unknown):
        return version
    numbers = [int(number) for number in version.split(".")[:2] if number.isdigit()]
    if engine == "mariadb":
        return numbers >= [11, 8]
    return bool(numbers) and since is not None and numbers[0] >= since


def demands_tls(engine: Maybe[str], version: Maybe[str], value: Maybe[str | None]) -> Maybe[bool]:
    """Say whether plain text is refused, given the value of the engine's parameter (None: the default)."""
    if isinstance(engine, Unknown):
        return engine
    if tls_parameter(engine) is None:
        return Unknown(f"whether {engine} refuses plain text is not set by a parameter that is read")
    if isinstance(value, Unknown):
        return value
    return tls_by_default(engine, version) if value is None else value.lower() in _ON
