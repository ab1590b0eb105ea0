"""The simulated AWS, started like `moto.server`, with a few answers that moto does not know yet.

What it does not have it refuses at once: on its own it answers such a call with a server error, which the collector
rightly tries ten times, ever further apart. Tags of a thing say what it is: `ssm:DescribeInstanceInformation` names the
instances tagged `managed`; an instance tagged `enclaves` may run enclaves; a VPN connection has two tunnels, the second
one down where it is tagged `down`. AWS Backup: see `more_of_backup`.
"""

import json
from typing import Any

from live import more_of_backup
from moto.core.responses import BaseResponse
from moto.ec2.models import ec2_backends
from moto.ec2.models.instances import Instance
from moto.ec2.models.vpn_connections import VPNConnection
from moto.elasticache.responses import ElastiCacheResponse
from moto.moto_server.werkzeug_app import DomainDispatcherApplication
from moto.server import main
from moto.ssm.responses import SimpleSystemManagerResponse

_call = BaseResponse.call_action


def refused(self: BaseResponse) -> Any:
    """Answer a call, one that is not simulated with *501 Not Implemented*, which nobody repeats."""
    try:
        return _call(self)
    except NotImplementedError:
        return 501, {"status": 501}, ""


def _tagged(thing: Any, name: str) -> bool:
    return any(tag["key"] == name for tag in thing.get_tags())


def _describe_instance_information(self: Any) -> str:
    backend = ec2_backends[self.current_account][self.region]
    known = [each.id for each in backend.all_instances() if _tagged(each, "managed")]
    return json.dumps({"InstanceInformationList": [{"InstanceId": each, "PingStatus": "Online"} for each in known]})


def _tunnels(self: Any) -> list[dict[str, Any]]:
    second = "DOWN" if _tagged(self, "down") else "UP"
    return [
        {"OutsideIpAddress": f"198.51.100.{number}", "Status": status}
        for number, status in enumerate(("UP", second), 1)
    ]


_NONE: dict[str, dict[str, list[Any]]] = {
    "RedshiftServerless.ListNamespaces": {"namespaces": []},
    "RedshiftServerless.ListWorkgroups": {"workgroups": []},
}
"""Calls of services that it does not have at all, and answers that tell of none."""

_application = DomainDispatcherApplication.__call__


def _answered(self: DomainDispatcherApplication, environ: dict[str, Any], start_response: Any) -> Any:
    none = _NONE.get(environ.get("HTTP_X_AMZ_TARGET", ""))
    if none is None:
        return _application(self, environ, start_response)
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", [("Content-Type", "application/x-amz-json-1.1")])
    return [json.dumps(none).encode()]


def _describe_serverless_caches(_: Any) -> str:
    of = "DescribeServerlessCaches"
    space = "http://elasticache.amazonaws.com/doc/2015-02-02/"
    return f'<{of}Response xmlns="{space}"><{of}Result><ServerlessCaches/></{of}Result></{of}Response>'


if __name__ == "__main__":
    DomainDispatcherApplication.__call__ = _answered  # type: ignore[method-assign]
    ElastiCacheResponse.describe_serverless_caches = _describe_serverless_caches  # type: ignore[attr-defined]
    BaseResponse.call_action = refused  # type: ignore[method-assign]
    SimpleSystemManagerResponse.describe_instance_information = _describe_instance_information  # type: ignore[attr-defined]
    VPNConnection.vgw_telemetry = property(_tunnels)  # type: ignore[attr-defined]
    Instance.enclave_options = property(lambda self: {"Enabled": _tagged(self, "enclaves")})  # type: ignore[attr-defined]
    more_of_backup.add()
    main()
