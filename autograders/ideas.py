"""What of Python a piece of code asks a learner to know: a registry of ideas, and the ideas that a syntax tree uses.

`chapter.yml` lists the ideas that are new in a chapter; a test holds the solutions against the lists. Words that differ
only in what they compute are one idea: who has met `sum` can read `mean`. What the registry does not know is named too,
by its method or its part of the grammar, so that nothing slips through.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


@dataclass(frozen=True)
class Idea:
    """One thing to know, with its name in both languages, and the words by which it is met: functions and methods.

    A word with a dot before it is a method only.
    """

    id: str
    en: str
    zh: str
    words: str = ""


_ALL = (
    # the grammar
    Idea("assignment", "a name for a value: x = 1", "给值起名：x = 1"),
    Idea("call", "a call: f(x)", "调用：f(x)"),
    Idea("attribute", "what belongs to a thing, after a dot: x.y", "点后面是属于它的东西：x.y"),
    Idea("text", 'text in quotation marks: "core"', '引号里的文本："core"'),
    Idea("arithmetic", "arithmetic: + - * /", "四则运算：+ - * /"),
    Idea("comparison", "comparing: == < >=", "比较：== < >="),
    Idea("column", 'a column or a value by its name: x["y"]', '按名称取一列或一个值：x["y"]'),
    Idea("columns", "several columns by their names: x[[...]]", "按名称取几列：x[[...]]"),
    Idea("mask", "the rows for which something holds: x[...]", "只留下符合条件的行：x[...]"),
    Idea("mask_logic", "conditions on rows together: & | ~", "把对行的条件连起来：& | ~"),
    Idea("indexing", "one by its place: x[0], x[-1]", "按位置取一个：x[0]、x[-1]"),
    Idea("slicing", "a part by places: x[:-1]", "按位置取一段：x[:-1]"),
    Idea("put", 'putting something in its place: x["y"] = 1', '写到某个位置：x["y"] = 1'),
    Idea("function", "a function: def and return", "函数：def 和 return"),
    Idea("default", "an argument with a default: def f(x=1)", "参数的默认值：def f(x=1)"),
    Idea("keyword", "an argument by its name: f(x=1)", "按名称传参数：f(x=1)"),
    Idea("if", "if, elif, else", "条件：if、elif、else"),
    Idea("if_expression", "a value by a condition: a if c else b", "按条件取值：a if c else b"),
    Idea("logic", "and, or, not", "逻辑：and、or、not"),
    Idea("membership", "being among them: x in y", "是否在其中：x in y", "isin between"),
    Idea("list", "a list: [...]", "列表：[...]"),
    Idea("tuple", "several values together: (a, b)", "几个值放在一起：(a, b)"),
    Idea("dict", 'a mapping: {"a": 1}', '字典：{"a": 1}'),
    Idea("set", "a set: {a, b}", "集合：{a, b}"),
    Idea("unpacking", "several names at once: a, b = ...", "一次给几个值起名：a, b = ..."),
    Idea("for", "a loop: for", "循环：for"),
    Idea("update", "changing by an amount: x += 1", "在原来的基础上改变：x += 1"),
    Idea("comprehension", "a loop inside brackets: [... for x in y]", "推导式：[... for x in y]"),
    Idea("f_string", 'a text with values in it: f"{x}"', '带值的文本：f"{x}"'),
    Idea("lambda", "a function without a name: lambda", "没有名字的函数：lambda"),
    Idea("import", "import", "导入：import"),
    # functions and methods
    Idea("len", "how many: len", "有多少：len", "len shape size"),
    Idea("total", "one number for many: sum, mean, max", "由多得一：sum、mean、max",
         "sum mean median max min count std var quantile prod mode fmean"),
    Idea("round", "rounding: round", "取整：round", "round abs floor ceil"),
    Idea("any_all", "whether any, whether all", "任一、全部：any、all", "any all"),
    Idea("conversion", "from one kind to another: int, list", "类型转换：int、list",
         "int float str bool list dict tuple set tolist to_list to_dict astype to_frame"),
    Idea("range", "numbers and pairs to loop over: range, zip", "用来循环的数和对：range、zip", "range enumerate zip"),
    Idea("print", "print", "显示：print", "print"),
    Idea("math", "roots, logarithms: sqrt, log", "开方、对数：sqrt、log", "sqrt log exp isclose isnan pi"),
    Idea("text_methods", "what texts can do: lower, split", "文本的方法：lower、split",
         "lower upper strip split join replace startswith endswith contains format title"),
    Idea("list_methods", "changing a list: append", "改变列表：append", "append extend insert pop remove sort reverse"),
    Idea("dict_methods", "what mappings can do: get, items", "字典的方法：get、items", "get items keys values"),
    # pandas
    Idea("head", "the first or last rows: head, tail", "最前或最后几行：head、tail", "head tail sample first last"),
    Idea("value_counts", "how often each value is there: value_counts", "各值出现的次数：value_counts", "value_counts"),
    Idea("unique", "each value once: unique, nunique", "不重复的值：unique、nunique",
         "unique nunique drop_duplicates duplicated"),
    Idea("groupby", "group by group: groupby", "分组：groupby", "groupby"),
    Idea("agg", "several numbers for each group: agg", "每组几个数：agg", "agg describe"),
    Idea("sort_values", "by size: sort_values", "排序：sort_values",
         "sort_values sort_index sorted nlargest nsmallest rank"),
    Idea("merge", "two tables side by side: merge", "合并两张表：merge", "merge"),
    Idea("concat", "one table below the other: concat", "把表接起来：concat", "concat"),
    Idea("largest_at", "where the largest is: idxmax", "最大的在哪里：idxmax", "idxmax idxmin"),
    Idea("missing", "values that are missing: isna, fillna", "缺失值：isna、fillna", "isna notna fillna dropna"),
    Idea("dates", "days and months: dt, Timedelta", "日期：dt、Timedelta",
         "dt date datetime timedelta Timedelta Timestamp to_datetime to_period to_timestamp days year month day"),
    Idea("loc", "rows and columns by names or places: loc", "按名称或位置取行列：loc", "loc iloc at"),
    Idea("index", "a column as the rows' names: set_index", "用一列给行命名：set_index",
         "set_index reset_index index columns reindex"),
    Idea("assign", "a new column: assign", "新的一列：assign", "assign rename drop"),
    Idea("apply", "a function on every value: map, apply", "对每个值用函数：map、apply", "map apply transform"),
    Idea("shift", "compared with the row before: shift, diff", "与上一行比较：shift、diff",
         "shift diff pct_change cumsum cummax cumprod"),
    Idea("bounds", "within bounds: clip, where", "限定范围：clip、where", "clip where cut qcut"),
    Idea("pivot", "a table by two columns: pivot_table", "交叉表：pivot_table", "pivot_table pivot unstack crosstab"),
    # matplotlib
    Idea("figure", "a figure with its title and labels: subplots", "一张图和它的标题、轴名：subplots",
         "subplots set_title set_xlabel set_ylabel .set"),
    Idea("bar", "bars: bar, barh", "柱形图：bar、barh", "bar barh"),
    Idea("plot", "lines: plot", "折线图：plot", "plot"),
    Idea("scatter", "points: scatter", "散点图：scatter", "scatter"),
    Idea("hist", "a distribution: hist", "分布图：hist", "hist boxplot"),
    Idea("figure_details", "a legend, lines across, limits: legend, axhline", "图例、参考线、范围：legend、axhline",
         "legend axhline axvline annotate set_xlim set_ylim set_xticks set_yticks tick_params invert_yaxis"),
)  # fmt: skip
IDEAS: dict[str, Idea] = {idea.id: idea for idea in _ALL}
_BY_NAME: dict[str, str] = {word: idea.id for idea in _ALL for word in idea.words.split()}
_BY_METHOD = _BY_NAME | {word[1:]: name for word, name in _BY_NAME.items() if word.startswith(".")}

_BY_NODE: dict[type[ast.AST], str] = {
    ast.Assign: "assignment",
    ast.AnnAssign: "assignment",
    ast.Call: "call",
    ast.Compare: "comparison",
    ast.FunctionDef: "function",
    ast.If: "if",
    ast.IfExp: "if_expression",
    ast.BoolOp: "logic",
    ast.Not: "logic",
    ast.In: "membership",
    ast.NotIn: "membership",
    ast.BitAnd: "mask_logic",
    ast.BitOr: "mask_logic",
    ast.Invert: "mask_logic",
    ast.List: "list",
    ast.Dict: "dict",
    ast.Set: "set",
    ast.For: "for",
    ast.AugAssign: "update",
    ast.ListComp: "comprehension",
    ast.SetComp: "comprehension",
    ast.DictComp: "comprehension",
    ast.GeneratorExp: "comprehension",
    ast.JoinedStr: "f_string",
    ast.Lambda: "lambda",
    ast.Import: "import",
    ast.ImportFrom: "import",
    ast.keyword: "keyword",
    ast.Add: "arithmetic",
    ast.Sub: "arithmetic",
    ast.Mult: "arithmetic",
    ast.Div: "arithmetic",
    ast.FloorDiv: "arithmetic",
    ast.Mod: "arithmetic",
    ast.Pow: "arithmetic",
}
# Parts of what is named above, or nothing to explain.
_SILENT = (
    *(ast.Module, ast.Expression, ast.Expr, ast.Name, ast.Load, ast.Store, ast.Pass, ast.Return, ast.arg, ast.alias),
    *(ast.BinOp, ast.UnaryOp, ast.unaryop, ast.cmpop, ast.boolop, ast.Slice, ast.FormattedValue, ast.comprehension),
)
_MASKING = {"between", "contains", "duplicated", "endswith", "isin", "isna", "notna", "startswith"}


def ideas(tree: ast.AST, modules: Collection[str] = ()) -> set[str]:
    """Return the ids of the ideas that a syntax tree uses.

    modules    names that stand for modules or the kit: what they do is a call and no idea, unless it is a known word

    >>> sorted(ideas(ast.parse('share = counts["lost"] / len(people)')))
    ['arithmetic', 'assignment', 'call', 'column', 'len']
    >>> sorted(ideas(ast.parse('people[people["age"] > 30].rolling(3)')))
    ['attribute', 'call', 'column', 'comparison', 'mask', 'rolling']
    """
    known = {"kit", *modules, *imported(tree)}
    return {idea for node in _nodes(tree) for idea in _of(node, known)}


def imported(tree: ast.AST) -> set[str]:
    """Return the names that the import statements of a tree give."""
    return {
        (alias.asname or alias.name).partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }


def _nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Walk a tree, but for docstrings, names of columns in brackets, and the two names that `subplots` gives."""
    yield tree
    skipped: list[ast.AST] = []
    match tree:
        case ast.FunctionDef() if ast.get_docstring(tree, clean=False) is not None:
            skipped = [tree.body[0]]
        case ast.Subscript() if _is_name(tree.slice) or isinstance(tree.slice, ast.List):
            skipped = [tree.slice]
        case ast.Assign(value=ast.Call(func=ast.Attribute(attr="subplots"))):
            skipped = list(tree.targets)
    for child in ast.iter_child_nodes(tree):
        if child not in skipped:
            yield from _nodes(child)


