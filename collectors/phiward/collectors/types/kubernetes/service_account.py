"""Service accounts: whom pods act as towards Kubernetes."""

from collections.abc import Iterable

from msgspec import Struct

from phiward.collectors.kubernetes.form import Form, Source, known
from phiward.collectors.kubernetes.objects import boolean
from phiward.collectors.types.kubernetes.workload import namespace
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Resource


class AccountConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only service accounts have."""

    namespace: Maybe[str]
    mounts_token: Maybe[bool]
    """The proof of its identity is put into every pod that does not refuse it. Left out: true."""


TYPE = ResourceType(
    name="kubernetes.service_account", title="Kubernetes service account", aspects=(), config=AccountConfig
)


def build(source: Source) -> Iterable[Resource]:
    """Read one account."""
    source.said("config.mounts_token", "automountServiceAccountToken")
    stated = boolean(source.manifest.body, "automountServiceAccountToken")
    config = AccountConfig(namespace=namespace(source.manifest), mounts_token=known(stated, True))
    yield source.resource(TYPE, config=config)


KUBERNETES = (Form(kinds={"ServiceAccount": ("",)}, build=build),)
