"""An instance of a template: what its names mean, and the blocks that its resources make."""

import posixpath
import re
from collections.abc import Iterator
from collections.abc import Mapping as Table
from typing import Any

from phiward.collectors.cloudformation import shapes
from phiward.collectors.cloudformation.block import TemplateBlock
from phiward.collectors.cloudformation.foreach import Expander
from phiward.collectors.cloudformation.intrinsics import evaluate, hidden, truth
from phiward.collectors.cloudformation.sam import generated_role, with_globals, with_implicit
from phiward.collectors.cloudformation.shapes import Extra, Made, Shape, snake
from phiward.collectors.cloudformation.template import Template
from phiward.collectors.cloudformation.values import NO_VALUE, Named, Steps, as_text
from phiward.collectors.documents import Mapping, Problem, Span
from phiward.collectors.terraform.evaluate.data import IDENTIFIERS
from phiward.collectors.terraform.evaluate.values import Exhausted
from phiward.inventory.unknown import Unknown

NESTED = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}
_DEPTH = 10
_MOST_STACKS = 500
_UNSAFE = re.compile(r"[^\w-]")
_PSEUDO = frozenset(
    {
        "AWS::AccountId",
        "AWS::NotificationARNs",
        "AWS::Partition",
        "AWS::Region",
        "AWS::StackId",
        "AWS::StackName",
        "AWS::URLSuffix",
    }
)


class Repository:
    """All templates of a scanned folder, and what the user said of their parameters."""

    def __init__(self, templates: Table[str, Template], given: Table[str, Any]) -> None:
        self.templates = templates
        self.given = given
        """Values of parameters and pseudo parameters, by name."""
        self.shapes = shapes.discover()


