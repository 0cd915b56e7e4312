"""What the module that is checked defines itself: its functions, its classes, their attributes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Literal

from genai_codemod.shim.static_checks.scopes import Function, ModuleScopes
from genai_codemod.shim.static_checks.values import LocalClass, LocalInstance, Values

Member = tuple[Literal["function", "value", "annotation", "unknown"], ast.AST | None]

# Decorators that leave what a function returns as it is.
_PLAIN_DECORATORS = frozenset(
    {
        "cache",
        "lru_cache",
        "staticmethod",
        "classmethod",
        "property",
        "cached_property",
        "override",
        "final",
        "abstractmethod",
        "overload",
        # Of well-known libraries:
        "retry",
        "on_exception",
        "on_predicate",
        "cache_resource",
        "cache_data",
    }
)
_CLASS_DECORATORS = frozenset({"dataclass", "final", "runtime_checkable", "total_ordering"})
_PROPERTIES = frozenset({"property", "cached_property"})
_TYPING = frozenset({"typing", "typing_extensions", "t", "tp"})


class LocalCode:
    """Answers questions about the definitions of a module, by their syntax."""

    def __init__(self, scopes: ModuleScopes) -> None:
        self.scopes = scopes
        self._members: dict[ast.ClassDef, dict[str, list[Member]]] = {}
        self._returns: dict[ast.AST, list[ast.expr]] = {}
        self._generators: set[ast.AST] = set()
        self._parsed: dict[ast.AST, ast.expr | None] = {}
        self.stored_elsewhere: set[str] = set()
        for returned in scopes.of(ast.Return):
            function = scopes.function_of(returned)
            if function is not None:
                value = returned.value or ast.Constant(None)
                self._returns.setdefault(function, []).append(value)
        for yielded in scopes.of(ast.Yield, ast.YieldFrom):
            function = scopes.function_of(yielded)
            if function is not None:
                self._generators.add(function)
        for node in scopes.of(ast.Attribute, ast.ClassDef):
            if isinstance(node, ast.ClassDef):
                self._class_body(node)
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                self._attribute_stored(node)

    # ---------------------------------------------------------------- functions

    def returns(self, node: Function) -> list[ast.expr]:
        """The expressions that a function returns."""
        return self._returns.get(node, [])

    def is_generator(self, node: Function) -> bool:
        return node in self._generators

    def has_plain_decorators(self, node: Function) -> bool:
        return all(_last_name(each) in _PLAIN_DECORATORS for each in node.decorator_list)

    def keeps_class(self, node: ast.ClassDef) -> bool:
        """Whether the decorators of a class, if there are any, give the class itself."""
        return all(_last_name(each) in _CLASS_DECORATORS for each in node.decorator_list)

    def is_property(self, node: Function) -> bool:
        return any(_last_name(each) in _PROPERTIES for each in node.decorator_list)

    def method_owner(self, node: ast.arg) -> LocalInstance | LocalClass | None:
        """The class whose ``self`` or ``cls`` a parameter is."""
        arguments = self.scopes.parents[node]
        function = self.scopes.parents[arguments]
        owner = self.scopes.parents.get(function)
        if not isinstance(arguments, ast.arguments) or not isinstance(owner, ast.ClassDef):
            return None
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            return None
        names = {_last_name(each) for each in function.decorator_list}
        positional = [*arguments.posonlyargs, *arguments.args]
        if not positional or positional[0] is not node or "staticmethod" in names:
            return None
        if "classmethod" in names or function.name == "__new__":
            return LocalClass(owner)
        return LocalInstance(owner)

    # ---------------------------------------------------------------- classes

    def members(self, node: ast.ClassDef, name: str) -> list[Member]:
        """What gives an attribute of a class its value, in its body and its methods."""
        return self._members.get(node, {}).get(name, [])

    def is_annotated(self, node: ast.ClassDef, name: str) -> bool:
        """Whether an annotation says what an attribute is, so that no other value matters."""
        return any(kind == "annotation" for kind, _ in self.members(node, name))

    def family(
        self, node: ast.ClassDef, values: Callable[[ast.expr], Values]
    ) -> Iterator[ast.ClassDef]:
        """A class and its bases in this module; ``values`` says what an expression is."""
        seen: set[ast.ClassDef] = set()
        todo = [node]
        while todo:
            each = todo.pop()
            if each in seen:
                continue
            seen.add(each)
            yield each
            for base in each.bases:
                todo += [v.node for v in values(base) if isinstance(v, LocalClass)]

    def _attribute_stored(self, node: ast.Attribute) -> None:
        owner = self._owner_of_self(node.value)
        if owner is None:
            self.stored_elsewhere.add(node.attr)
            return
        statement = self.scopes.parents[node]
        member: Member = ("unknown", None)
        if isinstance(statement, ast.Assign) and node in statement.targets:
            member = ("value", statement.value)
        elif isinstance(statement, ast.AnnAssign):
            self._add(owner, node.attr, ("annotation", statement.annotation))
            if statement.value is None:
                return
            member = ("value", statement.value)
        self._add(owner, node.attr, member)

    def _owner_of_self(self, node: ast.expr) -> ast.ClassDef | None:
        if not isinstance(node, ast.Name):
            return None
        function = self.scopes.function_of(node)
        while function is not None:
            parent = self.scopes.parents.get(function)
            positional = [*function.args.posonlyargs, *function.args.args]
            if isinstance(parent, ast.ClassDef) and positional and positional[0].arg == node.id:
                return parent
            if isinstance(parent, ast.ClassDef) and parent.name == node.id:
                return parent
            function = self.scopes.function_of(function)
        return None

    def _class_body(self, node: ast.ClassDef) -> None:
        for name, bindings in self.scopes.scopes[node].names.items():
            for binding in bindings:
                found = binding.node
                if binding.kind == "function":
                    self._add(node, name, ("function", found))
                elif isinstance(found, ast.AnnAssign):
                    self._add(node, name, ("annotation", found.annotation))
                    if binding.value is not None:
                        self._add(node, name, ("value", binding.value))
                elif binding.kind == "assign" and not binding.path:
                    self._add(node, name, ("value", binding.value))
                else:
                    self._add(node, name, ("unknown", None))

    def _add(self, node: ast.ClassDef, name: str, member: Member) -> None:
        self._members.setdefault(node, {}).setdefault(name, []).append(member)

    # ---------------------------------------------------------------- annotations

    def parsed(self, place: ast.AST, text: str) -> ast.expr | None:
        """An annotation that is written as a string, as if it stood there without quotes."""
        if place not in self._parsed:
            self._parsed[place] = None
            try:
                tree = ast.parse(text.strip(), mode="eval").body
            except (SyntaxError, ValueError, RecursionError):
                return None
            for parent in ast.walk(tree):
                ast.copy_location(parent, place)
                for child in ast.iter_child_nodes(parent):
                    self.scopes.parents[child] = parent
            self.scopes.parents[tree] = self.scopes.parents[place]
            self._parsed[place] = tree
        return self._parsed[place]

    @staticmethod
    def typing_name(node: ast.expr) -> str:
        """The name of a generic such as ``Optional`` or ``typing.List``."""
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            return node.attr if node.value.id in _TYPING else ""
        return node.id if isinstance(node, ast.Name) else ""


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
