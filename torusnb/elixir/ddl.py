"""The commonest DDL of Postgres in the raw statements of a migration.

A migration may be hostile: no pattern here takes more than linear time. Statements are brought to one line with single
blanks before a pattern reads them, and what is opened but never closed runs to the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from torusnb.models.database import Constraint, Field, Index, Step

_PIECE = re.compile(
    r"""(?P<remark>--[^\n]*|/\*.*?(?:\*/|\Z))
    |(?P<run>\bEXECUTE\s+(?:format\s*\(\s*)?)'(?P<sql>[^']*(?:''[^']*)*)'
    |(?P<quoted>\bE'(?:[^'\\]|\\.)*'|'[^']*(?:''[^']*)*'|"[^"]*")
    |(?P<do>\bDO\s+(?:LANGUAGE\s+\w+\s+)?)?(?P<tag>\$(?:[a-z_]\w*)?\$)(?P<body>.*?)(?:(?P=tag)|\Z)""",
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
_NAME = r'((?:"?\w+"?\.)?"?\w+"?)'
_IF = r"(IF\s+(?:NOT\s+)?EXISTS\s+)?"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text.replace(" ", r"\s+").replace("{n}", _NAME).replace("{if}", _IF), re.IGNORECASE | re.DOTALL)


_START = re.compile(r"\b(?:CREATE|ALTER|DROP)\b", re.IGNORECASE)
_CREATE_TABLE = _pattern(r"CREATE (?:UNLOGGED )?TABLE {if}{n}\s*(\(?)")
_DROP_TABLE = _pattern(r"DROP TABLE {if}(.*)")
_ALTER_TABLE = _pattern(r"ALTER TABLE {if}(?:ONLY\s+)?{n}\s+(.*)")
_CREATE_INDEX = _pattern(
    r"CREATE (UNIQUE )?INDEX (?:CONCURRENTLY )?{if}(?:{n} )??ON (?:ONLY )?{n}\s*(?:USING \w+\s*)?(\(.*)"
)
_DROP_INDEX = _pattern(r"DROP INDEX (?:CONCURRENTLY )?{if}(.*)")
_BEHAVIOUR = re.compile(r" (?:CASCADE|RESTRICT)$", re.IGNORECASE)
_WHOLE_NAME = re.compile(_NAME)
_RENAME_INDEX = _pattern(r"ALTER INDEX {if}{n} RENAME TO {n}")
_ADD_CONSTRAINT = _pattern(r"ADD CONSTRAINT {n} (CHECK|EXCLUDE|UNIQUE|PRIMARY KEY|FOREIGN KEY)\b(.*)")
_ADD = _pattern(r"ADD (?:COLUMN )?{if}{n} (.*)")
_DROP_CONSTRAINT = _pattern(r"DROP CONSTRAINT {if}{n}")
_DROP = _pattern(r"DROP (?:COLUMN )?{if}{n}")
_RENAME_TABLE = _pattern(r"RENAME TO {n}")
_RENAME_CONSTRAINT = _pattern(r"RENAME CONSTRAINT {n} TO {n}")
_RENAME_COLUMN = _pattern(r"RENAME (?:COLUMN )?{n} TO {n}")
_ALTER_COLUMN = _pattern(r"ALTER (?:COLUMN )?{n} (.*)")
_COLUMN = re.compile(r"(\"?\w+\"?)\s+(.*)", re.DOTALL)
_NO_COLUMN = re.compile(r"(CONSTRAINT|PRIMARY|FOREIGN|UNIQUE|CHECK|EXCLUDE|LIKE)\b", re.IGNORECASE)
_TYPE_END = re.compile(
    r"\s+(?:NOT\s+NULL|NULL|DEFAULT|REFERENCES|PRIMARY|UNIQUE|CHECK|COLLATE|GENERATED|CONSTRAINT|USING)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_DEFAULT = re.compile(r"\bDEFAULT\s+((?:'[^']*'|[\w.]+)(?:\([^)]*\))?(?:::\w+)?)", re.IGNORECASE)
_REFERENCES = _pattern(r"(?:\bCONSTRAINT {n} )?\bREFERENCES {n}")
_FOREIGN = re.compile(r"\(([^()]*)\)")
_WHERE = re.compile(r"\bWHERE\b\s*(.*)", re.IGNORECASE | re.DOTALL)
_CONCURRENT = _pattern(r"\b(?:CREATE|DROP) (?:UNIQUE )?INDEX CONCURRENTLY\b")


def is_concurrent(sql: str) -> bool:
    """Whether a statement makes or drops an index without a lock on the table."""
    return _CONCURRENT.search(sql) is not None


def parse_ddl(sql: str, line: int) -> list[Step]:
    """What the statements do to tables, columns, indexes and constraints; everything else is passed over.

    Args:
        sql: One or several statements. Bodies of functions are not looked into, those of `DO` are.
        line: The line that the text begins on.
    """
    if _START.search(sql) is None:
        return []
    steps: list[Step] = []
    seen = 0
    for offset, statement in _statements(sql):
        line += sql.count("\n", seen, offset)
        seen = offset
        steps.extend(_steps(_one_line(statement), line))
    return steps


def _statements(sql: str) -> Iterator[tuple[int, str]]:
    """Each statement from its verb on, with its offset; one that stands in quotes is none, unless `EXECUTE` runs it."""
    text, plain = _opened(sql)
    start = 0
    for part in plain.split(";"):
        found = _START.search(part)
        if found is not None:
            yield start + found.start(), text[start + found.start() : start + len(part)].strip()
        start += len(part) + 1


def _opened(sql: str, inside: bool = False) -> tuple[str, str]:
    """The text without comments and bodies of functions, and the same without what stands in quotes; both as long.

    The body of a `DO` block and the text that `EXECUTE` runs stand open; `inside` such a block there is no other.
    """
    text, plain, end = [], [], 0
    for found in _PIECE.finditer(sql):
        between, whole = sql[end : found.start()], found[0]
        end = found.end()
        opened = "sql" if found["sql"] is not None else "body" if found["do"] and not inside else ""
        kept = masked = " " * len(whole)
        if opened:
            before, after = found.start(opened) - found.start(), found.end() - found.end(opened)
            kept, masked = _opened(found[opened], inside=True) if opened == "body" else (found[opened],) * 2
            kept, masked = (f"{';':>{before}}{shown}{';':<{after}}"[: len(whole)] for shown in (kept, masked))
        elif found["quoted"]:
            kept = whole
        text += [between, kept]
        plain += [between, masked]
    return "".join((*text, sql[end:])), "".join((*plain, sql[end:]))


def _steps(statement: str, line: int) -> list[Step]:
    if found := _CREATE_TABLE.match(statement):
        return _created(statement, found, line)
    if found := _DROP_TABLE.match(statement):
        return [
            Step("drop_table", _bare(name), line, if_needed=bool(found[1]), prefix=_prefix(name))
            for name in _names(found[2])
        ]
    if found := _ALTER_TABLE.match(statement):
        table, prefix = _bare(found[2]), _prefix(found[2])
        actions = [step for part in _split(found[3]) for step in _altered(table, part.strip(), line)]
        return [replace(step, prefix=prefix) for step in (Step("alter_table", table, line), *actions)]
    if found := _CREATE_INDEX.match(statement):
        inside, rest = _parenthesis(found[5])
        where = _WHERE.search(rest)
        columns = tuple(
            _bare(part) if re.fullmatch(r'[\w"]+', part.strip()) else part.strip() for part in _split(inside)
        )
        index = Index(
            _bare(found[4]), columns, line, bool(found[1]), _bare(found[3] or ""), _one_line(where[1]) if where else ""
        )
        step = Step("create_index", index.table, line, index.name, index=index, if_needed=bool(found[2]))
        return [replace(step, prefix=_prefix(found[4]))]
    if found := _DROP_INDEX.match(statement):
        return [
            Step("drop_index", "", line, _bare(name), if_needed=bool(found[1]), prefix=_prefix(name))
            for name in _names(found[2])
        ]
    if found := _RENAME_INDEX.match(statement):
        return [Step("rename_index", "", line, _bare(found[2]), _bare(found[3]), prefix=_prefix(found[2]))]
    return []


def _names(listed: str) -> list[str]:
    """The names of a list that a `DROP` ends in; none when anything else stands there."""
    names = [part.strip() for part in _BEHAVIOUR.sub("", listed.strip()).split(",")]
    return names if all(_WHOLE_NAME.fullmatch(name) for name in names) else []


def _created(statement: str, found: re.Match[str], line: int) -> list[Step]:
    table = _bare(found[2])
    steps = [Step("create_table", table, line, if_needed=bool(found[1]))]
    if found[3]:
        inside, _ = _parenthesis(statement[found.end() - 1 :])
        for part in _split(inside):
            named = part.strip()
            if _NO_COLUMN.match(named):
                steps.extend(_altered(table, f"ADD {named}", line) if named.upper().startswith("CONSTRAINT") else ())
            elif column := _COLUMN.match(named):
                steps.append(
                    Step("add", table, line, _bare(column[1]), column=_field(table, column[1], column[2], line))
                )
    return [replace(step, prefix=_prefix(found[2])) for step in steps]


def _altered(table: str, action: str, line: int) -> list[Step]:
    """What one action of `ALTER TABLE` does."""
    if found := _ADD_CONSTRAINT.match(action):
        return _constrained(table, _bare(found[1]), found[2].upper(), found[3], line)
    if found := _DROP_CONSTRAINT.match(action):
        return [Step("drop_constraint", table, line, _bare(found[2]), if_needed=bool(found[1]))]
    if found := _RENAME_CONSTRAINT.match(action):
        return []
    if found := _RENAME_TABLE.match(action):
        return [Step("rename_table", table, line, to=_bare(found[1]))]
    if found := _RENAME_COLUMN.match(action):
        return [Step("rename_column", table, line, _bare(found[1]), _bare(found[2]))]
    if found := _ALTER_COLUMN.match(action):
        return _modified(table, _bare(found[1]), found[2], line)
    if found := _ADD.match(action):
        if _NO_COLUMN.match(found[2]):
            return []
        column = _field(table, found[2], found[3], line)
        return [Step("add", table, line, column.name, column=column, if_needed=bool(found[1]))]
    if found := _DROP.match(action):
        return [Step("remove", table, line, _bare(found[2]), column=Field(_bare(found[2]), "", line, table))]
    return []


def _constrained(table: str, name: str, kind: str, rest: str, line: int) -> list[Step]:
    text = _one_line(rest)
    if kind.startswith("FOREIGN"):
        column, target = _FOREIGN.search(rest), _REFERENCES.search(rest)
        if column is None or target is None or "," in column[1]:
            return []
        field = Field(_bare(column[1]), "", line, table, references=_bare(target[2]), foreign_key=name)
        return [Step("modify", table, line, field.name, column=field, sets=("references",))]
    if kind == "UNIQUE":
        columns = _FOREIGN.search(rest)
        names = tuple(_bare(part) for part in columns[1].split(",")) if columns else ()
        return [Step("create_index", table, line, name, index=Index(table, names, line, True, name))]
    if kind.startswith("PRIMARY"):
        return []
    word = "exclude" if kind == "EXCLUDE" else "check"
    return [Step("create_constraint", table, line, name, constraint=Constraint(table, name, word, text, line))]


def _modified(table: str, name: str, what: str, line: int) -> list[Step]:
    upper = " ".join(what.upper().split())
    field, sets = Field(name, "", line, table), ""
    if upper.startswith(("SET NOT NULL", "DROP NOT NULL")):
        field, sets = Field(name, "", line, table, null=upper.startswith("DROP")), "null"
    elif upper.startswith(("SET DEFAULT", "DROP DEFAULT")):
        default = "" if upper.startswith("DROP") else _one_line(what)[len("SET DEFAULT ") :]
        field, sets = Field(name, "", line, table, default=default), "default"
    elif found := re.match(r"(?:SET\s+DATA\s+)?TYPE\s+(.*)", what, re.IGNORECASE | re.DOTALL):
        field, sets = Field(name, _TYPE_END.sub("", _one_line(found[1])), line, table), "type"
    return [Step("modify", table, line, name, column=field, sets=(sets,))] if sets else []


def _field(table: str, name: str, rest: str, line: int) -> Field:
    written = _one_line(rest)
    upper = written.upper()
    default, target = _DEFAULT.search(written), _REFERENCES.search(written)
    return Field(
        _bare(name),
        _TYPE_END.sub("", written),
        line,
        table,
        null="NOT NULL" not in upper and "PRIMARY KEY" not in upper,
        default=default[1] if default else "",
        references=_bare(target[2]) if target else "",
        foreign_key=_bare(target[1] or "") if target else "",
    )


def _prefix(name: str) -> str:
    """The schema of Postgres that a name says; empty for the public one, which is what is meant without."""
    prefix = name.strip().rpartition(".")[0].strip('"')
    return "" if prefix.lower() == "public" else prefix


def _bare(name: str) -> str:
    """A name without its schema and quotes."""
    return name.strip().rpartition(".")[2].strip('"')


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _split(text: str) -> list[str]:
    """The parts between commas that stand in no parenthesis and no quotes."""
    parts, depth, quoted, start = [], 0, False, 0
    for index, letter in enumerate(text):
        if letter == "'":
            quoted = not quoted
        elif quoted:
            continue
        elif letter in "()":
            depth += 1 if letter == "(" else -1
        elif letter == "," and depth == 0:
            parts.append(text[start:index])
            start = index + 1
    return [part for part in (*parts, text[start:]) if part.strip()]


def _parenthesis(text: str) -> tuple[str, str]:
    """What stands in the parenthesis that the text begins with, and what follows it."""
    depth, quoted = 0, False
    for index, letter in enumerate(text):
        if letter == "'":
            quoted = not quoted
        elif not quoted and letter in "()":
            depth += 1 if letter == "(" else -1
            if depth == 0:
                return text[1:index], text[index + 1 :]
    return text[1:], ""
