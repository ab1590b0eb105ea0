"""One module per service: which calls its configuration items answer, and what the items lack.

A module declares `KINDS` (the resource types of AWS Config that it reads, and what is particular about each) and
`ANSWERS` (calls, as boto3 names them, to how they are answered). Nothing else has to know of it. What AWS Config
records of a type is in its resource schema: https://github.com/awslabs/aws-config-resource-schema
"""
