"""FSx: file systems of four kinds, each with a Terraform type of its own."""

from typing import Any

from phiward.collectors.cloudformation.shapes import Made, Shape, lifted
from phiward.collectors.documents import Mapping
from phiward.inventory.unknown import Unknown

_KINDS = {
    "WINDOWS": "aws_fsx_windows_file_system",
    "LUSTRE": "aws_fsx_lustre_file_system",
    "ONTAP": "aws_fsx_ontap_file_system",
    "OPENZFS": "aws_fsx_openzfs_file_system",
}
_ANY = "aws_fsx_windows_file_system"
_MADE = ("automatic_backup_retention_days", "deployment_type", "audit_log_configuration")


def _kind(kind: Any) -> str:
    return _KINDS.get(kind, _ANY) if isinstance(kind, str) else _ANY


def _any(made: Made, args: Mapping) -> None:
    """Of a file system whose kind is not known, nothing is: each kind has settings and defaults of its own."""
    kind = made.properties.get("FileSystemType")
    if isinstance(kind, str) and kind in _KINDS:
        return
    why = kind if isinstance(kind, Unknown) else Unknown("FileSystemType is none that phiward knows")
    for name in [name for name in args if name != "tags"]:
        del args[name]
    args.unseen = Unknown(f"the kind of the file system is not known: {why.reason}", why.refs)


SHAPES = (
    Shape(
        "AWS::FSx::FileSystem",
        "aws_fsx_windows_file_system",
        {
            name: lifted({}, *_MADE)
            for name in (
                "WindowsConfiguration",
                "LustreConfiguration",
                "OntapConfiguration",
                "OpenZFSConfiguration",
            )
        },
        by="FileSystemType",
        variant=_kind,
        args=_any,
    ),
)
