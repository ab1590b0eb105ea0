"""A simulated AWS account of a given size, the same for the same size: half of everything is set badly."""

import io
import json
import zipfile
from typing import Any

import boto3

REGION = "us-east-1"
SIZES = {
    "buckets": 100, "users": 30, "roles": 30, "policies": 20, "keys": 15, "groups": 30, "instances": 25, "volumes": 25,
    "databases": 10, "log_groups": 25, "functions": 20, "trails": 2,
}  # fmt: skip
HOSPITAL = {
    "buckets": 200, "users": 60, "roles": 60, "policies": 40, "keys": 30, "groups": 60, "instances": 50, "volumes": 50,
    "databases": 20, "log_groups": 50, "functions": 40, "trails": 3, "volume_snapshots": 30, "database_snapshots": 10,
    "topics": 20, "tables": 20, "alarms": 12, "classic_balancers": 5, "balancers": 8, "file_systems": 6, "clusters": 3,
    "domains": 4, "warehouses": 4, "secrets": 20, "certificates": 6, "apis": 5, "distributions": 5, "notebooks": 4,
    "scaling_groups": 6, "task_definitions": 5, "plans": 3, "web_acls": 2, "emr_clusters": 2, "caches": 3,
    "projects": 3, "streams": 4,
}  # fmt: skip
"""A middling account, with something of most types that are read."""
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}],
}


def _allow(action: str, resource: str) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def populate(endpoint: str, scale: float = 1.0, counts: dict[str, int] = SIZES) -> int:
    """Make the account and return how many resources were made."""
    session = boto3.Session("bench", "bench", region_name=REGION)
    sizes = {name: max(1, int(count * scale)) for name, count in counts.items()}

    def client(service: str) -> Any:
        return session.client(service, endpoint_url=endpoint)

    _storage(client, sizes)
    _identities(client("iam"), sizes)
    _machines(client("ec2"), sizes)
    _services(client, sizes)
    if set(counts) > set(SIZES):
        _more(client, sizes)
    return sum(sizes.values())


def _storage(client: Any, sizes: dict[str, int]) -> None:
    s3, rds = client("s3"), client("rds")
    for n in range(sizes["buckets"]):
        name = f"bench-{n:05d}"
        s3.create_bucket(Bucket=name)
        if n % 2:
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
            s3.put_public_access_block(
                Bucket=name,
                PublicAccessBlockConfiguration=dict.fromkeys(
                    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
                ),
            )
    for n in range(sizes["databases"]):
        rds.create_db_instance(
            DBInstanceIdentifier=f"bench-{n}",
            Engine="postgres",
            EngineVersion="16.8",
            DBInstanceClass="db.t3.medium",
            AllocatedStorage=20,
            MasterUsername="bench",
            MasterUserPassword="bench-bench",
            StorageEncrypted=bool(n % 2),
            BackupRetentionPeriod=7 * (n % 2),
        )


def _identities(iam: Any, sizes: dict[str, int]) -> None:
    for n in range(sizes["policies"]):
        action = "s3:GetObject" if n % 2 else "*"
        iam.create_policy(PolicyName=f"bench-{n}", PolicyDocument=_allow(action, "*"))
    for n in range(sizes["users"]):
        iam.create_user(UserName=f"bench-{n}")
        if n % 2:
            iam.create_access_key(UserName=f"bench-{n}")
        else:
            iam.put_user_policy(UserName=f"bench-{n}", PolicyName="inline", PolicyDocument=_allow("s3:ListBucket", "*"))
    for n in range(sizes["roles"]):
        iam.create_role(RoleName=f"bench-{n}", AssumeRolePolicyDocument=json.dumps(TRUST))


def _machines(ec2: Any, sizes: dict[str, int]) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    groups = []
    for n in range(sizes["groups"]):
        made = ec2.create_security_group(GroupName=f"bench-{n}", Description="bench", VpcId=vpc)["GroupId"]
        groups.append(made)
        source = "0.0.0.0/0" if n % 2 else "10.0.0.0/8"
        permission = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": source}]}
        ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[permission])
    image = ec2.describe_images(Owners=["self", "amazon"])["Images"][0]["ImageId"]
    ec2.run_instances(
        ImageId=image, MinCount=sizes["instances"], MaxCount=sizes["instances"], SubnetId=subnet,
        SecurityGroupIds=groups[:1],
    )  # fmt: skip
    for n in range(sizes["volumes"]):
        ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=10, Encrypted=bool(n % 2))


