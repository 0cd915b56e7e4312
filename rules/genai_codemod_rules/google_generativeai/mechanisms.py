"""Mechanisms: calls whose rewrite depends on more than their own arguments."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.answers.reads import reader
from genai_codemod.engine.errors.failures import Failures
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Container, Instance, Plain, Value, only_text, present
from genai_codemod.engine.objects.changes import Change
from genai_codemod.engine.objects.renewing import Renewals
from genai_codemod.engine.objects.settings import present_parameters
from genai_codemod.engine.planning.rewriting import Rewriter
from genai_codemod.engine.rule_packs.rules import CallRule, Rule
from genai_codemod.engine.rule_packs.signature import Binding
from genai_codemod.engine.rule_packs.template import atomic, call, expression
from genai_codemod.engine.syntax.module_syntax import literal

COUNT = Rule("count.settings-not-counted", guide="https://ai.google.dev/gemini-api/docs/tokens")
RESOLVE = Rule("response.resolve")
EMBED = Rule(
    "embed.async-list", guide="https://ai.google.dev/gemini-api/docs/migrate#embed-content"
)
BATCH = 100
NOTHING_TO_REWIND = "rewinding a chat that nothing was said in raised IndexError; it does not now."
MERGED = (
    "google.genai sends a list as it is, but at most 100 texts are taken at once, and models such "
    "as gemini-embedding-2 make one vector of a list: split it."
)


def counting(rewriter: Rewriter, node: cst.Call, rule: CallRule, binding: Binding) -> None:
    """Counting tokens: the new SDK cannot count a system instruction or tools."""
    assert isinstance(node.func, cst.Attribute)
    group = rewriter.objects.group_of(node.func.value)
    counted = {"system_instruction", "tools", "cached_content"}
    given = set(present_parameters(node, binding))
    for site in group.sites if group else ():
        creation = rewriter.objects.rule(site)
        if creation is not None:
            given |= set(present_parameters(site, rewriter.facts.binding(site, creation)))
    if given & counted:
        what = " and ".join(sorted(given & counted)).replace("_", " ")
        message = (
            f"google.genai does not count the {what} of the model here, so the total is lower: "
            "count that as contents too if it matters."
        )
        rewriter.plan.found(node, COUNT, "review", message)
    rewriter.plan_template(node, rule, binding)


def resolve(rewriter: Rewriter, node: cst.Call, _rule: CallRule, _binding: Binding) -> None:
    """``response.resolve()``: kept for a recorded stream, dropped for a complete response.

    Of what is only annotated as a response it says that a stream is meant.
    """
    assert isinstance(node.func, cst.Attribute)
    facts = rewriter.facts
    kinds = {atom.kind for atom in facts.instances(node.func.value)}
    if kinds in ({"Stream"}, {"AsyncStream"}):
        return
    statement = facts.index.statement(node)
    complete = kinds == {"Response"} and all(
        isinstance(atom.site, cst.Call) for atom in facts.instances(node.func.value)
    )
    alone = facts.use(node).role == "dropped"
    if complete and alone and isinstance(statement, cst.SimpleStatementLine):
        if len(statement.body) == 1:
            rewriter.plan.remove.add(statement)
            return
    message = "read the stream to its end here; google.genai's response has no resolve()."
    rewriter.plan.found(node, RESOLVE, "manual", message)


def embedding(rewriter: Rewriter, node: cst.Call, rule: CallRule, binding: Binding) -> None:
    """Embeddings: the legacy result was a dict with one vector or, for a list, with many."""
    facts, plan = rewriter.facts, rewriter.plan
    content = binding.argument(node, "content")
    shape = _shape(facts, content)
    reads = _vector_reads(facts, node, rule)
    rewriter.plan_template(node, rule, binding)
    plain = plan.replace.pop(node)
    vectors = _Vectors(rewriter, node, rule, shape, content, binding)

    if rule.awaits and shape != "one" and not vectors.fits_one_request():
        plan.found(node, EMBED, "review", MERGED)
    parent = facts.index.parents.get(node)
    if rule.awaits and not isinstance(parent, cst.Await) and (reads is None or shape != "one"):
        # What awaits it elsewhere goes on reading a dict.
        plan.replace[node] = plain
        plan.wrap[node] = vectors.later
        return
    if reads is None or shape != "one":
        target = node
        if rule.awaits and isinstance(parent, cst.Await):
            target = parent  # type: ignore[assignment]
        if shape == "many" and not (rule.awaits or vectors.fits_one_request()):
            plan.replace[node] = lambda updated: vectors.called("_embed_batches", plain(updated))
        elif shape == "unknown" and not rule.awaits:
            plan.replace[node] = lambda updated: vectors.called("_embed", plain(updated))
        else:
            plan.replace[node] = plain
            plan.wrap[target] = lambda updated: vectors.extracted(updated, updated_content)
        updated_content = content
        if reads is None:
            inner = plan.wrap.get(target)

            def as_dict(updated: cst.CSTNode) -> cst.CSTNode:
                value = inner(updated) if inner is not None else updated
                assert isinstance(value, cst.BaseExpression)
                return cst.Dict([cst.DictElement(cst.SimpleString('"embedding"'), value)])

            plan.wrap[target] = as_dict
            return
        for read in reads:
            plan.at(read).replace[read] = _receiver
        return
    plan.replace[node] = plain
    for read in reads:
        plan.at(read).replace[read] = lambda updated: vectors.first(_receiver(updated))


def _receiver(updated: cst.CSTNode) -> cst.BaseExpression:
    """``result`` of ``result["embedding"]`` and of ``result.get("embedding")``."""
    if isinstance(updated, cst.Subscript):
        return updated.value
    assert isinstance(updated, cst.Call)
    assert isinstance(updated.func, cst.Attribute)
    return updated.func.value


class _Vectors:
    """The expression of the vectors of one embedding call."""

    def __init__(
        self,
        rewriter: Rewriter,
        node: cst.Call,
        rule: CallRule,
        shape: str,
        content: cst.BaseExpression | None,
        binding: Binding,
    ) -> None:
        self.rewriter = rewriter
        self.node = node
        self.rule = rule
        self.shape = shape
        self.content = content
        self.model = literal(binding.argument(node, "model"))

    def fits_one_request(self) -> bool:
        """Whether a list is short, and the model one that does not merge lists."""
        merges = not isinstance(self.model, str) or (
            "gemini" in self.model and not self.model.endswith(("-001", "-exp-03-07"))
        )
        short = isinstance(self.content, cst.List) and len(self.content.elements) <= BATCH
        return short and not merges

    def called(self, helper: str, plain: cst.CSTNode) -> cst.CSTNode:
        """``helper(client, model=..., contents=..., config=...)``."""
        assert isinstance(plain, cst.Call), plain
        self.rewriter.plan.helper(helper)
        client = self.rewriter.context.client(self.node)
        return call(cst.Name(helper), cst.Arg(client), *plain.args)

    def first(self, response: cst.BaseExpression) -> cst.BaseExpression:
        embeddings = cst.Attribute(atomic(response), cst.Name("embeddings"))
        return cst.Attribute(_item(embeddings, "0"), cst.Name("values"))

    def later(self, updated: cst.CSTNode) -> cst.BaseExpression:
        """A coroutine of the dict that the legacy one gave."""
        assert isinstance(updated, cst.BaseExpression)
        helper = self.rewriter.plan.helper("_embedding_later")
        content = self.content if self.content is not None else cst.Name("None")
        return call(cst.Name(helper), cst.Arg(updated), cst.Arg(content))

    def extracted(
        self, updated: cst.CSTNode, content: cst.BaseExpression | None
    ) -> cst.BaseExpression:
        """The vector or vectors of a response."""
        assert isinstance(updated, cst.BaseExpression)
        response = updated
        if isinstance(updated, cst.Await):
            lpar, rpar = [cst.LeftParen()], [cst.RightParen()]
            response = updated.with_changes(lpar=lpar, rpar=rpar)
        if self.shape == "one":
            return self.first(response)
        if self.shape == "many":
            listed = expression("[embedding.values for embedding in x.embeddings]")
            assert isinstance(listed, cst.ListComp)
            source = cst.Attribute(atomic(response), cst.Name("embeddings"))
            return listed.with_changes(for_in=listed.for_in.with_changes(iter=source))
        self.rewriter.plan.helper("_embedding")
        assert content is not None
        return call(cst.Name("_embedding"), cst.Arg(updated), cst.Arg(content))


def _item(value: cst.BaseExpression, index: str) -> cst.Subscript:
    return cst.Subscript(value, [cst.SubscriptElement(cst.Index(cst.Integer(index)))])


def _shape(facts: Facts, content: cst.BaseExpression | None) -> str:
    """``one`` text, ``many`` texts, or ``unknown``; without any, both SDKs refuse the call."""
    value: Value = facts.value(content)
    if content is None or only_text(value):
        return "one"
    atoms = present(value)
    lists = (Plain("list"), Plain("list[str]"), Plain("tuple"))
    if atoms and all(
        atom in lists or (isinstance(atom, Container) and not isinstance(atom.site, cst.Dict))
        for atom in atoms
    ):
        return "many"
    return "unknown"


def _vector_reads(facts: Facts, node: cst.Call, rule: CallRule) -> list[cst.CSTNode] | None:
    """The places that read ``["embedding"]``, or None if the dict is used in another way too."""
    reads: list[cst.CSTNode] = []
    for candidate in facts.by_site.get(node, ()):
        atoms = present(facts.value(candidate))
        held = [a for a in atoms if isinstance(a, Instance) and a.kind == rule.returns]
        use = facts.use(candidate)
        if not held or use.role in ("stored", "awaited", "dropped"):
            continue
        if isinstance(facts.index.parents.get(candidate), cst.AssignTarget):
            continue
        if len(atoms) != 1:
            return None
        if isinstance(use.parent, cst.Subscript) and use.role == "item":
            element = use.parent.slice[0].slice
            if isinstance(element, cst.Index) and literal(element.value) == "embedding":
                reads.append(use.parent)
                continue
        if isinstance(use.parent, cst.Attribute) and use.parent.attr.value == "get":
            getter = facts.index.parents.get(use.parent)
            if isinstance(getter, cst.Call) and _gets_embedding(getter):
                reads.append(getter)
                continue
        return None
    return reads


def _gets_embedding(node: cst.Call) -> bool:
    return bool(node.args) and literal(node.args[0].value) == "embedding"


def rewind(rewriter: Rewriter, node: cst.Call, rule: CallRule, _binding: Binding) -> None:
    """``chat.rewind()``: a new chat without the last question and its answer."""
    assert isinstance(node.func, cst.Attribute)
    facts, plan = rewriter.facts, rewriter.plan
    if Failures(facts).noticed(node, "IndexError", unseen=False):
        plan.found(node, Rule(rule.id, guide=rule.guide), "review", NOTHING_TO_REWIND)
    owners = facts.instances(node.func.value)
    history = facts.pack.attribute("Chat", "history")
    statement = facts.index.parents.get(node)
    assert history is not None
    read = reader(facts, plan, history, owners)
    if isinstance(statement, cst.Expr) and read is not None:

        def rest(updated: cst.CSTNode) -> cst.BaseExpression:
            assert isinstance(updated, cst.Expr)
            assert isinstance(updated.value, cst.Call)
            assert isinstance(updated.value.func, cst.Attribute)
            return cst.Subscript(
                read(updated.value.func.value),
                [cst.SubscriptElement(cst.Slice(lower=None, upper=expression("-2")))],
            )

        change = Change(statement, None, rest)
        if Renewals(rewriter, rewriter.chats).renew(node.func, history, owners, change):
            return
    message = "start a new chat with history=chat.get_history()[:-2]: this one cannot rewind."
    plan.found(node, Rule(rule.id, guide=rule.guide), "manual", message)


MECHANISMS = {
    "counting": counting,
    "embedding": embedding,
    "resolve": resolve,
    "rewind": rewind,
}
