"""How an estimate shows itself in a notebook."""

from __future__ import annotations


class Shown:
    """An estimate shows itself in a notebook as one line."""

    def _repr_html_(self) -> str:
        from html import escape

        from .wording import estimate_words

        return f"<p><b>{escape(self.endpoint.label)}</b> {escape(estimate_words(self))}</p>"  # type: ignore[attr-defined, arg-type]
