"""The known ways from some rights to more: which actions together let their holder take another identity's rights.

Sources: *AWS IAM Privilege Escalation: Methods and Mitigation* (Rhino Security Labs, 2018 and later),
*pathfinding.cloud* (Datadog Security Labs), and, for each action, the *Service Authorization Reference* (its resources
and conditions). A path is what the actions do by themselves; what they could do with a mistake elsewhere is not here.
"""

from typing import Final

from msgspec import Struct


class Step(Struct, frozen=True):
    """One action of a path."""

    action: str
    """As AWS writes it: `iam:PassRole`."""
    on: tuple[str, str] | None = None
    """What it must reach *whichever it is*, as service and kind (`iam`, `role/`): rights on one named thing are no
    path. None: any thing will do, since the action makes a new one."""
    service: str | None = None
    """Of `iam:PassRole`: the service that must be given the role."""
    own: bool = False
    """The caller himself, as `${aws:username}`, is enough."""


class Path(Struct, frozen=True):
    """Actions that together lead to more rights."""

    steps: tuple[Step, ...]

    @property
    def name(self) -> str:
        """Return how findings call it: its actions."""
        return " + ".join(step.action for step in self.steps)


_POLICY, _USER, _GROUP, _ROLE = ("iam", "policy/"), ("iam", "user/"), ("iam", "group/"), ("iam", "role/")
_INSTANCE, _FUNCTION = ("ec2", "instance/"), ("lambda", "function:")

_ALONE: Final = (
    # Change what a policy says, or whose it is.
    Step("iam:CreatePolicyVersion", on=_POLICY),
    Step("iam:SetDefaultPolicyVersion", on=_POLICY),
    Step("iam:AttachUserPolicy", on=_USER, own=True),
    Step("iam:AttachGroupPolicy", on=_GROUP),
    Step("iam:AttachRolePolicy", on=_ROLE),
    Step("iam:PutUserPolicy", on=_USER, own=True),
    Step("iam:PutGroupPolicy", on=_GROUP),
    Step("iam:PutRolePolicy", on=_ROLE),
    Step("iam:AddUserToGroup", on=_GROUP),
    # Sign in as somebody else.
    Step("iam:CreateAccessKey", on=_USER),
    Step("iam:CreateLoginProfile", on=_USER),
    Step("iam:UpdateLoginProfile", on=_USER),
    Step("iam:UpdateAssumeRolePolicy", on=_ROLE),
    Step("iam:UpdateSAMLProvider", on=("iam", "saml-provider/")),
    Step("sts:AssumeRole", on=_ROLE),
    Step("sso:AttachManagedPolicyToPermissionSet"),
    Step("sso:CreateAccountAssignment"),
    Step("sso:PutInlinePolicyToPermissionSet"),
    # Run code where a role's credentials already are.
    Step("codebuild:StartBuild", on=("codebuild", "project/")),
    Step("codebuild:StartBuildBatch", on=("codebuild", "project/")),
    Step("ec2-instance-connect:SendSSHPublicKey", on=_INSTANCE),
    Step("ecs:ExecuteCommand", on=("ecs", "task/")),
    Step("glue:UpdateDevEndpoint", on=("glue", "devEndpoint/")),
    Step("lambda:UpdateFunctionCode", on=_FUNCTION),
    Step("sagemaker:CreatePresignedNotebookInstanceUrl", on=("sagemaker", "notebook-instance/")),
    Step("ssm:SendCommand", on=_INSTANCE),
    Step("ssm:StartSession", on=_INSTANCE),
)

_TOGETHER: Final = (
    (
        Step("ec2:ModifyInstanceAttribute", on=_INSTANCE),
        Step("ec2:StopInstances", on=_INSTANCE),
        Step("ec2:StartInstances", on=_INSTANCE),
    ),
    (Step("cloudformation:UpdateStack", on=("cloudformation", "stack/")),),
    (
        Step("cloudformation:CreateChangeSet", on=("cloudformation", "stack/")),
        Step("cloudformation:ExecuteChangeSet", on=("cloudformation", "stack/")),
    ),
    (
        Step("sagemaker:CreateNotebookInstanceLifecycleConfig"),
        Step("sagemaker:UpdateNotebookInstance", on=("sagemaker", "notebook-instance/")),
        Step("sagemaker:StopNotebookInstance", on=("sagemaker", "notebook-instance/")),
        Step("sagemaker:StartNotebookInstance", on=("sagemaker", "notebook-instance/")),
    ),
)

