"""Folders of manifests, kustomizations and charts: what is read, what is a gap, what is left alone."""

import os
import shutil
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phiward.collectors.kubernetes import rendering
from phiward.collectors.kubernetes.collector import KubernetesCollector
from phiward.collectors.port import Options
from phiward.inventory.model import CollectionGap, Lines, Resource, WaiverComment

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\nspec:\n  containers:\n  - {name: a, image: %s}\n"


def write(top: Path, files: dict[str, str | bytes]) -> Path:
    """Write files below a folder."""
    for name, text in files.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return top


def collected(target: Path, **options: Any) -> tuple[list[Resource], list[CollectionGap], tuple[str, ...]]:
    """Collect a folder: its resources, its gaps, and what is told beside."""
    collector = KubernetesCollector()
    found = list(collector.collect(str(target), Options(**options), lambda _: None))
    return (
        [each for each in found if isinstance(each, Resource)],
        [each for each in found if isinstance(each, CollectionGap)],
        collector.reach.notes,
    )


def places(gaps: Iterable[CollectionGap]) -> list[tuple[str, int | None]]:
    """Return where the gaps are: the file's name and line."""
    return [(each.where.rpartition("/")[2], each.line) for each in gaps]


def test_a_folder_of_manifests(tmp_path: Path) -> None:
    """Several documents, lists of objects, JSON, in any folder below; each with an id of its own."""
    write(
        tmp_path,
        {
            "a.yaml": POD % ("one", "x") + "---\n---\n" + POD % ("two", "x"),
            "dev/list.yml": "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Namespace\n  metadata: {name: n}\n",
            "dev/pod.json": '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "one", "namespace": "n"}, "spec": {}}',
            "prod/a.yaml": POD % ("one", "x"),
            "prod/b.yaml": POD % ("one", "y"),
            ".hidden/a.yaml": POD % ("three", "x"),
            "node_modules/a.yaml": POD % ("three", "x"),
            "values.yaml": "a: 1\n",
        },
    )

    found, gaps, notes = collected(tmp_path)

    assert sorted(each.id for each in found) == [
        "Pod/-/one",
        "Pod/-/two",
        "dev:Namespace/-/n",
        "dev:Pod/n/one",
        "prod:Pod/-/one",
        "prod:Pod/-/one#2",
    ]
    assert (gaps, notes) == ([], ())
    two = next(each for each in found if each.name == "two")
    assert (two.origin.line, two.origin.end_line) == (9, 14)
    assert two.observations[0].digest is not None


def test_ids_of_several_targets(tmp_path: Path) -> None:
    """They begin with the target where the run has more than one."""
    found, _, _ = collected(write(tmp_path, {"x/a.yaml": POD % ("one", "x")}), within="repo")

    assert [each.id for each in found] == ["repo/x:Pod/-/one"]


def test_only_what_is_needed(tmp_path: Path) -> None:
    """A run whose controls ask of other types reads nothing, not even what is broken."""
    write(tmp_path, {"a.yaml": POD % ("one", "x"), "b.yaml": "apiVersion: v1\nkind: Pod\n["})

    assert collected(tmp_path, need={"aws.s3.bucket": frozenset({"id"})}) == ([], [], ())
    assert collected(tmp_path, need={"kubernetes.role": frozenset({"id"})})[0] == []


def test_what_no_form_reads_is_counted(tmp_path: Path) -> None:
    """Other kinds are no gap."""
    collector = KubernetesCollector()
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n---\n"
    write(tmp_path, {"a.yaml": service * 2 + POD % ("one", "x")})

    found = list(collector.collect(str(tmp_path), Options(), lambda _: None))

    assert (len(found), collector.unread) == (1, {"Service": 2})


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("apiVersion: v1\nkind: Pod\nmetadata: {name: a\n", 4, "it is no YAML"),
        (POD % ("a", "x") + "---\napiVersion: v1\nkind: Pod\nmetadata: {name: b}\n", 8, "it has no pod"),
        ("apiVersion: v1\nmetadata: {name: a}\n---\n" + POD % ("b", "x"), 1, "an object without kind"),
        (POD % ("a", "x") + "kind: Pod\n", 7, "kind is there twice"),
        ("apiVersion: v1\nkind: Pod\nmetadata: [a]\n", 3, "metadata is a list where Kubernetes takes a mapping"),
        ("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: &a {x: *a}\n", 4, "it contains itself"),
        ("apiVersion: v1\nkind: Role\nmetadata: {name: a}\nrules: {}\n", None, None),
    ],
)
def test_what_is_broken_is_a_gap_with_its_line(tmp_path: Path, text: str, line: int | None, told: str | None) -> None:
    """The rest of the file is judged; the gap says which types it may hide."""
    _, gaps, _ = collected(write(tmp_path, {"a.yaml": text}))

    if told is None:
        assert gaps == []  # another group than the one that has roles
        return
    assert [(gap.where.rpartition("/")[2], gap.line) for gap in gaps] == [("a.yaml", line)]
    assert told in gaps[0].reason
    assert "kubernetes.workload" in gaps[0].types