class Stack:
    """A template with the values of its parameters: a root, or nested in another."""

    def __init__(  # noqa: PLR0913 - an instance has this many sides
        self,
        repository: Repository,
        template: Template,
        *,
        inputs: Table[str, Any] | None = None,
        address: str = "",
        within: str = "",
        steps: Steps | None = None,
        chain: tuple[str, ...] = (),
        stacks: list["Stack"] | None = None,
    ) -> None:
        self.repository = repository
        self.template = template
        self.address = address
        """Empty, or `module.Network.` with the dot."""
        self.within = within
        """Empty, or `Network/`: what the ids of its resources begin with."""
        self.steps = steps or Steps()
        self.problems: list[Problem] = list(template.problems)
        self.unread: dict[str, int] = {}
        self.nested: list[tuple[Stack, Unknown | None]] = []
        self._inputs = inputs
        self._chain = (*chain, template.file)
        self._stacks = stacks if stacks is not None else []
        self._stacks.append(self)
        self._conditions: dict[str, bool | Unknown] = {}
        self._parameters: dict[str, Any] = {}
        self._mains: dict[str, str] = {}
        self._children: dict[str, Stack | Unknown] = {}
        self._for_all: Mapping | None = None
        self._asking: set[tuple[str, str]] = set()
        self._conditions_written, self._resources = template.conditions, template.resources
        self._outputs = template.outputs
        if template.loops:
            expander = Expander(self)
            self._conditions_written = expander.section(template.conditions, "conditions")
            self._resources = expander.section(template.resources, "resources")
            self._outputs = expander.section(template.outputs, "outputs")
            self.problems += expander.problems
        self._resources = with_implicit(self._resources)

    @property
    def mappings(self) -> Mapping:
        """The section `Mappings`."""
        return self.template.mappings

    # --- what names mean

    def ref(self, name: str) -> Any:
        """Return what `Ref` gives."""
        if name in self.template.parameters:
            return self.parameter(name)
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in _PSEUDO:
            given = self.repository.given.get(name)
            return given if given is not None else Unknown(f"{name} is known when it is deployed", (name,))
        return self.attribute(name, "Ref")

    def parameter(self, name: str) -> Any:
        """Return the value of a parameter: what the stack is given, else its default."""
        if name not in self._parameters:
            self._parameters[name] = self._parameter(name)
        return self._parameters[name]

    def _parameter(self, name: str) -> Any:
        declared = self.template.parameters[name]
        declared = declared if isinstance(declared, dict) else {}
        kind = str(declared.get("Type", "String"))
        given = self._inputs.get(name) if self._inputs is not None else self.repository.given.get(name)
        value = given if given is not None else declared.get("Default")
        reference = (f"parameter.{name}",)
        if kind.startswith("AWS::SSM::Parameter::Value"):
            return Unknown(f"the parameter {name} is read from Systems Manager when it is deployed", reference)
        if value is None:
            allowed = declared.get("AllowedValues")
            if isinstance(allowed, list) and len(allowed) == 1:
                return allowed[0]
            return Unknown(self._unset(name), reference)
        if str(declared.get("NoEcho", "")).lower() == "true":
            return Unknown(f"the parameter {name} is secret (NoEcho)", reference)
        if isinstance(value, dict):
            return Unknown(f"the parameter {name} is no text", reference)
        if (kind == "CommaDelimitedList" or kind.startswith("List<")) and not isinstance(value, list):
            text = as_text(value)
            return text if isinstance(text, Unknown) else [each.strip() for each in text.split(",")] if text else []
        return value

    def _unset(self, name: str) -> str:
        """Say that a parameter has no value, where it is declared, and who could give it one."""
        span = self.template.parameters.spans.get(name)
        where = f"{self.template.file}:{span.line}" if span is not None else self.template.file
        told = f"the parameter {name} has no value: it is declared without a default ({where})"
        if self._inputs is None:
            return f"{told}; give it with --var {name}=VALUE"
        return f"{told}, and the stack that nests this one gives none"

    def condition(self, name: str) -> bool | Unknown:
        """Return whether a condition holds."""
        if name in self._conditions:
            return self._conditions[name]
        if name not in self._conditions_written:
            return Unknown(f"there is no condition {name}")
        # A condition that asks for itself is not decided.
        self._conditions[name] = Unknown(f"the condition {name} asks for itself")
        self.steps.renew()
        try:
            found = truth(self._conditions_written[name], self)
        except (Exhausted, RecursionError):
            found = Unknown(f"the condition {name} is too large to be worked out")
        if isinstance(found, Unknown):
            found = Unknown(f"the condition {name} is not decided: {found.reason}", found.refs)
        self._conditions[name] = found
        return found

    def attribute(self, name: str, attribute: str) -> Any:
        """Return what `Fn::GetAtt` gives of a resource, or, for the attribute `Ref`, what `Ref` gives."""
        resource = self._resources.get(name)
        if not isinstance(resource, Mapping) and generated_role(name, self._resources):
            wanted = "name" if attribute == "Ref" else snake(attribute)
            place = f"{self.address}aws_iam_role.{_UNSAFE.sub('-', name)}.{wanted}"
            return Unknown(f"{name} is known when it is deployed", (place,))
        if not isinstance(resource, Mapping):
            return Unknown(f"{name} is no parameter and no resource of the template", (f"parameter.{name}",))
        kind = resource.get("Type")
        if kind in NESTED and isinstance(kind, str):
            child = self._child(name, resource)
            if attribute.startswith("Outputs.") and isinstance(child, Stack):
                return child.output(attribute.removeprefix("Outputs."))
            why = f": {child.reason}" if isinstance(child, Unknown) else ""
            return Unknown(f"{name}.{attribute} is known when it is deployed{why}", (f"parameter.{name}",))
        shape = self.repository.shapes.get(kind) if isinstance(kind, str) else None
        if shape is None:
            place = f"{self.address}cloudformation_resource.{_UNSAFE.sub('-', name)}"
            return Unknown(f"{name}.{attribute} is known when it is deployed", (f"{place}.{snake(attribute)}",))
        wanted = shape.ref if attribute == "Ref" else snake(attribute)
        main = self._main(name, resource, shape)
        reference = f"{self.address}{main}.{_UNSAFE.sub('-', name)}.{wanted}"
        written = self._written(name, resource, shape, wanted)
        if written is not None:
            return Named.of(written, (reference,))
        told = name if attribute == "Ref" else f"{name}.{attribute}"
        return Unknown(f"{told} is known when it is deployed", (reference,))

    def _main(self, name: str, resource: Mapping, shape: Shape) -> str:
        """Return the Terraform type that a resource becomes."""
        properties = resource.get("Properties")
        if shape.variant is None or not isinstance(properties, Mapping):
            return shape.main
        if name not in self._mains:
            # What it is does not depend on itself; where it is asked in a circle, it is what it mostly is.
            self._mains[name] = shape.main
            self._mains[name] = shape.variant(self._evaluated(properties.get(shape.by)))
        return self._mains[name]

    def _written(self, name: str, resource: Mapping, shape: Shape, wanted: str) -> str | None:
        """Return an attribute that is the same as a property, where that is written."""
        argument = _same_as(self._main(name, resource, shape), wanted)
        properties = resource.get("Properties")
        if argument is None or not isinstance(properties, Mapping) or ("name", name) in self._asking:
            return None
        self._asking.add(("name", name))
        try:
            for key, value in properties.items():
                if shape.names.get(key, snake(key)) == argument:
                    found = evaluate(value, self)
                    return str(found) if isinstance(found, str) else None
        except (Exhausted, RecursionError):
            return None
        finally:
            self._asking.discard(("name", name))
        return None

    def output(self, name: str) -> Any:
        """Return the value of an output, for the stack that this one is nested in."""
        declared = self._outputs.get(name)
        if not isinstance(declared, Mapping) or "Value" not in declared:
            return Unknown(f"{self.template.file} has no output {name}")
        if ("output", name) in self._asking:
            return Unknown(f"the output {name} asks for itself")
        self._asking.add(("output", name))
        try:
            found = evaluate(declared["Value"], self)
        except (Exhausted, RecursionError):
            found = Unknown(f"the output {name} is too large to be worked out")
        finally:
            self._asking.discard(("output", name))
        return Unknown(f"the output {name} is left out") if found is NO_VALUE else found

    # --- nested stacks

    def _child(self, name: str, resource: Mapping) -> "Stack | Unknown":
        if name not in self._children:
            self._children[name] = Unknown("it is nested in itself")
            self._children[name] = self._nested(name, resource)
        return self._children[name]

    def _nested(self, name: str, resource: Mapping) -> "Stack | Unknown":
        file = self.child_file(resource)
        if isinstance(file, Unknown):
            return file
        if file in self._chain:
            line = resource.span.line
            self.problems.append(Problem(line, f"{name} nests {file}, in which it lies itself: it is not followed"))
            return Unknown(f"{file} is nested in itself")
        if len(self._chain) >= _DEPTH or len(self._stacks) >= _MOST_STACKS:
            self.problems.append(Problem(resource.span.line, f"{name}: too many nested stacks: it is not followed"))
            return Unknown("there are too many nested stacks")
        properties = resource.get("Properties")
        given = properties.get("Parameters") if isinstance(properties, Mapping) else None
        inputs = self._evaluated(given) if isinstance(given, Mapping) else {}
        return Stack(
            self.repository,
            self.repository.templates[file],
            inputs=inputs if isinstance(inputs, Mapping) else {},
            address=f"{self.address}module.{_UNSAFE.sub('-', name)}.",
            within=f"{self.within}{name}/",
            steps=self.steps,
            chain=self._chain,
            stacks=self._stacks,
        )

    def child_file(self, resource: Mapping) -> str | Unknown:
        """Return the template that a nested stack is made from, by its path below the scanned folder."""
        metadata = resource.get("Metadata")
        asset = metadata.get("aws:asset:path") if isinstance(metadata, Mapping) else None
        properties = resource.get("Properties")
        written = properties.get(NESTED[resource["Type"]]) if isinstance(properties, Mapping) else None
        url = asset if isinstance(asset, str) else self._evaluated(written)
        if isinstance(url, Unknown):
            return url
        if not isinstance(url, str) or "://" in url or url.startswith("/"):
            return Unknown("its template is not in the folder")
        file = posixpath.normpath(posixpath.join(posixpath.dirname(self.template.file), str(url)))
        return file if file in self.repository.templates else Unknown(f"its template {url} is not in the folder")

    # --- blocks

    def blocks(self) -> Iterator[TemplateBlock]:
        """Yield the blocks of all resources, those of nested stacks after those of their parent."""
        for name, resource in self._resources.items():
            span = self._resources.spans.get(name, self._resources.span)
            if not isinstance(resource, Mapping):
                why = f": {resource.reason}" if isinstance(resource, Unknown) else ""
                self.problems.append(Problem(span.line, f"the resource {name} is no mapping{why}"))
                continue
            kind = resource.get("Type")
            if not isinstance(kind, str):
                why = f": {kind.reason}" if isinstance(kind, Unknown) else ""
                line = resource.spans.get("Type", span).line
                self.problems.append(Problem(line, f"the resource {name} has no type{why}"))
                continue
            there = self._there(resource)
            if there is False:
                continue
            uncertain = there if isinstance(there, Unknown) else None
            if kind in NESTED:
                child = self._child(name, resource)
                if isinstance(child, Stack):
                    self.nested.append((child, uncertain))
                    continue
            shape = self.repository.shapes.get(kind)
            if shape is None:
                self.unread[kind] = self.unread.get(kind, 0) + 1
                continue
            yield from self._made(name, resource, shape, span, uncertain)
        for child, uncertain in self.nested:
            for block in child.blocks():
                block.uncertain = block.uncertain or uncertain
                yield block

    def _there(self, resource: Mapping) -> bool | Unknown:
        condition = resource.get("Condition")
        return (
            True
            if condition is None
            else self.condition(condition)
            if isinstance(condition, str)
            else Unknown("its condition is no name")
        )

    def _made(
        self, name: str, resource: Mapping, shape: Shape, span: Span, uncertain: Unknown | None
    ) -> Iterator[TemplateBlock]:
        properties = self._properties(resource, span)
        label = _UNSAFE.sub("-", name)
        main = self._main(name, resource, shape)
        address = f"{self.address}{main}.{label}"
        properties = with_globals(self._globals(), shape.type, properties)
        part_properties = {part.property for part in shape.parts}
        args = shapes.shaped(properties, {**dict.fromkeys(part_properties), **shape.names})
        for argument, value in shape.defaults.items():
            if argument not in args and properties.unseen is None:
                args[argument] = value
        made = Made(
            name,
            properties,
            span,
            lambda attribute: Unknown(f"{name} is known when it is deployed", (f"{address}.{attribute}",)),
            lambda kind: tuple(self._addresses(kind)),
        )
        if shape.args is not None:
            shape.args(made, args)
        if not shape.silent:
            called = _called(resource) or label
            yield TemplateBlock(address, main, called, args, file=self.template.file, where=span, uncertain=uncertain)
        for extra in shapes.extras(shape, made):
            yield self._extra(extra, label, uncertain)

    def _extra(self, extra: Extra, label: str, uncertain: Unknown | None) -> TemplateBlock:
        return TemplateBlock(
            f"{self.address}{extra.type}.{label}{extra.label}",
            extra.type,
            f"{label}{extra.label}",
            extra.args,
            file=self.template.file,
            where=extra.where,
            uncertain=uncertain or extra.uncertain,
        )

    def _globals(self) -> Mapping:
        """Return what SAM gives to all resources of a kind, evaluated once."""
        if self._for_all is None:
            found = self._evaluated(self.template.globals)
            self._for_all = found if isinstance(found, Mapping) else Mapping(self.template.globals.span)
        return self._for_all

    def _addresses(self, kind: str) -> Iterator[str]:
        for name, resource in self._resources.items():
            shape = self.repository.shapes.get(str(resource.get("Type"))) if isinstance(resource, Mapping) else None
            if shape is not None and self._main(name, resource, shape) == kind:
                yield f"{self.address}{kind}.{_UNSAFE.sub('-', name)}"

    def _properties(self, resource: Mapping, span: Span) -> Mapping:
        written = resource.get("Properties")
        if written is None:
            return Mapping(span)
        found = self._evaluated(written)
        if isinstance(found, Mapping):
            return found
        made = Mapping(span)
        made.unseen = found if isinstance(found, Unknown) else Unknown("its properties are no mapping")
        return made

    def _evaluated(self, value: Any) -> Any:
        """Return a value, evaluated; member by member, so that one that is too large leaves the others known."""
        if isinstance(value, Mapping) and not (len(value) == 1 and next(iter(value)).startswith(("Fn::", "Ref"))):
            made = Mapping(value.span)
            made.unseen = value.unseen
            for key, each in value.items():
                if key.startswith("Fn::"):
                    made.unseen = made.unseen or hidden(key, each)
                    continue
                found = self._one(each)
                if found is not NO_VALUE:
                    made.put(key, found, value.spans.get(key, value.span))
            return made
        found = self._one(value)
        return None if found is NO_VALUE else found

    def _one(self, value: Any) -> Any:
        self.steps.renew()
        try:
            return evaluate(value, self)
        except Exhausted as error:
            return Unknown(str(error))
        except RecursionError:
            return Unknown("it is nested too deeply to be worked out")

    def children(self) -> Iterator[str]:
        """Yield the files of the templates that are nested in this one."""
        for resource in self._resources.values():
            if isinstance(resource, Mapping) and isinstance(resource.get("Type"), str) and resource["Type"] in NESTED:
                file = self.child_file(resource)
                if isinstance(file, str):
                    yield file


def _called(resource: Mapping) -> str | None:
    """Return the path that CDK knows a resource by: `Records/Scans` for `Records/Scans/Resource`."""
    metadata = resource.get("Metadata")
    path = metadata.get("aws:cdk:path") if isinstance(metadata, Mapping) else None
    return path.removesuffix("/Resource") if isinstance(path, str) and path.strip("/") else None


def _same_as(terraform_type: str, attribute: str) -> str | None:
    """Return the argument that an attribute equals: an identifier that is the name, or the name itself."""
    if attribute in {"bucket", "function_name", "name"}:
        return attribute
    return IDENTIFIERS.get((terraform_type, attribute))
