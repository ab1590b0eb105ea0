"""The containers of an ECS task definition, live and in code: both have the API's own JSON.

The values of environment variables come with it and go no further: kept is only how many names look like those of
secrets. Commands, labels and images' credentials are not kept either.
"""

import json
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from phiward.collectors.types.aws.secret_names import counted
from phiward.inventory.aspects import Logging
from phiward.inventory.model import Maybe, Unknown

_ROOT = {"0", "root"}


class Container(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One container that a task runs."""

    name: Maybe[str]
    privileged: Maybe[bool]
    """It has the rights of root on the machine that it runs on."""
    root: Maybe[bool]
    """It runs as root, or names no user: then the image decides, which means root unless it says otherwise."""
    read_only: Maybe[bool]
    """Its own file system cannot be changed while it runs."""
    log_driver: Maybe[str | None]
    """Where its output goes: `awslogs`, `awsfirelens`, ... None: nowhere that outlives it."""
    secret_variables: Maybe[int]
    """How many environment variables in plain text have names like those of secrets (`DB_PASSWORD`)."""


def definitions(value: Any) -> Maybe[list[Any]]:
    """Return the container definitions of a Terraform argument: JSON text, or such text with unknown leaves."""
    partly = getattr(value, "value", None)
    if isinstance(partly, list):
        return partly
    if isinstance(value, Unknown):
        return value
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return Unknown("container_definitions is not JSON")
    return value if isinstance(value, list) else Unknown("container_definitions is not a list")


def containers(entries: Maybe[list[Any]]) -> Maybe[tuple[Maybe[Container], ...]]:
    """Return what is kept of container definitions."""
    return entries if isinstance(entries, Unknown) else tuple(_container(entry) for entry in entries)


def logging(found: Maybe[tuple[Maybe[Container], ...]], entries: Maybe[list[Any]]) -> Logging:
    """Return the logging of a task: recorded if the output of every container goes somewhere."""
    if isinstance(found, Unknown) or isinstance(entries, Unknown):
        why = found if isinstance(found, Unknown) else entries
        return Logging(enabled=why, destinations=why, off_host=why)  # type: ignore[arg-type]
    drivers = [each if isinstance(each, Unknown) else each.log_driver for each in found]
    enabled: Maybe[bool] = next((each for each in drivers if isinstance(each, Unknown)), bool(drivers))
    if any(driver is None for driver in drivers):
        enabled = False
    return Logging(enabled=enabled, destinations=_groups(entries), off_host=enabled)


def _container(entry: Any) -> Maybe[Container]:
    if isinstance(entry, Unknown):
        return entry
    if not isinstance(entry, Mapping):
        return Unknown("a container definition is not an object")
    environment = entry.get("environment") or []
    names: Any = environment
    if not isinstance(environment, Unknown):
        names = [each.get("name") if isinstance(each, Mapping) else each for each in environment]
    return Container(
        name=_text(entry, "name", ""),
        privileged=_flag(entry, "privileged"),
        root=_is_root(entry),
        read_only=_flag(entry, "readonlyRootFilesystem"),
        log_driver=_driver(entry),
        secret_variables=counted(names),
    )


def _is_root(entry: Mapping[str, Any]) -> Maybe[bool]:
    """Say whether the user (`user`, `uid`, each with `:group` after it or not) is root."""
    user = entry.get("user")
    if isinstance(user, Unknown):
        return user
    return user is None or str(user).partition(":")[0].strip() in {"", *_ROOT}


def _driver(entry: Mapping[str, Any]) -> Maybe[str | None]:
    configuration = entry.get("logConfiguration")
    if isinstance(configuration, Unknown):
        return configuration
    driver = _text(configuration, "logDriver", "none") if isinstance(configuration, Mapping) else "none"
    return None if driver == "none" else driver


def _groups(entries: list[Any]) -> Maybe[tuple[str, ...]]:
    """Return the log groups that the containers write to."""
    groups: set[str] = set()
    for entry in entries:
        configuration = entry.get("logConfiguration") if isinstance(entry, Mapping) else entry
        options = configuration.get("options") if isinstance(configuration, Mapping) else configuration
        group = options.get("awslogs-group") if isinstance(options, Mapping) else options
        if isinstance(group, Unknown):
            return group
        if isinstance(group, str):
            groups.add(group)
    return tuple(sorted(groups))


def _flag(entry: Mapping[str, Any], name: str) -> Maybe[bool]:
    value = entry.get(name)
    if value is None or isinstance(value, bool | Unknown):
        return value or False if not isinstance(value, Unknown) else value
    return {"true": True, "false": False}.get(str(value).lower(), Unknown(f"{name} is not a bool"))


def _text(entry: Mapping[str, Any], name: str, default: str) -> Maybe[str]:
    value = entry.get(name, default)
    return value if isinstance(value, str | Unknown) else str(value)
