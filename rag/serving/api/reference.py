"""The page that tells a programmer what there is: made of the OpenAPI document, with nothing from outside."""

from __future__ import annotations

import json
from html import escape
from typing import Any

CONTENT_POLICY = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
}
_PAGE = """<!doctype html><html lang="id"><head><meta charset="utf-8"><title>API · Tanya Arsip</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
:root {{ color-scheme: light dark; }}
body {{ font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 52rem; padding: 1rem;
  background: light-dark(#fbfbf9, #14181c); color: light-dark(#1b2227, #e8ecef); }}
a {{ color: light-dark(#0b5c7a, #7cc7e2); }}
code, pre {{ background: light-dark(#eef1f0, #1f262c); border-radius: .3rem; padding: .1rem .3rem; }}
pre {{ overflow-x: auto; padding: .6rem; }} table {{ border-collapse: collapse; }}
td, th {{ text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0; }}
</style></head><body><h1>Tanya Arsip: API</h1><p>{description}</p>
<p>Token dikirim dalam setiap permintaan, jika layanan ini memintanya: <code>Authorization: Bearer TOKEN</code>. Token
dibuat dengan <code>tanya readers token NAMA</code>. Bentuk lengkapnya ada di <a href="/openapi.json">openapi.json</a>.
</p>{operations}</body></html>"""


def reference_page(document: dict[str, Any]) -> str:
    """Return the page for an OpenAPI document."""
    told = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            told.append(f"<h2><code>{method.upper()} {escape(path)}</code></h2><p>{escape(operation['summary'])}.</p>")
            rows = _fields(document, operation)
            if rows:
                told.append(f"<table><tr><th>Isian<th>Bentuk<th>Arti</tr>{''.join(map(_row, rows))}</table>")
            if method == "post":
                told.append(f"<pre>{escape(_example(path, rows))}</pre>")
    return _PAGE.format(description=escape(document["info"]["description"]), operations="".join(told))


def _fields(document: dict[str, Any], operation: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return the fields of a request: name, form, meaning; those that must be there first."""
    rows = [
        (item["name"], _form(item["schema"], bool(item.get("required"))), item.get("description", ""))
        for item in operation.get("parameters", ())
    ]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    name = body.get("$ref", "").rpartition("/")[2]
    schema = document["components"]["schemas"].get(name, {})
    required = schema.get("required", [])
    fields = sorted(schema.get("properties", {}).items(), key=lambda item: item[0] not in required)
    return rows + [(name, _form(field, name in required), field.get("description", "")) for name, field in fields]


def _form(schema: dict[str, Any], required: bool) -> str:
    kinds = [schema, *schema.get("anyOf", ())]
    told = next((str(kind["type"]) for kind in kinds if "type" in kind), "")
    most = next((f", ≤ {kind[name]}" for kind in kinds for name in ("maxLength", "maximum") if name in kind), "")
    return f"{told}{most}{', wajib' if required else ''}"


def _row(row: tuple[str, str, str]) -> str:
    name, form, meaning = map(escape, row)
    return f"<tr><td><code>{name}</code><td>{form}<td>{meaning}</tr>"


def _example(path: str, rows: list[tuple[str, str, str]]) -> str:
    body = json.dumps({rows[0][0]: "…"}, ensure_ascii=False)
    return (
        f"curl -H 'Content-Type: application/json' -H \"Authorization: Bearer $TOKEN\" \\\n  -d '{body}' ALAMAT{path}"
    )