_PASSED: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "ec2.amazonaws.com": (
        ("ec2:RunInstances",),
        ("ec2:RequestSpotInstances",),
        ("ec2:AssociateIamInstanceProfile",),
        ("ec2:CreateLaunchTemplate", "autoscaling:CreateAutoScalingGroup"),
    ),
    "lambda.amazonaws.com": (
        ("lambda:CreateFunction", "lambda:InvokeFunction"),
        ("lambda:CreateFunction", "lambda:AddPermission"),
        ("lambda:CreateFunction", "lambda:CreateEventSourceMapping"),
        ("lambda:CreateFunction", "lambda:CreateFunctionUrlConfig"),
    ),
    "glue.amazonaws.com": (
        ("glue:CreateDevEndpoint",),
        ("glue:CreateJob", "glue:StartJobRun"),
        ("glue:CreateJob", "glue:CreateTrigger"),
        ("glue:UpdateJob", "glue:StartJobRun"),
        ("glue:UpdateJob", "glue:CreateTrigger"),
        ("glue:CreateSession", "glue:RunStatement"),
    ),
    "cloudformation.amazonaws.com": (
        ("cloudformation:CreateStack",),
        ("cloudformation:CreateStackSet", "cloudformation:CreateStackInstances"),
    ),
    "datapipeline.amazonaws.com": (
        ("datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition", "datapipeline:ActivatePipeline"),
    ),
    "sagemaker.amazonaws.com": (
        ("sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"),
        ("sagemaker:CreateTrainingJob",),
        ("sagemaker:CreateProcessingJob",),
    ),
    "codebuild.amazonaws.com": (
        ("codebuild:CreateProject", "codebuild:StartBuild"),
        ("codebuild:UpdateProject", "codebuild:StartBuild"),
    ),
    "ecs-tasks.amazonaws.com": (
        ("ecs:RegisterTaskDefinition", "ecs:RunTask"),
        ("ecs:RegisterTaskDefinition", "ecs:StartTask"),
        ("ecs:RegisterTaskDefinition", "ecs:CreateService"),
        ("ecs:RegisterTaskDefinition", "ecs:UpdateService"),
        ("batch:RegisterJobDefinition", "batch:SubmitJob"),
    ),
    "tasks.apprunner.amazonaws.com": (("apprunner:CreateService",), ("apprunner:UpdateService",)),
    "elasticmapreduce.amazonaws.com": (("elasticmapreduce:RunJobFlow",),),
    "emr-serverless.amazonaws.com": (("emr-serverless:CreateApplication", "emr-serverless:StartJobRun"),),
    "states.amazonaws.com": (
        ("states:CreateStateMachine", "states:StartExecution"),
        ("states:UpdateStateMachine", "states:StartExecution"),
    ),
    "scheduler.amazonaws.com": (("scheduler:CreateSchedule",),),
    "ssm.amazonaws.com": (("ssm:StartAutomationExecution",),),
    "cognito-identity.amazonaws.com": (("cognito-identity:SetIdentityPoolRoles",),),
    "rolesanywhere.amazonaws.com": (("rolesanywhere:CreateTrustAnchor", "rolesanywhere:CreateProfile"),),
    "bedrock-agentcore.amazonaws.com": (
        ("bedrock-agentcore:CreateCodeInterpreter", "bedrock-agentcore:InvokeCodeInterpreter"),
    ),
}
"""Service to the actions that make it use a role that it is given (`iam:PassRole`)."""

PATHS: Final = (
    *(Path((step,)) for step in _ALONE),
    *(Path(steps) for steps in _TOGETHER),
    *(
        Path((Step("iam:PassRole", on=_ROLE, service=service), *map(Step, actions)))
        for service, several in _PASSED.items()
        for actions in several
    ),
)
