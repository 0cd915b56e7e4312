"""Whether a container of the program stays where all that is read from it can be followed."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Class, Container, Instance, Symbol, present
from genai_codemod.engine.syntax.uses import Use, is_searched

# What is read this way is an element again, which is looked at where it is used.
_READING = frozenset({"append", "appendleft", "get", "pop", "popleft"})
_VIEWING = frozenset({"items", "values"})
_FOLLOWED = frozenset({"dropped", "item", "iterated", "passed on", "tested"})
_COPYING = frozenset(
    f"builtins.{name}" for name in ("enumerate", "iter", "list", "reversed", "sorted", "tuple")
)
_LOOKING = frozenset(f"builtins.{name}" for name in ("bool", "len", "type"))


class KeptElements:
    """Follows containers that members of enums are put into."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def keeps(self, *sites: cst.CSTNode) -> bool:
        """Whether containers are only read, one element after another, by code that is seen."""
        seen: set[cst.CSTNode] = set()
        return bool(sites) and all(self._keeps(site, seen) for site in sites)

    def sites(self, node: cst.CSTNode) -> list[cst.CSTNode]:
        """The containers that an expression is; none if it may be anything else."""
        atoms = present(self.facts.value(node))
        sites = [atom.site for atom in atoms if isinstance(atom, Container)]
        return sites if len(sites) == len(atoms) else []

    def made(self, part: cst.CSTNode) -> cst.CSTNode:
        """The container that something is an element of, or of whose elements one."""
        return self.facts.index.parents[part] if isinstance(part, cst.DictElement) else part

    def _keeps(self, site: cst.CSTNode, seen: set[cst.CSTNode]) -> bool:
        if site in seen:
            return True
        seen.add(site)
        return all(self._follows(node, seen) for node in self.facts.by_site.get(site, ()))

    def _follows(self, node: cst.CSTNode, seen: set[cst.CSTNode]) -> bool:
        """Whether one use of a container can be followed."""
        use = self.facts.use(node)
        match use.role:
            case "stored":
                return self._stored(use)
            case "element":
                return not is_key(node, use.parent) and self._keeps(self.made(use.parent), seen)
            case "returned":
                function = self.facts.enclosing(node, cst.FunctionDef, cst.Lambda)
                called = self.facts.callers.has_any(function)
                return called and isinstance(function, cst.FunctionDef)
            case "compared":
                return self._searched(use)
            case "attribute":
                assert isinstance(use.parent, cst.Attribute)
                return self._asked(use.parent, seen)
            case "argument":
                return self._given(use, seen)
        return use.role in _FOLLOWED

    def _asked(self, method: cst.Attribute, seen: set[cst.CSTNode]) -> bool:
        """Whether a method is called that gives single elements, or a view that is kept, too."""
        call = self.facts.index.parents[method]
        if not isinstance(call, cst.Call) or call.func is not method:
            return False
        if method.attr.value in _VIEWING:
            return self._keeps(call, seen) and self._keeps(method, seen)
        return method.attr.value in _READING

    def _stored(self, use: Use) -> bool:
        if not isinstance(use.parent, cst.Assign):
            return isinstance(use.parent, cst.AnnAssign | cst.NamedExpr)
        return not any(isinstance(each.target, cst.Subscript) for each in use.parent.targets)

    def _searched(self, use: Use) -> bool:
        """``member in container``, where it is certain to be a member."""
        if not is_searched(use):
            return False
        comparison = self.facts.index.parents[use.parent]
        assert isinstance(comparison, cst.Comparison)
        return self._is_member(comparison.left)

    def _is_member(self, node: cst.BaseExpression) -> bool:
        kinds = self.facts.pack.kinds
        atoms = present(self.facts.value(node))
        return bool(atoms) and all(
            isinstance(atom, Instance) and atom.kind in kinds and kinds[atom.kind].enum is not None
            for atom in atoms
        )

    def _given(self, use: Use, seen: set[cst.CSTNode]) -> bool:
        call = self.facts.index.parents[use.parent]
        if not isinstance(call, cst.Call):
            return False
        if self.facts.flows_to_known_function(use.parent):
            classes = any(isinstance(atom, Class) for atom in self.facts.value(call.func))
            return not classes and not getattr(use.parent, "star", "")
        bound = self.facts.bound_methods(call.func)
        if bound:
            return all(
                each.instance.kind == "container"
                and each.method in ("append", "appendleft")
                and self._keeps(each.instance.site, seen)
                for each in bound
            )
        called = {
            atom.name if isinstance(atom, Symbol) else ""
            for atom in present(self.facts.value(call.func))
        }
        if called and called <= _COPYING:
            return self._keeps(call, seen) and self._keeps(call.func, seen)
        return bool(called) and called <= _LOOKING


def is_key(node: cst.CSTNode, container: cst.CSTNode) -> bool:
    """Whether something is a key of a dict that is made, or an element of a set."""
    match container:
        case cst.DictElement(key=key) | cst.DictComp(key=key):
            return key is node
        case cst.Set() | cst.SetComp():
            return True
    return False
