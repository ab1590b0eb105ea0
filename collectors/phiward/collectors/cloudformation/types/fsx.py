"""FSx: file systems of four kinds, each with a Terraform type of its own."""

from phiward.collectors.cloudformation.reading import Mapping
from phiward.collectors.cloudformation.shapes import Shape, lifted

_KINDS = {
    "WINDOWS": "aws_fsx_windows_file_system",
    "LUSTRE": "aws_fsx_lustre_file_system",
    "ONTAP": "aws_fsx_ontap_file_system",
    "OPENZFS": "aws_fsx_openzfs_file_system",
}
_MADE = ("automatic_backup_retention_days", "deployment_type", "audit_log_configuration")


def _kind(properties: Mapping) -> str:
    return _KINDS.get(str(properties.get("FileSystemType")), "aws_fsx_windows_file_system")


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
        variant=_kind,
    ),
)
