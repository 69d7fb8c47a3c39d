"""The input file of a batch job: a request a line.

{"key":"0f3a...c2-9b1e...07","request":{"content":{"parts":[{"text":"..."}]},"taskType":"...",...}}
"""

from __future__ import annotations

from typing import Any

import msgspec

from engine.domain.models import Profile
from engine.domain.texts import RequestKey
from engine.gemini.prompts import prompt_for, task_field

_LINE_ENDS = ((b"\xe2\x80\xa8", rb"\u2028"), (b"\xe2\x80\xa9", rb"\u2029"), (b"\xc2\x85", rb"\u0085"))
"""Raw, these characters end a line for some readers; escaped, for none."""

_encode = msgspec.json.Encoder().encode


def request_line(key: RequestKey | str, text: str, profile: Profile) -> bytes:
    r"""One line of the input file, b"\n" at its end; any text.

    Task type and dimension stand in the request itself: Google calls that place deprecated in favour of
    `embedContentConfig`, but its own published example uses it and the SDK sends direct requests that way, so both
    paths send the same request. The model is named by the job.
    """
    request: dict[str, Any] = {"content": {"parts": [{"text": prompt_for(profile, text)}]}}
    if task := task_field(profile):
        request["taskType"] = task
    request["outputDimensionality"] = profile.dimension
    line = _encode({"key": str(key), "request": request}) + b"\n"
    if not line.isascii():
        for raw, escaped in _LINE_ENDS:
            line = line.replace(raw, escaped)
    return line
