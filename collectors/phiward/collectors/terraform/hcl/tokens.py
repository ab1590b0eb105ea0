"""The regular expressions HCL is read with. Each one starts where the last one ended.

Possessive quantifiers everywhere: no input can make them backtrack. Those made in pairs are indexed by whether a
newline is white space (inside parentheses and brackets) or the end of something.
"""

import re

NAME = r"[^\W\d][\w-]*+"
PLAIN = r'"([^"\\$%\n]*+)"'
"""A quoted string with nothing to unescape or interpolate."""

_COMMENT = r"#[^\n]*+|//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/"
_INLINE = rf"(?:[ \t\r]++|{_COMMENT})*+"
_SPREAD = rf"(?:\s++|{_COMMENT})*+"
_SKIPS = (_INLINE, _SPREAD)


def _pair(pattern: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    inline, spread = (re.compile(skip + pattern) for skip in _SKIPS)
    return inline, spread


TERM = _pair(rf'(?:({NAME})|(\d++(?:\.\d++)?+(?:[eE][+-]?\d++)?+)|{PLAIN}|(<<-?|["\[({{!-]))')
OPERATOR = _pair(r"(&&|\|\||==|!=|<=|>=|[<>+\-*/%])")
POSTFIX = _pair(rf"(?:\.(?!\.)(?:{_INLINE}(?:({NAME})|(\d++)|(\*)))|(\[{_SPREAD}\*{_SPREAD}\])|(\[))")
QUESTION = _pair(r"\?")
COLON = _pair(r":")
CALL = _pair(r"\(")
NAMESPACE = _pair(rf"::{_INLINE}({NAME})")
CLOSE_PAREN = re.compile(_SPREAD + r"\)")
CLOSE_BRACKET = re.compile(_SPREAD + r"\]")
CLOSE_BRACE = re.compile(_SPREAD + r"\}")
COMMA = re.compile(_SPREAD + r",")
ELLIPSIS = re.compile(_SPREAD + r"\.\.\.")
ARROW = re.compile(_SPREAD + r"=>")
FOR = re.compile(_SPREAD + r"for(?![\w-])")
IN = re.compile(_SPREAD + r"in(?![\w-])")
IF = re.compile(_SPREAD + r"if(?![\w-])")
WORD = re.compile(rf"{_SPREAD}({NAME})")

KEY = re.compile(rf"{_SPREAD}(?:({NAME})|{PLAIN}){_INLINE}(?:=(?![=>])|:(?!:))")
ASSIGN = re.compile(rf"{_INLINE}(?:=(?![=>])|:(?!:))")
ITEM_END = re.compile(rf"{_INLINE}(?:,|\n|(?=\}}))")

_AFTER = r"(?=[ \t\r]*+(?:\n|#|\}|\Z|//))"
ITEM = re.compile(
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
LABEL = re.compile(rf'"([^"]*+)"|({NAME})')
SLOW_ATTRIBUTE = re.compile(rf"{_SPREAD}({NAME}){_INLINE}=(?![=>])")
SLOW_BLOCK = re.compile(rf'{_SPREAD}({NAME}){_INLINE}((?:(?:"(?:[^"\\\n]|\\.)*+"|{NAME}){_INLINE})*+)\{{')
ATTRIBUTE_END = re.compile(rf"{_INLINE}(?:\n|(?=\}})|\Z)")

HEREDOC = re.compile(r"([^\W\d][\w-]*+)[ \t]*+\r?\n")
QUOTED = re.compile(
    r"([^\"\\$%\n]++)|\\(?:([nrt\"\\/])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))|(\$\$\{|%%\{)|([$%])\{(~?)|([$%])|(\")"
)
UNQUOTED = re.compile(r"([^$%\n]++\n?+|\n)|(\$\$\{|%%\{)|([$%])\{(~?)|([$%]\n?+)")
MARK_END = re.compile(_SPREAD + r"(~?)\}")
DIRECTIVE = re.compile(rf"{_SPREAD}(if|else|endif|for|endfor)(?![\w-])")
