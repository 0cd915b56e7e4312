"""What a call evaluates to: legacy calls by their rules, the module's own functions by flow."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import libcst as cst

from genai_codemod.engine.calling.applying import is_undecided, may_apply
from genai_codemod.engine.flow import library
from genai_codemod.engine.flow.elsewhere import ElsewhereEvaluator
from genai_codemod.engine.flow.expressions import awaited
from genai_codemod.engine.flow.values import (
    NONE,
    NOTHING,
    UNKNOWN,
    Atom,
    Awaitable,
    Bound,
    Class,
    Container,
    Decorated,
    Function,
    Instance,
    Object,
    Symbol,
    Value,
    plain,
    present,
    symbol_names,
    written,
)
from genai_codemod.engine.rule_packs.rules import CallRule
from genai_codemod.engine.rule_packs.signature import bind, open_parameters
from genai_codemod.engine.syntax.module_syntax import literal

# How many calls on the result of each other are told apart; a loop can have any number of them.
_LONGEST_CHAIN = 4


class CallEvaluator(ElsewhereEvaluator):
    """Evaluates calls; see :class:`ExpressionEvaluator` for the rest."""

    def _eval_Call(self, node: cst.Call) -> Value:
        callee = self.evaluate(node.func)
        if not callee and self.optimistic:
            for argument in node.args:
                self.evaluate(argument.value)
            return NOTHING
        for argument in node.args:
            self.evaluate(argument.value)
        self._apply_key(node)
        result = self._call_elsewhere(node, callee) or self._of_named_tuple(node)
        result = result or self._bare(node)
        for atom in present(callee) if not result else ():
            match atom:
                case Symbol(name=name):
                    result |= self._call_symbol(node, name)
                case Bound(instance=instance, method=method) if instance.kind == "container":
                    result |= self._call_container(node, instance.site, method)
                case Bound(instance=instance, method=method):
                    rule = self.pack.method(instance.kind, method)
                    result |= self._returned(node, rule) if rule else UNKNOWN
                case Function() | Decorated():
                    result |= self._call_function(node, atom)
                case Class(node=definition):
                    result |= self._construct(node, definition)
                case Object():
                    result |= self._call_object(node, atom)
                case Awaitable(result=made):
                    result |= made
                case _:
                    result |= UNKNOWN
        return result | self._written_default(node) if result else self.unseen

    def _bare(self, node: cst.Call) -> Value:
        """``super().__new__(cls)``: an object of the class that it is given."""
        if not isinstance(node.func, cst.Attribute) or node.func.attr.value != "__new__":
            return NOTHING
        is_written = any(isinstance(atom, Function) for atom in self.values.get(node.func, NOTHING))
        given = self.values.get(node.args[0].value, NOTHING) if node.args else NOTHING
        made = frozenset(Object(atom.node) for atom in given if isinstance(atom, Class))
        return NOTHING if is_written else made

    def _written_default(self, node: cst.Call) -> Value:
        """Where the default of ``os.getenv(name, default)`` and the like was written."""
        function = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
        if isinstance(function, cst.Name) and function.value in library.DEFAULTING:
            if len(node.args) > 1:
                return written(self.values.get(node.args[-1].value, NOTHING))
        return NOTHING

    def _call_object(self, node: cst.Call, called: Object) -> Value:
        result: Value = NOTHING
        for atom in self.attribute(frozenset({called}), "__call__"):
            if isinstance(atom, Function):
                result |= self._call_function(node, atom)
        return result or self.unseen

    def _call_symbol(self, node: cst.Call, name: str) -> Value:
        rule = self.pack.calls.get(name)
        if rule is not None and may_apply(rule, node, self.values):
            return self._returned(node, rule)
        if rule is not None and is_undecided(rule, node, self.values) and self.optimistic:
            return NOTHING
        first = self.values.get(node.args[0].value, NOTHING) if node.args else NOTHING
        if name in library.APPLYING:
            self._apply_functions(node)
        if name in library.EMPTY_DICTS and self._is_copied_dict(node):
            return self._named_items(node)
        if name == "collections.defaultdict" and node.args:
            return self._default_dict(node, first)
        if (known := library.result_of(name)) is not None:
            return known
        if name in library.RUNNERS | library.DRESSING:
            return awaited(first) if name == "asyncio.run" else first
        if name.startswith("builtins.") or name in library.HOLDING:
            return self._call_builtin(node, name, first)
        if name == "functools.partial":
            return self._partial(node, first)
        if name == "asyncio.gather":
            for argument in node.args:
                given = self.values.get(argument.value, NOTHING)
                given = self.iterated(given) if argument.star else given
                self.store(("item", node, "*"), awaited(given))
            return frozenset({Awaitable(frozenset({Container(node)}))})
        return self._made_of_fields(node, name, first) or self._call_foreign(name)

    def _partial(self, node: cst.Call, first: Value) -> Value:
        """A function that some arguments are given already."""
        if first and all(isinstance(atom, Decorated) for atom in first):
            return first
        functions = [atom for atom in present(first) if isinstance(atom, Function)]
        given = [each for each in node.args[1:] if not each.star or self._gives_something(each)]
        if any(argument.star for argument in given) or len(functions) != len(present(first)):
            return UNKNOWN
        call = node.with_changes(args=given)
        count = sum(argument.keyword is None for argument in given)
        called: set[Function] = set()
        for function in functions:
            self._bind_parameters(call, function)
            # No more than there are: a loop can have any number of arguments given.
            taken = min(count, len(open_parameters(function)))
            called.add(replace(function, given=function.given + taken))
        return frozenset(called) or self.unseen

    def _gives_something(self, argument: cst.Arg) -> bool:
        """Whether ``*arguments`` or ``**options`` of a call may hold anything."""
        given = self.values.get(argument.value, NOTHING)
        return any(
            not isinstance(atom, Container) or bool(self.load(("item", atom.site, "*")))
            for atom in given
        )

    def _is_copied_dict(self, node: cst.Call) -> bool:
        """Whether ``dict(...)`` is given names and dicts that the program writes only."""
        return all(
            argument.keyword is not None
            or all(map(self._is_dict, self.values.get(argument.value, NOTHING)))
            for argument in node.args
        )

    def _is_dict(self, atom: Atom) -> bool:
        site = atom.site if isinstance(atom, Container) else None
        if isinstance(site, cst.Call):
            return bool(symbol_names(self.values.get(site.func, NOTHING)) & library.EMPTY_DICTS)
        return isinstance(site, cst.Dict)

    def _named_items(self, node: cst.Call) -> Value:
        """``dict(name=value)``, ``dict(other, name=value)``."""
        for argument in node.args:
            for atom in self.values.get(argument.value, NOTHING) if not argument.keyword else ():
                if isinstance(atom, Container):
                    self.copy_items(atom.site, node)
        self._store_named(node, node)
        return frozenset({Container(node)})

    def _store_named(self, call: cst.Call, site: cst.CSTNode) -> None:
        """Put the keyword arguments of a call into the dict that was made at a site."""
        for argument in call.args:
            value = self.values.get(argument.value, NOTHING)
            self.store(("item", site, "*"), value)
            if argument.keyword is not None:
                self.store(("item", site, argument.keyword.value), value)

    def _default_dict(self, node: cst.Call, factory: Value) -> Value:
        """A dict that makes what it does not hold."""
        self.store(("item", node, "*"), self._made_by(factory, node.func))
        return frozenset({Container(node)})

    def _call_foreign(self, name: str) -> Value:
        """What a function of another library returns: something of that library, or anything."""
        if name in ("google.genai.Client", "google.genai.client.Client"):
            return frozenset({Symbol("google.genai.Client()")})
        if name.startswith("google.genai.") and name.count("()") < _LONGEST_CHAIN:
            return frozenset({Symbol(name + "()")})
        if (sibling := self.pack.sibling(name)) is not None:
            return UNKNOWN | {Symbol(f"{sibling}.()")}
        return UNKNOWN

    def _call_builtin(self, node: cst.Call, name: str, first: Value) -> Value:
        if name in ("builtins.map", "builtins.filter"):
            return self._mapped(node, name, first)
        if name in library.COPIES:
            return self._copied(node, first)
        if name == library.REPEATING:
            self.store(("item", node, "*"), first)
            return frozenset({Container(node)})
        if name == "builtins.getattr" and len(node.args) > 1:
            return self._asked(node)
        if name == "builtins.next":
            return self.iterated(first)
        if name in library.EXTREMES:
            return self._extreme(node, first)
        if name == "builtins.enumerate" or name == "builtins.zip":
            return self._zipped(node, name)
        if name == "builtins.super":
            return self._super()
        return UNKNOWN

    def _extreme(self, node: cst.Call, first: Value) -> Value:
        """What ``max`` gives: one of its arguments, or an element of the only one."""
        given = [each for each in node.args if not each.star and each.keyword is None]
        named = [each for each in node.args if each.keyword and each.keyword.value == "default"]
        if len(given) + sum(each.keyword is not None for each in node.args) != len(node.args):
            return UNKNOWN
        values = [self.values.get(each.value, UNKNOWN) for each in [*given, *named]]
        if len(given) == 1:
            values[0] = self.iterated(first)
        return NOTHING.union(*values)

    def _apply_functions(self, node: cst.Call) -> None:
        """``sorted(values, key=function)``: a function gets the elements of what else is given."""
        values = [self.values.get(argument.value, NOTHING) for argument in node.args]
        functions = {atom for value in values for atom in value if isinstance(atom, Function)}
        elements: Value = NOTHING
        for argument, value in zip(node.args, values, strict=True):
            beside = argument.keyword is not None and argument.keyword.value != "iterable"
            if not beside and not value & functions and value != plain("int"):
                elements |= self.iterated(value)
        self._give_elements(functions, elements)

    def _apply_key(self, node: cst.Call) -> None:
        """``values.sort(key=function)``."""
        if not isinstance(node.func, cst.Attribute) or node.func.attr.value != "sort":
            return
        elements = self.iterated(self.values.get(node.func.value, NOTHING))
        keys = [self.values.get(each.value, NOTHING) for each in node.args if each.keyword]
        if present(elements):
            self._give_elements(
                {a for key in keys for a in key if isinstance(a, Function)}, elements
            )

    def _give_elements(self, functions: Collection[Function], elements: Value) -> None:
        """Have functions called with the elements of something."""
        for function in functions:
            for parameter in open_parameters(function)[:1]:
                self.store(("param", function.node, parameter.name.value), elements)

    def _mapped(self, node: cst.Call, name: str, first: Value) -> Value:
        """What ``map`` and ``filter`` go through."""
        result: Value = NOTHING
        for argument in node.args[1:2]:
            result = self.iterated(self.values.get(argument.value, NOTHING))
        if name == "builtins.map":
            result = NOTHING
            for atom in present(first):
                if isinstance(atom, Function | Decorated):
                    result |= self.result_of(atom)
                else:
                    result |= UNKNOWN
        self.store(("item", node, "*"), result)
        return frozenset({Container(node)})

    def _asked(self, node: cst.Call) -> Value:
        """What ``getattr`` gives of a legacy object: an attribute or the default."""
        result: Value = NOTHING
        for argument in node.args[2:]:
            result |= self.values.get(argument.value, UNKNOWN)
        name = literal(node.args[1].value)
        for atom in present(self.values.get(node.args[0].value, NOTHING)):
            rule = self.pack.attribute(atom.kind, str(name)) if isinstance(atom, Instance) else None
            known = rule is not None and rule.returns is not None
            result |= self.attribute(frozenset({atom}), str(name)) if known else UNKNOWN
        return result or self.unseen

    def _copied(self, node: cst.Call, first: Value) -> Value:
        if node.args and node.args[0].keyword is None:
            self.store(("item", node, "*"), self.iterated(first))
        return frozenset({Container(node)})

    def _zipped(self, node: cst.Call, name: str) -> Value:
        self.store(("item", node, "*"), frozenset({Container(node.func)}))
        values = [self.iterated(self.values.get(a.value, NOTHING)) for a in node.args]
        if name == "builtins.enumerate":
            values = [plain("int"), *values[:1]]
        for position, value in enumerate(values):
            self.store(("item", node.func, position), value)
            self.store(("item", node.func, "*"), value)
        return frozenset({Container(node)})

    def _super(self) -> Value:
        scope = self.scope
        while scope.parent is not None and not isinstance(scope.node, cst.ClassDef):
            scope = scope.parent
        if not isinstance(scope.node, cst.ClassDef):
            return UNKNOWN
        bases = self.load(("base", scope.node))
        return frozenset(Object(a.node) for a in bases if isinstance(a, Class)) or UNKNOWN

    def _returned(self, node: cst.Call, rule: CallRule) -> Value:
        binding = bind(node, rule.legacy)
        self.bindings.setdefault(node, {})[rule] = binding
        value: Value = UNKNOWN if rule.returns is None else self.typed(rule.returns, node)
        if rule.streams is not None and (index := binding.arguments.get("stream")) is not None:
            flag = literal(node.args[index].value)
            if flag is True:
                value = self.typed(rule.streams, node)
            elif flag not in (False, None):
                value |= self.typed(rule.streams, node)
        return frozenset({Awaitable(value)}) if rule.awaits else value

    def _call_container(self, node: cst.Call, site: cst.CSTNode, method: str) -> Value:
        values = [self.values.get(argument.value, NOTHING) for argument in node.args]
        if self.load(("queue", site)):
            return self._call_queue(node, site, method)
        if method in ("append", "add", "appendleft") and values:
            self.store(("item", site, "*"), values[0])
        elif method == "insert" and len(values) > 1:
            self.store(("item", site, "*"), values[1])
        elif method == "update" and node.args and node.args[0].keyword is not None:
            self._store_named(node, site)
        elif method in ("extend", "update") and values:
            self.store(("item", site, "*"), self.elements(values[0]))
            for atom in values[0]:
                if isinstance(atom, Container) and method == "update":
                    self.copy_items(atom.site, site)
        elif method in library.ITEM_METHODS:
            return self._asked_item(node, site, method, values)
        elif method == "copy":
            return frozenset({Container(site)})
        elif method == "values":
            self.store(("item", node, "*"), self.load(("item", site, "*")))
            return frozenset({Container(node)})
        elif method == "items":
            self.store(("item", node, "*"), frozenset({Container(node.func)}))
            values_held = self.load(("item", site, "*"))
            self.store(("item", node.func, 0), self.load(("keys", site)) | UNKNOWN)
            self.store(("item", node.func, 1), values_held)
            self.store(("item", node.func, "*"), UNKNOWN | values_held)
            return frozenset({Container(node)})
        return UNKNOWN

    def _asked_item(
        self, node: cst.Call, site: cst.CSTNode, method: str, values: Sequence[Value]
    ) -> Value:
        """What ``get``, ``pop`` and ``setdefault`` give."""
        key = literal(node.args[0].value) if node.args else ...
        if method == "setdefault" and len(values) > 1:
            self.store(("item", site, "*"), values[1])
            if isinstance(key, str):
                self.store(("item", site, key), values[1])
        found = self.item(frozenset({Container(site)}), key)
        if method == "get" and len(values) == 1 and found and not _has_key(site, key):
            found |= NONE
        return found | (values[1] if len(values) > 1 else NOTHING) or self.unseen

    def _call_function(self, node: cst.Call, function: Function | Decorated) -> Value:
        if isinstance(function, Decorated):
            return self._called_within(node, function)
        self._bind_parameters(node, function)
        self._wrap_objects(function)
        return self.result_of(function)

    def _construct(self, node: cst.Call, definition: cst.ClassDef) -> Value:
        makers = [
            replace(atom, owner=definition)
            for related in self.family(definition)
            for name in ("__init__", "__new__")
            for atom in self.load(("attr", related, name))
            if isinstance(atom, Function)
        ]
        for maker in makers:
            self._bind_parameters(node, maker)
        if not makers:
            self._fill_fields(node, definition)
        return frozenset({Object(definition)})


def _has_key(site: cst.CSTNode, key: object) -> bool:
    """Whether a dict is written with a key."""
    match site:
        case cst.Dict(elements=elements):
            return any(isinstance(e, cst.DictElement) and literal(e.key) == key for e in elements)
        case cst.Call(args=arguments):
            return any(each.keyword and each.keyword.value == key for each in arguments)
    return False
