"""CloudFormation templates, the templates that CDK and SAM make or read among them, as the same resources as Terraform.

A template is read (`reading`), told from other YAML and JSON (`kinds`), evaluated (`stack`, `intrinsics`), and each of
its resources is put into the shape of the Terraform blocks that configure the same thing (`shapes`, `types/`). The
forms of the resource types read those blocks, so a control sees no difference: see
`docs/adr/*-cloudformation.md`.

To add a CloudFormation type: write (or open) the module of its service in `types/`, and add a line to its `SHAPES`:

    SHAPES = (Shape("AWS::SNS::Topic", "aws_sns_topic", {"TopicName": "name"}),)

Properties are renamed by themselves (`KmsMasterKeyId` is `kms_master_key_id`); the shape says only what is otherwise:
another name, another nesting, a default of CloudFormation's own that Terraform does not share, a property that
Terraform has a resource of its own for. Then hold it to the Terraform form, with the same thing written twice (the
Terraform labels are the logical ids): `tests/collectors/cloudformation/pairs/aws.sns.topic/topics.tf` and `.yaml`.
"""
