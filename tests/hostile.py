"""Text that people should never have typed: the one corpus that every sink is tried with.

A sink is whatever typed text comes out of: a letter's part, a header, a page, a file, a terminal, a
log. `tests/test_injection.py` has the list of them; whoever adds one adds a line there.
"""

from tests.notifications.samples import HOSTILE as IN_LETTERS

CORPUS = {
    **IN_LETTERS,
    "attribute": "\" autofocus onfocus=alert(1) x='",
    "closing tag": "</textarea></title></style></script><svg onload=alert(1)>",
    "address": "javascript:alert(1)//https://evil.example/",
    "entity": "&lt;script&gt; &#x3c;img&#x3e; &quot;",
    "formula": '=HYPERLINK("https://evil.example","open")',
    "formula with a tab": "\t=1+1",
    "formula with a sign": "+1+1",
    "formula with an at": "@SUM(A1)",
    "formula with a minus": '-2+3+cmd|" /C calc"!A0',
    "terminal colour": "\x1b[31mred\x1b[0m",
    "terminal title": "\x1b]0;owned\x07",
    "terminal clipboard": "\x1b]52;c;ZXZpbA==\x1b\\",
    "terminal link": "\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\",
    "eight-bit escape": "\x9b31m\x9d0;owned\x9c",
    "carriage return": "100 for\r0 for",
    "markup of the terminal": "[bold red]x[/] [/] [link=https://evil.example]y[/link] :skull:",
    "log line": 'x\n{"level": "info", "event": "vote recorded"}\r\nINFO: all is well',
    "percent": "%s %n %(name)s {0} {name} ${HOME} $(id) `id`",
    "sql": "'; DROP TABLE person; --",
    "calendar line": "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nATTENDEE:mailto:x@evil.example",
    "calendar mark": "a;b,c:d\\n\\;\\,",
    "path": "../../etc/passwd",
    "stacked marks": "Z" + "\u0351" * 200,
}
