"""Terraform addresses: what a reference such as `module.db[0].aws_kms_key.ephi.arn` points at."""

import re
from functools import lru_cache
from typing import NamedTuple

_KEY = r"(?:\[(?:\"(?:[^\"\\]|\\.)*\"|[^\]\"]*)\])?"
_MODULES = re.compile(rf"(?:module\.[\w-]+{_KEY}\.)*")
_RESOURCE = re.compile(rf"(data\.)?([A-Za-z][\w-]*_[\w-]*)\.([\w-]+)({_KEY})")
_NOT_RESOURCES = ("var", "local", "module", "each", "count", "path", "terraform", "self")


class Address(NamedTuple):
    """A resource or data source that a reference points at, without the attribute."""

    module: str
    """`module.db[0].`, with its dot; empty in the root module."""
    data: bool
    type: str
    name: str
    key: str
    """`["a"]`, `[0]`, or empty where no instance is named."""

    @property
    def text(self) -> str:
        """The address as Terraform writes it."""
        return f"{self.module}{'data.' if self.data else ''}{self.type}.{self.name}{self.key}"

    @property
    def bare(self) -> str:
        """The address without the instance key."""
        return f"{self.module}{'data.' if self.data else ''}{self.type}.{self.name}"

    @property
    def declared(self) -> str:
        """The address as its own module has it: without module and instance key."""
        return f"{'data.' if self.data else ''}{self.type}.{self.name}"


@lru_cache(4096)
def parse(reference: str) -> Address | None:
    """Return what a reference points at; None where it is a variable, a local, an output: no resource."""
    modules = _MODULES.match(reference)
    start = modules.end() if modules else 0
    found = _RESOURCE.match(reference, start)
    if found is None or found[2] in _NOT_RESOURCES:
        return None
    return Address(reference[:start], bool(found[1]), found[2], found[3], found[4])


def provider_of(terraform_type: str) -> str:
    """Return the provider's local name that a type belongs to by default: `aws` of `aws_s3_bucket`."""
    return terraform_type.partition("_")[0]