def test_a_key_twice_hides_only_what_the_file_holds(tmp_path: Path) -> None:
    """Everything else of the run is judged as ever."""
    _, (gap,), _ = collected(write(tmp_path, {"a.yaml": POD % ("a", "x") + "kind: Pod\n"}))

    assert "kubernetes.role" not in gap.types


def test_what_is_something_else_is_left_alone(tmp_path: Path) -> None:
    """Templates, playbooks and Compose files are told, and no gap."""
    write(
        tmp_path,
        {
            "a.yaml": POD % ("one", "x"),
            "template.yaml": POD % ("{{ .Values.name }}", "{{ .Values.image }}"),
            "playbook.yml": "- hosts: all\n  tasks:\n  - k8s: {definition: {apiVersion: v1, kind: Pod}}\n",
            "tasks.yml": "- name: deploy\n  k8s:\n    definition: {apiVersion: v1, kind: Pod}\n",
            "compose.yaml": "services:\n  web:\n    image: nginx\n",
            "stack.yaml": "Resources:\n  A: {Type: X, Properties: {apiVersion: v1, kind: Pod}}\n",
        },
    )

    found, gaps, notes = collected(tmp_path)

    assert ([each.id for each in found], gaps) == (["Pod/-/one"], [])
    assert notes == (
        "Kubernetes: left alone as a Compose file: compose.yaml",
        "Kubernetes: left alone as a list of Ansible tasks: tasks.yml",
        "Kubernetes: left alone as a template: template.yaml",
        "Kubernetes: left alone as an Ansible playbook: playbook.yml",
        "Kubernetes: left alone as no Kubernetes object: stack.yaml",
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_other_encodings(tmp_path: Path, encoding: str) -> None:
    """Byte order marks, UTF-16 and Windows line ends."""
    text = (POD % ("one", "x")).replace("\n", "\r\n")

    found, gaps, _ = collected(write(tmp_path, {"a.yaml": text.encode(encoding)}))

    assert ([each.id for each in found], gaps) == (["Pod/-/one"], [])
    assert found[0].origin.end_line == 6


def test_nothing_outside_is_read(tmp_path: Path) -> None:
    """A link that leads out of the folder is a gap; one within it is a file."""
    write(tmp_path, {"out.yaml": POD % ("secret", "x"), "repo/a.yaml": POD % ("one", "x")})
    (tmp_path / "repo" / "out.yaml").symlink_to(tmp_path / "out.yaml")
    (tmp_path / "repo" / "folder").symlink_to(tmp_path)

    found, gaps, _ = collected(tmp_path / "repo")

    assert [each.id for each in found] == ["Pod/-/one"]
    assert places(gaps) == [("out.yaml", None)]


def test_who_claims_what(tmp_path: Path) -> None:
    """Folders and files that say apiVersion and kind, kustomizations and charts; nothing else."""
    write(
        tmp_path,
        {
            "k/a.yaml": POD % ("one", "x"),
            "other/compose.yaml": "services: {}\n",
            "other/tsconfig.json": '{"kind": 1}',
            "c/Chart.yaml": "name: c\n",
            "z/kustomization.yaml": "resources: []\n",
            "j/a.json": '{"kind":"Pod","apiVersion":"v1"}',
        },
    )
    claims = KubernetesCollector().claims

    assert [claims(str(tmp_path / name)) for name in ("k", "c", "z", "j", "k/a.yaml", "j/a.json", "c/Chart.yaml")] == [
        True
    ] * 7
    assert [claims(str(tmp_path / name)) for name in ("other", "other/compose.yaml", "none", "aws")] == [False] * 4


def test_one_file(tmp_path: Path) -> None:
    """Only it is read."""
    write(tmp_path, {"a.yaml": POD % ("one", "x"), "b.yaml": POD % ("two", "x")})

    assert [each.id for each in collected(tmp_path / "b.yaml")[0]] == ["Pod/-/two"]


DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: nginx:1
        securityContext: {privileged: false}
"""
OVERLAY: dict[str, str | bytes] = {
    "base/kustomization.yaml": "resources: [web.yaml]\n",
    "base/web.yaml": DEPLOYMENT,
    "prod/kustomization.yaml": "resources: [../base]\nnamePrefix: prod-\nnamespace: ward\npatches: [{path: patch.yaml}]\n",
    "prod/patch.yaml": DEPLOYMENT.replace("        image: nginx:1\n", "").replace("false", "true"),
}


def program(folder: Path, name: str, script: str) -> None:
    """Put a program on the search path."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that is all of the search path, but for the system's own programs."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in ("sh", "cat", "sleep", "yes", "env", "touch"):
        if found := shutil.which(name):
            (folder / name).symlink_to(found)
    monkeypatch.setenv("PATH", str(folder))
    return folder


BUILT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: prod-web
  namespace: ward
spec:
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - image: nginx:1
        name: web
        securityContext:
          privileged: true
"""


def test_a_kustomization_is_built(tmp_path: Path, programs: Path) -> None:
    """What is built is judged, once, and shown where it was written."""
    program(programs, "kustomize", f"cat <<'X'\n{BUILT}X")

    found, gaps, _ = collected(write(tmp_path / "repo", OVERLAY))

    assert gaps == []
    assert [each.id for each in found] == ["prod:Deployment/ward/prod-web"]
    lines = found[0].lines
    assert lines["config.containers[0].privileged"].file.endswith("prod/patch.yaml")
    assert lines["config.containers[0].image"].file.endswith("base/web.yaml")
    assert lines["config.containers[0].image"][1:] == (10, 10)
    assert lines["config.namespace"].file.endswith("prod/kustomization.yaml")
    assert found[0].observations[0].call == "kustomize build"


def test_kubectl_builds_too(tmp_path: Path, programs: Path) -> None:
    """It has Kustomize within."""
    program(programs, "kubectl", f"test \"$1\" = kustomize || exit 1\ncat <<'X'\n{BUILT}X")

    assert [each.id for each in collected(write(tmp_path / "repo", OVERLAY))[0]] == ["prod:Deployment/ward/prod-web"]


def test_a_kustomization_without_its_program_is_a_gap(tmp_path: Path, programs: Path) -> None:
    """Its files are not judged as if they were final."""
    found, gaps, _ = collected(write(tmp_path / "repo", {**OVERLAY, "other.yaml": POD % ("one", "x")}))

    assert [each.id for each in found] == ["Pod/-/one"]
    assert places(gaps) == [("kustomization.yaml", 1)]
    assert "neither kustomize nor kubectl is installed" in gaps[0].reason
    assert programs.is_dir()


@pytest.mark.parametrize(
    ("kustomization", "told"),
    [
        ("resources: ['https://example.com/a.yaml']\n", "would be fetched"),
        ("resources: ['github.com/a/b?ref=v1']\n", "would be fetched"),
        ("resources: ['github.com/a/b']\n", "is not here"),
        ("patches: [{path: 'https://example.com/p.yaml'}]\n", "would be fetched"),
        ("resources: ['../../out.yaml']\n", "outside the scanned folder"),
        ("resources: ['/etc/passwd']\n", "outside the scanned folder"),
        ("configMapGenerator: [{name: a, files: ['x=../../out.yaml']}]\n", "outside the scanned folder"),
        ("resources: [link]\n", "outside the scanned folder"),
        ("resources: [missing.yaml]\n", "is not here"),
        ("resources: [empty]\n", "in which there is no kustomization"),
        ("resources: [\n", "it is no YAML"),
    ],
)
def test_a_kustomization_that_needs_what_is_not_here(
    tmp_path: Path, programs: Path, kustomization: str, told: str
) -> None:
    """The program is not even started."""
    program(programs, "kustomize", f"touch {tmp_path}/ran")
    repo = write(tmp_path / "repo", {"k/kustomization.yaml": kustomization})
    write(tmp_path, {"out.yaml": POD % ("secret", "x")})
    (repo / "k" / "link").symlink_to(tmp_path / "out.yaml")
    (repo / "k" / "empty").mkdir()

    found, gaps, _ = collected(repo)

    assert (found, places(gaps)) == ([], [("kustomization.yaml", 1)])
    assert told in gaps[0].reason
    assert not (tmp_path / "ran").exists()


CHART: dict[str, str | bytes] = {
    "chart/Chart.yaml": "apiVersion: v2\nname: chart\nversion: 0.1.0\n",
    "chart/values.yaml": "apiVersion: x\nkind: y\n",
    "chart/templates/pod.yaml": POD % ("{{ .Release.Name }}", "{{ .Values.image }}"),
    "chart/charts/sub/Chart.yaml": "name: sub\n",
    "chart/charts/sub/templates/a.yaml": POD % ("x", "y"),
}


def test_a_chart_is_rendered(tmp_path: Path, programs: Path) -> None:
    """What Helm makes is judged; the template is shown."""
    program(programs, "helm", f"cat <<'X'\n---\n# Source: chart/templates/pod.yaml\n{POD % ('release', 'x:1')}X")

    found, gaps, notes = collected(write(tmp_path / "repo", CHART))

    assert (gaps, notes) == ([], ())
    assert [(each.id, each.observations[0].call) for each in found] == [("chart:Pod/-/release", "helm template")]
    assert found[0].origin.file is not None
    assert found[0].origin.file.endswith("chart/templates/pod.yaml")


def test_a_chart_without_helm_is_a_gap(tmp_path: Path, programs: Path) -> None:
    """Its templates are never read as if they were manifests."""
    found, gaps, notes = collected(write(tmp_path / "repo", CHART))

    assert (found, places(gaps), notes) == ([], [("Chart.yaml", 1)], ())
    assert "helm is not installed" in gaps[0].reason
    assert programs.is_dir()


def test_a_chart_with_a_link_out_of_the_folder(tmp_path: Path, programs: Path) -> None:
    """Helm would follow it, so it is not started."""
    program(programs, "helm", f"touch {tmp_path}/ran")
    repo = write(tmp_path / "repo", CHART)
    (repo / "chart" / "files").symlink_to("/etc")

    _, gaps, _ = collected(repo)

    assert "a link in it leads out" in gaps[0].reason
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("echo 'missing dependency' >&2; exit 1", "helm failed: missing dependency"),
        ("sleep 60", "took longer than"),
        ("yes", "made more than"),
        ("echo 'a: ['", "it is no YAML"),
    ],
)
def test_a_program_that_fails(
    tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch, script: str, told: str
) -> None:
    """An error, a hang and a flood each end in a gap."""
    monkeypatch.setattr(rendering, "SECONDS", 1)
    monkeypatch.setattr(rendering, "BYTES", 1_000_000)
    program(programs, "helm", script)

    found, (gap,), _ = collected(write(tmp_path / "repo", CHART))

    assert (found, gap.line) == ([], 1)
    assert told in gap.reason


def test_programs_get_nothing_of_the_user(tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No credentials, no home, no way to the network."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "sesame")
    program(programs, "helm", f"env > {tmp_path}/environment")

    collected(write(tmp_path / "repo", CHART))

    given_ = (tmp_path / "environment").read_text()
    assert "sesame" not in given_
    assert "https_proxy=http://127.0.0.1:9" in given_
    assert f"HOME={os.environ['HOME']}\n" not in given_


def test_other_objects_of_the_folder_count_for_what_is_rendered(tmp_path: Path, programs: Path) -> None:
    """A policy beside a chart guards its pods."""
    policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: {podSelector: {}}\n"
    program(programs, "helm", f"cat <<'X'\n{POD % ('release', 'x:1')}X")

    found, _, _ = collected(write(tmp_path / "repo", {**CHART, "policy.yaml": policy}))

    network = {each.type: each.network for each in found}["kubernetes.workload"]
    assert getattr(network, "default_deny", None) is True


def test_lines_of_a_file_are_told_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths are those that people would type."""
    write(tmp_path, {"k8s/a.yaml": POD % ("one", "x")})
    monkeypatch.chdir(tmp_path)

    (found,) = collected(Path("k8s"))[0]

    assert found.lines["config.containers[0]"] == Lines("k8s/a.yaml", 6, 6)


def test_waivers_in_comments_and_annotations(tmp_path: Path) -> None:
    """Both are told of the object that they stand in."""
    text = (POD % ("one", "x")).replace("{name: one}", '{name: one, annotations: {checkov.io/skip1: "CKV_K8S_43=why"}}')
    text = text.replace("spec:", 'spec:  # phiward:waive image-version-named until=2027-03-01 reason="why"')
    write(tmp_path, {"a.yaml": text})

    found = KubernetesCollector().collect(str(tmp_path), Options(), lambda _: None)

    asked = [each for each in found if isinstance(each, WaiverComment)]
    assert [(each.resource, each.tool, each.line) for each in asked] == [
        ("Pod/-/one", "phiward", 4),
        ("Pod/-/one", "checkov", 3),
    ]


def test_a_default_that_decides_is_named(tmp_path: Path) -> None:
    """What the manifest leaves out is told, with what Kubernetes takes in its place."""
    (found,) = collected(write(tmp_path, {"a.yaml": POD % ("one", "x")}))[0]

    assert found.left_out["config.containers[0].privilege_escalation"] == ("allowPrivilegeEscalation", True)
    assert "config.containers[0].image" not in found.left_out


SEEDS = (
    POD % ("one", "x"),
    DEPLOYMENT,
    "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r}\nrules:\n- {apiGroups: [''], resources: [a], verbs: ['*']}\n",
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: {podSelector: {matchExpressions: [{key: a, operator: In, values: [b]}]}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]}\n",
    "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i, annotations: {alb.ingress.kubernetes.io/listen-ports: '[{\"HTTP\": 80}]'}}\nspec: {rules: [{host: a}], tls: [{hosts: [a]}]}\n",
    "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\napiServer: {extraArgs: [{name: a, value: b}]}\netcd: {local: {}}\n",
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{command: [kube-apiserver, --anonymous-auth=false, --authorization-mode, RBAC]}]}\n",
    "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Secret, data: {a: b}}, {apiVersion: v1, kind: ConfigMap, data: {PASSWORD: b}}]\n",
    "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: s}\nspec: {template: {spec: {containers: []}}, volumeClaimTemplates: [{metadata: {name: a}, spec: {storageClassName: b}}]}\n",
    "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nauthentication: {anonymous: {enabled: true}}\ntlsCipherSuites: [a]\n",
    "apiVersion: policy/v1beta1\nkind: PodSecurityPolicy\nmetadata: {name: p}\nspec: {runAsUser: {rule: MustRunAs, ranges: [{min: 1}]}}\n",
)
WRONG = (
    "[]",
    "{}",
    "null",
    "1",
    "x",
    "true",
    "[x, 1]",
    "{a: b}",
    "[[]]",
    "- ",
    "*a",
    "&a",
    '"${A}"',
    "{{ a }}",
    "!x y",
    "\t",
    "\x00",
    ":",
)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Draw a manifest in which a few words or lines are something else."""
    text = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        text = text[:start] + draw(st.sampled_from(WRONG)) + text[end:]
    return text


@st.composite
def reshaped(draw: st.DrawFn) -> str:
    """Draw a manifest in which a value is of another shape."""
    import re

    text = draw(st.sampled_from(SEEDS))
    values = [found.span(1) for found in re.finditer(r":[ ]+([^\s,{}\[\]]+|\{[^{}]*\}|\[[^\[\]]*\])", text)]
    for start, end in sorted(
        draw(st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)), reverse=True
    ):
        text = text[:start] + draw(st.sampled_from(WRONG)) + text[end:]
    return text


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(mutated() | reshaped())
def test_a_mutated_manifest_ends_in_findings_or_gaps(tmp_path: Path, text: str) -> None:
    """Never in an error; each gap has its file."""
    (tmp_path / "a.yaml").write_text(text)

    _, gaps, _ = collected(tmp_path / "a.yaml")

    assert all(gap.where.endswith("a.yaml") and gap.reason for gap in gaps)
