"""Terraform: folders of HCL, and plans. What each block means lives in `phiward.collectors.types`."""
