"""The grammar, held to tree-sitter-hcl; and input that is no HCL, which ends in `HclError` and in nothing else."""

import time
from pathlib import Path

import pytest
import tree_sitter_hcl
from hypothesis import given, settings
from hypothesis import strategies as st
from tree_sitter import Language, Node, Parser

from phiward.collectors.terraform.hcl import HclError, parse, parse_expression, parse_template
from phiward.collectors.terraform.hcl.syntax import Body, Literal, Source

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.tf"))
ORACLE = Parser(Language(tree_sitter_hcl.language()))

Shape = list[tuple[str, str, int, int]]


def ours(text: str) -> Shape:
    """Return every attribute and block with its first and last line."""
    source = Source("x.tf", text)
    out: Shape = []

    def visit(body: Body) -> None:
        for attribute in body.attributes.values():
            lines = source.lines(attribute.start, attribute.end)
            out.append(("attribute", attribute.name, lines.line, lines.end_line))
        for block in body.blocks:
            lines = source.lines(block.start, block.end)
            out.append(("block", " ".join((block.type, *block.labels)), lines.line, lines.end_line))
            visit(block.body)

    visit(parse(text, "x.tf"))
    return sorted(out)


def theirs(text: str) -> Shape:
    """Return the same from tree-sitter's tree."""
    out: Shape = []

    def words(node: Node) -> str:
        return (node.text or b"").decode()

    def visit(node: Node) -> None:
        for child in node.children:
            span = (child.start_point[0] + 1, child.end_point[0] + 1)
            if child.type == "attribute":
                out.append(("attribute", words(child.children[0]), *span))
            elif child.type == "block":
                heads = [words(part).strip('"') for part in child.children if part.type in ("identifier", "string_lit")]
                out.append(("block", " ".join(heads), *span))
                visit(child)
            elif child.type in ("config_file", "body"):
                visit(child)

    tree = ORACLE.parse(text.encode())
    assert not tree.root_node.has_error
    visit(tree.root_node)
    return sorted(out)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_the_corpus_reads_as_tree_sitter_reads_it(path: Path) -> None:
    """Names, labels, nesting and line ranges agree."""
    text = path.read_text()

    assert ours(text) == theirs(text)


NAMES = st.sampled_from(["a", "bucket", "x_1", "with-dash", "for_each", "in", "if"])
SPACES = st.sampled_from(["", " ", "  ", "\t"])
SCALARS = st.sampled_from(
    ["1", "-2.5", "true", "null", '"text"', '"a${var.b}c"', '"$${not}"', '"q\\"q"', "var.x", "aws_a.b[0].c", "local.m[*].id",
     "f(1, [2], {})", '"%{ if true }x%{ endif }"', "<<EOT\n  line ${a.b}\nEOT\n", "<<-EOT\n  line\n    more\n  EOT\n", "x.*.y"]
)  # fmt: skip
EXPRESSIONS = st.recursive(
    SCALARS.filter(lambda text: not text.startswith("<<")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(st.tuples(NAMES.filter(lambda n: n not in ("in", "if")), inner), max_size=3).map(
            lambda items: "{\n" + "".join(f"    {key} = {item}\n" for key, item in items) + "  }"
        ),
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "%", "==", "!=", "<", "&&", "||"]), inner).map(" ".join),
        st.tuples(inner, inner, inner).map(lambda three: f"({three[0]} ? {three[1]} : {three[2]})"),
        inner.map(lambda text: f"[for k, v in {text} : v if k != null]"),
        inner.map(lambda text: "{ for v in " + text + " : v.id => v... }"),
        inner.map(lambda text: f"merge({text}...)"),
        inner.map(lambda text: f"!({text})"),
    ),
    max_leaves=6,
)
COMMENTS = st.sampled_from(["", "# note\n", "// note\n", "/* one\n two */\n", "\n\n"])


