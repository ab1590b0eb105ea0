"""The functions of Terraform that need nothing but their arguments, each held to `terraform console` in the tests."""

from phiward.collectors.terraform.evaluate.functions import (
    collection,
    conversion,
    encoding,
    formatting,
    network,
    numeric,
    text,
)
from phiward.collectors.terraform.evaluate.functions.registry import FUNCTIONS, call

__all__ = ["FUNCTIONS", "call", "collection", "conversion", "encoding", "formatting", "network", "numeric", "text"]