def _services(client: Any, sizes: dict[str, int]) -> None:
    kms, logs, functions, trails = client("kms"), client("logs"), client("lambda"), client("cloudtrail")
    for n in range(sizes["keys"]):
        key = kms.create_key(Description="bench")["KeyMetadata"]["KeyId"]
        if n % 2:
            kms.enable_key_rotation(KeyId=key)
    for n in range(sizes["log_groups"]):
        logs.create_log_group(logGroupName=f"/bench/{n}")
        if n % 2:
            logs.put_retention_policy(logGroupName=f"/bench/{n}", retentionInDays=731)
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("bench.py", "def handler(event, context): pass\n")
    role = client("iam").get_role(RoleName="bench-0")["Role"]["Arn"]
    for n in range(sizes["functions"]):
        functions.create_function(
            FunctionName=f"bench-{n}", Runtime="python3.13" if n % 2 else "python3.8", Role=role,
            Handler="bench.handler", Code={"ZipFile": code.getvalue()},
        )  # fmt: skip
    for n in range(sizes["trails"]):
        trails.create_trail(Name=f"bench-{n}", S3BucketName=f"bench-{n:05d}", IsMultiRegionTrail=bool(n % 2))
        trails.start_logging(Name=f"bench-{n}")


def _more(client: Any, sizes: dict[str, int]) -> None:
    """Make what only the larger account has."""
    _stores(client, sizes)
    _edge(client, sizes)
    _platforms(client, sizes)


def _stores(client: Any, sizes: dict[str, int]) -> None:
    ec2, rds, key = client("ec2"), client("rds"), client("kms").list_keys()["Keys"][0]["KeyArn"]
    volumes = [each["VolumeId"] for each in ec2.describe_volumes()["Volumes"]]
    for n in range(sizes["volume_snapshots"]):
        ec2.create_snapshot(VolumeId=volumes[n % len(volumes)])
    for n in range(sizes["database_snapshots"]):
        rds.create_db_snapshot(DBInstanceIdentifier=f"bench-{n}", DBSnapshotIdentifier=f"bench-snapshot-{n}")
    for n in range(sizes["tables"]):
        under = {"SSESpecification": {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}} if n % 2 else {}
        client("dynamodb").create_table(
            TableName=f"bench-{n}", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}], BillingMode="PAY_PER_REQUEST",
            **under,
        )  # fmt: skip
    for n in range(sizes["file_systems"]):
        client("efs").create_file_system(CreationToken=f"bench-{n}", Encrypted=bool(n % 2), Backup=bool(n % 2))
    for n in range(sizes["domains"]):
        client("opensearch").create_domain(
            DomainName=f"bench-{n}",
            EncryptionAtRestOptions={"Enabled": bool(n % 2)},
            NodeToNodeEncryptionOptions={"Enabled": bool(n % 2)},
        )
    for n in range(sizes["warehouses"]):
        client("redshift").create_cluster(
            ClusterIdentifier=f"bench-{n}", NodeType="ra3.large", MasterUsername="bench",
            MasterUserPassword="Bench-bench-1", Encrypted=bool(n % 2), PubliclyAccessible=not n % 2,
        )  # fmt: skip
    for n in range(sizes["secrets"]):
        client("secretsmanager").create_secret(Name=f"bench-{n}", SecretString="bench")
    for n in range(sizes["caches"]):
        client("elasticache").create_cache_cluster(
            CacheClusterId=f"bench-{n}", Engine="redis", CacheNodeType="cache.t3.micro", NumCacheNodes=1
        )
    for n in range(sizes["streams"]):
        client("kinesis").create_stream(StreamName=f"bench-{n}", ShardCount=1)
    for n in range(sizes["plans"]):
        client("backup").create_backup_vault(BackupVaultName=f"bench-{n}")
        rule = {"RuleName": "daily", "TargetBackupVaultName": f"bench-{n}", "ScheduleExpression": "cron(0 5 ? * * *)"}
        kept = {**rule, "Lifecycle": {"DeleteAfterDays": 35 if n % 2 else 7}}
        client("backup").create_backup_plan(BackupPlan={"BackupPlanName": f"bench-{n}", "Rules": [kept]})


