"""Prints figures of the shape of Python packages, one row per folder: how long, how dense, how documented.

``python tools/shape.py src/gilbench /path/to/another`` prints a Markdown table; docs/measurements/shape.md was made
with it.
"""

from __future__ import annotations

import ast
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SECTIONS = ("Args:", "Returns:", "Raises:", "Attributes:", ":param", ":return", "Parameters\n")
LONG_LINE = 100  # characters


@dataclass
class Shape:
    """What was counted in the modules of a package.

    Attributes:
        modules: Lines of each module.
        functions: Lines of each function and method, its decorators not counted.
        comprehensions: Comprehensions and generator expressions.
        nested: Those of them that have more than one ``for``, or contain another one.
        conditionals: Conditional expressions (``a if b else c``).
        long_lines: Lines of more than LONG_LINE characters.
        public: Functions, methods and classes whose name begins without an underscore.
        documented: Those of them that have a docstring.
        sectioned: Those whose docstring lists arguments, results, errors or attributes.
    """

    modules: list[int] = field(default_factory=list)
    functions: list[int] = field(default_factory=list)
    comprehensions: int = 0
    nested: int = 0
    conditionals: int = 0
    long_lines: int = 0
    public: int = 0
    documented: int = 0
    sectioned: int = 0

    def add(self, source: str) -> None:
        """Count one module's source text."""
        lines = source.splitlines()
        self.modules.append(len(lines))
        self.long_lines += sum(len(line) > LONG_LINE for line in lines)
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, COMPREHENSIONS):
                self.comprehensions += 1
                self.nested += _is_nested(node)
            elif isinstance(node, ast.IfExp):
                self.conditionals += 1
            elif isinstance(node, FUNCTIONS):
                self.functions.append((node.end_lineno or node.lineno) - node.lineno + 1)
            if isinstance(node, (*FUNCTIONS, ast.ClassDef)) and not node.name.startswith("_"):
                self._add_docstring(ast.get_docstring(node) or "")

    def _add_docstring(self, docstring: str) -> None:
        self.public += 1
        self.documented += bool(docstring)
        self.sectioned += any(section in docstring for section in SECTIONS)

    def cells(self) -> Iterator[str]:
        """The values of a row of the table, as text."""
        lines = sum(self.modules)
        yield str(len(self.modules))
        yield f"{lines:,}"
        yield f"{statistics.median(self.modules):.0f} / {max(self.modules)}"
        yield f"{statistics.median(self.functions or [0]):.0f} / {max(self.functions, default=0)}"
        for count in (self.comprehensions, self.nested, self.conditionals):
            yield f"{1000 * count / max(1, lines):.1f}"
        yield _percent(self.long_lines, lines)
        yield _percent(self.documented, self.public)
        yield _percent(self.sectioned, self.public)


HEAD = (
    "Package",
    "Modules",
    "Lines",
    "Module: median / longest",
    "Function: median / longest",
    "Comprehensions",
    "nested",
    "Conditional expressions",
    "Lines over 100",
    "Public documented",
    "with sections",
)


def _is_nested(node: ast.AST) -> bool:
    """Whether a comprehension has several ``for``, or contains another comprehension."""
    inner = (child for child in ast.walk(node) if child is not node)
    return len(getattr(node, "generators", ())) > 1 or any(
        isinstance(child, COMPREHENSIONS) for child in inner
    )


def _percent(part: int, whole: int) -> str:
    share = 100 * part / max(1, whole)
    return f"{share:.1f} %" if share < 10 else f"{share:.0f} %"


def measure(folder: Path) -> Shape:
    """The shape of all modules below a folder.

    Raises:
        FileNotFoundError: There is no module.
    """
    shape = Shape()
    for path in sorted(folder.rglob("*.py")):
        shape.add(path.read_text(encoding="utf-8"))
    if not shape.modules:
        raise FileNotFoundError(f"{folder} has no Python modules; give the folder of a package")
    return shape


def main(arguments: list[str]) -> int:
    """Print a row for each folder; the exit code is 2 where one has no modules."""
    print(f"| {' | '.join(HEAD)} |\n|{'---|' * len(HEAD)}")
    for argument in arguments:
        try:
            shape = measure(Path(argument))
        except FileNotFoundError as error:
            print(error, file=sys.stderr)
            return 2
        print(f"| {Path(argument).name} | {' | '.join(shape.cells())} |")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
