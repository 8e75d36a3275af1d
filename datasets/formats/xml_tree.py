"""XML from strangers: read without entities, document types or anything from outside, within limits, line by line."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from cargoscope.errors import CargoscopeError

MAX_BYTES: Final = 4 * 1024 * 1024
MAX_DEPTH: Final = 64
MAX_ELEMENTS: Final = 200_000


@dataclass
class Element:
    """One element. tag: without its namespace. text: its own character data, white space stripped. line: from 1."""

    tag: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def all(self, tag: str) -> list["Element"]:
        """The children of that tag, in order."""
        return [child for child in self.children if child.tag == tag]

    def first(self, tag: str) -> "Element | None":
        return next((child for child in self.children if child.tag == tag), None)

    def value(self, *path: str) -> str:
        """The text at the end of a path of tags, taking the first child of each; "" where a tag is missing."""
        here: Element | None = self
        for tag in path:
            here = here.first(tag) if here else None
        return here.text if here else ""

    def walk(self) -> Iterator["Element"]:
        """This element and all below it, in the order of the file."""
        yield self
        for child in self.children:
            yield from child.walk()


def parse_xml(
    data: bytes, name: str, error: type[CargoscopeError], max_bytes: int = MAX_BYTES, max_elements: int = MAX_ELEMENTS
) -> Element:
    """The root element of a file called name. UTF-8, UTF-16 and what expat's encodings add; errors are of type error.

    Refused, with the line: what is not well formed, document types (so there are no entities to expand and nothing is
    ever fetched), files above max_bytes, more than MAX_DEPTH levels, more than max_elements elements.
    """
    if len(data) > max_bytes:
        raise error(f"{name}: at most {max_bytes} bytes of XML, got {len(data)}")
    builder = _Builder(name, error, max_elements)
    parser = builder.parser
    try:
        parser.Parse(data, True)
    except expat.ExpatError as problem:
        raise error(
            f"{name}: line {problem.lineno}, column {problem.offset + 1}: {expat.ErrorString(problem.code)}"
            f"{builder.where()}"
        ) from problem
    except (ValueError, LookupError, UnicodeError) as problem:
        raise error(f"{name}: line {parser.CurrentLineNumber}: unreadable encoding ({str(problem)[:200]})") from problem
    if builder.root is None:
        raise error(f"{name}: XML without an element")
    return builder.root


class _Builder:
    """Builds the tree while expat calls; the path to the open element tells where an error was met."""

    def __init__(self, name: str, error: type[CargoscopeError], max_elements: int) -> None:
        self.name, self.error, self.max_elements = name, error, max_elements
        self.root: Element | None = None
        self.path: list[Element] = []
        self.pieces: list[list[str]] = []
        self.count = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.StartDoctypeDeclHandler = self.doctype

    def where(self) -> str:
        return f", inside <{self.path[-1].tag}> of line {self.path[-1].line}" if self.path else ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.count += 1
        line = self.parser.CurrentLineNumber
        if self.count > self.max_elements:
            raise self.error(f"{self.name}: line {line}: at most {self.max_elements} elements")
        if len(self.path) >= MAX_DEPTH:
            raise self.error(f"{self.name}: line {line}: <{tag[:80]}> lies more than {MAX_DEPTH} levels deep")
        element = Element(tag.rpartition(":")[2], attributes, line)
        if self.path:
            self.path[-1].children.append(element)
        else:
            self.root = element
        self.path.append(element)
        self.pieces.append([])

    def end(self, _tag: str) -> None:
        self.path.pop().text = "".join(self.pieces.pop()).strip()

    def text(self, characters: str) -> None:
        self.pieces[-1].append(characters)

    def doctype(self, doctype: str, *_rest: object) -> None:
        line = self.parser.CurrentLineNumber
        raise self.error(f"{self.name}: line {line}: document types are refused, got <!DOCTYPE {doctype[:80]}>")
