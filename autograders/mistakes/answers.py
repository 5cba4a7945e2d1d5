"""Mistakes that any chapter's exercises can have: in an answer's form, and in what a function does beside its job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograders.rules import NAMED

from .mistake import EVERYTHING, NOTHING, Cost, Mistake, Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltylib.chapters import Chapter, Exercise, Text

    from .draft import Draft


def mistakes(chapter: Chapter) -> list[Mistake]:
    """Return the mistakes in the form of answers, each made in the last exercise of its kind.

    The last, because an earlier number may be worked with further on.
    """
    found: list[Mistake] = []
    numbers = [e for e in chapter.exercises if e.kind == "number"]
    functions = [e for e in chapter.exercises if e.kind == "function"]
    shares = [e for e in numbers if e.decimals]
    counts = [e for e in numbers if not e.decimals]
    decisions = [e for e in chapter.exercises if e.kind == "decision"]
    figures = [e for e in chapter.exercises if e.kind == "figure"]
    texts = [e for e in chapter.exercises if e.kind == "text"]
    if shares:
        found += _of_shares(shares[-1])
    if counts:
        found += _of_counts(counts[-1])
    if numbers:
        found += _of_numbers(numbers[-1])
    if functions:
        found += _of_functions(functions[0], functions[-1]) + _of_runs(functions[0])
    if decisions:
        found += _of_decisions(decisions[-1])
    if figures:
        found += _of_figures(figures[-1])
    if texts:
        found += [_undone("text_empty", {"en": "The text is not written.", "zh": "简答题没有写。"}, texts)]
    return found + _partial(chapter)


def name_of(exercise: Exercise) -> str:
    """Return an exercise's name within its chapter."""
    return exercise.id.removeprefix(f"{exercise.stem}-")


def _added(  # noqa: PLR0913 - what a mistake is
    name: str, said: Text, exercise: Exercise, code: str, cost: Cost, *, place: Place = "form"
) -> Mistake:
    """Return the mistake of writing `code` below the right answer; `ANSWER` in the code is the answer's name."""
    touched = name_of(exercise)

    def change(draft: Draft) -> dict[str, Cost]:
        draft.add(touched, code.replace("ANSWER", exercise.answer))
        return {touched: cost}

    return Mistake(name, said, place, (touched,), change)


def _broken(  # noqa: PLR0913 - what a mistake is
    name: str,
    said: Text,
    exercise: Exercise,
    change_code: Callable[[str], str],
    *,
    incidents: tuple[str, ...] = (),
    slow: bool = False,
) -> Mistake:
    """Return the mistake of changing the code of the right answer so that nothing of it can be used."""
    touched = name_of(exercise)

    def change(draft: Draft) -> dict[str, Cost]:
        draft.write(touched, change_code(draft.answer(touched).source))
        return {touched: EVERYTHING}

    return Mistake(name, said, "run", (touched,), change, incidents, slow)


def _undone(name: str, said: Text, exercises: list[Exercise]) -> Mistake:
    touched = tuple(map(name_of, exercises))

    def change(draft: Draft) -> dict[str, Cost]:
        for each in touched:
            draft.undo(each)
        return dict.fromkeys(touched, EVERYTHING)

    return Mistake(name, said, "answer", touched, change)


