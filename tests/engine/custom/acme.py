"""Rules of one's own, in YAML, for a package that does not exist."""

from __future__ import annotations

from genai_codemod.engine.custom.rule_file import load_file

RULES = b"""
- rule: acme.ask
  legacy: acme.llm.ask(prompt, model)
  becomes: acme.ai.complete(model=model, input=prompt)
- rule: acme.choose
  legacy: acme.llm.choose(flag, *, otherwise)
  becomes: acme.ai.first if flag else otherwise
- rule: acme.twice
  legacy: acme.llm.twice(one, two, three)
  becomes: acme.ai.again(one, one + three)
- rule: acme.swapped
  legacy: acme.llm.swapped(one, two)
  becomes: acme.ai.swapped(two, one)
- rule: acme.embed
  legacy: acme.llm.embed(text, size, *, verbose, mode)
  renames: {size: dimensions}
  drops: {verbose: it logs by itself}
  values:
    mode: {fast: quick, 3: {name: acme.ai.Mode.DEEP}}
- rule: acme.load
  legacy: acme.llm.load(*, path)
  becomes: acme.store.read
  renames: {path: file}
- rule: acme.stop
  legacy: acme.llm.stop()
  becomes: acme.ai.close
- rule: acme.settings
  name: acme.llm.Settings
  becomes: acme.ai.Options
- rule: acme.size
  within: acme.llm.Size
  name: BIG
  becomes: acme.ai.Size.LARGE
- rule: acme.tools
  module: acme.tools
  becomes: acme.kit.hammers
- rule: acme.gone
  module: acme.gone
  manual: nobody does that any more.
- rule: acme.forget
  legacy: acme.llm.forget(key)
  manual: nothing is remembered now.
- rule: acme.connect
  legacy: acme.llm.connect(url)
  becomes: acme.ai.Session(url)
  returns: Session
- kind: Session
  methods:
  - {rule: session.ask, legacy: ask(prompt), becomes: self.complete(input=prompt).text}
  attributes:
    address: {rule: session.address, becomes: self.url}
    state: {rule: session.state, becomes: self.get_state()}
    secret: {rule: session.secret, manual: there is no secret now.}
"""


PACK = load_file("team.yaml", RULES)
