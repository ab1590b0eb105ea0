"""The HCL native syntax and its JSON form: text in, a syntax tree with positions out. Nothing is evaluated here."""

from phiward.collectors.terraform.hcl.errors import HclError
from phiward.collectors.terraform.hcl.parser import parse, parse_expression, parse_template

__all__ = ["HclError", "parse", "parse_expression", "parse_template"]
