"""Kubernetes: manifests in a folder, and what Kustomize and Helm make of theirs when their own programs are there.

The folder is sorted (`folder`): plain manifests, what a kustomization lists, what belongs to a chart. Manifests are
read (`documents`, `objects`), kustomizations and charts are rendered by their own programs (`rendering`), and each
object is given to the forms of the resource types that read its kind (`form`, `types/kubernetes/`). What one object
says of another (a policy of the pod, the account it runs as) is looked up in its `cluster`.

To add a resource type: one module in `types/kubernetes/` with `TYPE` and `KUBERNETES = (Form(...),)`.
"""
