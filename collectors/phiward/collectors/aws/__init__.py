"""A live AWS account, read with boto3. What each type asks and means lives in `phiward.collectors.types.aws`."""
