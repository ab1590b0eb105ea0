"""The questions asked of a policy document. Each is answered true, false, or `Unknown` where a part unseen decides it.

An answer that is true or false stays so whatever the unknown parts turn out to be.
"""

from phiward.inventory.iam_accounts import cross_account, is_cross_account
from phiward.inventory.iam_public import is_public, unguarded_services
from phiward.inventory.iam_rights import allows, denies, gives_whole_service, is_administrator
from phiward.inventory.iam_statements import Document
from phiward.inventory.iam_tls import enforces_tls, enforces_tls_on

__all__ = [
    "Document",
    "allows",
    "cross_account",
    "denies",
    "enforces_tls",
    "enforces_tls_on",
    "gives_whole_service",
    "is_administrator",
    "is_cross_account",
    "is_public",
    "unguarded_services",
]
