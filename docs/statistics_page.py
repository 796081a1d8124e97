"""The reference of the statistics: every function that a notebook may call, and whether a verb uses it, read from the syntax trees."""

from __future__ import annotations

import ast
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src"
ROOMS = ("trialrun.statistics.", "trialrun.analysis.trials.")
INNER = (  # what the estimators are made of
    "covariates", "cox_kernels", "cox_narrow", "curve_kernels", "event_table", "exact_sums", "incidence_kernels", "inputs", "numbers_given",
    "operating_kernel", "rank_test", "replicate_kernel", "risk_sets", "robust_spread", "symmetric_systems", "columns",
    "arm_power", "operating_words", "trial_estimates",
    "describe_fit", "score_residuals", "cluster_sums", "check_responders", "days_to_read", "rows_left", "band_of",
)  # fmt: skip


def page() -> str:
    """The page: a table of functions by module."""
    trees = {_module(path): ast.parse(path.read_text()) for path in sorted(SOURCE.rglob("*.py"))}
    used = _used(trees)
    lines = ["# Statistics, function by function\n"]
    lines += [
        "*report*: a verb of the command line uses it, directly or by way of another function. *notebook*: a library function, for those who"
    ]
    lines += ["analyse further; no verb needs it. The conventions are explained in [Statistics](../explanation/statistics.md).\n"]
    for module, tree in trees.items():
        if not module.startswith(ROOMS) or module.rpartition(".")[2] in INNER:
            continue
        rows = []
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.name not in INNER and _typed(node):
                first = (ast.get_docstring(node) or "").partition("\n")[0].replace("|", "\\|")
                rows.append(f"| `{node.name}` | {'report' if (module, node.name) in used else 'notebook'} | {first} |")
        if rows:
            lines += [f"## {module}\n", "| function | for | |\n|---|---|---|", *rows, ""]
    return "\n".join(lines)


def _module(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _typed(node: ast.FunctionDef) -> bool:
    return node.returns is not None or any(a.annotation for a in (*node.args.args, *node.args.kwonlyargs))


def _imports(module: str, tree: ast.AST, is_package: bool) -> dict[str, tuple[str, str]]:
    """Names imported anywhere in a module: where each comes from, and its name there."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            parts = module.split(".")
            base = parts[: len(parts) - node.level + is_package] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            found |= {alias.asname or alias.name: (origin, alias.name) for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.asname or alias.name: (alias.name, "") for alias in node.names}
    return found


def _used(trees: dict[str, ast.Module]) -> set[tuple[str, str]]:
    """(module, name) of all that the command line reaches: whole modules outside these rooms, single functions and classes within."""
    packages = {m for m in trees if (SOURCE / m.replace(".", "/")).is_dir()}
    imports = {m: _imports(m, tree, m in packages) for m, tree in trees.items()}
    nodes = {(m, n.name): n for m, tree in trees.items() for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    reached: set[tuple[str, str]] = set()
    seen: set[str] = set()
    waiting: list[tuple[str, str]] = [(m, "") for m in trees if m.startswith("trialrun.cli")]
    while waiting:
        module, name = waiting.pop()
        if f"{module}.{name}" in trees:
            module, name = f"{module}.{name}", ""
        if module not in trees:
            continue
        if module.startswith(ROOMS):
            if (module, name) in reached or (module, name) not in nodes:
                continue
            reached.add((module, name))
            for word in {n.id for n in ast.walk(nodes[module, name]) if isinstance(n, ast.Name)}:
                waiting.append(imports[module].get(word, (module, word)))
        elif module not in seen:
            seen.add(module)
            waiting += imports[module].values()
    return reached
