"""The one way reading HCL fails."""


class HclError(Exception):
    """Text that is not HCL. Renders as `file:line:column: message`."""

    def __init__(self, file: str, line: int, column: int, message: str) -> None:
        self.file = file
        self.line = line
        self.column = column
        self.message = message
        super().__init__(f"{file}:{line}:{column}: {message}")