def _partial(chapter: Chapter) -> list[Mistake]:
    half = list(chapter.exercises[len(chapter.exercises) // 2 :])
    return [
        _undone("blank", {"en": "Nothing is answered.", "zh": "一题也没有答。"}, list(chapter.exercises)),
        _undone("half", {"en": "The second half is not answered.", "zh": "后一半没有答。"}, half),
    ]


def _of_shares(share: Exercise) -> list[Mistake]:
    return [
        _added(
            "off_by_100",
            {"en": "A share is given in per cent.", "zh": "该写小数的占比写成了百分数。"},
            share,
            "ANSWER = round(ANSWER * 100, 2)",
            EVERYTHING,
        ),
        _added(
            "percent_text",
            {"en": "A share is typed as text with a per cent sign.", "zh": "占比写成了带百分号的文本。"},
            share,
            'ANSWER = f"{ANSWER:.2%}"',
            EVERYTHING,
        ),
    ]


def _of_counts(count: Exercise) -> list[Mistake]:
    return [
        _added(
            "full_width",
            {"en": "A number is typed as text in full-width digits.", "zh": "数字写成了全角文本。"},
            count,
            'ANSWER = str(ANSWER).translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))',
            EVERYTHING,
        ),
        _added(
            "ten_thousands",
            {"en": "A number is typed as text in units of ten thousand (万).", "zh": "数字写成了带“万”的文本。"},
            count,
            'ANSWER = f"{ANSWER / 10000}万"',
            EVERYTHING,
        ),
    ]


def _of_numbers(number: Exercise) -> list[Mistake]:
    return [
        _added(
            "nan",
            {"en": "The result is NaN.", "zh": "结果是 NaN。"},
            number,
            "ANSWER = ANSWER * float('nan')",
            EVERYTHING,
        ),
        _added(
            "numpy_scalar",
            {"en": "The right number is a NumPy scalar.", "zh": "数字正确，类型是 NumPy 标量。"},
            number,
            "import numpy as np\n\nANSWER = np.float64(ANSWER)",
            NOTHING,
        ),
        _added(
            "huge",
            {"en": "The answer is a list of a million numbers.", "zh": "答案是一个含一百万个数的列表。"},
            number,
            "ANSWER = [ANSWER] * 1_000_000",
            EVERYTHING,
        ),
        _added(
            "frame_as_number",
            {"en": "The answer is a whole table instead of a number.", "zh": "答案是整张表，而不是一个数。"},
            number,
            "ANSWER = kit.data.customers",
            EVERYTHING,
        ),
    ]


def _of_decisions(decision: Exercise) -> list[Mistake]:
    found = [
        _added(
            "decision_as_number",
            {"en": "A number stands where a decision is asked for.", "zh": "该写决定的地方写了一个数。"},
            decision,
            "ANSWER = len(ANSWER)",
            EVERYTHING,
        )
    ]
    if decision.form == "list":
        found += [
            _added(
                "decision_as_column",
                {"en": "A right decision is a column of a table.", "zh": "决定正确，写成了表里的一列。"},
                decision,
                "import pandas as pd\n\nANSWER = pd.Series(ANSWER)",
                NOTHING,
            ),
            _added(
                "decision_doubled",
                {"en": "A decision names everything twice.", "zh": "决定里每一项都写了两次。"},
                decision,
                "ANSWER = [*ANSWER, *ANSWER]",
                EVERYTHING,
            ),
        ]
    else:
        found.append(
            _added(
                "decision_as_list",
                {"en": "Pairs are given as a list, not in braces.", "zh": "该用花括号写的配对写成了列表。"},
                decision,
                "ANSWER = list(ANSWER.items())",
                EVERYTHING,
            )
        )
    if decision.choices:
        other = '["perhaps"]' if decision.form == "list" else 'dict.fromkeys(ANSWER, "perhaps")'
        found.append(
            _added(
                "decision_other_word",
                {"en": "A decision uses a word that is not offered.", "zh": "决定里用了没有列出的词。"},
                decision,
                f"ANSWER = {other}",
                EVERYTHING,
            )
        )
    return found


def _of_figures(figure: Exercise) -> list[Mistake]:
    return [
        _added(
            "figure_without_label",
            {"en": "A right figure has no label on its x axis.", "zh": "图画对了，但 x 轴没有名称。"},
            figure,
            'import numpy as np\n\nnp.ravel(ANSWER.axes)[0].set_xlabel("")',
            Cost(left={NAMED: 2 / 3}),
        ),
        _added(
            "figure_handed_whole",
            {"en": "The figure is given instead of its axes.", "zh": "交的是整张图，而不是坐标系。"},
            figure,
            "ANSWER = ANSWER.figure",
            NOTHING,
        ),
        _added(
            "figure_is_a_file",
            {"en": "The name of a file is given instead of a figure.", "zh": "该交图的地方写了文件名。"},
            figure,
            'ANSWER = "figure.png"',
            EVERYTHING,
        ),
    ]


_WRAP = "right_ANSWER = ANSWER\n\n\ndef ANSWER(*args):\n"


def _of_functions(first: Exercise, last: Exercise) -> list[Mistake]:
    return [
        _added(
            "numpy_bool",
            {"en": "A right function returns np.bool_.", "zh": "函数正确，返回值的类型是 np.bool_。"},
            first,
            f"import numpy as np\n\n{_WRAP}    result = right_ANSWER(*args)\n"
            "    return np.bool_(result) if isinstance(result, bool) else result",
            NOTHING,
        ),
        _added(
            "warning_on_stderr",
            {"en": "A right function warns and writes to stderr.", "zh": "函数正确，但会发出警告并写入 stderr。"},
            first,
            f'import sys\nimport warnings\n\n{_WRAP}    warnings.warn("not sure", stacklevel=1)\n'
            '    print("careful", file=sys.stderr)\n    return right_ANSWER(*args)',
            NOTHING,
        ),
        _added(
            "prints",
            {"en": "A right function prints at every call, a number last.", "zh": "函数正确，但每次调用都打印。"},
            last,
            f'{_WRAP}    print("called with", *args)\n    print(0)\n    return right_ANSWER(*args)\n\n\nprint(100)',
            NOTHING,
        ),
        _added(
            "changes_arguments",
            {"en": "A right function empties what it is given.", "zh": "函数正确，但会清空传入的参数。"},
            last,
            f"{_WRAP}    result = right_ANSWER(*args)\n    for each in args:\n"
            '        if hasattr(each, "clear"):\n            each.clear()\n    return result',
            NOTHING,
        ),
        _added(
            "exception",
            {"en": "A function raises at every call.", "zh": "函数每次调用都抛出异常。"},
            last,
            'def ANSWER(*args):\n    raise ValueError("not finished")',
            EVERYTHING,
        ),
        _added(
            "exit_in_function",
            {"en": "A function calls sys.exit.", "zh": "函数里调用了 sys.exit。"},
            last,
            "import sys\n\n\ndef ANSWER(*args):\n    sys.exit(0)",
            EVERYTHING,
        ),
        _added(
            "endless_recursion",
            {"en": "A function calls itself without end.", "zh": "函数无止境地调用自己。"},
            last,
            "def ANSWER(*args):\n    return ANSWER(*args)",
            EVERYTHING,
        ),
        _added(
            "not_a_function",
            {"en": "The function's name holds a value.", "zh": "函数名下面放的是一个值。"},
            first,
            "ANSWER = True",
            EVERYTHING,
        ),
    ]


def _of_runs(function: Exercise) -> list[Mistake]:
    return [
        _broken(
            "syntax_error",
            {"en": "A full-width bracket makes a cell a syntax error.", "zh": "全角括号造成语法错误。"},
            function,
            lambda code: code.replace("(", "（", 1),
        ),
        _added(
            "exit_in_cell",
            {"en": "A cell ends in sys.exit().", "zh": "单元格以 sys.exit() 结尾。"},
            function,
            "import sys\n\nsys.exit()",
            NOTHING,
            place="run",
        ),
        _broken(
            "process_ends",
            {"en": "A cell ends its own process.", "zh": "单元格结束了自己的进程。"},
            function,
            lambda code: f"import os\n\nos._exit(1)\n{code}",
            incidents=("kernel_died",),
        ),
        _broken(
            "endless_call",
            {"en": "A function loops without end when it is called.", "zh": "函数一调用就陷入死循环。"},
            function,
            lambda code: f"{code}\n\n\ndef {function.answer}(*args):\n    while True:\n        pass",
            incidents=("timeout",),
            slow=True,
        ),
        _broken(
            "endless_cell",
            {"en": "A cell loops without end.", "zh": "单元格陷入死循环。"},
            function,
            lambda code: f"while True:\n    pass\n{code}",
            incidents=("timeout",),
            slow=True,
        ),
    ]
