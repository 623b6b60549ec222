"""Queries on tables that belong to a tenant, without that tenant.

The tenant is read from the checkout, never known by name: what several tables belong to and what many routes take as
their first parameter.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from tree_sitter import Node

from torusnb.context.traps.scene import Finding, NearFile, Rule, Scene
from torusnb.elixir.bodies import FunctionBody
from torusnb.elixir.body_calls import Site
from torusnb.elixir.body_clauses import Clause
from torusnb.elixir.names import module_name
from torusnb.elixir.syntax import ALIAS, BINARY, CALL, arguments, first_child, operator_of
from torusnb.models.codebase import CodeMap
from torusnb.models.modules import Module

_LEAST_TABLES, _LEAST_ROUTES, _ROUTE_SHARE = 3, 3, 0.02
_PARAMETER = re.compile(r":(\w+)")
_SUFFIX = re.compile(r"_(id|slug|guid|uuid|key)$")
_COLUMN = re.compile(r"\.(\w+)\s*(?:==|in\b|<=|>=|<|>)\s*(?:\^|subquery|type\()|\.(\w+)\s*,\s*\^|(\w+):(?=\s*\^)")
"""What a query compares with a value from outside; what joins compare with each other holds nothing back."""
_LEFT_TO_CALLER = re.compile(r"where:\s*\^|where\(\s*\^|where\(\w+,\s*\^|dynamic")
_OWN_KEYS = re.compile(r"^(id|guid|uuid|slug|\w+_guid|\w+_uuid|token|hash|code)$")
_READS = frozenset(["all", "one", "one!", "exists?", "aggregate", "stream"])
_CHANGES = frozenset(["update_all", "delete_all"])
_SMALL = 12


@dataclass(frozen=True)
class Tenancy:
    """The tenants of a checkout and what belongs to them.

    Attributes:
        tenants: Association name (`section`) to the tables and routes that speak for it.
        owned: Schema module to the names of the tenants it belongs to.
        links: Those of them without a field of their own: they only tie two tables together.
    """

    tenants: dict[str, tuple[int, int]]
    owned: dict[str, tuple[str, ...]]
    links: frozenset[str]

    def is_link(self, schema: str) -> bool:
        """Whether a schema only ties two tables together, so that counting its rows for one of them is meant."""
        return schema in self.links

    @cached_property
    def words(self) -> dict[str, re.Pattern[str]]:
        """Tenant to what a query that knows it says."""
        return {
            name: re.compile(rf"(?<![A-Za-z]){name}(s|_ids?|_slugs?|_guids?)?(?![A-Za-z_])") for name in self.tenants
        }


def read_tenancy(code_map: CodeMap) -> Tenancy:
    """The tenants: what three tables or more belong to, and one route in fifty or more takes as its first parameter."""
    owners: dict[str, set[str]] = defaultdict(set)
    for module in code_map.modules.values():
        if module.schema is not None and module.schema.table:
            for association in module.schema.associations:
                if association.kind == "belongs_to":
                    owners[association.name].add(module.name)
    firsts = Counter(_first_parameter(route.path) for route in code_map.routes)
    least = max(_LEAST_ROUTES, _ROUTE_SHARE * len(code_map.routes))
    tenants = {
        name: (len(modules), firsts[name])
        for name, modules in sorted(owners.items())
        if len(modules) >= _LEAST_TABLES and firsts[name] >= least
    }
    owned: dict[str, list[str]] = defaultdict(list)
    for name in tenants:
        for module_name_ in sorted(owners[name]):
            owned[module_name_].append(name)
    links = frozenset(name for name in owned if _has_no_fields(code_map.modules[name]))
    return Tenancy(tenants, {module: tuple(names) for module, names in owned.items()}, links)


def _has_no_fields(module: Module) -> bool:
    return module.schema is not None and not module.schema.fields


def _first_parameter(path: str) -> str:
    match = _PARAMETER.search(path)
    return _SUFFIX.sub("", match[1]) if match is not None else ""


@dataclass(frozen=True)
class _Query:
    """A query within a clause: the schema it begins with and where that stands."""

    schema: str
    line: int
    verb: str


def _detect(scene: Scene) -> Iterable[Finding]:
    tenancy: Tenancy | None = None
    for file, function in scene.functions():
        if function.arity == 0 or not any(_asks(site) for site in function.sites):
            continue  # what takes nothing is plainly meant for all
        if tenancy is None:
            tenancy = read_tenancy(scene.code_map)
        if not tenancy.tenants:
            return
        yield from _unfiltered(scene, file, function, tenancy)


def _asks(site: Site) -> bool:
    return site.module.endswith("Repo") and (site.name in _READS or site.name in _CHANGES)


def _unfiltered(scene: Scene, file: NearFile, function: FunctionBody, tenancy: Tenancy) -> Iterator[Finding]:
    for clause in function.clauses:
        for query in _queries(clause, tenancy):
            module = scene.code_map.modules[query.schema]
            written = clause.text.of(clause.node)
            columns = {next(filter(None, groups)) for groups in _COLUMN.findall(written)}
            if any(tenancy.words[name].search(written) for name in tenancy.owned[query.schema]):
                continue
            if _LEFT_TO_CALLER.search(written) or (query.verb in _READS and _is_all_of_one(module, columns)):
                continue
            if any(_is_own_key(column, module) for column in columns) or _through_parent(module, columns, tenancy):
                continue
            yield _finding(file, function, query, module, columns, tenancy)
            break


def _queries(clause: Clause, tenancy: Tenancy) -> Iterator[_Query]:
    verb = next((site.name for site in clause.sites if _asks(site)), "")
    if not verb:
        return
    for site in clause.sites:
        if site.name == "from" and not site.module and site.given:
            binding = site.given[0]
            source = binding.named_children[-1] if binding.kind_id == BINARY else binding
        elif _asks(site) and site.given:
            source = _base(site.given[0])
        else:
            continue
        schema = module_name(source, clause.text, clause.aliases, clause.module) if source.kind_id == ALIAS else ""
        if schema in tenancy.owned and not (verb in _READS and tenancy.is_link(schema)):
            yield _Query(schema, site.line, verb)


def _base(node: Node) -> Node:
    """What a chain of pipes or of nested query calls begins with."""
    for _ in range(_SMALL):
        if node.kind_id == BINARY and operator_of(node) == "|>":
            node = node.named_children[0]
        elif node.kind_id == CALL and (given := arguments(node)) and first_child(node) is not None:
            node = given[0]
        else:
            return node
    return node


def _is_own_key(column: str, module: Module) -> bool:
    """Whether a column tells one row: its key, or an id that another system gave it and that is no reference."""
    fields = module.schema.fields if module.schema is not None else ()
    return bool(_OWN_KEYS.match(column)) or (column.endswith("_id") and any(field.name == column for field in fields))


def _is_all_of_one(module: Module, columns: set[str]) -> bool:
    """Whether a query asks for all rows of one other thing (a person's enrolments): that is meant across tenants."""
    belongs = {f"{a.name}_id" for a in module.schema.associations} if module.schema is not None else set()
    return len(columns) == 1 and columns <= belongs


def _through_parent(module: Module, columns: set[str], tenancy: Tenancy) -> bool:
    """Whether the query is held to a row that itself belongs to the tenant."""
    if module.schema is None:
        return False
    return any(
        f"{association.name}_id" in columns and association.module in tenancy.owned
        for association in module.schema.associations
        if association.kind == "belongs_to"
    )


def _finding(
    file: NearFile, function: FunctionBody, query: _Query, module: Module, columns: set[str], tenancy: Tenancy
) -> Finding:
    tenant = tenancy.owned[query.schema][0]
    tables, routes = tenancy.tenants[tenant]
    known = {field.name for field in module.schema.fields} if module.schema is not None else set()
    if module.schema is not None:
        known |= {f"{a.name}_id" for a in module.schema.associations}
    by = sorted(columns & known)
    held = f"by {', '.join(f'`{column}`' for column in by[:3])} only" if by else "by nothing"
    verb = {"update_all": "changes", "delete_all": "deletes"}.get(query.verb, "reads")
    table = module.schema.table if module.schema is not None else query.schema
    return Finding(
        path=file.path,
        line=query.line,
        what=f"`{function.label}` {verb} `{table}`, which belongs to a {tenant}, filtered {held}, without "
        f"`{tenant}_id`.",
        stake=f"it {verb} rows of every {tenant}, though {tables} tables and {routes} routes are kept apart by it",
        topic=(function.name, table, tenant, *by),
        symbol=function.label,
        module=function.module,
        severity="high" if verb != "reads" else "medium",
        weight=0.8 if by else 0.6,
    )


RULES: tuple[Rule, ...] = (
    Rule(
        "tenantless-query",
        "A tenant's table queried without the tenant",
        "web",
        "A query on a table that belongs to a tenant (what several tables belong to and many routes take as "
        "their first parameter) "
        "that names neither the tenant, nor a row's own key, nor a parent that belongs to the tenant.",
        "Add the tenant to the query, or write down that it is meant for all of them and who may call it.",
        _detect,
    ),
)