def _edge(client: Any, sizes: dict[str, int]) -> None:
    ec2, elbv2, apis = client("ec2"), client("elbv2"), client("apigateway")
    vpc = ec2.describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.0.0.0/16"]}])["Vpcs"][0]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{20 + n}.0/24", AvailabilityZone=f"{REGION}{zone}")
        for n, zone in enumerate("ab")
    ]
    names = [each["Subnet"]["SubnetId"] for each in subnets]
    for n in range(sizes["certificates"]):
        client("acm").request_certificate(DomainName=f"a{n}.example.com", ValidationMethod="DNS")
    for n in range(sizes["classic_balancers"]):
        listener = {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80, "InstanceProtocol": "HTTP"}
        client("elb").create_load_balancer(
            LoadBalancerName=f"bench-{n}", Listeners=[listener], AvailabilityZones=[f"{REGION}a"]
        )
    for n in range(sizes["balancers"]):
        made = elbv2.create_load_balancer(Name=f"bench-{n}", Subnets=names)["LoadBalancers"][0]["LoadBalancerArn"]
        group = elbv2.create_target_group(Name=f"bench-{n}", Protocol="HTTP", Port=80, VpcId=vpc)["TargetGroups"][0]
        forward = {"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}
        elbv2.create_listener(LoadBalancerArn=made, Protocol="HTTP", Port=80, DefaultActions=[forward])
    for n in range(sizes["apis"]):
        api = apis.create_rest_api(name=f"bench-{n}")["id"]
        root = apis.get_resources(restApiId=api)["items"][0]["id"]
        apis.put_method(restApiId=api, resourceId=root, httpMethod="GET", authorizationType="NONE")
        apis.put_integration(restApiId=api, resourceId=root, httpMethod="GET", type="MOCK")
        apis.create_deployment(restApiId=api, stageName="live")
    for n in range(sizes["distributions"]):
        origin = {"Id": "o", "DomainName": "bench.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
        viewers = "redirect-to-https" if n % 2 else "allow-all"
        behavior = {
            "TargetOriginId": "o", "ViewerProtocolPolicy": viewers, "MinTTL": 0,
            "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
        }  # fmt: skip
        settings = {
            "CallerReference": f"bench-{n}", "Comment": "", "Enabled": True, "DefaultCacheBehavior": behavior,
            "Origins": {"Quantity": 1, "Items": [origin]},
        }  # fmt: skip
        client("cloudfront").create_distribution(DistributionConfig=settings)
    for n in range(sizes["web_acls"]):
        client("wafv2").create_web_acl(
            Name=f"bench-{n}", Scope="REGIONAL", DefaultAction={"Allow": {}},
            VisibilityConfig={"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "m"},
        )  # fmt: skip


def _platforms(client: Any, sizes: dict[str, int]) -> None:
    role = client("iam").get_role(RoleName="bench-0")["Role"]["Arn"]
    scaling = client("autoscaling")
    image = client("ec2").describe_images(Owners=["self", "amazon"])["Images"][0]["ImageId"]
    topics = [client("sns").create_topic(Name=f"bench-{n}")["TopicArn"] for n in range(sizes["topics"])]
    for n in range(sizes["alarms"]):
        client("cloudwatch").put_metric_alarm(
            AlarmName=f"bench-{n}", MetricName="m", Namespace="bench", Period=300, EvaluationPeriods=1, Threshold=1,
            Statistic="Sum", ComparisonOperator="GreaterThanThreshold", AlarmActions=topics[: n % 2],
        )  # fmt: skip
    for n in range(sizes["clusters"]):
        client("eks").create_cluster(name=f"bench-{n}", roleArn=role, resourcesVpcConfig={"subnetIds": []})
    for n in range(sizes["notebooks"]):
        client("sagemaker").create_notebook_instance(
            NotebookInstanceName=f"bench-{n}", InstanceType="ml.t3.medium", RoleArn=role
        )
    for n in range(sizes["scaling_groups"]):
        name = f"bench-{n}"
        scaling.create_launch_configuration(LaunchConfigurationName=name, ImageId=image, InstanceType="t3.micro")
        scaling.create_auto_scaling_group(
            AutoScalingGroupName=name, LaunchConfigurationName=name, MinSize=0, MaxSize=0,
            AvailabilityZones=[f"{REGION}a"],
        )  # fmt: skip
    for n in range(sizes["task_definitions"]):
        container = {"name": "a", "image": "bench", "memory": 64, "privileged": bool(n % 2)}
        client("ecs").register_task_definition(
            family=f"bench-{n}", networkMode="awsvpc", containerDefinitions=[container]
        )
    for n in range(sizes["emr_clusters"]):
        client("emr").run_job_flow(
            Name=f"bench-{n}", ReleaseLabel="emr-6.9.0", JobFlowRole="bench", ServiceRole="bench",
            Instances={"MasterInstanceType": "m5.xlarge", "InstanceCount": 1, "KeepJobFlowAliveWhenNoSteps": True},
        )  # fmt: skip
    for n in range(sizes["projects"]):
        client("codebuild").create_project(
            name=f"bench-{n}", source={"type": "S3", "location": "bench/x.zip"}, artifacts={"type": "NO_ARTIFACTS"},
            environment={"type": "LINUX_CONTAINER", "image": "x", "computeType": "BUILD_GENERAL1_SMALL"},
            serviceRole=role,
        )  # fmt: skip
