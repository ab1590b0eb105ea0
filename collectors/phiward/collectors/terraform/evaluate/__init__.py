"""The evaluation of Terraform folders: every resource instance, as far as it can be known without running Terraform."""
