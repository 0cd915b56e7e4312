"""Where the client lives.

The legacy SDK kept one client for the whole program; the new one is an object that closes its
connection when nobody holds it any more.  So it is always bound to a name that lives as long as
what it makes, and built where the legacy code configured the SDK.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

import libcst as cst

from genai_codemod.engine.calling.other_processes import any_copied
from genai_codemod.engine.clients.client_beside import takes_over
from genai_codemod.engine.clients.client_names import CLIENT, candidates, pick
from genai_codemod.engine.clients.client_reach import (
    is_chosen,
    is_let_go,
    is_replaced,
    outlives,
    precedes,
)
from genai_codemod.engine.clients.client_statements import ClientStatements
from genai_codemod.engine.clients.keys import certain_key
from genai_codemod.engine.clients.missed_uses import missed_uses
from genai_codemod.engine.clients.typed_keys import EMPTY, TYPED_KEY, is_in_variable, may_be_untyped
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Object
from genai_codemod.engine.plan import Plan, Replace
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.rule_packs.template import HELPERS, call, keyword, render
from genai_codemod.engine.syntax.module_syntax import dotted_name
from genai_codemod.engine.tracing.homes import Home, always_runs, home_of
from genai_codemod.engine.tracing.import_time import (
    is_script,
    runs_at_import,
    top_statement,
    under_main,
)

UNCONFIGURED = Rule(
    "client.not-configured-here",
    guide="https://ai.google.dev/gemini-api/docs/migrate",
)


@dataclass
class ClientPlacement:
    """Decides, from all configurations and uses of a module, what each use calls the client."""

    facts: Facts
    plan: Plan
    configurations: Sequence[cst.Call] = ()
    uses: Sequence[cst.CSTNode] = ()
    keeps_configure: bool = False
    name: str = "client"
    lazy: bool = False
    scoped: bool = False
    lends: bool = False
    variable: str = ""
    key: str = ""
    lenders: Sequence[ClientPlacement] = ()
    _attribute_names: dict[frozenset[cst.ClassDef], str] = field(default_factory=dict)

    def configure(self, *, shared: bool, inherited: bool) -> None:
        """Place the client where this module configures the SDK.

        ``shared`` says that other modules are to import it, ``inherited`` that objects of this
        module's classes use it in others.
        """
        self.lends = shared or inherited
        there = takes_over(self.plan, self.configurations)
        self.name = self.plan.names["client"]
        if there:
            return
        homes = [self.home(configuration) for configuration in self.configurations]
        used = bool(self.uses) or inherited
        if self.needless:
            return
        self.scoped = used and not shared and self._could_be_scoped(homes)
        self.lazy = not self.scoped and self._must_stay_importable()
        self._mark_untyped_keys()
        for configuration, home in zip(self.configurations, homes, strict=True):
            if self.lazy and self.keeps_configure:
                build = self.plan.replace[configuration]
                self.plan.lazy_client = partial(_built, build, configuration)
            elif self.lazy:
                self.plan.lazy_at = self.facts.index.statement(configuration)
            else:
                self._bind(configuration, home)

    @property
    def needless(self) -> bool:
        """Whether nothing uses a client, and the configuration stays for what is left."""
        return self.keeps_configure and not self.uses and not self.lends

    def _mark_untyped_keys(self) -> None:
        if self.lazy or self.keeps_configure:
            return
        for configuration in self.configurations:
            if may_be_untyped(self.facts, self._key_of(configuration)):
                self.plan.found(configuration, TYPED_KEY, "review", EMPTY)

    def _key_of(self, configuration: cst.Call) -> cst.BaseExpression | None:
        needed = self.facts.pack.client_needs
        given = (a.value for a in configuration.args if a.keyword and a.keyword.value == needed)
        return next(given, None)

    def _could_be_scoped(self, homes: Sequence[Home]) -> bool:
        """Whether all that this module does with a client is done where it is configured."""
        return (
            all(home.function is not None for home in homes)
            and not any_copied(self.facts, [h.owner for h in homes if self._in_objects(h)])
            and all(self._covered(use, homes) for use in self.uses)
            and not outlives(
                self.facts,
                {home.function for home in homes if not self._in_objects(home)},
                [use for use in self.uses if not self._in_objects(self.home(use))],
            )
        )

    def _in_objects(self, home: Home) -> bool:
        """Whether a client that is built here is an attribute of every object of a class."""
        return home.owner is not None and any(
            self._same_owner(home, initial) for initial in self._initial
        )

    @cached_property
    def _initial(self) -> list[Home]:
        """The methods that make every object of a class and always configure, too."""
        found = []
        for configuration in self.configurations:
            home = self.home(configuration)
            if home.owner is not None and home.function is not None:
                if always_runs(self.facts, home) and is_chosen(self.facts, configuration):
                    found.append(home)
        return found

    def build(self, uses: Sequence[cst.CSTNode], *, unknown: bool, elsewhere: bool) -> None:
        """Build a client from the environment for uses that nothing here configures.

        ``unknown`` says that some other module may configure the SDK for this one, ``elsewhere``
        that one is known which does.
        """
        self.name = self.plan.names["client"]
        for helper in HELPERS.findall(self.facts.pack.client):
            self.plan.helper(helper)
        at_import = [use for use in uses if runs_at_import(self.facts, use)]
        if len(at_import) == len(uses):
            first = min(at_import, key=self.facts.index.position)
            statement = top_statement(self.facts, first)
            self.plan.before[statement].append(lambda: [self._assignment(self._client())])
            if elsewhere:
                message = self.facts.pack.configured_elsewhere
                self.plan.found(first, UNCONFIGURED, "review", message)
            return
        self.lazy = True
        self.plan.lazy_client = self._client
        if elsewhere or (unknown and not at_import and not is_script(self.facts)):
            pack = self.facts.pack
            message = pack.configured_elsewhere if elsewhere else pack.not_configured
            self.plan.lazy_marker = (UNCONFIGURED, message)
            first = min(uses, key=self.facts.index.position)
            self.plan.found(first, UNCONFIGURED, "review", message, marked=False)

    def reads(self, variable: str) -> bool:
        """Let the client that is built here read its key from an environment variable, if it can.

        An empty name stands for those that it reads by itself.
        """
        default, *_ = (*self.facts.pack.key_variables, "")
        if variable not in ("", default):
            if self.facts.index.imported.get("os", ("os", "")) != ("os", ""):
                return False
            if "os" in self.plan.taken and "os" not in self.facts.index.imported:
                return False
            self.variable = variable
            self.plan.imports.add("import os")
        return True

    def takes(self, module: str, name: str) -> bool:
        """Let the client that is built here get its key from another module, if it can."""
        index = self.facts.index
        at_top = name in index.scopes[index.module].names
        if not at_top or index.imported.get(name) != (module, name):
            if name in self.plan.taken or name.startswith("_"):
                return False
            self.plan.borrowed.append((module, name, name))
        self.key = name
        return True

    @property
    def own_variables(self) -> tuple[str, ...]:
        """The environment variables that any client reads by itself."""
        return ("", *self.facts.pack.key_variables)

    def at_import(self) -> bool:
        """Whether the client is there as soon as the module is imported."""
        return all(
            self.home(call).function is None
            and self.facts.index.parents[self.facts.index.statement(call)] is self.facts.module
            for call in self.configurations
        )

    @property
    def only_as_script(self) -> bool:
        """Whether the SDK is only configured where this file is run, not when it is imported."""
        return all(under_main(self.facts, each) for each in self.configurations)

    @property
    def used_elsewhere(self) -> bool:
        """Whether anything but the script itself uses the client."""
        return not all(under_main(self.facts, use) for use in self.uses)

    def owned(self, use: cst.CSTNode) -> ClientPlacement | None:
        """The placement whose client an object at hand has: ``self``, or what holds the model."""
        found = self._owned(use)
        return found[0] if found is not None else None

    def _owned(
        self, use: cst.CSTNode
    ) -> tuple[ClientPlacement, cst.ClassDef, cst.BaseExpression] | None:
        home = self.home(use)
        for lender in self.lenders:
            for owner in lender.owners():
                family = list(self.facts.interpreter.family(owner))
                if home.owner in family and home.function is not None:
                    receiver = cst.Name(home.function.params.params[0].name.value)
                    return lender, owner, receiver
                if (holder := self._holder(use, family)) is not None:
                    return lender, owner, holder
        return None

    def owners(self) -> list[cst.ClassDef]:
        """The classes whose objects all have a client, if this module's lives in objects."""
        homes = [self.home(configuration) for configuration in self.configurations]
        if not self._could_be_scoped(homes):
            return []
        return [home.owner for home in homes if home.owner and self._in_objects(home)]

    def _holder(
        self, use: cst.CSTNode, family: Container[cst.ClassDef]
    ) -> cst.BaseExpression | None:
        """``service`` in ``service.model.generate_content(...)``."""
        if not isinstance(use, cst.Call) or not isinstance(use.func, cst.Attribute):
            return None
        held = use.func.value
        if not isinstance(held, cst.Attribute) or dotted_name(held.value) is None:
            return None
        atoms = self.facts.value(held.value)
        mine = all(isinstance(atom, Object) and atom.node in family for atom in atoms)
        return held.value if atoms and mine else None

    def home(self, node: cst.CSTNode) -> Home:
        return home_of(self.facts, node)

    def expression(self, node: cst.CSTNode) -> cst.BaseExpression:
        """What ``node`` calls the client."""
        home = self.home(node)
        if (owned := self._owned(node)) is not None:
            lender, owner, holder = owned
            return cst.Attribute(holder.deep_clone(), cst.Name(lender.attribute_name(owner)))
        if self.lazy:
            return cst.Call(cst.Name(self.plan.names["get_client"]))
        if self.scoped and home.owner is not None and home.function is not None:
            others = [self.home(configuration) for configuration in self.configurations]
            if any(self._same_owner(home, o) and self._in_objects(o) for o in others):
                return self._attribute(home)
        if node in self._missed:
            kept = self.plan.helper("_kept_client")
            return cst.parse_expression(f"({self.name} or {kept}())")
        return cst.Name(self.name)

    def _client(self) -> cst.BaseExpression:
        template = self.facts.pack.client
        client = render(template, {"genai": partial(self.plan.module, "genai")}, {}, frozenset())
        if not (self.variable or self.key):
            return client
        assert isinstance(client, cst.Call)
        key = cst.parse_expression(self.key or f'os.getenv("{self.variable}")')
        return call(client.func, keyword("api_key", key), *client.args)

    def _assignment(self, value: cst.BaseExpression) -> cst.BaseSmallStatement:
        return cst.Assign([cst.AssignTarget(cst.Name(self.name))], value)

    # -- configurations -----------------------------------------------------------------------

    def _covered(self, use: cst.CSTNode, homes: Sequence[Home]) -> bool:
        home = self.home(use)
        if home.function is None:
            return False
        return any(
            self._same_owner(home, other)
            if self._in_objects(other)
            else home.function is other.function and precedes(self.facts, configuration, use)
            for configuration, other in zip(self.configurations, homes, strict=True)
        )

    @cached_property
    def _missed(self) -> set[cst.CSTNode]:
        """The uses that may come before anything has configured, if a function does so."""
        if self.scoped or self.lazy:
            return set()
        own = self.own_variables
        return missed_uses(self.facts, self.configurations, self.uses, own)

    def _same_owner(self, one: Home, other: Home) -> bool:
        if one.owner is None or other.owner is None:
            return False
        return one.owner in self.facts.interpreter.family(other.owner)

    def _bind(self, configuration: cst.Call, home: Home) -> None:
        statements = self._statements
        target: cst.BaseAssignTargetExpression = cst.Name(self.name)
        if self.scoped and self._in_objects(home):
            attribute = self._attribute(home)
            assert isinstance(attribute, cst.Attribute)
            target = attribute
            if home not in self._initial:
                statements.keep_what_is_in_use(configuration)
            elif home.owner is not None and is_let_go(self.facts, home.owner):
                statements.keep(configuration)
        elif home.function is not None and not self.scoped:
            statements.declare_global(self.facts.enclosing(configuration, cst.FunctionDef))
            statements.declare_for_all()
            statements.keep_what_is_in_use(configuration)
        elif home.function is None:
            statements.declare_global(self.facts.enclosing(configuration, cst.ClassDef))
            if not self.scoped and is_replaced(self.facts, configuration, self.configurations):
                statements.keep(configuration)
        statements.bind(configuration, home, target)

    @property
    def _statements(self) -> ClientStatements:
        return ClientStatements(
            self.facts,
            self.plan,
            self.name,
            self.configurations,
            self.uses,
            self._missed,
            self.scoped,
        )

    def _attribute(self, home: Home) -> cst.BaseExpression:
        assert home.owner is not None
        assert home.function is not None
        receiver = home.function.params.params[0].name.value
        return cst.Attribute(cst.Name(receiver), cst.Name(self.attribute_name(home.owner)))

    def attribute_name(self, owner: cst.ClassDef) -> str:
        """What the client is called in the objects of a class and of all that share with it."""
        related = {owner}
        while (
            more := {r for each in related for r in self.facts.interpreter.family(each)} - related
        ):
            related |= more
        family = frozenset(related)
        if family not in self._attribute_names:
            taken = {k[2] for k in self.facts.interpreter.heap if k[0] == "attr" and k[1] in family}
            wanted = {self.plan.at(each).client_name for each in family}
            name = wanted.pop() if len(wanted) == 1 else CLIENT
            self._attribute_names[family] = pick(candidates(name), taken)
        return self._attribute_names[family]

    def _must_stay_importable(self) -> bool:
        """Whether the module could be imported without a key, and would not be any more."""
        if len(self.configurations) != 1:
            return False
        (configuration,) = self.configurations
        statement = self.facts.index.parents[configuration]
        line = self.facts.index.parents[statement]
        if self.facts.index.parents.get(line) is not self.facts.module:
            return False
        if not isinstance(statement, cst.Expr):
            return False
        if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
            return False
        key = self._key_of(configuration)
        at_import = [use for use in self.uses if runs_at_import(self.facts, use)]
        if is_in_variable(self.facts, key) and may_be_untyped(self.facts, key):
            return all(self.facts.enclosing(use, cst.If) is not None for use in at_import)
        if any(not under_main(self.facts, use) for use in at_import):
            return False
        return not certain_key(self.facts, key, line)


def _built(build: Replace, configuration: cst.Call) -> cst.BaseExpression:
    client = build(configuration)
    assert isinstance(client, cst.BaseExpression)
    return client
