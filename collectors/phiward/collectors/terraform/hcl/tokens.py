"""The regular expressions HCL is read with. Each one starts where the last one ended.

Possessive quantifiers everywhere: no input can make them backtrack. Those made in pairs are indexed by whether a
newline is white space (inside parentheses and brackets) or the end of something.
"""

import re
from typing import Any

NAME = r"[^\W\d][\w-]*+"
PLAIN = r'"([^"\\$%\n]*+)"'
"""A quoted string with nothing to unescape or interpolate."""

_COMMENT = r"#[^\n]*+|//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/"
_INLINE = rf"(?:[ \t\r]++|{_COMMENT})*+"
_SPREAD = rf"(?:\s++|{_COMMENT})*+"
_SKIPS = (_INLINE, _SPREAD)


class Pattern:
    """A regular expression that is compiled when it is first used: most files need few of them."""

    def __init__(self, source: str) -> None:
        self._source = source

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self._source)
        self.match, self.findall = compiled.match, compiled.findall
        return getattr(compiled, name)


def _pair(pattern: str) -> tuple[Pattern, Pattern]:
    inline, spread = (Pattern(skip + pattern) for skip in _SKIPS)
    return inline, spread


TERM = _pair(rf'(?:({NAME})|(\d++(?:\.\d++)?+(?:[eE][+-]?\d++)?+)|{PLAIN}|(<<-?|["\[({{!-]))')
OPERATOR = _pair(r"(&&|\|\||==|!=|<=|>=|[<>+\-*/%])")
POSTFIX = _pair(rf"(?:\.(?!\.)(?:{_INLINE}(?:({NAME})|(\d++)|(\*)))|(\[{_SPREAD}\*{_SPREAD}\])|(\[))")
QUESTION = _pair(r"\?")
COLON = _pair(r":")
CALL = _pair(r"\(")
NAMESPACE = _pair(rf"::{_INLINE}({NAME})")
CLOSE_PAREN = Pattern(_SPREAD + r"\)")
CLOSE_BRACKET = Pattern(_SPREAD + r"\]")
CLOSE_BRACE = Pattern(_SPREAD + r"\}")
COMMA = Pattern(_SPREAD + r",")
ELLIPSIS = Pattern(_SPREAD + r"\.\.\.")
ARROW = Pattern(_SPREAD + r"=>")
FOR = Pattern(_SPREAD + r"for(?![\w-])")
IN = Pattern(_SPREAD + r"in(?![\w-])")
IF = Pattern(_SPREAD + r"if(?![\w-])")
WORD = Pattern(rf"{_SPREAD}({NAME})")

KEY = Pattern(rf"{_SPREAD}(?:({NAME})|{PLAIN}){_INLINE}(?:=(?![=>])|:(?!:))")
ASSIGN = Pattern(rf"{_INLINE}(?:=(?![=>])|:(?!:))")
ITEM_END = Pattern(rf"{_INLINE}(?:,|\n|(?=\}}))")

_AFTER = r"(?=[ \t\r]*+(?:\n|#|\}|\Z|//))"
ITEM = Pattern(
    rf"{_SPREAD}(?:"
    rf"({NAME})[ \t]*+(?:"
    rf"=[ \t]*+(?:{PLAIN}{_AFTER}"  # 2: a plain string
    rf"|(true|false|null|\d{{1,18}}+){_AFTER}"  # 3: a word or a whole number
    rf"|([^\W\d][\w-]*+(?:\.[^\W\d][\w-]*+){{0,60}}+){_AFTER}"  # 4: a reference
    rf"|(?![=>])())"  # 5: any other expression
    rf"|((?:\"[^\"\\$%\n]*+\"[ \t]*+|{NAME}[ \t]*+)*+)\{{)"  # 6: a block with its labels
    rf"|(\}})"  # 7
    rf"|(\Z))"  # 8
)
LABEL = Pattern(rf'"([^"]*+)"|({NAME})')
SLOW_ATTRIBUTE = Pattern(rf"{_SPREAD}({NAME}){_INLINE}=(?![=>])")
SLOW_BLOCK = Pattern(rf'{_SPREAD}({NAME}){_INLINE}((?:(?:"(?:[^"\\\n]|\\.)*+"|{NAME}){_INLINE})*+)\{{')
ATTRIBUTE_END = Pattern(rf"{_INLINE}(?:\n|(?=\}})|\Z)")

HEREDOC = Pattern(r"([^\W\d][\w-]*+)[ \t]*+\r?\n")
QUOTED = Pattern(
    r"([^\"\\$%\n]++)|\\(?:([nrt\"\\/])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))|(\$\$\{|%%\{)|([$%])\{(~?)|([$%])|(\")"
)
UNQUOTED = Pattern(r"([^$%\n]++\n?+|\n)|(\$\$\{|%%\{)|([$%])\{(~?)|([$%]\n?+)")
MARK_END = Pattern(_SPREAD + r"(~?)\}")
DIRECTIVE = Pattern(rf"{_SPREAD}(if|else|endif|for|endfor)(?![\w-])")