@st.composite
def bodies(draw: st.DrawFn, depth: int = 0) -> str:
    """Draw the text of a body."""
    out = []
    for name in draw(st.lists(NAMES, max_size=4, unique=True)):
        value = draw(st.one_of(SCALARS, EXPRESSIONS))
        out.append(f"{draw(COMMENTS)}{name}{draw(SPACES)}={draw(SPACES)}{value}")
        out.append("" if value.endswith("\n") else draw(st.sampled_from(["\n", " # end\n", "\r\n"])))
    for _ in range(draw(st.integers(0, 2)) if depth < 2 else 0):
        labels = draw(st.sampled_from(["", ' "l"', ' "l" "m"', " l"]))
        inner = draw(bodies(depth=depth + 1))
        out.append(f"{draw(COMMENTS)}block{labels} {{\n{inner}}}\n")
    return "".join(out)


@settings(max_examples=150, deadline=None)
@given(bodies())
def test_generated_hcl_reads_as_tree_sitter_reads_it(text: str) -> None:
    """Any mix of the constructs has the same shape for both."""
    if ORACLE.parse(text.encode()).root_node.has_error:
        parse(text, "x.tf")
        return
    assert ours(text) == theirs(text)


def outcome(text: str) -> str:
    """Parse, and say how it ended."""
    try:
        parse(text, "x.tf")
    except HclError:
        return "refused"
    return "read"


@settings(max_examples=200, deadline=2000)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No other exception, no hang."""
    assert outcome(text) in ("read", "refused")


SAMPLE = CORPUS[0].read_text()


@settings(max_examples=200, deadline=2000)
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(SAMPLE)),
            st.integers(0, 9),
            st.sampled_from([*list('{}[]()"$%<>-~\\\n#=.:?*, '), "${", "%{", "<<EOT\n", "/*", "..."]),
        ),
        max_size=6,
    )
)
def test_mutated_hcl_is_read_or_refused(edits: list[tuple[int, int, str]]) -> None:
    """Cuts and insertions anywhere end the same way."""
    text = SAMPLE
    for at, cut, insert in edits:
        text = text[:at] + insert + text[at + cut :]

    assert outcome(text) in ("read", "refused")


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 100_000,
        "a = " + "-" * 100_000 + "1",
        "a = " + "!" * 100_000,
        "b {" * 100_000,
        "a = " + "(" * 5000 + "1" + ")" * 5000,
        'a = "' + "${" * 100_000,
        "a = " + "1 + " * 100_000 + "1",
        "a = x" + ".y" * 100_000,
        "a = x" + "[0]" * 100_000,
        "a = " + "true ? 1 : " * 100_000 + "1",
        "a = " + "9" * 100_000,
        "a = 1e999999",
        "/*" * 100_000,
        "a = <<E" * 100_000,
        'a "' * 100_000,
        "a = " + '"%{ if true }' + "%{ if true }" * 50_000,
        "a" * 1_000_000,
        " " * 1_000_000 + "=",
    ],
    ids=lambda text: text[:12].strip(),
)
def test_hostile_text_is_refused_at_once(text: str) -> None:
    """Depth, length and repetition are bounded."""
    began = time.process_time()

    assert outcome(text) == "refused"
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a = 1\nb = \n", 2, 5),
        ("a = 1\na = 2\n", 2, 1),
        ('a = "open\n', 1, 5),
        ("b {\n  c = 1\n", 1, 1),
        ("}\n", 1, 1),
        ("a = 1 b = 2\n", 1, 7),
        ("a = <<EOT\nnever\n", 1, 5),
        ('a = "%{ if true }x"\n', 1, 6),
    ],
)
def test_an_error_says_where_it_is(text: str, line: int, column: int) -> None:
    """Line and column point at what is wrong."""
    with pytest.raises(HclError) as caught:
        parse(text, "x.tf")

    assert (caught.value.line, caught.value.column) == (line, column)


def test_a_byte_order_mark_and_windows_line_ends_are_read() -> None:
    """Editors leave both."""
    body = parse("\ufeffa = 1\r\nb = <<EOT\r\n  x\r\nEOT\r\n", "x.tf")

    assert list(body.attributes) == ["a", "b"]


def test_a_lone_template_is_read() -> None:
    """Template files have no quotes around them."""
    assert parse_template("plain $ text", "x") == Literal("plain $ text")


def test_an_expression_ends_where_it_ends() -> None:
    """Nothing may follow."""
    with pytest.raises(HclError):
        parse_expression("1 2", "x")
