"""What can be looked up: the tools as a model is told of them, with the JSON schema of their arguments."""

from __future__ import annotations

from torusnb.models.messages import Json, LookupTool

_LONGEST = 600
_NAMES = "The end of a module's name will do where only one module ends so; a wrong name is answered with near ones."


def _text(description: str, *, enum: tuple[str, ...] = (), least: int = 0) -> Json:
    schema: Json = {"type": "string", "description": description, "maxLength": _LONGEST}
    return schema | ({"enum": list(enum)} if enum else {}) | ({"minLength": least} if least else {})


def _tool(name: str, description: str, properties: dict[str, Json], *required: str) -> LookupTool:
    parameters: Json = {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }
    return LookupTool(name, description, parameters)


_FUNCTION = {"function": _text("`Module.function/arity`; without an arity all of that name", least=1)}
_UNDER = _text("Only paths that begin so (`lib/`, `test/`, `assets/src`)")
_PART = _text("Which part; all when left out", enum=("columns", "writers", "readers"))
_HOPS: Json = {"type": "integer", "description": "How many steps to follow, 3 by default", "minimum": 1, "maximum": 5}
_NAME = _text("The name; every one when left out")

TOOLS: tuple[LookupTool, ...] = (
    _tool(
        "find",
        "Where something is: definitions of a name (module, function, table, field, association, flag), the files "
        "whose code and names speak most of some words, guide sections and paths. Of a name that nothing defines, the "
        "lines that hold it; of a module, its tests too. "
        "Start here if the place is unknown.",
        {"query": _text("A name, or a few telling words", least=2), "under": _UNDER},
        "query",
    ),
    _tool(
        "text",
        "Every line that holds a literal text, in code, tests, assets, templates and guides. Case counts only when the "
        "text has capital letters. Lines that hold it as whole words come alone where there are any (`_` and capitals "
        "end a word); where nothing holds it, its words joined in any way (`fooBar`, `foo_bar`). Of an atom (`:name`) "
        "also the lines that write it as a key, those that register something under it first. Of the name of an assign "
        "or a session's key, the lines that put, take and delete it come first, each kind apart.",
        {"text": _text("The text, not a pattern", least=2), "under": _UNDER},
        "text",
    ),
    _tool(
        "show",
        "The lines themselves: a function with its documentation and all clauses (`Module.function/2`), a module "
        "(`Module`; a long one's head and its functions), a file from its start (`lib/a/b.ex`), a range of lines "
        "(`lib/a/b.ex:40-95`, guides and tests too), or what lies in a folder (`lib/a/`). With a behaviour come the "
        "modules that implement it. About 250 lines fit into an "
        "answer, and several things apart by `;` count as one look-up. The end of a path will do, and so will another "
        f"ending of a file's name; of a name that several modules bear, the beginning of each is shown. {_NAMES}",
        {"what": _text("What to show; several apart by `;`", least=1)},
        "what",
    ),
    _tool(
        "callers",
        "Every line that calls, captures, renders or delegates to a function, with the options that it reads with a "
        "default and which calls give them. Of a callback (`Behaviour.name/1`), who answers it and what may call it "
        "through a variable. Of a template, or of the module of a component, who renders it, and under "
        f"which atoms it is registered. {_NAMES}",
        {
            "function": _text(
                "`Module.function/arity`, without an arity all of that name; a template's path; a component's module",
                least=1,
            )
        },
        "function",
    ),
    _tool(
        "callees",
        "What of the checkout a function's clauses call, in order, and where that is defined; what of libraries in one "
        f"line. {_NAMES}",
        _FUNCTION,
        "function",
    ),
    _tool(
        "users",
        f"Every way in which other modules use a module: calls, structs, associations, imports, routes; of a "
        f"template who renders it. {_NAMES}",
        {"module": _text("The module, or a template's path", least=1)},
        "module",
    ),
    _tool(
        "clones",
        "Where else the code of a function stands: copies of it or of a passage in it, longer functions that hold it, "
        "compared by what they call, their atoms, keys, literals and operators, names aside; five at most, the best "
        "first. A rule that changes has to change in its copies too: ask of a calculation, query or check that is to "
        f"change, by its lines where it is a part of a function. Short and ordinary functions have none. {_NAMES}",
        {"function": _text("`Module.function/arity`, or the lines of a rule (`lib/a/b.ex:40-55`)", least=1)},
        "function",
    ),
    _tool(
        "table",
        "A database table as all migrations leave it (columns, indexes, constraints, schemas), who writes it and who "
        "reads it.",
        {"table": _text("The table, or its schema's module", least=1), "part": _PART},
        "table",
    ),
    _tool(
        "reach",
        "What a change to a schema, table, module or function would reach, nearest first, up to LiveViews, workers "
        f"and routes. {_NAMES}",
        {"name": _text("Schema, table, module, or `Module.function/arity`", least=1), "hops": _HOPS},
        "name",
    ),
    _tool(
        "routes",
        "Routes with pipelines, live session and on_mount hooks: those that lead to a module, or lie under a path.",
        {"to": _text("A LiveView, controller or hook module, or a path such as `/sections`", least=1)},
        "to",
    ),
    _tool("topic", "Who subscribes to and who broadcasts a PubSub topic.", {"name": _NAME}),
    _tool(
        "event",
        "Who executes, attaches to and measures telemetry events that begin so (`shop.cart`), with the keys of "
        "measurements and metadata that the code writes out; where none begins so, events whose names share its words.",
        {"name": _NAME},
    ),
    _tool("flag", "Who defines, checks and changes a feature flag.", {"name": _NAME}),
    _tool(
        "guide",
        "The project's own guides: with words the sections that speak of them, with a path its headings, with neither "
        "all guides. `show` gives the lines.",
        {"words": _text("A few telling words"), "path": _text("A guide's path")},
    ),
    _tool(
        "history",
        "Commits: those whose subject and paths speak like some words, or those that touched a file, with what "
        "changes together with it. Commits have no key; cite the lines of the files that they touch.",
        {"words": _text("A few telling words"), "path": _text("A file's path")},
    ),
    _tool(
        "docs",
        "Passages of the documentation of the locked dependencies, at the locked version; it says where it holds none "
        "of a package. What documents a name that stands in the words comes first.",
        {
            "words": _text("A few telling words, best with the library's own terms", least=2),
            "package": _text("The package"),
            "name": _text(
                "Exact names (`Repo.insert_all/3`, `start_async`, `:on_conflict`, `phx-mounted`): only what documents "
                "these; of several apart by `;` the passage that says most of the words"
            ),
        },
        "words",
    ),
    _tool(
        "passages",
        "Passages of the sources that this feature's research captured; without arguments, the sources.",
        {"words": _text("A few telling words"), "source": _text("A source's key (`src:…`)")},
    ),
)
"""In a fixed order, the same for every checkout, since they are part of every request that a record answers."""

BY_NAME = {tool.name: tool for tool in TOOLS}