def _is_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _of(node: ast.AST, modules: Collection[str]) -> Iterator[str]:
    """Yield the ideas of one node, its children not looked at."""
    match node:
        case ast.Constant():
            yield from ("text",) if _is_name(node) else ()
        case ast.Subscript():
            yield _of_brackets(node)
        case ast.Attribute():
            yield from () if _of_module(node, modules) else ("attribute",)
            yield from (_BY_METHOD[node.attr],) if node.attr in _BY_METHOD else ()
        case ast.Tuple():
            yield "unpacking" if isinstance(node.ctx, ast.Store) else "tuple"
        case ast.arguments():
            yield from ("default",) if node.defaults else ()
        case ast.Call():
            yield "call"
            yield from _of_call(node.func, modules)
        case ast.Compare(ops=[ast.In() | ast.NotIn()]):
            return  # the sign itself says so
        case _ if type(node) in _BY_NODE:
            yield _BY_NODE[type(node)]
        case _ if not isinstance(node, _SILENT):
            yield type(node).__name__


def _of_brackets(node: ast.Subscript) -> str:
    """Return what square brackets ask for, by what stands in them."""
    inside = node.slice
    if isinstance(node.ctx, ast.Store):
        return "put"
    if _is_name(inside):
        return "column"
    if isinstance(inside, ast.Slice):
        return "slicing"
    if isinstance(inside, ast.List):
        return "columns"
    parts = list(ast.walk(inside))
    asked = {part.attr for part in parts if isinstance(part, ast.Attribute)}
    return "mask" if asked & _MASKING or any(isinstance(part, ast.Compare) for part in parts) else "indexing"


def _of_call(function: ast.expr, modules: Collection[str]) -> Iterator[str]:
    """Yield the word of a function that is called by its bare name; and a method nobody knows, by its name."""
    if isinstance(function, ast.Name) and function.id in _BY_NAME:
        yield _BY_NAME[function.id]
    if isinstance(function, ast.Attribute) and function.attr not in _BY_METHOD and not _of_module(function, modules):
        yield function.attr


def _of_module(node: ast.expr, modules: Collection[str]) -> bool:
    """Return whether what stands before all dots is a module or the kit."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id in modules
