"""Plans what becomes of attributes of legacy objects, of iterating them and of their enums."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.facts import Facts, Use
from genai_codemod.engine.left import LeftAlone
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.rules import AttributeRule, Rule
from genai_codemod.engine.signature import source_of
from genai_codemod.engine.syntax import string_value
from genai_codemod.engine.template import atomic, expression, render
from genai_codemod.engine.values import Function, Instance, Symbol, instances, present

GUIDE = "https://ai.google.dev/gemini-api/docs/migrate"
UNKNOWN_ATTRIBUTE = Rule("legacy.unknown-attribute", guide=GUIDE)
TO_DICT = Rule("protos.to-dict")
PRESENCE = Rule("protos.presence")
SIZED = frozenset(
    {
        "builtins.len", "builtins.list", "builtins.sorted", "builtins.enumerate", "builtins.tuple",
        "builtins.any", "builtins.all", "builtins.sum", "builtins.set", "builtins.zip",
    }
)  # fmt: skip
# Where `a or b` needs no parentheses.
BARE = frozenset({"argument", "returned", "stored", "iterated", "formatted"})
STRICT_KINDS = ("Chat",)
CHANGING_METHODS = frozenset(
    {"append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"}
)


class AttributePlanner:
    """Plans every attribute of every legacy object of a module."""

    def __init__(self, facts: Facts, plan: Plan, left: LeftAlone) -> None:
        self.facts = facts
        self.plan = plan
        self.pack = facts.pack
        self.left = left

    def plan_all(self) -> None:
        for node in list(self.facts.values):
            if isinstance(node, cst.Attribute):
                self._plan_attribute(node)
            if isinstance(node, cst.BaseExpression):
                self._plan_iteration(node)
                self._plan_change(node)
        for call in self.facts.index.calls:
            self._plan_to_dict(call)
        for node in list(self.facts.index.parents):
            if isinstance(node, cst.Comparison):
                self._plan_presence(node)

    # -- attributes ---------------------------------------------------------------------------

    def _plan_attribute(self, node: cst.Attribute) -> None:
        value = self.facts.value(node.value)
        owners = [atom for atom in instances(value) if atom.kind != "container"]
        use = self.facts.use(node)
        if owners and self.left.value_left(value):
            if use.role not in ("callee", "stored"):
                self._method_as_value(node, owners)
            return
        if not owners:
            return
        rules = [self.pack.attribute(owner.kind, node.attr.value) for owner in owners]
        rule = next((rule for rule in rules if rule is not None), None)
        if rule is None:
            known = any(self.pack.method(owner.kind, node.attr.value) for owner in owners)
            if known and use.role != "callee":
                self._method_as_value(node, owners)
            elif not known and any(owner.kind in STRICT_KINDS for owner in owners):
                message = f"google.genai's object has no {node.attr.value}: write this by hand."
                self.plan.found(node, UNKNOWN_ATTRIBUTE, "manual", message)
            return
        if rule.manual is not None:
            self.plan.found(node, rule, "manual", rule.manual)
            return
        self._apply(node, rule, use, owners)

    def _method_as_value(self, node: cst.Attribute, owners: list[Instance]) -> None:
        rule = self.pack.method(owners[0].kind, node.attr.value)
        message = (
            f"write a function or lambda that calls google.genai instead of {node.attr.value}."
        )
        if rule is not None:
            self.plan.found(node, Rule(rule.id, guide=rule.guide), "manual", message)

    def _apply(
        self, node: cst.Attribute, rule: AttributeRule, use: Use, owners: list[Instance]
    ) -> None:
        if use.role == "stored" and not self._is_value(node, use):
            self._written(node, rule)
            return
        if rule.review is not None:
            self.plan.found(node, rule, "review", rule.review)
        if rule.joins is not None and self._streamed(node):
            joined = self.plan.helper(rule.joins)
            self.plan.found(node, rule, "rewritten")
            self.plan.replace[node] = lambda updated: _helped(joined, updated)
        elif rule.becomes is not None:
            self.plan.found(node, rule, "rewritten")
            self.plan.replace[node] = lambda updated: self._render(rule, updated)
        if (
            rule.raises is not None
            and len(owners) == 1
            and (self._failure_handled(node) or self._callers_handle(node))
        ):
            name = self.plan.helper(rule.raises)
            self.plan.replace[node] = lambda updated: _helped(name, updated)
            self.plan.found(node, rule, "rewritten")
        elif rule.empty is not None and self._shows_none(node, rule, use):
            empty = expression(rule.empty)
            bare = use.role in BARE or isinstance(use.parent, cst.AugAssign)
            self.plan.wrap[node] = lambda updated: _or(updated, empty, bare=bare)
        if rule.guards is not None and use.role == "attribute":
            self._guard(node, everywhere=rule.guards == "always")

    def _plan_change(self, node: cst.BaseExpression) -> None:
        """Code that changes in place what an attribute gives."""
        for atom in present(self.facts.value(node)):
            if not isinstance(atom, Instance) or self.left.value_left(frozenset({atom})):
                continue
            rule = self._changing_rule(atom)
            if rule is None or rule.changed is None:
                continue
            use = self.facts.use(node)
            method = use.parent.attr.value if isinstance(use.parent, cst.Attribute) else ""
            called = use.role == "attribute" and method in CHANGING_METHODS
            if called or (use.role == "item" and self._assigned(use.parent)):
                self.plan.found(node, rule, "review", rule.changed)

    def _changing_rule(self, atom: Instance) -> AttributeRule | None:
        """The attribute rule that gave an instance such as ``list[Content]``."""
        for owner in STRICT_KINDS:
            for rule in self.pack.kinds[owner].attributes.values():
                if rule.changed is not None and rule.returns == atom.kind:
                    return rule
        return None

    def _assigned(self, subscript: cst.CSTNode) -> bool:
        parent = self.facts.index.parents.get(subscript)
        return isinstance(parent, cst.AssignTarget | cst.AugAssign | cst.Del)

    def _written(self, node: cst.Attribute, rule: AttributeRule) -> None:
        """An assignment to an attribute that the new object only reads."""
        if rule.assigned is not None:
            self.plan.found(node, rule, "manual", rule.assigned)

    def _streamed(self, node: cst.Attribute) -> bool:
        """Whether any message of the object that ``node`` reads from was streamed."""
        sites = {atom.site for atom in self.facts.instances(node.value)}
        for call, rules in self.facts.interpreter.bindings.items():
            if not any(rule.stream and "stream" in b.arguments for rule, b in rules.items()):
                continue
            if any(bound.instance.site in sites for bound in self.facts.bound_methods(call.func)):
                return True
        return False

    def _is_value(self, node: cst.CSTNode, use: Use) -> bool:
        return getattr(use.parent, "value", None) is node

    def _render(self, rule: AttributeRule, updated: cst.CSTNode) -> cst.CSTNode:
        assert isinstance(updated, cst.Attribute)
        assert rule.becomes is not None
        names = {"self": lambda: updated.value}
        for module in ("types", "errors"):
            names[module] = lambda module=module: self.plan.module(module)  # type: ignore[misc]
        return render(rule.becomes, names, {}, frozenset())

    def _shows_none(self, node: cst.Attribute, rule: AttributeRule, use: Use) -> bool:
        """Whether None instead of an empty value would change what the program does."""
        if rule.empty in ("[]", "()", "{}"):
            if use.role == "iterated":
                return True
            if use.role == "compared":
                return isinstance(use.parent, cst.ComparisonTarget) and isinstance(
                    use.parent.operator, cst.In | cst.NotIn
                )
            return use.role == "argument" and self._sized(use)
        if use.role in ("argument", "attribute", "returned", "formatted", "element"):
            return True
        if isinstance(use.parent, cst.BinaryOperation | cst.AugAssign):
            return True
        return use.role == "stored" or isinstance(use.parent, cst.ListComp | cst.GeneratorExp)

    def _failure_handled(self, node: cst.CSTNode) -> bool:
        """Whether a ValueError raised here would be handled in the same function."""
        child = node
        for parent in self.facts.index.ancestors(node):
            if isinstance(parent, cst.FunctionDef | cst.Lambda):
                return False
            if isinstance(parent, cst.Try) and child is parent.body:
                if any(self._catches_value_error(handler) for handler in parent.handlers):
                    return True
            child = parent
        return False

    def _callers_handle(self, node: cst.CSTNode, depth: int = 0) -> bool:
        """Whether a function of this module that calls this one handles a ValueError."""
        function = self.facts.enclosing(node, cst.FunctionDef)
        if function is None or depth > 3:
            return False
        for call in self.facts.index.calls:
            atoms = self.facts.value(call.func)
            if any(isinstance(a, Function) and a.node is function for a in atoms):
                if self._failure_handled(call) or self._callers_handle(call, depth + 1):
                    return True
        return False

    def _catches_value_error(self, handler: cst.ExceptHandler) -> bool:
        if handler.type is None:
            return True
        types = [handler.type]
        if isinstance(handler.type, cst.Tuple):
            types = [element.value for element in handler.type.elements]
        caught = {"builtins.ValueError", "builtins.Exception", "builtins.BaseException"}
        return any(
            isinstance(atom, Symbol) and atom.name in caught
            for node in types
            for atom in self.facts.value(node)
        )

    def _sized(self, use: Use) -> bool:
        call = self.facts.index.parents[use.parent]
        if not isinstance(call, cst.Call):
            return False
        return any(
            isinstance(atom, Symbol) and atom.name in SIZED for atom in self.facts.value(call.func)
        )

    def _guard(self, node: cst.Attribute, *, everywhere: bool) -> None:
        """``a.b.c`` as ``a.b and a.b.c`` where ``a.b`` can be None."""
        outer: cst.CSTNode = node
        parts = 0
        while isinstance(parent := self.facts.index.parents.get(outer), cst.Attribute):
            outer, parts = parent, parts + 1
        if self._guarded(node) or not (everywhere or self._survives_none(outer)):
            return
        inner = self.plan.wrap.get(outer)

        def wrap(updated: cst.CSTNode) -> cst.CSTNode:
            steps = [updated]
            for _ in range(parts):
                assert isinstance(steps[0], cst.Attribute)
                steps.insert(0, steps[0].value)
            joined = expression("(" + " and ".join(source_of(step) for step in steps) + ")")
            return joined if inner is None else inner(joined)

        self.plan.wrap[outer] = wrap

    def _survives_none(self, node: cst.CSTNode) -> bool:
        """Whether the code asks a value, or goes through it, in a way that None can stand in."""
        use = self.facts.use(node)
        if use.role == "compared":
            return not isinstance(self.facts.index.parents.get(node), cst.ComparisonTarget)
        return use.role in ("tested", "iterated") or (use.role == "argument" and self._sized(use))

    def _guarded(self, node: cst.Attribute) -> bool:
        """Whether an enclosing test already asks for the object."""
        text = source_of(node)
        child: cst.CSTNode = node
        for parent in self.facts.index.ancestors(node):
            if isinstance(parent, cst.BooleanOperation) and child is parent.right:
                if text in source_of(parent.left):
                    return True
            if isinstance(parent, cst.If) and child is parent.body and _asks(parent.test, text):
                return True
            if isinstance(parent, cst.FunctionDef):
                break
            child = parent
        return False

    def _plan_to_dict(self, call: cst.Call) -> None:
        """``type(x).to_dict(x)``, how a message became a dict."""
        func = call.func
        if not isinstance(func, cst.Attribute) or func.attr.value != "to_dict" or not call.args:
            return
        if not isinstance(func.value, cst.Call) or source_of(func.value.func) != "type":
            return
        given = call.args[0].value
        value = present(self.facts.value(given))
        if not value or not all(isinstance(a, Instance) for a in value):
            return
        if self.left.value_left(value):
            return

        def write(updated: cst.CSTNode) -> cst.CSTNode:
            assert isinstance(updated, cst.Call)
            dump = f"{source_of(atomic(updated.args[0].value))}.model_dump"
            return expression(f'{dump}(mode="json", exclude_none=True)')

        self.plan.replace[call] = write
        self.plan.found(call, TO_DICT, "rewritten")

    def _plan_presence(self, node: cst.Comparison) -> None:
        """``"function_call" in part``, how a message was asked for a field."""
        field = string_value(node.left)
        if field is None or len(node.comparisons) != 1 or not field.isidentifier():
            return
        (target,) = node.comparisons
        if not isinstance(target.operator, cst.In | cst.NotIn):
            return
        value = present(self.facts.value(target.comparator))
        kinds = {atom.kind for atom in value if isinstance(atom, Instance)}
        if not kinds or kinds - {"Part", "Candidate", "Content"} or self.left.value_left(value):
            return
        test = "is not None" if isinstance(target.operator, cst.In) else "is None"

        def write(updated: cst.CSTNode) -> cst.CSTNode:
            assert isinstance(updated, cst.Comparison)
            owner = source_of(atomic(updated.comparisons[0].comparator))
            return expression(f"{owner}.{field} {test}")

        self.plan.replace[node] = write
        self.plan.found(node, PRESENCE, "rewritten")

    # -- iteration ----------------------------------------------------------------------------

    def _plan_iteration(self, node: cst.BaseExpression) -> None:
        """A plain response could be looped over like a stream of one chunk."""
        atoms = present(self.facts.value(node))
        kinds = {atom.kind for atom in atoms if isinstance(atom, Instance)}
        self._plan_sequence(node, kinds)
        if kinds != {"Response"} or len(kinds) != len({type(a) for a in atoms}):
            return
        if self.left.value_left(atoms) or self.facts.use(node).role != "iterated":
            return
        self.plan.wrap[node] = lambda updated: cst.List([cst.Element(updated)])  # type: ignore[arg-type]

    def _plan_sequence(self, node: cst.BaseExpression, kinds: set[str]) -> None:
        """What was iterated or indexed itself holds its items in an attribute now."""
        declared = self.pack.kinds.get(next(iter(kinds))) if len(kinds) == 1 else None
        if declared is None or declared.sequence is None:
            return
        use = self.facts.use(node)
        if use.role in ("iterated", "item") or (use.role == "argument" and self._sized(use)):
            name = cst.Name(declared.sequence)
            self.plan.wrap[node] = lambda updated: cst.Attribute(updated, name)  # type: ignore[arg-type]


def _helped(name: str, updated: cst.CSTNode) -> cst.CSTNode:
    assert isinstance(updated, cst.Attribute)
    return cst.Call(cst.Name(name), [cst.Arg(updated.value)])


def _or(node: cst.CSTNode, empty: cst.BaseExpression, *, bare: bool) -> cst.CSTNode:
    assert isinstance(node, cst.BaseExpression)
    choice = cst.BooleanOperation(left=atomic(node), operator=cst.Or(), right=empty)
    if bare:
        return choice
    return choice.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def _asks(test: cst.CSTNode, text: str) -> bool:
    return isinstance(test, cst.BaseExpression) and text in source_of(test)
