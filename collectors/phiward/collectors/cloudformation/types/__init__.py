"""The shapes of CloudFormation types, a module for each service. Every module here is found by itself."""
